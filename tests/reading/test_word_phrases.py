"""Phrases beyond the bare words: negation, degree, hedges, modal verbs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.model import NotReadable
from forecast.reading.lexicon import LEXICON_KEYS, LEXICONS, load, table
from forecast.reading.phrases import framed, interpret, is_modal, known_phrases, plain
from forecast.reading.probabilities import Reading, read_probability

every_lexicon = pytest.mark.parametrize("key", LEXICON_KEYS)

#: From unlikely to likely, in words that every lexicon reads.
SCALE = (
    *("extremely unlikely", "very unlikely", "unlikely", "somewhat unlikely", "even chance"),
    *("somewhat likely", "likely", "very likely", "extremely likely"),
)
LIKELY = ("likely", "probable", "probably", "very likely", "highly probable", "almost certain")
PHRASES = [
    *("likely", "probably", "unlikely", "very likely", "almost certainly", "even chance"),
    *("more likely than not", "no chance", "may", "might", "will", "would", "possibly"),
]


def read(phrase: str, key: str = "icd203", modals: bool = True) -> Reading:
    return read_probability(phrase, LEXICONS[key], modals=modals)


def three(phrase: str, key: str = "icd203", modals: bool = True) -> tuple[float | None, ...]:
    found = read(phrase, key, modals)
    return found.probability, found.low, found.high


@every_lexicon
def test_scale_keeps_its_order(key: str) -> None:
    """More is said of what is likelier, strictly, whatever the lexicon."""
    points = [read(phrase, key, modals=False).probability for phrase in SCALE]
    assert sorted(set(points)) == points


@every_lexicon
@pytest.mark.parametrize("phrase", LIKELY)
def test_not_after_a_phrase_is_its_contrary(key: str, phrase: str) -> None:
    """The lexicon's own word for it where it has one, else the mirror image."""
    if phrase not in LEXICONS[key].by_phrase:
        pytest.skip("not in this lexicon")
    head, _, last = phrase.rpartition(" ")
    own = {"likely": "unlikely", "probable": "improbable", "probably": "improbably"}.get(last)
    contrary = f"{head} {own}".strip()
    negated = f"{phrase} not"
    if negated in LEXICONS[key].by_phrase:
        assert three(negated, key)[0] == LEXICONS[key].by_phrase[negated].point / 100
    elif own and contrary in LEXICONS[key].by_phrase:
        assert three(contrary, key) == three(negated, key)
    else:
        one = LEXICONS[key].by_phrase[phrase]
        mirror = ((100 - one.point) / 100, (100 - one.high) / 100, (100 - one.low) / 100)
        assert mirror == three(negated, key)


@every_lexicon
def test_not_likely_is_unlikely(key: str) -> None:
    """Before and after the word, in every lexicon."""
    expected = three("unlikely", key)
    assert [expected] * 4 == [
        three(phrase, key, modals=False)
        for phrase in ("not likely", "likely not", "is not likely to", "isn't likely")
    ]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        # Half the way to the end: Mosteller and Youtz (1990).
        ("very even chance", None),
        ("extremely likely", (0.9375, 0.9, 0.975)),
        ("extremely unlikely", (0.0625, 0.025, 0.1)),
        ("overwhelmingly probable", (0.9375, 0.9, 0.975)),
        # Half the way to even.
        ("somewhat likely", (0.5875, 0.5, 0.8)),
        ("somewhat unlikely", (0.4125, 0.2, 0.5)),
        # The point stays, the range widens.
        ("quite likely", (0.675, 0.525, 0.9)),
        ("fairly unlikely", (0.325, 0.1, 0.475)),
        ("quite certain", None),
        ("very certain", None),
    ],
)
def test_degree(phrase: str, expected: tuple[float, ...] | None) -> None:
    """A word of degree before a phrase of ICD 203, by hand; none before an end or the middle."""
    if expected is None:
        assert interpret(phrase, load("icd203")) is None
    else:
        assert expected == three(phrase, modals=False)


@every_lexicon
def test_almost_probably_not(key: str) -> None:
    """The article's phrase: unlikely, with a wide range, and odd."""
    found = read("almost probably not", key, modals=False)
    unlikely = read("probably not", key)
    assert unlikely.probability == found.probability < 0.5
    assert found.low is not None
    assert found.high is not None
    assert found.high == unlikely.high
    assert unlikely.low is not None
    assert found.low < unlikely.low or found.low == 0
    assert "'almost' goes with certainty" in found.odd
    assert not unlikely.odd


def test_almost_probably_not_by_hand() -> None:
    """In ICD 203 from almost no chance to unlikely."""
    assert (0.325, 0.01, 0.45) == three("almost probably not", modals=False)
    assert (0.675, 0.55, 0.99) == three("almost probably", modals=False)


@pytest.mark.parametrize(
    ("phrase", "probability"),
    [
        ("would almost probably not", 0.325),  # "would almost probably not want to be engaged"
        ("maybe", 0.4),  # "diplomatically and maybe economically"
        ("would", 0.85),  # "would refrain from offering military assistance"
        ("will", 0.95),  # "will demonstrate that it is a trustworthy ally"
        ("may", 0.4),  # "may deepen economic relations"
        ("it’s feasible that", 0.4),  # "it's feasible that the United States …"
        ("is likely to", 0.675),  # "Xi is likely to achieve"
        ("would also", None),
    ],
)
def test_words_of_the_article(phrase: str, probability: float | None) -> None:
    """Those of the article that started the project, as a draft reads them."""
    if probability is None:
        with pytest.raises(NotReadable):
            read(phrase)
    else:
        assert probability == read(phrase).probability


@pytest.mark.parametrize("row", load("modals").entries, ids=lambda row: row.phrases[0])
def test_vague_words_are_read_only_where_asked(row) -> None:  # type: ignore[no-untyped-def]
    """`predict ID may` must not silently become a number; a draft reads it, with its range."""
    for phrase in (*row.phrases, *row.also):
        for lexicon in LEXICONS.values():
            if phrase in lexicon.by_phrase:
                continue
            with pytest.raises(NotReadable):
                read_probability(phrase, lexicon)
            found = read_probability(phrase, lexicon, modals=True)
            expected = (row.point / 100, row.low / 100, row.high / 100, "Vague words (2026)")
            assert expected == (found.probability, found.low, found.high, found.lexicon)


@pytest.mark.parametrize("row", load("modals").entries, ids=lambda row: row.phrases[0])
def test_vague_words_have_wide_ranges(row) -> None:  # type: ignore[no-untyped-def]
    """At least fifteen points: wider than ICD 203 has for `even chance`."""
    assert row.high - row.low >= 15


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("will not", (0.05, 0.0, 0.25)),
        ("won't", (0.05, 0.0, 0.25)),
        ("won’t be", (0.05, 0.0, 0.25)),
        ("would not", (0.15, 0.0, 0.45)),
        ("may not", (0.6, 0.3, 0.9)),
        ("perhaps not", (0.6, 0.3, 0.9)),
        ("is not expected to", (0.25, 0.05, 0.5)),
        ("are expected to", (0.75, 0.5, 0.95)),
        ("is going to", (0.95, 0.75, 1.0)),
        ("is set to", (0.85, 0.6, 0.98)),
        ("shall", (0.95, 0.75, 1.0)),
        ("may well", (0.6, 0.35, 0.85)),
        # That it is not possible, not that it is possible that not.
        ("could not", (0.05, 0.0, 0.2)),
        ("cannot", (0.05, 0.0, 0.2)),
        ("is not possible", (0.03, 0.0, 0.15)),
        ("is not certain", (0.5, 0.1, 0.9)),
        ("certainly not", (0.03, 0.0, 0.15)),
        # A modal verb beside a phrase of probability.
        ("will probably", (0.675, 0.55, 0.8)),
        ("will probably not", (0.325, 0.2, 0.45)),
        ("would not likely", (0.325, 0.2, 0.45)),
        ("will almost certainly", (0.97, 0.95, 0.99)),
        ("will be very likely to", (0.875, 0.8, 0.95)),
        ("will certainly", (0.97, 0.85, 1.0)),
    ],
)
def test_modal_verbs(phrase: str, expected: tuple[float, ...]) -> None:
    """Alone, with `not`, and beside a phrase, which then says it all; none of these is odd."""
    assert expected == three(phrase)
    assert "" == read(phrase).odd


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("may possibly", (0.4, 0.05, 0.7)),
        ("might perhaps", (0.4, 0.05, 0.7)),
        ("may probably", ((0.4 + 0.675) / 2, 0.1, 0.8)),
        ("could likely", ((0.4 + 0.675) / 2, 0.1, 0.8)),
        ("not very likely", ((0.125 + 0.325) / 2, 0.05, 0.45)),
        ("not unlikely", ((0.5 + 0.675) / 2, 0.5, 0.8)),
        ("not improbable", ((0.5 + 0.675) / 2, 0.5, 0.8)),
    ],
)
def test_odd_phrases(phrase: str, expected: tuple[float, ...]) -> None:
    """Two hedges, and a `not` that is read in two ways: a wide range, and a word about it."""
    assert pytest.approx(expected) == three(phrase)
    assert read(phrase).odd
    with pytest.raises(NotReadable):
        read(phrase, modals=False)


@pytest.mark.parametrize(
    "phrase",
    ["not almost certain", "not even odds", "even chance not", "unlikely not", "not remote"],
)
def test_a_not_that_fits_nothing_is_refused_by_a_draft_too(phrase: str) -> None:
    """There is no saying what was meant."""
    with pytest.raises(NotReadable, match="two ways"):
        read(phrase)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("more likely than not", (0.6, 0.5, 0.8)),
        ("it is more likely than not that", (0.6, 0.5, 0.8)),
        ("less likely than not", (0.4, 0.2, 0.5)),
        ("virtually no chance", (0.03, 0.01, 0.05)),
        ("almost impossible", (0.03, 0.01, 0.05)),
        ("in all likelihood", (0.75, 0.55, 0.95)),
        ("the odds are that", (0.75, 0.55, 0.95)),
        ("no chance", (0.01, 0.0, 0.05)),
        ("not a chance", (0.01, 0.0, 0.05)),
        ("a coin toss", (0.5, 0.45, 0.55)),
        ("fifty-fifty", (0.5, 0.45, 0.55)),
        ("50-50", (0.5, 0.45, 0.55)),
    ],
)
def test_common_phrases(phrase: str, expected: tuple[float, ...]) -> None:
    """The same by every lexicon that has no such entry, and said to come from elsewhere."""
    assert expected == three(phrase, "icd203", modals=False)
    assert "Common phrases (2026)" == read(phrase).lexicon


def test_a_lexicon_s_own_phrase_comes_before_the_common_one() -> None:
    """IPCC has `more likely than not` from 50 to 100."""
    expected = Reading(0.75, "more likely than not", 0.5, 1.0, "IPCC AR5 (2010)")
    assert expected == read("more likely than not", "ipcc")


@pytest.mark.parametrize(
    ("phrase", "hint"),
    [
        ("realistic possibility", "in PHIA (2025) (phia): choose that lexicon"),
        ("certain", "not in ICD 203 (2015), but in Kent (1964) (kent)"),
        ("virtually certain", "in IPCC AR5 (2010) (ipcc)"),
        ("very good chance", "in Perceptions survey (2015) (survey)"),
        ("may", "'may' does not say how likely: write 7%"),
        ("will probably", "'will probably' does not say how likely"),
        ("probly", "did you mean 'probably'"),
    ],
)
def test_refused(phrase: str, hint: str) -> None:
    """One line that says what to write, and which lexicon has what this one does not."""
    with pytest.raises(NotReadable) as error:
        read(phrase, modals=False)
    assert hint in str(error.value)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("it is likely that", "likely"),
        ("there is a coin toss", "coin toss"),
        ("likely", "likely"),
        ("that", "that"),
    ],
)
def test_frames(words: str, expected: str) -> None:
    """What stands around a phrase is taken off, and never all of it."""
    assert expected == framed(words)


def test_contractions() -> None:
    """Straight apostrophes and typeset ones."""
    assert "will not" == plain("won't") == plain("won’t")
    assert "can not" == plain("can't") == plain("cannot")
    assert "is not" == plain("isn't")
    assert "it will" == plain("it'll")
    assert "cant" == plain("cant")


@pytest.mark.parametrize(("phrase", "expected"), [("may", True), ("likely", False), ("x", False)])
def test_is_modal(phrase: str, expected: bool) -> None:
    """What a draft alone reads."""
    assert expected == is_modal(phrase, load("icd203"))


@every_lexicon
@pytest.mark.parametrize("modals", [False, True])
def test_known_phrases_are_read(key: str, modals: bool) -> None:
    """What a draft looks for it can read; the longest come first, so that none hides another."""
    found = known_phrases(LEXICONS[key], modals=modals)
    assert modals == ("may well" in found)
    assert sorted(map(len, found), reverse=True) == list(map(len, found))
    for phrase in found:
        assert read(phrase, key, modals).rule


degrees = [word for row in table("rules")["degree"] for word in row["words"]]
built = st.lists(
    st.sampled_from([*degrees, *PHRASES, "not", "is", "to", "a", "will", "chance", "30%", "about"]),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(built, st.sampled_from(LEXICON_KEYS), st.booleans())
def test_any_phrase_has_its_point_within_its_range_or_is_refused(
    phrase: str, key: str, modals: bool
) -> None:
    """However words are put together; what is read reads the same again, in any case."""
    try:
        found = read(phrase, key, modals)
    except NotReadable:
        return
    assert 0 <= found.probability <= 1
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.probability <= found.high <= 1
        assert found.lexicon
        assert found.rule
    assert (found.probability, found.low) == three(f"  {phrase.upper()} ", key, modals)[:2]


@given(built, st.sampled_from(LEXICON_KEYS))
def test_a_draft_reads_as_a_command_what_a_command_reads(phrase: str, key: str) -> None:
    """Asking for modal verbs adds to what is read, and changes none of it."""
    try:
        strictly = read(phrase, key, modals=False)
    except NotReadable:
        return
    assert strictly == read(phrase, key, modals=True)
