"""Text from outside, made fit to compare, to show and to keep."""

import codecs
import re
from email.message import Message

from forecast.resolving.sources.contract import Document, SourceError

#: Of an excerpt: some lines for a person to judge by.
LONGEST_EXCERPT = 600
_ELLIPSIS = "…"
#: Codecs for text in the wild. Not every codec Python has: some do other things, some take long.
_CHARSET = re.compile(
    r"utf-(8|8-sig|16|16-le|16-be|32)|iso8859-[0-9]+|cp[0-9]+|koi8-[rut]|mac-[a-z0-9-]+|ascii"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|shift_jis|cp932|euc_(jp|kr)|iso2022_jp|johab|hz|tis-620"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def collapse(text: str) -> str:
    r"""Strip the ends and make every run of blanks one space.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> collapse(" a \n b ")
    'a b'
    """
    return " ".join(text.split())


def excerpt(*parts: str) -> str:
    r"""Join what a person is to judge by: a line each, plain text, not too long.

    Parameters
    ----------
    *parts : str
        Empty ones are left out.

    Returns
    -------
    str

    Examples
    --------
    >>> excerpt("2026-11: 195.2", "", "as\x1b of 2026-12")
    '2026-11: 195.2\nas� of 2026-12'
    """
    # Cut before cleaning: a part may be megabytes.
    cut = (part[: 4 * LONGEST_EXCERPT] for part in parts)
    return shortened("\n".join(filter(None, map(_printable, cut))), LONGEST_EXCERPT)


def shortened(text: str, length: int) -> str:
    """Cut a text where it is too long, and show that it was cut.

    Parameters
    ----------
    text : str
    length : int
        The most characters.

    Returns
    -------
    str
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + _ELLIPSIS


def header(document: Document, name: str) -> str:
    """Give a header of a document, or nothing.

    Parameters
    ----------
    document : Document
    name : str
        In lower case.

    Returns
    -------
    str
    """
    return next((value for key, value in document.headers if key == name), "")


def decoded(document: Document, charset: str = "") -> str:
    """Read a document as text.

    UTF-8 where it is UTF-8, since hardly anything else looks like it; else as its byte order mark,
    the given charset or its content type says.

    Parameters
    ----------
    document : Document
    charset : str, optional
        Where the document itself names one.

    Returns
    -------
    str

    Raises
    ------
    SourceError
        If it is not text in any of these.
    """
    body = document.body
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decoded_as(body, name)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        said = _charset(header(document, "content-type")) or _known(charset)
        if not said or said == "utf-8":
            raise SourceError(
                f"what it sent is not UTF-8 text (byte {error.start + 1}), "
                "and it does not say what else it is"
            ) from None
        return _decoded_as(body, said)


def _decoded_as(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset)
    except ValueError:  # UnicodeDecodeError, and some codecs' own
        raise SourceError(f"what it sent is not {charset} text, though it says so") from None


def _charset(content_type: str) -> str:
    message = Message()
    message["content-type"] = " ".join(content_type[:200].split())
    said = message.get_param("charset", "")
    return _known(said) if isinstance(said, str) else ""


def _known(name: str) -> str:
    try:
        known = codecs.lookup(name.strip()).name if name.isascii() and name.strip() else ""
    except (LookupError, ValueError):
        return ""
    return known if _CHARSET.fullmatch(known) else ""


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in collapse(text))
