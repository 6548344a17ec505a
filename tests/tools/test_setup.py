import re
import subprocess

import pytest

from tools import setup, system

LOCKS = sorted(setup.LOCKS.glob("*.txt"))


@pytest.fixture
def commands(monkeypatch):
    """What would be run, without running it."""
    ran = []

    def note(command, **_options):
        ran.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(subprocess, "run", note)
    return ran


def _part(*, present):
    return system.Part(what="Lamp", without="it stays dark", packages=["lamp"], present=lambda: present)


def test_a_second_set_up_runs_nothing(monkeypatch, commands):
    monkeypatch.setattr("sys.argv", ["setup"])
    setup.main()
    assert commands == []


def test_a_changed_lock_is_installed(monkeypatch, commands):
    monkeypatch.setattr(setup, "_installed", lambda: {"base": "of long ago"})
    with pytest.raises(SystemExit, match="pip says why"):
        setup.install_packages("base")
    assert "--require-hashes" in commands[0]


def test_an_htmx_that_is_not_the_pinned_one_is_not_kept(monkeypatch, tmp_path):
    (tmp_path / "htmx.min.js").write_text("mine();")
    monkeypatch.setattr(setup, "VENDOR", tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    with pytest.raises(SystemExit, match="could not be fetched"):
        setup.fetch_htmx()


def test_the_htmx_in_place_is_the_pinned_one():
    assert setup._digest(setup.VENDOR / "htmx.min.js") == setup.HTMX_SHA256
    assert '"2.0.10"' in (setup.VENDOR / "htmx.min.js").read_text()


def test_a_missing_part_is_installed_by_root_and_only_there(monkeypatch, commands, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    system.provide(_part(present=False), needed=False)
    assert commands == []
    assert "apt-get install lamp" in capsys.readouterr().out
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    system.provide(_part(present=False), needed=False)
    assert commands[-1][-1] == "lamp"


def test_where_nothing_may_be_left_out_a_missing_part_stops(monkeypatch, commands):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="it stays dark"):
        system.provide(_part(present=False), needed=True)
    system.provide(_part(present=True), needed=True)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_are_exact_hashed_and_name_no_place(lock):
    text = lock.read_text()
    pinned = re.findall(r"^\S+==\S+.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
    named = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(pinned) == len(named) > 0
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_the_tests_run_on_what_production_runs_on():
    base, dev = ((setup.LOCKS / f"{name}.txt").read_text() for name in ("base", "dev"))
    assert set(_pins(base)) <= set(_pins(dev))


def _pins(lock):
    return re.findall(r"^\S+==\S+", lock, re.MULTILINE)
