"""The command line. One file per command group: they parse, call and print, nothing else.

A command's file is imported when the command runs, and its heavy libraries inside the function
that needs them, so that `forecast list` does not wait for NumPy.
"""

import io
import os
import sys
from typing import Any

import click

from forecast.cli.commands import Commands, OutputClosed
from forecast.cli.options import NotAnOption, last_world, shared_options, world_of

#: The order of `--help`: section -> command -> the module that holds it, and what `--help` says of
#: it, so that it need not import them all; a test holds that the commands say the same.
SECTIONS = {
    "Questions": {
        "add": ("questions", "Ask a question: TITLE and --deadline; without TITLE it asks you."),
        "edit": ("questions", "Give a question a new revision; the earlier ones are kept."),
        "list": ("looking", "List questions by deadline, each with your forecast."),
        "show": ("looking", "Show a question with everything that was said of it."),
        "comment": ("questions", "Add a remark to a question."),
    },
    "Forecasts": {
        "predict": ("forecasts", "Record a forecast: 7%, 0.07, 1:13, 'likely' …"),
        "withdraw": ("forecasts", "Say that from now on you have no forecast on a question."),
        "retract": ("forecasts", "Take a slip back: within a day it never counts."),
        "words": ("wording", "Show how words of probability are read, and by whom."),
    },
    "Answers": {
        "check": (
            "checking",
            "Look answers up; say what is due, proposed, or too long alone.",
        ),
        "proposals": ("proposing", "List what sources say the answers are, with the evidence."),
        "accept": ("proposing", "Resolve a question as its source says."),
        "reject": ("proposing", "Turn down what a source says."),
        "trust": (
            "proposing",
            "Let a question file run programs and resolve by itself.",
        ),
        "review": ("reviewing", "Go through what needs you, one question at a time."),
        "calendar": ("calendars", "Write deadlines and expected answers as a calendar file."),
        "schedule": ("scheduling", "Have check run every day: install, status, remove."),
        "resolve": ("answers", "Settle a question: OUTCOME is yes, no or annulled."),
        "report": ("reports", "Report everybody's scores; with --as one forecaster's."),
        "score": ("scoring", "Score tables of forecasts: CSV, Parquet, JSON lines, or -."),
    },
    "Files and people": {
        "load": ("files", "Take in question files, all of it or nothing."),
        "dump": ("files", "Write questions as a question file: all of them, or those named."),
        "lint": ("linting", "Say what makes questions hard to settle."),
        "forecaster": ("people", "Who is who: list, rename, merge."),
    },
    "A record to be believed": {
        "verify": ("ledger", "Check that nothing was changed, dropped or slipped in."),
        "seal": ("sealing", "Seal the record as it is now: lines to give away."),
        "redact": ("ledger", "Take a text back for good; its digest stays."),
        "export": ("exports", "Write the tracker for other programs; FORMAT is record."),
        "backup": ("backups", "Copy the whole tracker to a file, while others may write."),
        "restore": ("backups", "Put a backup in the tracker's place; what was there is kept."),
    },
    "To see it work": {
        "demo": ("demo", "Walk the whole road once, in a throw-away database."),
    },
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
        from forecast.cli.dashboard import dashboard

        dashboard(world_of(context))


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error is one line on stderr."""
    # For NumPy, should a command import it: on matrices as small as ours threads only wait.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a title need not be in an old terminal's letters
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 could not, 2 misused."""
    try:
        status: Any = cli.main(arguments, prog_name="forecast", standalone_mode=False)
        sys.stdout.flush()  # here, where a full disk or a closed pipe is an error like others
    except (OutputClosed, BrokenPipeError):
        # As head and less do it, this is no failure; the interpreter must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from forecast.reporting.safely import clean

        explained = _explained(error)
        if explained is None:
            raise
        message, status = explained
        click.echo(f"Error: {clean(' '.join(message.split()))}", err=True)
    return status if isinstance(status, int) else 0


def _explained(error: Exception) -> tuple[str, int] | None:
    """Give an error's one line and the exit status; None for a bug."""
    import json
    import sqlite3

    from forecast.model import ForecastError, InvalidField, NotReadable

    match error:
        case NotAnOption():
            return error.format_message(), 2
        case click.UsageError():
            return _with_hint(error), error.exit_code
        case click.ClickException():
            return error.format_message(), error.exit_code
        case click.Abort():
            if sys.stderr.isatty():
                click.echo(err=True)  # what was asked, or ^C, stands in the line
            return "broken off: nothing more was recorded", 1
        case NotReadable() | InvalidField():
            return str(error), 2
        case ForecastError():
            return str(error), 1
        case json.JSONDecodeError() | RecursionError():  # only another program writes that
            path = last_world().path
            return f"{path} holds what is no JSON where JSON belongs: see forecast verify", 1
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}", 1
        case sqlite3.Error():
            from forecast.store.connection import explain

            return explain(error, last_world().path), 1
    return None


def _with_hint(error: click.UsageError) -> str:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]  # as our own messages are
    if error.ctx is None or message.endswith("?"):
        return message
    return f"{message}: see {error.ctx.command_path} --help"
