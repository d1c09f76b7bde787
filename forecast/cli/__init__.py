"""The command line. One file per command group: they parse, call and print, nothing else.

A command's file is imported when the command runs, and its heavy libraries inside the function
that needs them, so that `forecast list` does not wait for NumPy.
"""

import os
import sys
from typing import Any

import click

from forecast.cli.commands import Commands
from forecast.cli.options import NotAnOption, shared_options, world_of
from forecast.model import ForecastError, NotReadable

#: The order of `--help`: section -> command -> module that holds it.
SECTIONS = {
    "Questions": {
        "add": "questions",
        "edit": "questions",
        "list": "looking",
        "show": "looking",
        "comment": "questions",
    },
    "Forecasts": {"predict": "forecasts", "withdraw": "forecasts", "retract": "forecasts"},
    "Answers": {"check": "checking", "resolve": "answers", "report": "reports"},
    "Files and people": {"load": "files", "dump": "files", "forecaster": "people"},
    "To see it work": {"demo": "demo"},
}


@click.group(
    cls=Commands,
    sections=SECTIONS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@shared_options
@click.version_option(package_name="forecast-tracker", prog_name="forecast")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn predictions into dated questions, watch for the answers, score them.

    Without a command: what is due, what closes next, how you are doing.
    """
    if context.invoked_subcommand is None:
        from forecast.cli.checking import dashboard

        dashboard(world_of(context))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error is one line on stderr."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 could not, 2 misused."""
    from forecast.reporting.safely import clean

    def failed(message: str, status: int) -> int:
        click.echo(f"Error: {clean(' '.join(message.split()))}", err=True)
        return status

    try:
        status: Any = cli.main(arguments, prog_name="forecast", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return 2
    except NotAnOption as error:
        return failed(error.format_message(), 2)
    except click.UsageError as error:
        return failed(_with_hint(error), error.exit_code)
    except click.ClickException as error:
        return failed(error.format_message(), error.exit_code)
    except click.Abort:
        return failed("broken off: nothing more was recorded", 1)
    except NotReadable as error:
        return failed(str(error), 2)
    except ForecastError as error:
        return failed(str(error), 1)
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return failed(f"{where}{error.strerror or error}", 1)
    except Exception as error:
        explained = _database_error(error)
        if explained is None:
            raise
        return failed(explained, 1)
    return status if isinstance(status, int) else 0


def _with_hint(error: click.UsageError) -> str:
    message = error.format_message().rstrip(".")
    if error.ctx is None:
        return message
    return f"{message}: see {error.ctx.command_path} --help"


def _database_error(error: Exception) -> str | None:
    """Say what SQLite met with; None where the error is of another kind, and a bug."""
    import sqlite3

    from forecast.cli.options import last_world
    from forecast.store.connection import explain

    if not isinstance(error, sqlite3.Error):
        return None
    return explain(error, last_world().path)
