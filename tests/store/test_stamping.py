"""Time stamps: what an authority of openssl's says is read, and believed for its certificate."""

import random
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest
from made_authority import NAME, made_authority

from forecast.model import ForecastError
from forecast.store import append, seals
from forecast.store.sealing import stamping
from forecast.store.sealing.stamping import NoStamp, NotInstalled

TEXT = "forecast seal 1\nmade up\n"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority."""
    return made_authority(tmp_path_factory.mktemp("authority") / "a")


@pytest.fixture(scope="module")
def impostor(tmp_path_factory):
    """One that calls itself the same."""
    return made_authority(tmp_path_factory.mktemp("impostor") / "a")


@pytest.fixture(scope="module")
def token(authority):
    """A stamp of the text."""
    return authority.reply(stamping.request(TEXT)[0])


def test_a_request_shows_a_digest_and_nothing_else(authority):
    """As openssl reads it: SHA-256 of the text; and no two are alike."""
    first, nonce = stamping.request(TEXT)
    second, other = stamping.request(TEXT)
    assert (True, True) == (first != second, nonce != other)
    (authority.folder / "asked").write_bytes(first)
    (authority.folder / "text").write_text(TEXT)
    options = ("-query", "-data", "text", "-sha256", "-cert")
    authority.openssl("ts", *options, "-out", "theirs")
    shown = authority.openssl("ts", "-query", "-in", "asked", "-text").stdout.decode()
    theirs = authority.openssl("ts", "-query", "-in", "theirs", "-text").stdout.decode()
    (asked,) = re.findall("Nonce: (.*)", shown)
    assert (nonce, re.sub("Nonce: .*", f"Nonce: {asked}", theirs)) == (int(asked, 16), shown)


def test_a_stamp_says_when_and_who(authority):
    """It is kept as it came, and openssl verifies it without this program."""
    query, nonce = stamping.request(TEXT)
    reply = authority.reply(query)
    stamp = stamping.received(reply, TEXT, nonce)
    assert NAME == stamp.by
    assert abs(datetime.now(UTC) - stamp.at) < timedelta(minutes=1)
    (authority.folder / "kept").write_bytes(reply)
    (authority.folder / "text").write_text(TEXT)
    options = ("-verify", "-data", "text", "-in", "kept", "-CAfile", "ca.pem")
    assert b"Verification: OK\n" == authority.openssl("ts", *options).stdout


def test_stamps_of_something_else(authority, token):
    """Of another text, or an answer to another request: an old one sent again."""
    with pytest.raises(NoStamp, match=r"^it is a time stamp of something else$"):
        stamping.read(token, TEXT + " ")
    with pytest.raises(NoStamp, match=r"^the answer is one to another request$"):
        stamping.received(token, TEXT, stamping.request(TEXT)[1])


def test_a_refusal(authority):
    """It is told in the authority's words."""
    with pytest.raises(NoStamp) as caught:
        stamping.read(authority.reply(b"please"), TEXT)
    expected = "no stamp was given: it was refused; Bad request format or system error."
    assert expected == str(caught.value)


def test_who_vouches(authority, impostor, token):
    """The authority's root does; one of the same name does not, nor does no certificate."""
    assert stamping.read(token, TEXT) == stamping.vouched_for(token, TEXT, authority.ca)
    with pytest.raises(NoStamp, match=r"ca\.pem does not vouch for it \(unable to get local"):
        stamping.vouched_for(token, TEXT, impostor.ca)
    with pytest.raises(ForecastError, match="holds no certificates: give them in PEM"):
        stamping.vouched_for(token, TEXT, authority.folder / "cnf")
    with pytest.raises(ForecastError, match="nowhere cannot be read: No such file"):
        stamping.vouched_for(token, TEXT, authority.folder / "nowhere")


def test_a_stamp_with_another_time(authority, token):
    """Whoever changes the time in it is found out by the certificate, and only by it."""
    at = stamping.read(token, TEXT).at
    written = at.strftime("%Y%m%d%H%M%SZ").encode()
    assert 1 == token.count(written)
    earlier = (at - timedelta(days=1000)).strftime("%Y%m%d%H%M%SZ").encode()
    forged = token.replace(written, earlier)
    assert at - timedelta(days=1000) == stamping.read(forged, TEXT).at
    with pytest.raises(NoStamp, match="does not vouch for it"):
        stamping.vouched_for(forged, TEXT, authority.ca)


def test_whatever_somebody_sends(authority, token):
    """Bytes that are no stamp, and stamps with bytes changed: a line, or the very same stamp."""
    stamp = stamping.read(token, TEXT)
    random.seed(7)
    bad = [b"", b"0", token[:-1], token + b"0", b"\x30\x80", random.randbytes(1000), TEXT.encode()]
    for _ in range(1500):
        changed = bytearray(token)
        changed[random.randrange(len(token))] = random.randrange(256)
        bad.append(bytes(changed))
    n_read = 0
    for data in bad:
        try:
            read = stamping.vouched_for(data, TEXT, authority.ca)
        except NoStamp:
            continue
        n_read += 1
        assert stamp == read
    assert n_read < 50


def test_the_layer_of_a_stamp(tmp_path, authority, impostor, token):
    """Without certificates not checked; with them a pass or a fail; a missing one fails, then."""
    file = tmp_path / "seal.txt.tsr"
    assert None is stamping.layer(TEXT, file)
    missing = stamping.layer(TEXT, file, authority.ca)
    assert ("stamp", "fail", f"there is no {file}") == as_tuple(missing)
    file.write_bytes(token)
    stamp = str(stamping.read(token, TEXT))
    assert stamp.endswith(f" by {NAME}")
    for expected, who in (
        (("not checked", f"{stamp}, whose authority was not checked (--tsa-ca)"), None),
        (("pass", f"{stamp}, for whom {authority.ca} vouches"), authority.ca),
    ):
        assert ("stamp", *expected) == as_tuple(stamping.layer(TEXT, file, who))
    assert "fail" == stamping.layer(TEXT, file, impostor.ca).state
    other = stamping.layer(TEXT + " ", file)
    assert ("stamp", "fail", f"{file}: it is a time stamp of something else") == as_tuple(other)


def as_tuple(layer):
    """A layer's name, state and words."""
    return layer.name, layer.state, layer.detail


def test_without_the_library(tmp_path, monkeypatch, authority, token):
    """What needs it says what to install; a stamp is not checked, unless that was the question."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    problem = r"pip install 'forecast-tracker\[stamp\]'$"
    for needing in (
        stamping.need,
        lambda: stamping.request(TEXT),
        lambda: stamping.read(token, TEXT),
    ):
        with pytest.raises(NotInstalled, match=problem):
            needing()
    file = tmp_path / "seal.txt.tsr"
    file.write_bytes(token)
    assert "not checked" == stamping.layer(TEXT, file).state
    with pytest.raises(NotInstalled, match=problem):
        stamping.layer(TEXT, file, authority.ca)


def test_what_stamps_say_of_the_record(db, told, rain, authority, monkeypatch):
    """A seal with a stamp of its own passes; one with a stamp of another fails."""
    append.add_question(db, rain, told())
    kept = [
        seals.keep(db, seals.taken(db, NOW.replace(hour=hour)), "https://tsa.example/")
        for hour in (12, 13)
    ]
    tokens = [authority.reply(stamping.request(one.text)[0]) for one in kept]
    seals.add_stamp(db, kept[0].id, tokens[0])
    assert "pending" == seals.judge(db)[0]
    seals.add_stamp(db, kept[1].id, tokens[1])
    last = stamping.read(tokens[1], kept[1].text)
    expected = f"the last {last}, whose authority was not checked"
    said = f"2 made by this tracker; 2 with a time stamp, {expected}"
    assert ("pass", said) == seals.judge(db)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "rfc3161_client", None)
        state, detail = seals.judge(db)
        assert ("pass", True) == (state, "2 with a time stamp, which was not looked at" in detail)
    db.execute("UPDATE seals SET stamp = ? WHERE id = ?", (tokens[1], kept[0].id))
    expected = (
        "the time stamp of the seal of 2026-05-04T12:00:00.000000Z: "
        "it is a time stamp of something else"
    )
    assert ("fail", expected) == seals.judge(db)
