"""Signatures: made and checked by ssh-keygen, and worth no more than what is known of the key."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from forecast.model import ForecastError
from forecast.store.sealing import running, signing

pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"
)

TEXT = b"forecast seal 1\nmade up\n"
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def keygen(*arguments, given=b""):
    """Run ssh-keygen by ourselves, to check what the program makes of it."""
    return subprocess.run(
        ["ssh-keygen", *map(str, arguments)], input=given, capture_output=True, check=False
    )


@pytest.fixture
def key(tmp_path):
    """A key without a passphrase."""
    return made_key(tmp_path / "key")


def made_key(path, passphrase=""):
    """Make a key."""
    keygen("-q", "-t", "ed25519", "-N", passphrase, "-C", "ann", "-f", path)
    return path


@pytest.fixture
def signers(tmp_path, key):
    """Says that the key is ann's, and another bob's."""
    file = tmp_path / "signers"
    other = made_key(tmp_path / "other")
    lines = zip(("ann@example.org", "bob@example.org"), (key, other), strict=True)
    file.write_text(
        "".join(f"{who} {one.with_suffix('.pub').read_text()}" for who, one in lines), "utf-8"
    )
    return file


def signed(key, text=TEXT):
    """Sign without a terminal."""
    return signing.signed(text, key, ENVIRONMENT, terminal=False)


@pytest.fixture
def signature(tmp_path, key):
    """The key's signature of the text."""
    file = tmp_path / "seal.txt.sig"
    file.write_bytes(signed(key))
    return file


def layer(signature, text=TEXT, **who):
    """Judge a signature: its state and the words."""
    found = signing.layer(text, signature, ENVIRONMENT, **who)
    return found.state, found.detail


def fingerprint(key):
    """What ssh-keygen calls a key."""
    return keygen("-l", "-f", key).stdout.split()[1].decode()


def test_a_signature_is_one_that_anybody_can_check(signature, signers):
    """Without this program: ssh-keygen alone verifies it."""
    who = ("-f", signers, "-I", "ann@example.org")
    done = keygen("-Y", "verify", *who, "-n", "forecast-seal", "-s", signature, given=TEXT)
    assert (0, True) == (done.returncode, done.stdout.startswith(b'Good "forecast-seal" signature'))


def test_without_signers_nobody_is_believed(key, signature):
    """A good signature names the key, and says that it was not asked whose it is."""
    expected = f"signed by ED25519 key {fingerprint(key)}, whose it is was not checked (--signers)"
    assert ("not checked", expected) == layer(signature)


def test_the_signer_that_was_asked_for(key, signature, signers):
    """With a list of keys it passes for whose key it is, and fails for anybody else."""
    state, detail = layer(signature, signers=signers, signer="ann@example.org")
    assert ("pass", f"signed by ann@example.org, ED25519 key {fingerprint(key)}") == (state, detail)
    for who in ("bob@example.org", "nobody", "-n", ""):
        state, detail = layer(signature, signers=signers, signer=who)
        assert ("fail", True) == (state, f"is not (or no longer) {who}'s" in detail)


def test_a_key_that_is_no_longer_to_be_used(tmp_path, key, signature):
    """What the list says of a key's end holds."""
    old = tmp_path / "old"
    public = key.with_suffix(".pub").read_text()
    old.write_text(f'ann@example.org valid-before="20200101" {public}', "utf-8")
    assert "fail" == layer(signature, signers=old, signer="ann@example.org")[0]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("what", ["text", "space", "other namespace", "no signature", "empty"])
def test_a_bad_signature_fails(tmp_path, key, signature, signers, known, what):
    """Of another text, to the last byte; for another purpose; or none at all."""
    text = TEXT
    if what == "text":
        text = TEXT.replace(b"up", b"dn")
    elif what == "space":
        text = TEXT + b" "
    elif what == "other namespace":
        (tmp_path / "other.txt").write_bytes(TEXT)
        keygen("-Y", "sign", "-f", key, "-n", "file", tmp_path / "other.txt")
        signature = tmp_path / "other.txt.sig"
    else:
        signature.write_bytes(b"" if what == "empty" else b"Yours sincerely, ann")
    who = {"signers": signers, "signer": "ann@example.org"} if known else {}
    state, detail = layer(signature, text, **who)
    assert ("fail", True) == (state, "does not sign this seal" in detail)


def test_a_signature_that_was_taken_away(tmp_path, signers):
    """Who wants one sees that it is missing; who does not is not told of it."""
    missing = tmp_path / "seal.txt.sig"
    assert signing.layer(TEXT, missing, ENVIRONMENT) is None
    expected = ("fail", f"there is no {missing}, which ann@example.org should have signed")
    assert expected == layer(missing, signers=signers, signer="ann@example.org")
    with pytest.raises(ForecastError, match="there is no file"):
        layer(missing, signers=tmp_path / "nowhere", signer="ann@example.org")


def test_keys_that_cannot_sign(tmp_path, key):
    """Each says in one line what to do."""
    locked = made_key(tmp_path / "locked", "a passphrase")
    open_to_all = made_key(tmp_path / "open")
    open_to_all.chmod(0o644)
    lonely = tmp_path / "lonely.pub"
    lonely.write_bytes(locked.with_suffix(".pub").read_bytes())
    (tmp_path / "none").write_text("no key")
    for path, problem in (
        (locked, "its passphrase was not given: unlock it with ssh-add, or run this on a terminal"),
        (open_to_all, "others may read it: chmod 600"),
        (tmp_path / "none", "cannot sign: "),
        (lonely, "cannot sign: "),
        (tmp_path / "nowhere", "there is no key"),
        (tmp_path, "there is no key"),
    ):
        with pytest.raises(ForecastError) as caught:
            signed(path)
        assert (True, 1) == (problem in str(caught.value), len(str(caught.value).splitlines()))


@pytest.mark.skipif(shutil.which("ssh-agent") is None, reason="ssh-agent is not installed")
def test_a_key_that_an_agent_holds(tmp_path, key, signers):
    """Its public key is enough to name it, and no passphrase is asked for."""
    socket = tmp_path / "agent"
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    try:
        environment = {**ENVIRONMENT, "SSH_AUTH_SOCK": str(socket)}
        add = ["ssh-add", "-q", key]
        for _ in range(1000):  # it has to be there, and to listen
            if not subprocess.run(
                add, env=environment, capture_output=True, check=False
            ).returncode:
                break
            time.sleep(0.005)
        key.unlink()
        signature = tmp_path / "by-agent.sig"
        public = key.with_suffix(".pub")
        signature.write_bytes(signing.signed(TEXT, public, environment, terminal=False))
    finally:
        agent.terminate()
        agent.wait()
    assert "pass" == layer(signature, signers=signers, signer="ann@example.org")[0]


def test_without_ssh_keygen(tmp_path, key, signature, signers):
    """Signing says so; a signature is not checked, unless that was the question."""
    nothing = {"PATH": str(tmp_path)}
    problem = "ssh-keygen is needed for this and is not there: install it"
    with pytest.raises(ForecastError, match=problem):
        signing.signed(TEXT, key, nothing, terminal=False)
    assert "not checked" == signing.layer(TEXT, signature, nothing).state
    with pytest.raises(ForecastError, match=problem):
        signing.layer(TEXT, signature, nothing, signers, "ann@example.org")


def script(folder, text):
    """Put a program called `thing` on a PATH of its own; gives the environment to find it."""
    folder.mkdir()
    program = folder / "thing"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "OURS": "x"}


def test_a_program_gets_what_it_is_given(tmp_path):
    """Its arguments untouched by a shell, nothing to read, this environment, English."""
    environment = script(tmp_path / "bin", 'printf "%s|" "$@" "$LC_ALL" "$OURS" "$HOME"; cat')
    done = running.run(["thing", "$(id)", "; ls", "a b"], environment)
    assert (0, b"$(id)|; ls|a b|C|x||") == (done.status, done.out)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("echo first >&2; echo last >&2", "last"),
        ("echo before >&2; echo 'fatal: no >> way' >&2; echo after >&2", "no >> way"),
        ("echo told; echo 'hint: do this'", "told"),
        ("true", "it ended with status 3"),
    ],
)
def test_the_line_that_says_what_went_wrong(tmp_path, said, complaint):
    """What claims to be the error, else the last line; hints are for terminals."""
    done = running.run(["thing"], script(tmp_path / "bin", f"{said}; exit 3"))
    assert (3, complaint) == (done.status, done.complaint)


def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path, monkeypatch):
    """And does not keep anybody waiting, even where it will not end."""
    monkeypatch.setattr(running, "_GRACE", 0.1)
    stubborn = "trap '' TERM; sleep 60 & echo $! > pid; cd /; while :; do sleep 1; done"
    environment = script(tmp_path / "bin", f"cd {tmp_path}; {stubborn}")
    began = time.monotonic()
    with pytest.raises(ForecastError, match=r"thing took longer than 1 s and was ended"):
        running.run(["thing"], environment, seconds=1)
    assert time.monotonic() - began < 30
    child = int((tmp_path / "pid").read_text())
    for _ in range(200):
        if not is_running(child):
            break
        time.sleep(0.01)
    assert not is_running(child)


def is_running(process):
    """Whether there is such a process, and it is more than an entry that nobody has fetched."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
