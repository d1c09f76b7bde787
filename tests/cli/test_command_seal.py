"""`seal` and `verify --against`: a seal is given away whole or not at all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from made_authority import NAME, made_authority

from forecast.store import seals

LATER = "2026-05-04T13:00Z"


def needs(program):
    """Skip a test where a program is missing."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


@pytest.fixture(autouse=True)
def rain(forecast):
    """A question of a month with a forecast: four positions."""
    forecast("add", "Will it rain?", "--by", "2026-06-01", "--id", "rain", "-p", "7%")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to be in."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


@pytest.fixture
def key(tmp_path):
    """A key without a passphrase."""
    return made_key(tmp_path / "key")


def made_key(path, passphrase=""):
    """Make a key."""
    ssh_keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-C", "ann", "-f", path]
    subprocess.run([*ssh_keygen, "-N", passphrase], check=True)
    return path


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository of somebody who has a name."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "ann")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ann@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    path = tmp_path / "repository"
    subprocess.run(["git", "init", "--quiet", path], check=True)
    return path


def git(repository, *arguments):
    """What git prints."""
    done = subprocess.run(["git", "-C", repository, *arguments], capture_output=True, check=False)
    return done.stdout.decode()


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A time-stamping authority, made once."""
    return made_authority(tmp_path_factory.mktemp("authority") / "a")


@pytest.fixture
def authority(made):
    """The authority, answering as it should."""
    made.__post_init__()
    made.queries.clear()
    return made


def names(folder):
    """The files in a folder."""
    return sorted(one.name for one in folder.iterdir())


def layers(forecast, *arguments):
    """What `verify` says, and how it ends."""
    ran = forecast("verify", "--json", *arguments)
    said = {one["layer"]: (one["state"], one["detail"]) for one in ran.json["layers"]}
    return ran.status, said


# A seal by itself


def test_a_seal_is_printed(forecast):
    """Nothing but its lines, so that it can be piped."""
    ran = forecast("seal")
    assert (0, "") == (ran.status, ran.err)
    assert ran.out == seals.text(seals.parse(ran.out, "it"))
    assert "made 2026-05-04T12:00:00.000000Z\npositions 4\n" in ran.out
    assert (0, "pass") == verified(forecast)


def verified(forecast):
    """The status of `verify`, and of its layer of seals."""
    status, said = layers(forecast)
    return status, said["seals"][0]


def test_a_seal_in_a_file(forecast, folder):
    """The same lines; the record extends them, and a shorter one does not."""
    ran = forecast("seal", "-o", "seal.txt")
    assert "Sealed 4 positions in seal.txt: give it away, or publish it.\n" == ran.out
    forecast("predict", "rain", "8%", now=LATER)
    status, said = layers(forecast, "--against", "seal.txt")
    expected = ("pass", "it extends the seal of 2026-05-04T12:00:00.000000Z by 1")
    assert (0, expected) == (status, said["against"])
    assert {"signature", "stamp"}.isdisjoint(said)
    forecast("seal", "-o", "later.txt", now=LATER)
    again = ("--db", "again.db")
    forecast("add", "Will it rain?", "--by", "2026-06-01", "--id", "rain", "-p", "7%", *again)
    status, said = layers(forecast, "--against", "later.txt", *again)
    assert (1, "the record has 4 positions, the seal 5: some are gone") == (
        status,
        said["against"][1],
    )


def test_seal_json(forecast, folder):
    """Scripts get all of it."""
    ran = forecast("seal", "-o", "seal.txt", "--json").json
    assert 64 == len(ran.pop("head"))
    expected = {
        "made_at": "2026-05-04T12:00:00.000000Z",
        "positions": 4,
        "questions": 1,
        "forecasts": 1,
        "resolutions": 0,
        "file": "seal.txt",
        "signed": False,
        "committed": None,
        "stamp": None,
        "completed": 0,
    }
    assert expected == ran


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (["--sign", "key"], 2, "--sign needs a file to sign: add -o FILE or --commit REPO"),
        (["--pending", "--stamp", "https://x"], 2, "--pending seals nothing"),
        (["--allow-private"], 2, "--allow-private goes with --pending"),
        (["--stamp", "tsa.example"], 2, "tsa.example is not an address: write https://…"),
        (["--stamp", "https://a:b@tsa.example"], 2, "would be kept: refused"),
        (["-o", "."], 1, ". is a folder: name a file in it"),
        (["-o", "no/such/folder"], 1, "no/such/folder cannot be written: No such file"),
        (["-o", "../tracker.db"], 1, "../tracker.db is the tracker itself"),
        (["--commit", "nowhere"], 1, "there is no folder nowhere to commit to"),
    ],
)
def test_what_cannot_be(forecast, folder, arguments, status, problem):
    """One line that says why, and no seal is remembered."""
    ran = forecast("seal", *arguments)
    assert (status, True, 1) == (ran.status, problem in ran.err, len(ran.err.splitlines()))
    assert ([], "not checked") == (names(folder), layers(forecast)[1]["seals"][0])


def test_an_empty_record(forecast, folder):
    """There is nothing to seal, and no file."""
    ran = forecast("seal", "-o", "seal.txt", "--db", "none.db")
    assert (1, "Error: the record is empty: there is nothing to seal\n") == (ran.status, ran.err)
    assert [] == names(folder)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--signers", "x"], "--signers and --signer go together"),
        (["--signer", "x", "--against", "seal.txt"], "--signers and --signer go together"),
        (["--signers", "x", "--signer", "y"], "add --against SEAL"),
        (["--tsa-ca", "x"], "add --against SEAL"),
    ],
)
def test_options_that_need_each_other(forecast, folder, arguments, problem):
    """Without each other they would check nothing."""
    ran = forecast("verify", *arguments)
    assert (2, True) == (ran.status, problem in ran.err)


def test_what_is_no_kept_seal(forecast, folder):
    """A missing file, one that is something else, and one that never ends."""
    Path("mail").write_text("Dear all")
    for name, problem in (
        ("nowhere", "nowhere cannot be read: No such file or directory"),
        ("mail", "mail holds no seal: give the text that forecast seal wrote"),
        ("/dev/zero", "/dev/zero is too long to be a seal: over 1 MB"),
    ):
        ran = forecast("verify", "--against", name)
        assert (1, f"Error: {problem}\n") == (ran.status, ran.err)


# Signed


@needs("ssh-keygen")
def test_a_signed_seal(forecast, folder, key):
    """The signature lies beside it, and `verify` says what it is worth."""
    ran = forecast("seal", "-o", "seal.txt", "--sign", str(key))
    assert (
        f"Sealed 4 positions in seal.txt: give it away, or publish it.\nSigned with {key}.\n"
        == (ran.out)
    )
    assert ["seal.txt", "seal.txt.sig"] == names(folder)
    state, detail = layers(forecast, "--against", "seal.txt")[1]["signature"]
    assert ("not checked", True) == (state, "whose it is was not checked (--signers)" in detail)
    Path("signers").write_text(f"ann@x {key.with_suffix('.pub').read_text()}")
    for who, expected in (("ann@x", (0, "pass")), ("bob@x", (1, "fail"))):
        wanted = ("--signers", "signers", "--signer", who)
        status, said = layers(forecast, "--against", "seal.txt", *wanted)
        assert expected == (status, said["signature"][0])
    sealed = Path("seal.txt").read_text()
    Path("seal.txt").write_text(f"{sealed}\n")
    status, said = layers(forecast, "--against", "seal.txt")
    assert (1, "pass", "fail") == (status, said["against"][0], said["signature"][0])
    Path("seal.txt.sig").unlink()
    status, said = layers(forecast, "--against", "seal.txt", *wanted)
    assert (1, "fail") == (status, said["signature"][0])


@needs("ssh-keygen")
def test_a_key_that_cannot_sign(forecast, folder, tmp_path):
    """Neither the seal nor a signature is there, and none is remembered; an old one stays."""
    forecast("seal", "-o", "old.txt")
    before = Path("old.txt").read_bytes()
    locked = made_key(tmp_path / "locked", "a passphrase")
    for name in ("old.txt", "new.txt"):
        ran = forecast("seal", "-o", name, "--sign", str(locked), now=LATER)
        expected = (
            f"Error: {locked} cannot sign: its passphrase was not given: unlock it with ssh-add, "
            "or run this on a terminal\n"
        )
        assert (1, expected) == (ran.status, ran.err)
    assert (["old.txt"], before) == (names(folder), Path("old.txt").read_bytes())
    assert "1 made by this tracker" == layers(forecast)[1]["seals"][1]


@needs("ssh-keygen")
def test_a_passphrase_is_asked_for_on_a_terminal(forecast, folder, tmp_path):
    """By ssh-keygen itself: this program never sees it."""
    pexpect = pytest.importorskip("pexpect", reason="pexpect, of the extra test, is not installed")
    locked = made_key(tmp_path / "locked", "a passphrase")
    command = ["-m", "forecast", "seal", "-o", "seal.txt", "--sign", str(locked)]
    child = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=20)
    child.expect("Enter passphrase.*: ")
    child.sendline("a passphrase")
    child.expect("Signed with")
    child.expect(pexpect.EOF)
    child.close()
    assert (0, ["seal.txt", "seal.txt.sig"]) == (child.exitstatus, names(folder))


@needs("ssh-keygen")
def test_what_belongs_to_an_earlier_seal(forecast, folder, key):
    """A new seal under the old one's signature would look forged: it is refused, or signed anew."""
    forecast("seal", "-o", "seal.txt", "--sign", str(key))
    ran = forecast("seal", "-o", "seal.txt", now=LATER)
    expected = "Error: seal.txt.sig is of an earlier seal: remove it, or name another file\n"
    assert (1, expected) == (ran.status, ran.err)
    assert 0 == forecast("seal", "-o", "seal.txt", "--sign", str(key), now=LATER).status
    assert (0, "not checked") == signature_of(forecast)


def signature_of(forecast):
    """The status of `verify` against seal.txt, and what its signature is worth."""
    status, said = layers(forecast, "--against", "seal.txt")
    return status, said["signature"][0]


# Committed


@needs("git")
def test_a_committed_seal(forecast, folder, repository):
    """One file for one state of the record; the same state again is nothing new."""
    head = forecast("seal", "--json").json["head"]
    file = repository / "forecast-seals" / f"seal-4-{head[:8]}.txt"
    ran = forecast("seal", "--commit", str(repository))
    commit = git(repository, "rev-parse", "HEAD")[:10]
    assert (0, f"Committed position 4 as {file} ({commit}).\n") == (ran.status, ran.out)
    again = forecast("seal", "--commit", str(repository), now=LATER)
    assert (0, f"Nothing new to commit: position 4 is sealed in {file}.\n") == (
        again.status,
        again.out,
    )
    assert "Seal the forecast record at position 4\n" == git(repository, "log", "--format=%s")
    forecast("predict", "rain", "8%", now=LATER)
    assert 0 == forecast("seal", "--commit", str(repository), now=LATER).status
    assert ["5", "4"] == [line[-1] for line in git(repository, "log", "--format=%s").splitlines()]
    assert (0, "pass") == (layers(forecast, "--against", str(file))[0], verified(forecast)[1])


@needs("git")
def test_a_commit_that_is_refused(forecast, folder, repository):
    """Then there is no seal at all: not in the repository, not in a file, not in the tracker."""
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    ran = forecast("seal", "--commit", str(repository), "-o", "seal.txt")
    assert (1, True) == (ran.status, ran.err.endswith("not today\n"))
    assert ([], [".git"], "") == (names(folder), names(repository), git(repository, "status", "-s"))
    assert "not checked" == layers(forecast)[1]["seals"][0]


@needs("git")
@needs("ssh-keygen")
def test_all_at_once(forecast, folder, repository, key, authority):
    """Written, signed, committed and stamped: the same seal in both places, with all beside it."""
    with authority.serving() as url:
        ran = forecast(
            *("seal", "-o", "seal.txt", "--sign", str(key), "--commit", str(repository)),
            *("--stamp", url, "--json"),
        )
        assert (0, "stamped", NAME) == (
            ran.status,
            ran.json["stamp"]["state"],
            ran.json["stamp"]["by"],
        )
        again = forecast("seal", "--commit", str(repository), "--stamp", url, "--sign", str(key))
        assert (0, 1) == (again.status, len(authority.queries))
    committed = Path(ran.json["committed"]["file"])
    assert git(repository, "rev-parse", "HEAD").strip() == ran.json["committed"]["commit"]
    for ending in ("", ".sig", ".tsr"):
        data = Path(f"seal.txt{ending}").read_bytes()
        assert data == committed.with_name(committed.name + ending).read_bytes()
    assert "" == git(repository, "status", "-s")


@needs("git")
def test_a_seal_of_another_record(forecast, folder, repository):
    """A file in the repository that says something else about this very state is pointed out."""
    file = Path(forecast("seal", "--commit", str(repository), "--json").json["committed"]["file"])
    file.write_text(file.read_text().replace("forecasts 1", "forecasts 2"))
    git(repository, "commit", "-qam", "a lie")
    ran = forecast("seal", "--commit", str(repository))
    assert (1, True) == (ran.status, "is no seal of this record" in ran.err)


# Time-stamped


def test_a_stamped_seal(forecast, folder, authority):
    """The stamp lies beside the seal and in the tracker; certificates say what it is worth."""
    with authority.serving() as url:
        ran = forecast("seal", "-o", "seal.txt", "--stamp", url)
    assert (0, ["seal.txt", "seal.txt.tsr"]) == (ran.status, names(folder))
    assert ran.out.splitlines()[-1].startswith("Stamped at 2")
    assert ran.out.endswith(f"Z by {NAME}.\n")
    status, said = layers(forecast, "--against", "seal.txt")
    stamped = ran.out.splitlines()[-1][1:-1]
    expected = f"1 made by this tracker; s{stamped}, whose authority was not checked"
    assert (0, ("pass", expected)) == (status, said["seals"])
    expected = f"s{stamped}, whose authority was not checked (--tsa-ca)"
    assert ("not checked", expected) == said["stamp"]
    wanted = ("--against", "seal.txt", "--tsa-ca", str(authority.ca))
    status, said = layers(forecast, *wanted)
    assert (0, ("pass", f"s{stamped}, for whom {authority.ca} vouches")) == (status, said["stamp"])
    Path("seal.txt").write_text(Path("seal.txt").read_text().replace("forecasts 1", "forecasts 2"))
    status, said = layers(forecast, *wanted)
    expected = ("fail", "seal.txt.tsr: it is a time stamp of something else")
    assert (1, expected) == (status, said["stamp"])
    Path("seal.txt.tsr").unlink()
    assert (1, ("fail", "there is no seal.txt.tsr")) == (
        layers(forecast, *wanted)[0],
        layers(forecast, *wanted)[1]["stamp"],
    )


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((503, b"busy"), "answered 503"),
        ((200, b"<html>"), "it is no time stamp that can be read"),
        ((200, b"0" * 1_000_001), "sent more than 1 MB"),
        ((200, b""), "it is no time stamp that can be read"),
    ],
)
def test_an_authority_that_gives_no_stamp(forecast, folder, authority, answer, problem):
    """The seal is made all the same; its stamp is pending, said so, and done by --pending."""
    authority.answers = lambda query: answer
    with authority.serving() as url:
        ran = forecast("seal", "-o", "seal.txt", "--stamp", url)
        assert (0, True) == (ran.status, f"The time stamp is pending ({url}" in ran.out)
        assert f"{problem}): forecast seal --pending\n" in ran.out
        assert (["seal.txt"], (0, "pending")) == (names(folder), verified(forecast))
        still = forecast("seal", "--pending", "--allow-private")
        line = "The seal of 2026-05-04T12:00:00.000000Z: still pending: "
        assert (1, True, True) == (still.status, still.out.startswith(line), problem in still.out)
        authority.__post_init__()
        done = forecast("seal", "--pending", "--allow-private", "-o", "seal.txt")
        assert (0, True) == (done.status, done.out.endswith(f"Z by {NAME}\n"))
    wanted = ("--against", "seal.txt", "--tsa-ca", str(authority.ca))
    assert "pass" == layers(forecast, *wanted)[1]["stamp"][0]
    assert (0, "pass") == verified(forecast)
    assert "No time stamp is pending.\n" == forecast("seal", "--pending").out


def test_an_old_answer_is_none(forecast, folder, authority):
    """Who sends a stamp of the same seal that was made for another request gives none."""
    kept = []

    def replay(query):
        kept.append(authority.reply(query))
        return 200, kept[0]

    authority.answers = replay
    with authority.serving() as url:
        assert "stamped" == sealed_by(forecast, url)["state"]
        assert "it is a time stamp of something else" in sealed_by(forecast, url, LATER)["problem"]
        stamps = forecast("seal", "--pending", "--allow-private", "--json").json["stamps"]
    assert 1 == len(stamps)


def sealed_by(forecast, url, now=None):
    """What became of the stamp of a seal."""
    return forecast("seal", "--stamp", url, "--json", now=now).json["stamp"]


def test_the_next_stamp_completes_the_ones_before(forecast, folder, authority):
    """By the same authority; another's stays pending. One that is down is asked once."""
    with authority.serving() as url, authority.serving() as another:
        authority.answers = lambda query: (503, b"")
        for hour in (12, 13, 14):
            assert "pending" == sealed_by(forecast, url, f"2026-05-04T{hour}:00Z")["state"]
        sealed_by(forecast, another, "2026-05-04T15:00Z")
        n_before = len(authority.queries)
        ran = forecast("seal", "--pending", "--allow-private", "--json")
        assert (1, 4, n_before + 2) == (
            ran.status,
            len(ran.json["stamps"]),
            len(authority.queries),
        )
        authority.__post_init__()
        ran = forecast("seal", "--stamp", url, "--json", now="2026-05-04T16:00Z")
    assert (0, 3, "stamped") == (ran.status, ran.json["completed"], ran.json["stamp"]["state"])
    assert "the seal of 2026-05-04T15:00:00.000000Z is pending" in layers(forecast)[1]["seals"][1]


def test_a_tracker_does_not_say_where_in_ones_own_network_to_ask(forecast, folder, authority):
    """It may have come from somebody else; who knows it has not adds --allow-private."""
    with authority.serving() as url:
        authority.answers = lambda query: (503, b"")
        sealed_by(forecast, url)
        authority.__post_init__()
        ran = forecast("seal", "--pending", "--json")
        (stamp,) = ran.json["stamps"]
        assert (1, "pending", 1) == (ran.status, stamp["state"], len(authority.queries))
        assert "is a loopback address: refused (--allow-private" in stamp["problem"]


def test_a_printed_seal_is_not_mixed_with_news_of_its_stamp(forecast, folder):
    """What is piped is the seal, and nothing else."""
    ran = forecast("seal", "--stamp", "http://127.0.0.1:9/")
    assert ran.out == seals.text(seals.parse(ran.out, "it"))
    assert ran.err.startswith("The time stamp is pending (http://127.0.0.1:9/ refused")


@needs("git")
def test_pending_stamps_go_into_the_repository(forecast, folder, repository, authority):
    """Beside the seals that are there, in one commit."""
    with authority.serving() as url:
        authority.answers = lambda query: (503, b"")
        forecast("seal", "--commit", str(repository), "--stamp", url)
        forecast("seal", "--stamp", url, now=LATER)  # this one is nowhere else
        authority.__post_init__()
        pending = ("seal", "--pending", "--allow-private", "--commit", str(repository), "--json")
        ran = forecast(*pending)
    assert (0, git(repository, "rev-parse", "HEAD").strip()) == (ran.status, ran.json["commit"])
    paths = git(repository, "show", "--format=%s", "--name-only", "HEAD").split("\n")
    assert ("Add time stamps to seals of the forecast record", 1) == (paths[0], len(paths[2:-1]))
    assert paths[2].endswith(".txt.tsr")


def test_a_file_that_is_no_seal_of_this_tracker(forecast, folder, authority):
    """Its stamp cannot come from here."""
    again = ("--db", "again.db")
    forecast("add", "Will it rain?", "--by", "2026-06-01", *again)
    forecast("seal", "-o", "other.txt", *again)
    ran = forecast("seal", "--pending", "-o", "other.txt")
    assert (1, "Error: other.txt is no seal that this tracker remembers\n") == (ran.status, ran.err)


def test_without_the_library(forecast, folder, monkeypatch):
    """It says what to install, before anything is made."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    ran = forecast("seal", "-o", "seal.txt", "--stamp", "https://tsa.example/")
    assert (1, True) == (ran.status, "pip install 'forecast-tracker[stamp]'" in ran.err)
    assert ([], "not checked") == (names(folder), layers(forecast)[1]["seals"][0])


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_authority_does_not_steer_the_terminal(forecast, folder, tmp_path, form):
    """What it calls itself is shown, as text."""
    hostile = made_authority(tmp_path / "hostile", "\x1b[31mRed\u202e")
    with hostile.serving() as url:
        ran = forecast("seal", "-o", "seal.txt", "--stamp", url, *form)
    verified = forecast("verify", "--against", "seal.txt", *form)
    for said in (ran.out, verified.out):
        assert (True, False, False) == ("[31mRed" in said, "\x1b" in said, "\u202e" in said)
