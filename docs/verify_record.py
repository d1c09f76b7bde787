"""Check an exported record of `forecast` with nothing but Python; record-format.md says what.

    python verify_record.py RECORD.jsonl [SEAL] [--extends OLDER.jsonl]

SEAL holds the lines of a seal; OLDER was exported before, and no position may have changed since.
It ends with 0 where all of it holds, else with 1 and a line that names the first bad position.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

PLAIN = ("questions", "redactions", "adoptions")  # tables without texts
OTHERS = ("revisions", "forecasts", "resolutions", "comments", "evidence", "proposals", "decisions")
COUNTED = ("questions", "forecasts", "resolutions")
HASH, SALT, N = '"[0-9a-f]{64}"', '"[0-9a-f]{32}"', "([0-9]{1,18})"
VALUE = rf'(null|-?[0-9]{{1,19}}|"([^"\\]|\\.)*"|{{"real": "[0-9a-f]{{16}}"}}|{{"bytes": {HASH}}})'
PART = rf'{{("[a-z0-9_]+": {VALUE}(, (?=")|(?=}})))+}}'
NEEDED = {"position": N, "row": '"[a-z0-9-]{1,80}"', "digest": HASH, "hash": HASH}
NEEDED["table"] = f'"({"|".join((*PLAIN, *OTHERS, "forecasters"))})"'
KEYS = NEEDED | {"text_digest": HASH, "salt": SALT, "text_salt": SALT, "facts": PART, "texts": PART}
SEAL = ["forecast seal 1", r"made \S+", f"positions {N}", "head ([0-9a-f]{64})"]
SEAL = r"\s*\n[>|\s]*".join((*SEAL, *(f"{table} {N}" for table in COUNTED), ""))


def need(holds: object, problem: str) -> None:
    """Break off where something does not hold."""
    if not holds:
        raise ValueError(problem)


def link(number: int, before: str, one: dict) -> str:
    """Check a position by itself and against the hash before it; gives its own."""
    need(set(NEEDED) <= set(one) <= set(KEYS), "its keys are others")
    for key, value in one.items():
        need(re.fullmatch(KEYS[key], json.dumps(value, ensure_ascii=False)), f"its {key} is bad")
    need(one["position"] == number, "it is out of its place")
    told = ("facts" in one) == ("salt" in one) >= ("texts" in one) == ("text_salt" in one)
    told = told and ("text_digest" in one) == (one["table"] not in PLAIN)
    need(told, "its facts, texts, salts and digests do not go together")
    for part, salt, digest in (("facts", "salt", "digest"), ("texts", "text_salt", "text_digest")):
        if part in one:
            spelt = json.dumps(one[part], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            found = hashlib.sha256(bytes.fromhex(one[salt]) + spelt.encode()).hexdigest()
            need(found == one[digest], f"its {part} are not what was recorded")
    lines = ("forecast-chain-1", str(number), before, one["table"], one["row"], one["digest"])
    spelt = "\n".join((*lines, one.get("text_digest", "-"), ""))
    need(hashlib.sha256(spelt.encode()).hexdigest() == one["hash"], "its hash does not follow")
    return one["hash"]


def check(path: str) -> list[tuple[str, str, str, bool, bool]]:
    """Check a record; gives each position's table, row and hash, and if facts and texts show."""
    rows, last, redacted, asked, head = [], {}, set(), set(), "0" * 64
    number, header = 0, {}
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file):
                one = json.loads(line.decode())
                spelt = json.dumps(one, ensure_ascii=False) + "\n"  # no key twice, nothing cut off
                need(spelt.encode() == line and isinstance(one, dict), "its spelling is off")
                if number == 0:
                    header = one
                    continue
                head, table, row = link(number, head, one), one["table"], one["row"]
                need((table, row) not in last or table == "forecasters", "its row was there before")
                last[table, row], facts = number, one.get("facts", {})
                if table == "redactions":
                    target = str(facts.get("table_name")), str(facts.get("row_id"))
                    need(target in last and target not in redacted, "it redacts what is not there")
                    redacted.add(target)
                elif table == "questions":
                    asked.add(row)
                elif table == "resolutions":
                    asked.discard(str(facts.get("question_id")))
                rows.append((table, row, head, "facts" in one, "texts" in one))
        claims = {"format": "forecast record 1", "made": str(header.get("made"))}
        claims |= {"positions": len(rows), "head": head}
        need(json.dumps(claims) == json.dumps(header), "what the header names is another end")
        for number, (table, row, _, facts, texts) in enumerate(rows, start=1):
            former = table == "forecasters" and last[table, row] > number
            need(facts or former or (table == "forecasts" and asked), "its row is kept back")
            gone = table not in PLAIN and not texts
            same = not facts or gone == ((table, row) in redacted)
            need(same, "its texts are gone, or redacted and there")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"position {number}: {error}") from None
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, times in (("record", None), ("seal", "?"), ("--extends", None)):
        parser.add_argument(name, nargs=times)
    at = (given := parser.parse_args()).record
    try:
        rows = check(at)
        if given.seal:
            at = given.seal
            found = set(re.findall(SEAL, Path(at).read_text("utf-8", errors="replace") + "\n"))
            need(len(found) == 1, "it does not hold one seal")
            n, head, *counts = found.pop()
            same = rows[int(n) - 1 : int(n)] and rows[int(n) - 1][2] == head
            need(same, f"position {n} is gone, or not what was sealed")
            tables = [row[0] for row in rows[: int(n)]]
            need(counts == [str(tables.count(table)) for table in COUNTED], "its counts are others")
        if given.extends:
            at = given.extends
            for n, then in enumerate(check(at), start=1):
                same = rows[n - 1 : n] and rows[n - 1][2] == then[2]
                need(same, f"position {n} is gone, or not what it was")
    except (OSError, ValueError) as error:
        sys.exit(f"{at}: {error}")
    hidden = sum(not row[3] for row in rows)
    redacted = sum(row[3] and not row[4] and row[0] not in PLAIN for row in rows)
    sys.stdout.write(f"{len(rows)} positions hold, {hidden} of them hidden, {redacted} redacted\n")
