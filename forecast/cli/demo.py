"""The whole road once, on the article that started the project: `demo`."""

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from forecast.cli.context import World, expanded
from forecast.cli.options import pass_world, shared_options
from forecast.cli.output import say, say_styled
from forecast.model import ForecastError
from forecast.reporting.safely import wrapped


@dataclass(frozen=True)
class Step:
    """One command of the demo, and when it is typed."""

    day: str
    #: What happens at this point of the story; empty where it goes on.
    story: str
    arguments: tuple[str, ...]


STEPS = (
    Step(
        "2022-02-20",
        "An article predicts how China would treat Russia if it invaded Ukraine. "
        "Its predictions, as dated questions:",
        ("load", "--unresolved", "china-russia-2022"),
    ),
    Step("2022-02-20", "", ("list", "--tag", "sanction-softening")),
    Step("2022-02-20", "", ("show", "china-lethal-aid")),
    Step(
        "2022-02-20",
        "You have views of your own.",
        ("predict", "china-lethal-aid", "very unlikely", "--note", "costly, and not needed"),
    ),
    Step("2022-02-20", "", ("predict", "china-russia-trade", "60%")),
    Step("2022-02-20", "", ("predict", "china-assembly-against", "1:3", "--note", "it abstains")),
    Step(
        "2022-02-25",
        "Russia has invaded. China abstains in the Security Council, and you think again.",
        ("predict", "china-russia-trade", "80%", "--note", "energy at a discount"),
    ),
    Step("2022-02-25", "", ("predict", "china-lethal-aid", "5%")),
    Step("2023-01-14", "A year later. The scheduler has run every morning; today:", ("check",)),
    Step(
        "2023-01-14",
        "The customs administration has published its figures.",
        (
            *("resolve", "china-russia-trade", "yes", "--known", "2023-01-13"),
            *("--evidence", "General Administration of Customs, 2022", "--note", "up by 29 %"),
        ),
    ),
    Step(
        "2023-01-14",
        "",
        (
            "resolve",
            "china-assembly-ag",
            "yes",
            "--known",
            "2022-04-07",
            "--evidence",
            "A/RES/ES-11/3",
        ),
    ),
    Step(
        "2023-03-01",
        "The question file has the other answers, with their evidence.",
        ("load", "china-russia-2022"),
    ),
    Step("2023-03-01", "So how did everybody do?", ("report",)),
)


@click.command("demo")
@click.option("--keep", metavar="PATH", type=click.Path(), help="Leave the database there.")
@shared_options
@pass_world
def demo_command(world: World, keep: str | None) -> None:
    """Walk the whole road once, in a throw-away database.

    The article that started the project, with the clock set back to its day: every command is
    shown as you would type it, with its real output.
    """
    if world.json:
        raise click.UsageError("the demo is for people: it has no --json")
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="forecast-demo-") as folder:
            _walk(Path(folder) / "demo.db")
        after = ["forecast add 'Will it rain tomorrow?' --deadline tomorrow -p 70%", "forecast"]
    else:
        path = expanded(keep)
        if path.exists():
            raise ForecastError(f"{path} exists already: name a new file with --keep")
        _walk(path)
        quoted = shlex.quote(str(path))
        after = [
            f"forecast --db {quoted} report --as 'Shi Yinhong'",
            f"forecast --db {quoted} list",
        ]
    say()
    say("Now you:" if keep is None else f"The database is in {keep}. Now you:")
    for command in after:
        say(f"  {command}")


def _walk(path: Path) -> None:
    """Run every step as a process of its own: the very commands that people type."""
    day = ""
    for step in STEPS:
        if step.day != day or step.story:
            say()
            say_styled(f"── {step.day} " + "─" * 40, fg="cyan")
            if step.story:
                say(wrapped(step.story, ""))
        day = step.day
        say_styled(f"$ forecast {shlex.join(step.arguments)}", bold=True)
        sys.stdout.flush()
        status = subprocess.run(  # noqa: S603 -- our own program, with arguments from above
            [sys.executable, "-P", "-m", "forecast", *step.arguments],
            env=_environment(path, step.day),
            check=False,
        ).returncode
        if status:
            raise ForecastError(f"the demo broke off at: forecast {shlex.join(step.arguments)}")


def _environment(path: Path, day: str) -> dict[str, str]:
    package_home = str(Path(__file__).parents[2])
    earlier = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "FORECAST_DB": str(path),
        "FORECAST_NOW": f"{day}T09:00Z",
        "FORECAST_AS": "you",
        "TZ": "UTC",
        "PYTHONPATH": os.pathsep.join([package_home, *([earlier] if earlier else [])]),
    }
