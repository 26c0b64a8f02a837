"""What a person at a terminal is told when something cannot work: one sentence, exit code 1, nothing left running."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded import install, state
from portal.embedded.state import PROJECT


def manage(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    surroundings |= {"MOTCUA_STATE": str(folder), **environment}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=PROJECT, env=surroundings, capture_output=True, text=True, check=False)


def assert_one_sentence(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert all(part in done.stderr for part in parts), done.stderr


def test_a_command_that_needs_the_database_says_that_no_demo_runs(tmp_path: Path) -> None:
    assert_one_sentence(manage(tmp_path, "showmigrations"), "make demo", "DATABASE_URL")


def test_a_command_that_needs_no_database_works_without_one(tmp_path: Path) -> None:
    assert manage(tmp_path, "diffsettings").returncode == 0


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    address = f"postgresql://a:b@127.0.0.1:{state.free_port()}/c"
    done = manage(tmp_path, "showmigrations", DATABASE_URL=address, DATABASE_URL_OWNER=address, DEMO="on")
    assert_one_sentence(done, "does not answer", "Connection refused")


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    assert_one_sentence(manage(tmp_path, "demo", UPLOAD_MAX_MB="lots"), "UPLOAD_MAX_MB")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    port = state.free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert_one_sentence(manage(tmp_path, "demo", PORT=str(port)), f"Port {port} is in use")


# Set-up


def test_who_is_not_root_is_told_the_line_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(install.CannotInstall, match=r"sudo apt-get install -y --no-install-recommends netscape$"):
        install.install_debian({"no-such-browser": "netscape", "sh": "dash"})


def test_packages_are_installed_once_for_each_state_of_the_lock(tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("a==1")
    assert not install.is_current(stamp, lock)
    install.mark(stamp, lock)
    assert install.is_current(stamp, lock)
    lock.write_text("a==2")
    assert not install.is_current(stamp, lock)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "package-lock.json"])
def test_no_lock_file_names_a_registry(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert '"resolved"' not in text
    assert "://" not in text or name == "package-lock.json"
