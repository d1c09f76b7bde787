"""Q1: what is asked, and where its answer will be looked up."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from forecast.drafting.lint.asked import Asked
from forecast.drafting.lint.english import listed
from forecast.drafting.lint.rule import CREATORS, METACULUS, Edit, Example, Note, Rule

#: Sources that are nothing but these cannot be looked up.
_ANYBODY = frozenset(
    listed("""
    news media press reports report reporting newspapers newspaper outlets outlet sources source
    articles article internet web online website websites google twitter x facebook social
    television tv radio experts expert analysts officials official authorities government
    statements statement announcements announcement knowledge public data statistics information
    search research journalists
    """)
)
_PRAISE = frozenset(
    listed("""
    credible reliable reputable major leading trusted trustworthy authoritative serious relevant
    international national local global various multiple several many any other all most open
    common general mainstream independent established the a of from in on by and or e.g. etc
    appropriate respected well-known known wide widely available publicly latest
    """)
)
_SHORTENERS = ("bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "lnkd.in")
_SEARCHES = re.compile(
    r"(?:^|\.)(?:google\.[a-z.]+|bing\.com|duckduckgo\.com|search\.yahoo\.com|yandex\.[a-z]+)$"
)
_HERE = re.compile(
    r"^(?:localhost|127\.|10\.|192\.168\.|0\.0\.0\.0|\[?::1|.*\.local$|.*\.internal$)"
)
_PATH = re.compile(r"^(?:file:|[A-Za-z]:\\|~/|/(?:home|tmp|Users|var)/)")


def _no_source(asked: Asked) -> Iterator[Note]:
    open_sources = [key for key in asked.open if key[0] == "sources"]
    if open_sources:
        yield Note(
            min(open_sources), 'sources are still open ("?"): say where the answer is published'
        )
    elif not asked.question.sources and asked.question.resolver is None:
        yield Note(("sources",), "no source: say where the answer will be looked up")


def _too_vague(asked: Asked) -> Iterator[Note]:
    for index, source in asked.sources:
        found = re.findall(r"[a-z.-]+", source.lower())
        named = [word for word in found if word not in _PRAISE]
        if named and all(word in _ANYBODY for word in named) and "." not in source[:-1]:
            message = f"source '{source}' cannot be looked up: name the publication or its page"
            yield Note(("sources", index), message, source)


def _the_article(asked: Asked) -> Iterator[Note]:
    article = asked.question.article
    if article is None or not asked.sources:
        return
    own = {_plain(text) for text in (article.url, article.title) if text}
    if all(_plain(source) in own for _, source in asked.sources):
        yield Note(
            ("sources", asked.sources[0][0]),
            "the only source is the article that predicts it: name where the answer will appear",
        )


def _out_of_reach(asked: Asked) -> Iterator[Note]:
    for index, source in asked.sources:
        problem = _reach_problem(source)
        if problem:
            yield Note(("sources", index), f"source '{source}' {problem}", source)


def _reach_problem(source: str) -> str:
    if _PATH.match(source):
        return "is a file of your machine: name what others can open"
    if not source.startswith(("http://", "https://")):
        return ""
    try:
        parts = urlsplit(source)
        host = parts.hostname or ""
    except ValueError:
        return "is not a web address: write it out"
    if _HERE.match(host):
        return "is an address of your own network: name what others can open"
    if host.removeprefix("www.") in _SHORTENERS:
        return "is a shortened address, which may lead elsewhere tomorrow: write the long one"
    if _SEARCHES.search(host) and parts.path.startswith(("/search", "/?q")):
        return "is a search, which finds something else tomorrow: name the page it found"
    return ""


def _without_scheme(asked: Asked) -> Iterator[Note]:
    for index, source in asked.sources:
        if re.match(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?$", source):
            key = ("sources", index)
            link = f"https://{source}"
            edit = None if link in asked.question.sources else Edit(key, link)
            yield Note(key, f"source '{source}' is no link: write {link}", source, edit)


def _tag_twice(asked: Asked) -> Iterator[Note]:
    seen: dict[str, str] = {}
    for index, tag in enumerate(asked.question.tags):
        plain = re.sub(r"[\s_-]+", "-", tag.casefold())
        if plain in seen:
            key = ("tags", index)
            message = f"tag '{tag}' is '{seen[plain]}' once more: keep one"
            yield Note(key, message, tag, Edit(key, None))
        seen.setdefault(plain, tag)


def _plain(address: str) -> str:
    bare = re.sub(r"^https?://(?:www\.)?", "", address.strip().casefold())
    return bare.split("#")[0].rstrip("/")


RULES = (
    Rule(
        code="Q101",
        name="no-source",
        what="A question says nowhere where its answer will be looked up.",
        why="Whoever settles it later, perhaps yourself, looks in another place than was meant. A "
        "resolver counts as a source.",
        bad=Example("sources = []"),
        good=Example('sources = ["https://www.stortinget.no/"]'),
        find=_no_source,
        guides=(METACULUS, CREATORS),
    ),
    Rule(
        code="Q102",
        name="vague-source",
        what='A source is everybody and nobody: "news reports", "credible media", "experts".',
        why="Reports contradict each other, and one can always find one. A source is something a "
        "stranger can open: a publication, an institution's page, a document's number.",
        bad=Example('sources = ["credible media reports"]'),
        good=Example('sources = ["Reports of AFP, AP and Reuters"]'),
        find=_too_vague,
        guides=(METACULUS,),
    ),
    Rule(
        code="Q103",
        name="article-as-source",
        what="The only source is the article in which the prediction stands.",
        why="An article can say what will happen; what happened will stand somewhere else.",
        bad=Example("""\
sources = ["https://example.org/treaty/"]

[question.article]
title = "The treaty's long way"
url = "https://www.example.org/treaty"
"""),
        good=Example("""\
sources = ["https://www.stortinget.no/"]

[question.article]
title = "The treaty's long way"
url = "https://www.example.org/treaty"
"""),
        find=_the_article,
    ),
    Rule(
        code="Q104",
        name="source-out-of-reach",
        what="A source is a file, an address of your own network, a shortened address or a search.",
        why="Others cannot open it, or find something else behind it tomorrow.",
        bad=Example('sources = ["https://www.google.com/search?q=storting+treaty"]'),
        good=Example('sources = ["https://www.stortinget.no/en/"]'),
        find=_out_of_reach,
        guides=(METACULUS,),
    ),
    Rule(
        code="Q105",
        name="link-without-scheme",
        what="A source is a web address without https://.",
        why="Programs do not take it for a link, and people have to guess.",
        bad=Example('sources = ["www.stortinget.no/en/"]'),
        good=Example('sources = ["https://www.stortinget.no/en/"]'),
        find=_without_scheme,
        fix="writes https:// before it",
    ),
    Rule(
        code="Q106",
        name="tag-twice",
        what="A tag stands there twice, in another spelling.",
        why="Reports by tag would show one subject as two.",
        bad=Example('tags = ["high-seas", "norway", "High seas"]'),
        good=Example('tags = ["high-seas", "norway"]'),
        find=_tag_twice,
        fix="keeps the first",
    ),
)
