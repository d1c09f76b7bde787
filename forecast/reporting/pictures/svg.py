"""From matplotlib's SVG to one that may stand inside a page.

Inside a page, ids must be its own, a style sheet would reach everything around it, and `style`
attributes are what a strict Content-Security-Policy refuses. So ids get a prefix, styles become
plain attributes, and colours the custom properties of the page, with themselves to fall back on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree  # only what matplotlib wrote is parsed

from forecast.reporting.pictures.looks import COLOURS, SANS, colour
from forecast.reporting.safely import clean

Element = ElementTree.Element

_NAMESPACE = "http://www.w3.org/2000/svg"
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+")
_REFERENCE = re.compile(r"#([\w-]+)")
#: What XML 1.0 cannot hold, and `clean` lets pass.
_NO_XML = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_ROLE_OF = {light: name for name, (light, _) in COLOURS.items()}


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of a picture that tells what it is, in points from the lower left corner.

    Parameters
    ----------
    x, y, radius : float
    text : str
        What it says when pointed at.
    fill, edge : str
        Names of colours; an empty fill is there to be pointed at, and not seen.
    """

    x: float
    y: float
    radius: float
    text: str
    fill: str = "accent"
    edge: str = "paper"


def safe_text(text: str, most: int = 0) -> str:
    r"""Make text fit for a picture: nothing in it that XML refuses or that turns text around.

    Parameters
    ----------
    text : str
    most : int
        Characters to keep, if not all of them.

    Examples
    --------
    >>> safe_text("a\x1b\nb"), safe_text("Washington Institute", most=8)
    ('a\\x1b b', 'Washing…')
    """
    shown = _NO_XML.sub("\ufffd", clean(text.replace("\n", " "), keep=""))
    if most and len(shown) > most:
        return shown[: most - 1].rstrip() + "…"
    return shown


def finished(
    drawn: bytes,
    *,
    prefix: str,
    title: str,
    description: str,
    dots: list[Dot],
    themed: bool,
) -> str:
    """Give the SVG to put into a page, or into a file.

    Parameters
    ----------
    drawn : bytes
        As matplotlib wrote it, at 72 dots per inch.
    prefix : str
        Of the ids in it.
    title, description : str
        For those who do not see it.
    dots : list of Dot
    themed : bool
        Whether a page's light and dark recolour it and its place gives it its size; otherwise
        it is of fixed size and light, as any viewer can show it.

    Returns
    -------
    str
    """
    root = ElementTree.fromstring(drawn)  # noqa: S314 -- matplotlib's own
    height = float(root.attrib["viewBox"].split()[3])
    _tidy(root)
    _rename(root, prefix)
    for element in root.iter():
        _style(element, themed)
    size = {} if themed else {name: root.attrib[name] for name in ("width", "height")}
    top = Element(
        "svg",
        {
            "xmlns": _NAMESPACE,
            "viewBox": root.attrib["viewBox"],
            **size,
            "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-desc",
            # What matplotlib says in a style sheet, which would hold for a whole page.
            "stroke-linejoin": "round",
            "stroke-linecap": "butt",
            "font-family": SANS,
        },
    )
    for name, text in (("title", title), ("desc", description)):
        ElementTree.SubElement(top, name, {"id": f"{prefix}-{name}"}).text = safe_text(text)
    top.extend(root)
    top.append(_circles(dots, height, themed))
    return ElementTree.tostring(top, encoding="unicode")


def _circles(dots: list[Dot], height: float, themed: bool) -> Element:
    every = Element("g", {"class": "dots"})
    for (fill, edge), some in groupby(dots, key=lambda dot: (dot.fill, dot.edge)):
        looks = {"fill": "transparent"}
        if fill:
            looks = {
                name: _shown(colour(of), themed) for name, of in (("fill", fill), ("stroke", edge))
            }
        group = ElementTree.SubElement(every, "g", looks)
        for dot in some:
            place = {"cx": f"{dot.x:.2f}", "cy": f"{height - dot.y:.2f}", "r": f"{dot.radius:.2f}"}
            circle = ElementTree.SubElement(group, "circle", place)
            ElementTree.SubElement(circle, "title").text = safe_text(dot.text)
    return every


def _tidy(parent: Element) -> None:
    """Take out names of namespaces, metadata, style sheets, and groups that hold nothing."""
    kept: list[Element] = []
    for child in list(parent):
        child.tag = child.tag.rpartition("}")[2]
        if child.tag in ("metadata", "style"):
            continue
        _tidy(child)
        child.text, child.tail = (child.text if child.tag == "text" else None), None
        if child.tag == "defs" and not len(child):
            continue
        if child.tag == "g" and not set(child.attrib) - {"id"}:
            kept.extend(child)
        else:
            kept.append(child)
    parent[:] = kept


def _rename(root: Element, prefix: str) -> None:
    """Give ids that something refers to a name of our own, and take out the others."""
    for element in root.iter():
        for key in list(element.attrib):
            value = element.attrib.pop(key)
            element.attrib[key.rpartition("}")[2]] = value
    wanted: dict[str, str] = {}
    for element in root.iter():
        for key, value in element.attrib.items():
            if value.startswith(("#", "url(#")) and key in ("href", "clip-path"):
                for name in _REFERENCE.findall(value):
                    wanted.setdefault(name, f"{prefix}-{len(wanted) + 1}")
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in wanted:
            element.attrib["id"] = wanted[name]
        for key in ("href", "clip-path"):
            if key in element.attrib:
                element.attrib[key] = _REFERENCE.sub(
                    lambda found: f"#{wanted[found[1]]}", element.attrib[key]
                )


def _style(element: Element, themed: bool) -> None:
    """Make a style attribute many attributes, and numbers no longer than can be seen."""
    for name, value in _declarations(element.attrib.pop("style", "")):
        element.attrib[name] = _shown(value, themed)
    if element.attrib.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in ("d", "x", "y", "width", "height", "transform"):
        if name in element.attrib:
            shorter = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[name])
            element.attrib[name] = " ".join(shorter.split())


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for declaration in style.split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":  # matplotlib 3.8: 700 13px 'DejaVu Sans'; `font` is no attribute
            *weight, size = value.partition("px")[0].split()
            yield "font-size", size
            if weight:
                yield "font-weight", weight[-1]
        elif name and name != "font-family":  # the picture as a whole has that
            yield name, value


def _shown(value: str, themed: bool) -> str:
    role = _ROLE_OF.get(value)
    return f"var(--{role}, {value})" if themed and role else value
