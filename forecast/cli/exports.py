"""The tracker in other forms: `export`."""

import sys
from contextlib import closing

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(["record"]))
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Write it.")
@shared_options
@pass_world
def export_command(world: World, form: str, output: str | None) -> None:
    """Write the tracker for other programs; FORMAT is record.

    record is the whole chain as lines of JSON, which anybody can check without this program.
    """
    from forecast.store.exporting import record_lines

    with (
        closing(world.reading()) as connection,
        closing(record_lines(connection, world.now)) as record,
    ):
        lines = (f"{line}\n".encode() for line in record)
        if output is None:
            sys.stdout.flush()
            for line in lines:
                sys.stdout.buffer.write(line)
            return
        from forecast.resolving.files import write_atomically

        data = b"".join(lines)
        write_atomically(world.output(output), data, mode=0o600)
    from forecast.cli.output import say, say_json

    n_positions = data.count(b"\n") - 1
    if world.json:
        say_json({"file": output, "positions": n_positions})
    else:
        say(f"Wrote {n_positions:,} positions to {output}.")
