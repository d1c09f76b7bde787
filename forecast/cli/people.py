"""Who is who: `forecaster list|rename|merge`."""

from contextlib import closing

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options


@click.group("forecaster", no_args_is_help=False)
@shared_options
def forecaster_command() -> None:
    """Who is who: list, rename, merge."""


@forecaster_command.command("list")
@shared_options
@pass_world
def list_people(world: World) -> None:
    """List everybody who has said something, with former names."""
    from forecast.cli.output import say, say_columns, say_json
    from forecast.reporting.phrases import count
    from forecast.store import forecasters

    with closing(world.reading()) as connection:
        people = forecasters.listing(connection)
    if world.json:
        say_json(
            [
                {
                    "forecaster": one.name,
                    "aliases": one.aliases,
                    "n_questions": one.n_questions,
                    "n_forecasts": one.n_forecasts,
                }
                for one in people
            ]
        )
        return
    if not people:
        say("Nobody yet.")
        return
    say_columns(
        [
            (
                count(one.n_forecasts, "forecast"),
                f"on {count(one.n_questions, 'question')}",
                one.name + (f" (also {', '.join(one.aliases)})" if one.aliases else ""),
            )
            for one in people
        ]
    )


@forecaster_command.command("rename")
@click.argument("old")
@click.argument("new")
@click.option("--forget", is_flag=True, help="Drop the old names, instead of keeping aliases.")
@shared_options
@pass_world
def rename(world: World, old: str, new: str, forget: bool) -> None:
    """Call a forecaster NEW from now on, the past included."""
    from forecast.cli.output import say, say_json
    from forecast.store import forecasters

    with closing(world.changing()) as connection:
        forecasters.rename(connection, old, new.strip(), forget=forget)
    if world.json:
        say_json({"forecaster": new.strip(), "was": None if forget else old})
        return
    say(f"{old} is {new} from now on." + (" The old names are gone." if forget else ""))


@forecaster_command.command("merge")
@click.argument("one")
@click.argument("into")
@shared_options
@pass_world
def merge(world: World, one: str, into: str) -> None:
    """Say that ONE and INTO are the same person, who goes by INTO."""
    from forecast.cli.output import say, say_json
    from forecast.store import forecasters

    with closing(world.changing()) as connection:
        forecasters.merge(connection, one, into)
        name = forecasters.present_name(connection, into)
    if world.json:
        say_json({"forecaster": name, "merged": one})
        return
    say(f"What {one} said counts as {name}'s.")
