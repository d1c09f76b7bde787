"""The real cron and the real systemd run a job that `schedule install` gave them.

Each works in a mount namespace of its own (`unshare`), where it finds no crontab but ours and
disturbs nobody's; cron, where that is not to be had, works on the user's own crontab and puts it
back as it was.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEMD = Path("/lib/systemd/systemd")
#: Blanks, quotes, and what crontab, unit and shell each take for something else.
DATABASE = 'it\'s 100% "sure" \\ %h $HOME ä.db'


def can_unshare():
    """Whether a namespace of one's own is to be had: many containers give none, even to root."""
    return (
        sys.platform == "linux"
        and os.getuid() == 0
        and shutil.which("unshare") is not None
        and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
    )


def cron_runs():
    """Whether a cron daemon is at work."""
    return subprocess.run(["pgrep", "-x", "crond?"], capture_output=True).returncode == 0


@pytest.fixture
def tracker(forecast, tmp_path, monkeypatch):
    """A tracker whose path is hard to write down, known to every command."""
    path = tmp_path / DATABASE
    monkeypatch.setenv("FORECAST_DB", str(path))
    monkeypatch.setenv("FORECAST_AS", "Ann O'Hara")
    monkeypatch.delenv("FORECAST_NOW")
    forecast("add", "Rain?", "--by", "+3d", "--id", "rain", "-p", "70%")
    return path


@pytest.fixture
def python(tmp_path):
    """An interpreter whose path is hard to write down, too; it notes how it is called."""
    path = tmp_path / "100% $py" / "python"
    path.parent.mkdir()
    noted = shlex.quote(str(tmp_path / "words"))
    path.write_text(
        f"""#!/bin/sh
case "$*" in *check) printf '%s\\n' "$@" > {noted};; esac
exec {shlex.quote(sys.executable)} "$@"
"""
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def words(tracker):
    """What the interpreter is to be called with."""
    return ["-P", "-m", "forecast", "--db", str(tracker), "--as", "Ann O'Hara", "check"]


@pytest.fixture
def run_script(tmp_path, python):
    """Run a script in bash, where `forecast` is a command of that interpreter."""

    def run(script, *isolation):
        set_python = f"import sys; sys.executable = {str(python)!r}; from forecast.cli import main"
        prelude = f"""
set -euo pipefail
cd {shlex.quote(str(tmp_path))}
forecast() {{ {shlex.quote(sys.executable)} -c {shlex.quote(set_python + "; main()")} "$@"; }}
has_run() {{ forecast schedule status --json | grep -q '"last_run": "'; }}
"""
        ran = subprocess.run(
            [*isolation, "bash", "-c", prelude + script],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == ran.returncode, ran.stdout + ran.stderr
        return ran.stdout

    return run


CRON = """
if [ "$ISOLATED" = yes ]; then
    mount -t tmpfs -o mode=1730 none /var/spool/cron/crontabs
    mount -t tmpfs none /run
fi
{ crontab -l || true; } > before 2> /dev/null
daemon=
restore() {
    if [ -n "$daemon" ]; then kill "$daemon"; fi
    if [ -s before ]; then crontab before; else crontab -r || true; fi
}
trap restore EXIT

forecast schedule install --with cron --at 7:00 > /dev/null
forecast schedule status --json > installed.json
# Every minute instead of every day: nobody wants to wait until tomorrow.
crontab -l | sed 's/^0 7 \\* \\* \\* /* * * * * /' | crontab -
if ! pgrep -x 'crond?' > /dev/null || [ "$ISOLATED" = yes ]; then
    cron -f &
    daemon=$!
fi
for second in $(seq 75); do
    if has_run; then break; fi
    sleep 1
done
forecast schedule status --json > ran.json
forecast schedule remove > /dev/null
{ crontab -l || true; } > after 2> /dev/null
"""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("crontab"), reason="no crontab here: apt-get install cron")
def test_cron_runs_the_job(run_script, tracker, words, tmp_path, monkeypatch):
    """Debian's cron, within a minute; the crontab is what it was before."""
    isolation = ["unshare", "--mount"] if can_unshare() else []
    if not isolation and not cron_runs() and os.getuid() != 0:
        pytest.skip("no cron daemon runs here, and only root may start one")
    monkeypatch.setenv("ISOLATED", "yes" if isolation else "no")
    run_script(CRON, *isolation)
    (job,) = json.loads((tmp_path / "installed.json").read_text())["jobs"]
    assert ("07:00", str(tracker), []) == (job["at"], job["database"], job["problems"])
    assert words == (tmp_path / "words").read_text().splitlines()
    assert json.loads((tmp_path / "ran.json").read_text())["last_run"]
    assert (tmp_path / "before").read_bytes() == (tmp_path / "after").read_bytes()


SYSTEMD_SCRIPT = """
mount -t tmpfs none /run
mkdir -p /run/systemd/system /run/user
chmod 700 /run/user
export XDG_RUNTIME_DIR=/run/user
/lib/systemd/systemd --user &> manager.log &
manager=$!
for tenth in $(seq 100); do
    if systemctl --user show --property=Version &> /dev/null; then break; fi
    sleep 0.1
done
next() {
    systemctl --user show "$name.timer" --property=NextElapseUSecRealtime --value
}
forecast schedule install --json > installed.json
name=$(basename "$HOME"/.config/systemd/user/*.timer .timer)
next > next-1
forecast schedule status --json > status-1.json
systemctl --user start "$name.service"
forecast schedule status --json > status-2.json
forecast schedule install --at 18:30 > /dev/null
next > next-2
forecast schedule remove > /dev/null
systemctl --user is-active "$name.timer" > gone || true
find "$HOME/.config" -name 'forecast-check*' >> gone
kill $manager
"""


@pytest.mark.skipif(not SYSTEMD.exists(), reason="no systemd here")
@pytest.mark.skipif(not can_unshare(), reason="systemd needs a namespace of its own, thus root")
def test_systemd_runs_the_job(run_script, tracker, words, tmp_path):
    """Chosen by itself; its timer goes by a new time at once, and its service runs check."""
    isolation = ["unshare", "--mount", "--cgroup", "--pid", "--fork", "--mount-proc"]
    run_script(SYSTEMD_SCRIPT, *isolation)
    names = [
        "installed.json",
        "status-1.json",
        "status-2.json",
        "next-1",
        "next-2",
        "gone",
        "words",
    ]
    read = {name: (tmp_path / name).read_text() for name in names}
    assert words == read["words"].splitlines()
    assert "systemd" == json.loads(read["installed.json"])["kind"]
    (job,) = json.loads(read["status-1.json"])["jobs"]
    assert ("07:00", str(tracker), []) == (job["at"], job["database"], job["problems"])
    assert None is json.loads(read["status-1.json"])["last_run"]
    assert json.loads(read["status-2.json"])["last_run"]
    assert (" 07:00:00 ", " 18:30:00 ") == (read["next-1"][14:24], read["next-2"][14:24])
    assert "inactive\n" == read["gone"]
