"""HTML rewritten so that it parses in no time: usual pages stay as they are, others are tamed."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from forecast.resolving.sources.contract import SourceError
from forecast.resolving.sources.pages import text_of
from forecast.resolving.sources.tidying import MOST_CHILDREN, MOST_ELEMENTS, tidied


def outline(markup: str) -> list[tuple[str | None, dict[str, str | None], int]]:
    """Every element with its attributes and how many it stands in."""
    found = []
    for node in LexborHTMLParser(markup).css("*"):
        depth, above = 0, node.parent
        while above is not None:
            depth, above = depth + 1, above.parent
        found.append((node.tag, dict(node.attributes), depth))
    return found


@pytest.mark.parametrize(
    "markup",
    [
        "<p>one<p>two<div>three</div>",
        "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>",
        "<dl><dt>a<dd>b<dt>c<dd>d</dl>",
        "<table><tr><td>1<td>2<tr><th>3</table>",
        "<table><caption>x</caption><thead><tr><td>1<tbody><tr><td>2<tfoot><tr><td>3</table>",
        "<table><tr><td><table><tr><td>in</table><td>out</table>",
        "<select><option>a<option selected>b</select>",
        "<a href='x'>one</a> <a href=y>two</a>",
        '<img src=x><br/><input disabled value="a\'b"><hr>',
        "<div><span>x</div>y",
        "<div></span>x</div>",
        "<div><p>x</div>y",
        "<b>bold<p>still</p></b>",
        "<p>a &amp; b &lt; c &copy; &#65; d < e</p>",
        "<svg viewBox='0 0 1 1'><g><path d='M0'/><path d='M1'/></g></svg><p>x",
        "<button>a</button><form><input></form>",
        "<h1>a</h1><section><h2>b</h2></section>",
        "<!-- <p>no --><p>yes<!---->!<!-->",
        "<?xml version='1.0'?><p>x</p></nothing>",
        "<textarea><b>not bold</textarea><title>a<b></title>",
        "<p title='a > b' class=\"x y\" data-z=1>q",
        "<html lang=en><head><title>t</title></head><body class=c><p>x</body></html>",
        "<div>" * 50 + "x" + "</div>" * 50,
        "<pre>a\n  b</pre>",
        "<p>x</p",
        "<p a=1 A=2>x",
        "<ruby>a<rt>b</ruby>",
        "",
    ],
)
def test_pages_stay_what_they_are(markup: str) -> None:
    """End tags that are left out, entities, comments: the same tree and the same text."""
    assert outline(markup) == outline(tidied(markup))
    before, after = LexborHTMLParser(markup).body, LexborHTMLParser(tidied(markup)).body
    assert (before and "".join(before.text().split())) == (after and "".join(after.text().split()))


trees = st.recursive(
    st.text("ab <&>;\"'1", max_size=6).map(lambda text: text.replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda name, value, children: f'<{name} id="{value}">{"".join(children)}</{name}>',
        st.sampled_from(["div", "span", "section", "em", "b", "blockquote", "code"]),
        st.text("ab<>' ", max_size=4),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


@given(trees)
def test_well_formed_pages_stay_what_they_are(markup: str) -> None:
    """Whatever elements within each other, with whatever attributes."""
    assert outline(markup) == outline(tidied(markup))


@given(
    st.lists(
        st.sampled_from(
            [
                "<b>",
                "</b>",
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<table>",
                "</table>",
                "<tr>",
                "<td>",
                "<a href=x>",
                "</a>",
                "<li>",
                "<ul>",
                "</ul>",
                "<svg>",
                "</svg>",
                "<g/>",
                "<button>",
                "<font a=1>",
                "<select>",
                "<option>",
                "<template>",
                "</template>",
                "<form>",
                "x",
                "<title>",
                "</title>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<math>",
                "<mi>",
                "<h1>",
                "</h1>",
                "<body a=1>",
                "<html>",
                "</body>",
                "<br>",
                "<nobr>",
                "<textarea>",
            ]
        ),
        max_size=60,
    ).map("".join)
)
def test_nothing_grows(markup: str) -> None:
    """However wild, the tree has no more elements than tags were written, times a little."""
    tame = tidied(markup)
    n_tags = markup.count("<")
    assert len(LexborHTMLParser(tame).css("*")) <= 3 + 12 * n_tags
    assert tame.count("<") <= 1 + 2 * n_tags


MEGABYTES = 5_000_000


def filled(start: str, part: str) -> str:
    """Five megabytes of the same."""
    return start + part * (MEGABYTES // len(part))


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 100_000, id="deep"),
        pytest.param(filled("", "<div>"), id="deeper"),
        pytest.param(filled("", "<p>x"), id="paragraphs"),
        pytest.param(filled("<p ", "a1=1 "), id="one attribute again and again"),
        pytest.param("<p " + " ".join(f"a{n}=1" for n in range(500_000)) + ">", id="attributes"),
        pytest.param("".join(f"<body a{n}=1>" for n in range(200_000)), id="bodies"),
        pytest.param(
            "".join(f"<font a={n}>" for n in range(1000)) + "<p>x" * 19_000, id="formatting"
        ),
        pytest.param(filled("", "<!--"), id="comment"),
        pytest.param(filled("", "<!-- -->"), id="comments"),
        pytest.param(filled("", "<script></script>"), id="scripts"),
        pytest.param(filled("", "<"), id="less than"),
        pytest.param(filled("", "<a ="), id="tag without end"),
        pytest.param(filled("", "<a b='>"), id="quotes"),
        pytest.param(filled("", "</div>"), id="ends"),
        pytest.param(filled("", "&#65;"), id="entities"),
        pytest.param("<p><table><tr><td>" + "<span>" * 140 + "<div></div>" * 39_000, id="walls"),
        pytest.param("<select>" + "<option>a" * 19_000, id="options"),
        pytest.param(filled("", "<table>"), id="tables"),
        pytest.param(filled("<svg>", "<g/>"), id="svg"),
        pytest.param(filled("", "lorem ipsum "), id="text"),
        pytest.param(filled("", "<div><p>x</p></div>"), id="too many"),
        pytest.param(("<div>" * 140 + "</div>" * 140) * 1500, id="chains"),
    ],
)
def test_hostile_pages_take_seconds(markup: str) -> None:
    """They are read, or refused in one line."""
    began = time.perf_counter()
    with suppress(SourceError):
        text_of(markup)
    assert time.perf_counter() - began < 15


def test_limits() -> None:
    """What is too much is said."""
    with pytest.raises(SourceError, match="more than 40,000 elements side by side"):
        tidied("<p>" * (MOST_CHILDREN + 1))
    with pytest.raises(SourceError, match=r"more than 200,000 elements$"):
        tidied(("<ul>" + "<li>" * 1000 + "</ul>") * (MOST_ELEMENTS // 1000))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain  text", "plain text"),
        ("a &amp; b", "a & b"),
        ("<p>one</p><p>two</p>", "one two"),
        ("x<sup>2</sup>y", "x 2 y"),
        ("<style>p {}</style>a<script>b</script>", "a"),
        ("1 < 2", "1 < 2"),
        ("<frameset><frame src=x></frameset>", ""),
    ],
)
def test_text(markup: str, text: str) -> None:
    """What a reader sees, on one line."""
    assert text == text_of(markup)
