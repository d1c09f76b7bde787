"""`lint`: files and trackers, formats, fixes, and the exit status that a workflow goes by."""

import io
import sys

import pytest

GOOD = '''\
[[question]]
id = "treaty"
title = "Will Norway's parliament approve the treaty by 30 June 2027?"
opened = 2027-01-10
deadline = 2027-06-30
criteria = """
Yes if the Storting consents by 30 June 2027. No otherwise; its record of the vote decides."""
sources = ["https://www.stortinget.no/"]
'''
BAD = GOOD.replace('["https://www.stortinget.no/"]', '["www.stortinget.no"]  # theirs')
DRAFT = GOOD.replace('"https://www.stortinget.no/"', '"?"')


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write a question file in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="f.toml"):
        (tmp_path / name).write_bytes(text.encode())
        return name

    return write


def test_nothing_found_is_status_0(forecast, file):
    """And said."""
    ran = forecast("lint", file(GOOD))
    assert (0, "Nothing found in 1 question.\n", "") == (ran.status, ran.out, ran.err)


def test_findings_are_status_1_one_a_line(forecast, file):
    """File, line, code and message, as editors jump to; then how many, and what --fix would do."""
    ran = forecast("lint", file(BAD))
    assert 1 == ran.status
    assert (
        "f.toml:8: Q105 source 'www.stortinget.no' is no link: write https://www.stortinget.no\n"
        "1 finding in 1 question; --fix mends one.\n"
    ) == ran.out


def test_the_questions_that_ship_pass(forecast):
    """By their name, as for `load`."""
    assert "Nothing found in 17 questions.\n" == forecast("lint", "china-russia-2022").out


def test_without_a_file_the_open_questions_of_the_tracker(forecast):
    """By id; what is resolved or over is not asked again."""
    assert "Nothing found in 0 questions.\n" == forecast("lint").out
    forecast("load", "china-russia-2022")
    forecast("add", "Will it rain?", "--by", "+3d", "--id", "rain", "-p", "100%")
    ran = forecast("lint")
    assert 1 == ran.status
    lines = ran.out.splitlines()
    assert "4 findings in 1 question." == lines[-1]
    assert all(line.startswith("rain: Q") for line in lines[:-1])
    assert {"Q101", "Q204", "Q401", "Q505"} == {line.split()[1] for line in lines[:-1]}


def test_a_draft_does_not_load_and_lint_says_why(forecast, file):
    """Until it is filled in."""
    name = file(DRAFT)
    loaded = forecast("load", name)
    assert (1, 'Error: f.toml:8: one place says "?"') == (loaded.status, loaded.err[:35])
    assert "in line 8\n" in loaded.err
    assert "f.toml:8: Q101 sources are still open" in forecast("lint", name).out
    file(GOOD)
    assert "Loaded 1 question.\n" == forecast("load", name).out


def test_select_and_ignore(forecast, file):
    """By code, family or name; what is no rule is misuse, so that a slip switches nothing off."""
    name = file(BAD)
    assert 0 == forecast("lint", name, "--ignore", "Q105").status
    assert 0 == forecast("lint", name, "--select", "Q2,Q3", "--select", "no-source").status
    assert 1 == forecast("lint", name, "--select", "q1").status
    ran = forecast("lint", name, "--ignore", "Q1O5")
    assert (2, "") == (ran.status, ran.out)
    assert "there is no rule 'Q1O5': did you mean Q1" in ran.err


def test_fix_writes_the_file(forecast, file, tmp_path):
    """Its values only; a second time there is nothing to do, and the file is not touched."""
    name = file(BAD)
    ran = forecast("lint", name, "--fix")
    assert (0, "Nothing found in 1 question. Mended 1.\n") == (ran.status, ran.out)
    expected = BAD.replace('"www.stortinget.no"', '"https://www.stortinget.no"')
    path = tmp_path / name
    assert expected == path.read_bytes().decode()
    before = path.stat().st_mtime_ns
    assert "Nothing found in 1 question.\n" == forecast("lint", name, "--fix").out
    assert before == path.stat().st_mtime_ns
    assert [name] == [one.name for one in tmp_path.glob("*.toml")]


def test_fix_leaves_what_a_person_must_do(forecast, file):
    """Status 1 as long as something is left."""
    ran = forecast("lint", file(BAD.replace("Will Norway", "Could Norway")), "--fix")
    assert 1 == ran.status
    assert "Q309" in ran.out
    assert ran.out.endswith("1 finding in 1 question. Mended 1.\n")


@pytest.mark.parametrize("arguments", [("--fix",), ("--fix", "-"), ("--fix", "china-russia-2022")])
def test_fix_needs_files_of_yours(forecast, arguments):
    """Not the tracker, standard input, or what ships with the program."""
    ran = forecast("lint", *arguments)
    assert ran.status in (1, 2)
    assert ran.err.startswith("Error: ")


def test_standard_input(forecast, monkeypatch):
    """`-` is a file like others."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    ran = forecast("lint", "-")
    assert ran.out.startswith("standard input:8: Q105 ")


def test_several_files_are_compared_and_one_twice_is_one(forecast, file):
    """Twins are found across files; a broken one does not keep from looking at the others."""
    one, twin = file(GOOD), file(GOOD.replace('"treaty"', '"again"'), "g.toml")
    broken = file("title = 3\n", "h.toml")
    ran = forecast("lint", one, one, twin, broken)
    assert "g.toml:3: Q601 asks the same as treaty" in ran.out
    assert "h.toml:1: Q003 unknown key 'title'" in ran.out
    assert ran.out.endswith("2 findings in 2 questions.\n")


def test_a_file_that_is_not_there_is_an_error(forecast, file):
    """On stderr, as `load` says it."""
    ran = forecast("lint", "none.toml")
    assert (1, "", "Error: none.toml cannot be read: No such file or directory\n") == (
        ran.status,
        ran.out,
        ran.err,
    )


def test_a_resolver_that_would_not_work_is_a_finding(forecast, file):
    """Lint asks the sources of answers, as `load` does."""
    name = file(f'{GOOD}\n[question.resolver]\ntype = "jason"\n')
    assert "Q003 type: 'jason' is no kind of source" in forecast("lint", name).out


def test_json(forecast, file):
    """Findings, what was mended, and how many questions were looked at."""
    name = file(BAD)
    assert {
        "findings": [
            {
                "file": "f.toml",
                "line": 8,
                "id": "treaty",
                "code": "Q105",
                "name": "link-without-scheme",
                "message": "source 'www.stortinget.no' is no link: write https://www.stortinget.no",
                "fixable": True,
            }
        ],
        "fixed": [],
        "n_questions": 1,
    } == forecast("lint", name, "--json").json
    fixed = forecast("lint", name, "--json", "--fix").json
    assert ([], ["Q105"]) == (fixed["findings"], [one["code"] for one in fixed["fixed"]])


def test_sarif_and_github(forecast, file):
    """For code scanning, and for annotations; both exit like text."""
    name = file(BAD)
    sarif = forecast("lint", name, "--format", "sarif")
    assert (1, ["Q105"]) == (
        sarif.status,
        [one["ruleId"] for one in sarif.json["runs"][0]["results"]],
    )
    github = forecast("lint", name, "--format", "github")
    assert 1 == github.status
    assert github.out.startswith(
        "::warning file=f.toml,line=8,title=Q105 link-without-scheme::sour"
    )
    assert 1 == github.out.count("\n")
    assert "" == forecast("lint", file(GOOD), "--format", "github").out
    both = forecast("lint", name, "--json", "--format", "sarif")
    assert (2, "") == (both.status, both.out)


def test_explain(forecast):
    """What, why, both examples, what --fix does, and which guides say so."""
    ran = forecast("lint", "--explain", "Q207")
    assert 0 == ran.status
    for part in ("Q207 ambiguous-by", "Bad:", "Good:", "by June 2027?", "--fix writes", "https://"):
        assert part in ran.out
    assert ran.out == forecast("lint", "--explain", "ambiguous-by").out
    several = forecast("lint", "--explain", "Q5").out.splitlines()
    assert ["Q501", "Q502", "Q503", "Q504", "Q505"] == [line.split()[0] for line in several]
    assert ["Q601"] == [one["code"] for one in forecast("lint", "--explain", "q6", "--json").json]
    assert 2 == forecast("lint", "--explain", "Q999").status


def test_what_a_file_says_cannot_steer_the_terminal(forecast, file):
    """Escapes are shown, in every format for people."""
    name = file(GOOD.replace("https://www.stortinget.no/", "news \\u001b[31m"))
    for format_ in ("text", "github"):
        ran = forecast("lint", name, "--format", format_)
        assert "\x1b" not in ran.out
