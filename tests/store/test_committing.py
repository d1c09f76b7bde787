"""Seals in a git repository: exactly they are committed, or nothing at all has happened."""

import os
import shutil
import subprocess

import pytest

from forecast.model import ForecastError
from forecast.store.sealing import running
from forecast.store.sealing.committing import FOLDER, Repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

FILES = {"seal-7.txt": b"a seal\n", "seal-7.txt.sig": b"a signature\n"}


@pytest.fixture
def environment(tmp_path):
    """A git of its own: nobody's config, and a name."""
    who = {f"GIT_{role}_{what}": "a" for role in ("AUTHOR", "COMMITTER") for what in _WHO}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **who,
    }


_WHO = ("NAME", "EMAIL")


@pytest.fixture
def git(tmp_path, environment):
    """Run git in the repository, by ourselves; gives what it prints."""
    folder = tmp_path / "repository"
    folder.mkdir()

    def run(*arguments, check=True):
        done = subprocess.run(
            ["git", "-C", folder, *arguments], env=environment, capture_output=True, check=check
        )
        return done.stdout.decode()

    run("init", "--quiet")
    run.folder = folder
    return run


@pytest.fixture
def repository(git, environment):
    """As the program sees it."""
    return Repository(git.folder, environment)


@pytest.fixture
def busy(git):
    """A repository in the middle of something: files staged, changed, both, and unknown."""
    for name in ("staged", "changed", "both"):
        (git.folder / name).write_text("first")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    for name in ("staged", "both"):
        (git.folder / name).write_text("second")
    git("add", ".")
    for name in ("changed", "both", "unknown"):
        (git.folder / name).write_text("third")
    return git


def hook(git, name, text):
    """Give the repository a hook."""
    file = git.folder / ".git" / "hooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def picture(git):
    """What is staged, changed and unknown, and the history."""
    return git("status", "--porcelain", "-uall"), git("diff", "--cached"), git("diff"), log(git)


def log(git):
    """The commits, newest first."""
    return git("log", "--format=%H", check=False).split()


def test_exactly_the_seal_is_committed(busy, repository):
    """What else is staged, changed or unknown stays just so."""
    *before, history = picture(busy)
    commit = repository.commit(FILES, "Seal it")
    *after, now = picture(busy)
    assert (before, [commit, *history]) == (after, now)
    paths = "".join(f"{FOLDER}/{name}\n" for name in FILES)
    assert paths == busy("show", "--format=", "--name-only", "HEAD")
    assert "Seal it\n\n" == busy("log", "-1", "--format=%B")
    for name, data in FILES.items():
        assert data == repository.committed(name)
        assert data == repository.path(name).read_bytes()


def test_what_was_committed_is_not_again(busy, repository):
    """Nothing new, nothing done; a new file beside it comes by itself."""
    repository.commit({"seal-7.txt": b"a seal\n"}, "Seal it")
    before = picture(busy)
    assert None is repository.commit({"seal-7.txt": b"a seal\n"}, "Seal it")
    assert before == picture(busy)
    repository.commit(FILES, "Sign it")
    assert f"{FOLDER}/seal-7.txt.sig\n" == busy("show", "--format=", "--name-only", "HEAD")


def test_a_folder_of_a_repository(busy, environment):
    """The seal is put where one points, not at the top."""
    inner = busy.folder / "records"
    inner.mkdir()
    Repository(inner, environment).commit(FILES, "Seal it")
    assert f"records/{FOLDER}/seal-7.txt" in busy("show", "--format=", "--name-only", "HEAD")


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
@pytest.mark.parametrize("first", [True, False])
def test_a_hook_that_refuses(request, repository, git, name, first):
    """In the first commit or a later one: the files are gone, and what was staged is what is."""
    if not first:
        request.getfixturevalue("busy")
    hook(git, name, "echo 'seals are not\nwelcome here' >&2; exit 1")
    before = picture(git)
    with pytest.raises(ForecastError) as caught:
        repository.commit(FILES, "Seal it")
    assert f"git would not commit {FOLDER}/seal-7.txt: welcome here" == str(caught.value)
    assert (before, False) == (picture(git), (git.folder / FOLDER).exists())


def test_a_hook_that_hangs(busy, repository, monkeypatch):
    """Before the commit it is ended and nothing has happened; after it, the commit stands."""
    monkeypatch.setattr(running, "SECONDS", 2)  # a busy machine has git done by then
    before = picture(busy)
    hook(busy, "pre-commit", "exec sleep 60")
    with pytest.raises(ForecastError, match=r"git took longer than 2 s and was ended"):
        repository.commit(FILES, "Seal it")
    assert before == picture(busy)
    (busy.folder / ".git" / "hooks" / "pre-commit").unlink()
    hook(busy, "post-commit", "exec sleep 60")
    assert [repository.commit(FILES, "Seal it"), *before[-1]] == log(busy)
    assert before[:-1] == picture(busy)[:-1]


def test_what_git_would_not_take(busy, repository):
    """A path that is ignored, one that is taken, a folder that leads elsewhere, a merge."""
    before = picture(busy)
    (busy.folder / ".git" / "info" / "exclude").write_text("*.txt\n")
    with pytest.raises(ForecastError, match=r"ignored by one of your \.gitignore files$"):
        repository.commit(FILES, "Seal it")
    assert before == picture(busy)
    (busy.folder / ".git" / "info" / "exclude").write_text("")
    (busy.folder / FOLDER).symlink_to("/tmp")
    with pytest.raises(ForecastError, match="is a link to somewhere else"):
        repository.commit(FILES, "Seal it")
    (busy.folder / FOLDER).unlink()
    (busy.folder / FOLDER).mkdir()
    repository.path("seal-7.txt").write_text("mine")
    with pytest.raises(ForecastError, match=r"seal-7\.txt is in the way: move it"):
        repository.commit(FILES, "Seal it")
    assert "mine" == repository.path("seal-7.txt").read_text()
    repository.path("seal-7.txt").unlink()
    (busy.folder / ".git" / "MERGE_HEAD").write_text(log(busy)[0])
    with pytest.raises(ForecastError, match="cannot do a partial commit during a merge"):
        repository.commit(FILES, "Seal it")
    (busy.folder / ".git" / "MERGE_HEAD").unlink()
    assert before == picture(busy)


def test_where_nothing_can_be_committed(tmp_path, git, repository, environment):
    """No folder, no repository, no work tree, nobody to commit: known before anything is made."""
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare"], env=environment, check=True)
    (tmp_path / "plain").mkdir()
    for folder, problem in (
        (tmp_path / "nowhere", "there is no folder"),
        (tmp_path / "plain", "is no git repository: not a git repository"),
        (tmp_path / "bare", "has no work tree"),
        (git.folder / ".git", "has no work tree"),
    ):
        with pytest.raises(ForecastError, match=problem):
            Repository(folder, environment).check()
    repository.check()
    nobody = {k: v for k, v in environment.items() if not k.endswith(_WHO)}
    git("config", "user.useConfigOnly", "true")
    with pytest.raises(ForecastError, match="git does not know who you are"):
        Repository(git.folder, nobody).check()
    with pytest.raises(ForecastError, match="git is needed for this and is not there"):
        Repository(git.folder, {"PATH": str(tmp_path)}).check()


def test_from_within_a_hook_of_another_repository(tmp_path, busy, repository, environment):
    """What git tells a hook about its own repository and index does not lead elsewhere."""
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", other], env=environment, check=True)
    misled = {
        **environment,
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / "index"),
    }
    commit = Repository(busy.folder, misled).commit(FILES, "Seal it")
    assert [commit] == log(busy)[:1]
    assert [".git"] == [one.name for one in other.iterdir()]
