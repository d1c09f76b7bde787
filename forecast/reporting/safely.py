"""Making text that people typed safe to show on a terminal."""

#: Marks that turn text around or hide it; control characters are told by their code.
_STEERING = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x206A))
}


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


def _steers(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or character in _STEERING


def _shown(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
