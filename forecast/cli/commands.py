"""The group of commands, each found in its file only when it is asked for."""

from importlib import import_module
from typing import Any

import click

#: Section -> command -> module, what `--help` says of it.
Sections = dict[str, dict[str, tuple[str, str]]]


class OutputClosed(Exception):
    """Whoever reads our output has enough of it."""


class Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def __init__(self, *args: Any, sections: Sections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        self.module_of = {
            name: module for part in sections.values() for name, (module, _) in part.items()
        }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of `--help`."""
        return list(self.module_of)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command in its module, as `NAME_command`."""
        module = self.module_of.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(
            import_module(f"forecast.cli.{module}"), f"{cmd_name}_command"
        )
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and end it our way: click prints an empty line, or ends with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise OutputClosed from None
        except (KeyboardInterrupt, EOFError):
            raise click.Abort from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command in the error for an unknown one."""
        known = not args or args[0] in self.module_of or args[0].startswith("-")
        if known or ctx.resilient_parsing:  # completion must not print over the prompt
            return super().resolve_command(ctx, args)
        import difflib

        near = difflib.get_close_matches(args[0], self.module_of, n=1)
        hint = f", did you mean '{near[0]}'?" if near else ""
        raise click.UsageError(f"no such command '{args[0]}'{hint}", ctx=ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands section by section."""
        for section, commands in self.sections.items():
            with formatter.section(section):
                formatter.write_dl([(name, says) for name, (_, says) in commands.items()])
