"""Is a question resolvable? `lint`."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forecast.cli.context import World
from forecast.cli.options import pass_world, shared_options

if TYPE_CHECKING:
    from forecast.drafting.lint.engine import Finding, Sheet
    from forecast.drafting.lint.rule import Rule

_FORMATS = ("text", "sarif", "github")


@click.command("lint")
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path())
@click.option(
    "--select", metavar="CODES", multiple=True, help="Only these rules: Q101,Q3; all unless said."
)
@click.option("--ignore", metavar="CODES", multiple=True, help="Not these rules.")
@click.option("--fix", is_flag=True, help="Mend in the files what a program can.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="text",
    help="For people, for code scanners, or as GitHub's annotations.",
)
@click.option("--explain", metavar="CODE", help="Say what a rule is for, with examples.")
@shared_options
@pass_world
def lint_command(
    world: World,
    files: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    format_: str,
    explain: str | None,
) -> int:
    """Say what makes questions hard to settle.

    It exits with 1 where something does.

    FILE is a question file or a draft, - for standard input, or the name of a file that ships with
    the program; without it, the open questions of the tracker. "# lint: ignore Q301 why" at the
    end of a line hides what is found there; above [[question]], what is found in that question; in
    the first lines of a file, with an empty line below, what is found in the file.
    """
    from forecast.drafting.lint.engine import lint
    from forecast.drafting.lint.registry import chosen, named

    if explain is not None:
        _explain(world, named(explain))
        return 0
    if world.json and format_ != "text":
        raise click.UsageError(f"--json and --format {format_} are two formats: choose one")
    if fix and (not files or "-" in files):
        raise click.UsageError("--fix changes files: name them")
    codes = chosen(select, ignore)
    mended: list[Finding] = []
    if files:
        by_name: dict[str, Sheet] = {}  # a file named twice is no duplicate
        for file in files:
            sheet, done = _file_sheet(file, codes, fix=fix)
            by_name.setdefault(sheet.name, sheet)
            mended += done
        sheets = list(by_name.values())
    else:
        sheets = [_tracker_sheet(world)]
    findings = lint(sheets, codes)
    n_questions = sum(len(sheet.asked) for sheet in sheets)
    _print(world, format_, findings, mended, n_questions)
    return 1 if findings else 0


def _file_sheet(file: str, codes: frozenset[str], *, fix: bool) -> "tuple[Sheet, list[Finding]]":
    from forecast.cli.files import shipped
    from forecast.drafting.lint.engine import sheet_of
    from forecast.drafting.lint.fixing import fixed
    from forecast.questionfile import read_bytes
    from forecast.resolving.files import write_atomically
    from forecast.resolving.sources.registry import check

    if file == "-":
        return sheet_of(sys.stdin.buffer.read(), "standard input", check), []
    path = Path(file)
    if not path.exists() and not fix:  # what ships is not ours to change
        path = shipped(file) or path
    data = read_bytes(path)
    mended: list[Finding] = []
    if fix:
        after, mended = fixed(data, str(path), codes, check)
        if after != data:
            write_atomically(path, after)
            data = after
    return sheet_of(data, str(path), check), mended


def _tracker_sheet(world: World) -> "Sheet":
    from forecast.drafting.lint.engine import sheet_of_entries
    from forecast.store import queries

    with closing(world.reading()) as connection:
        tracked = queries.listing(connection, world.now, statuses=("open",))
        entries = [queries.entry(connection, one.question.id) for one in tracked]
    return sheet_of_entries(entries)


def _print(
    world: World,
    format_: str,
    findings: "list[Finding]",
    mended: "list[Finding]",
    n_questions: int,
) -> None:
    from forecast.cli.output import say, say_json
    from forecast.drafting.lint import formats
    from forecast.reporting.phrases import count

    if world.json:
        say_json(
            {
                "findings": [formats.finding_shape(one) for one in findings],
                "fixed": [formats.finding_shape(one) for one in mended],
                "n_questions": n_questions,
            }
        )
        return
    if format_ == "sarif":
        from forecast import __version__

        say_json(formats.sarif(findings, __version__))
        return
    if format_ == "github":
        for line in formats.annotations(findings):
            say(line)
        return
    for one in findings:
        where = f"{one.file}:{one.line}" if one.file else one.id
        say(f"{where}: {one.code} {one.message}")
    fixable = sum(one.edit is not None for one in findings)
    found = count(len(findings), "finding") if findings else "Nothing found"
    summary = f"{found} in {count(n_questions, 'question')}"
    if fixable:
        summary += f"; --fix mends {fixable} of them" if fixable > 1 else "; --fix mends one"
    say(f"{summary}." + (f" Mended {len(mended)}." if mended else ""))


def _explain(world: World, rules: "list[Rule]") -> None:
    from forecast.cli.output import say, say_columns, say_json
    from forecast.drafting.lint.formats import rule_shape
    from forecast.reporting.safely import wrapped

    if world.json:
        say_json([rule_shape(rule) for rule in rules])
        return
    if len(rules) > 1:
        say_columns([(rule.code, rule.name, rule.what) for rule in rules])
        return
    (rule,) = rules
    say(f"{rule.code} {rule.name}\n")
    say(wrapped(f"{rule.what}\n\n{rule.why}"))
    for word, example in (("Bad", rule.bad), ("Good", rule.good)):
        say(f"\n{word}:")
        say("\n".join(f"    {line}".rstrip() for line in example.text.rstrip().splitlines()))
    if rule.fix:
        say(f"\n--fix {rule.fix}.")
    for guide in rule.guides:
        say(
            f"\n{guide.title}\n{guide.url}"
            if guide is rule.guides[0]
            else f"{guide.title}\n{guide.url}"
        )
