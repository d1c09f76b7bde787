"""Options and arguments that several commands share."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from forecast.cli.context import World

Command = TypeVar("Command", bound=Callable[..., Any])

_last: list[World] = []


class NotAnOption(click.UsageError):
    """Something that begins like an option stands where a value belongs."""


def world_of(context: click.Context) -> World:
    """Give the world of this command line, the same for the group and its command."""
    root = context.find_root()
    if not isinstance(root.obj, World):
        root.obj = World()
        root.color = False if root.obj.plain else None
        _last[:] = [root.obj]
    return root.obj


def last_world() -> World:
    """Give the world of the command that ran last, for an error that comes out of it."""
    return _last[-1] if _last else World()


def shared_options(command: Command) -> Command:
    """Add `--db`, `--as` and `--json`, before and after a command; the later one wins."""
    for option in (
        click.option(
            "--json",
            "json_",
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_setting("json"),
            help="Print JSON, for programs.",
        ),
        click.option(
            "--as",
            "as_",
            metavar="NAME",
            expose_value=False,
            callback=_setting("forecaster_option"),
            help="Whose forecasts; else FORECAST_AS, config, your login name.",
        ),
        click.option(
            "--db",
            metavar="PATH",
            type=click.Path(),
            expose_value=False,
            callback=_setting("db"),
            help="The database; else FORECAST_DB, your data folder.",
        ),
    ):
        command = option(command)
    return command


def pass_world(function: Command) -> Command:
    """Call a command with its `World` first."""

    @click.pass_context
    def with_world(context: click.Context, *args: Any, **kwargs: Any) -> Any:
        return context.invoke(function, world_of(context), *args, **kwargs)

    from functools import update_wrapper

    return update_wrapper(with_world, function)  # type: ignore[return-value]


def scale_option(function: Command) -> Command:
    """Take the scale of Brier scores, as `reporting.shapes` knows them."""
    return click.option(
        "--scale",
        type=click.Choice(["half", "original"]),
        default="half",
        help="Brier from 0 to 1 (half), or the original of 1950, which is twice that.",
    )(function)


def question_argument(function: Command) -> Command:
    """Take a question's id, or any beginning of it that only one has."""
    return click.argument(
        "question_id", metavar="ID", shell_complete=complete_id, callback=_no_option
    )(function)


def value_argument(name: str, metavar: str, **kwargs: Any) -> Callable[[Command], Command]:
    """Take a value that may begin with a minus sign: `-0.1` is a number, not an option.

    The command needs `context_settings=NUMBERS_MAY_BE_NEGATIVE`.
    """
    return click.argument(name, metavar=metavar, callback=_no_option, **kwargs)


#: click takes `-0.1` for an option unless unknown ones are passed on as values.
NUMBERS_MAY_BE_NEGATIVE = {"ignore_unknown_options": True}


def _setting(field: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        world = world_of(context)
        if isinstance(value, str):
            value = value.strip()
            if not value:  # an unset variable in a script must not mean you, or your database
                raise click.BadParameter("is empty", context, parameter)
        if value is not None:
            setattr(world, field, value)

    return callback


def _no_option(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    values = value if isinstance(value, tuple) else (value,)
    for one in values:
        if isinstance(one, str) and one[:1] == "-" and one[1:2] not in ("", ".", *"0123456789"):
            raise NotAnOption(
                f"no such option: {one}: see {context.command_path} --help", ctx=context
            )
    return value


def complete_id(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete an id for the shell; click calls it at the press of a key."""
    from contextlib import closing

    from forecast.store.queries import ids_beginning

    try:
        with closing(world_of(context).reading()) as connection:
            found = ids_beginning(connection, incomplete.lower())
            # A tracker may come from somebody else, and the shell would run what an id may not be.
            return [one for one in found if re.fullmatch("[a-z0-9-]{1,80}", one)]
    except Exception:  # a completion that fails must not print over the prompt
        return []
