"""Making text fit for a terminal: nothing in it that steers one, and no line too long."""

#: Marks that turn text around or hide it; control characters are told by their code.
_STEERING = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x206A))
}
#: Wider than this, lines of prose are hard to read.
WIDEST_PROSE = 100


def clean(text: str, keep: str = "\n") -> str:
    r"""Make text safe to print: what could steer a terminal is shown as an escape.

    Examples
    --------
    >>> clean("a\x1b[31mred")
    'a\\x1b[31mred'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character if not _steers(character) or character in keep else _shown(character)
        for character in text
    )


def wrapped(text: str, indent: str = "  ", hanging: str = "") -> str:
    """Fold long text to the terminal's width, paragraph by paragraph.

    Parameters
    ----------
    text : str
    indent, hanging : str
        Before every line, and before those after a paragraph's first.
    """
    import textwrap

    # Neither links nor ids are broken: they would be no use to whoever copies them.
    fold = textwrap.TextWrapper(
        min(terminal_width(), WIDEST_PROSE),
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n\n".join(fold.fill(" ".join(part.split())) for part in text.split("\n\n"))


def terminal_width() -> int:
    """Give the terminal's width; 80 where there is none."""
    import shutil

    return shutil.get_terminal_size((80, 24)).columns


def _steers(character: str) -> bool:
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return True
    return character in _STEERING or 0xD800 <= code <= 0xDFFF  # bytes that are no text


def _shown(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
