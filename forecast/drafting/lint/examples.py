"""Making a whole question file of a rule's example."""

import re
import tomllib

from forecast.drafting.lint.rule import Example

#: In which no rule finds anything: what an example leaves out is as here.
_RIGHT = {
    "title": '"Will Norway\'s parliament approve the High Seas Treaty by 30 June 2027?"',
    "opened": "2027-01-10",
    "deadline": "2027-06-30",
    "criteria": '''"""
Yes if the Storting consents to its ratification by 30 June 2027. No otherwise; a vote in a
committee does not count. The Storting's record of the vote decides."""''',
    "sources": '["https://www.stortinget.no/"]',
}


def whole_file(example: Example) -> str:
    """Complete an example.

    Parameters
    ----------
    example : Example

    Returns
    -------
    str
        A question file.
    """
    blocks = re.split(r"^\[\[question\]\]\n", example.text, flags=re.MULTILINE)
    parts = blocks if len(blocks) == 1 else blocks[1:]
    return "\n".join(_question(part, number) for number, part in enumerate(parts, start=1))


def _question(part: str, number: int) -> str:
    own, header, tables = part.partition("\n[") if not part.startswith("[") else ("", "[", part[1:])
    has = tomllib.loads(own)
    fields = {"id": f'"example-{number}"', **_RIGHT}
    lines = [f"{key} = {value}" for key, value in fields.items() if key not in has]
    below = f"\n{header.strip()}{tables}" if header else ""
    return "\n".join(["[[question]]", *lines, own.strip(), below]).rstrip() + "\n"
