"""Copies of the tracker: `backup`, `restore`."""

from contextlib import closing
from pathlib import Path

import click

from forecast.cli.context import World, expanded
from forecast.cli.options import pass_world, shared_options
from forecast.model import ForecastError


@click.command("backup")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--keep",
    metavar="N",
    type=click.IntRange(0, 1000),
    default=0,
    help="Keep so many earlier copies, as FILE.1, FILE.2 …",
)
@shared_options
@pass_world
def backup_command(world: World, file: str, keep: int) -> None:
    """Copy the whole tracker to a file, while others may write.

    The copy is verified before it takes its place; what fails leaves the earlier one as it was.
    """
    from forecast.cli.output import say, say_json
    from forecast.store.backups import back_up

    target = expanded(file)
    if not world.path.exists():
        raise ForecastError(f"there is no tracker {world.path} to back up")
    with closing(world.reading()) as connection:
        layers = back_up(connection, world.path, target, keep)
    if world.json:
        say_json({"file": str(target), "bytes": target.stat().st_size, "verified": bool(layers)})
    else:
        how = "and verified" if layers else "an empty record"
        say(f"Backed up to {target}, {how}.")


@click.command("restore")
@click.argument("file", metavar="FILE", type=click.Path())
@shared_options
@pass_world
def restore_command(world: World, file: str) -> None:
    """Put a backup in the tracker's place; what was there is kept.

    Nothing else may be using the tracker meanwhile. The backup is only read; one of an older
    format is migrated on the way.
    """
    from forecast.cli.output import say, say_json
    from forecast.store.backups import restore

    source: Path = expanded(file)
    # The user's data folder is not there yet on a new machine; others are named, and made by hand.
    if world.path.parent == world.trust_path.parent:
        world.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = restore(source, world.path)
    if world.json:
        say_json({"file": str(world.path), "from": str(source), "kept": kept and str(kept)})
        return
    say(f"Restored {world.path} from {source}.")
    if kept is not None:
        say(f"What was there is kept as {kept}.")
