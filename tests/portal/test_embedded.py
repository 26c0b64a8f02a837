"""The local services, started for real in a folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from portal.embedded import group, processes, services, state
from portal.embedded.group import Group
from portal.embedded.processes import Service
from portal.embedded.state import CannotStart, State

PATIENT = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose PostgreSQL and Valkey run."""
    folder = tmp_path_factory.mktemp("served")
    known = services.ensure_services(folder, fast=False)
    yield folder
    services.stop_services(folder)
    services.forget(folder, known)


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Group]:
    monkeypatch.setattr(group, "PATIENCE", 1.0)
    said: list[str] = []
    made = Group(tmp_path, state.prepare(tmp_path), said.append)
    yield made
    made.stop()


def program(name: str, source: str = PATIENT) -> Service:
    return Service(name, [sys.executable, "-c", source])


def connect(known: State, role: str, database: str = "motcua") -> psycopg.Connection:
    password = known["passwords"][role]
    user = "postgres" if role == "superuser" else f"motcua_{role}"
    return psycopg.connect(
        host="127.0.0.1", port=known["postgres"], user=user, password=password, dbname=database, autocommit=True
    )


def one(connection: psycopg.Connection, query: str, *values: Any) -> Any:
    row = connection.execute(query, values).fetchone()
    return row and row[0]


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def known_of(folder: Path) -> State:
    known = state.read(folder)
    assert known is not None
    return known


# What is remembered


def test_state_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    state.prepare(tmp_path)
    assert (tmp_path / "services.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_finds_the_same_ports_and_passwords(tmp_path: Path) -> None:
    assert state.prepare(tmp_path) == state.prepare(tmp_path)


def test_nothing_is_known_before_the_first_start(tmp_path: Path) -> None:
    assert state.read(tmp_path) is None


def test_a_port_that_someone_took_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    known = state.prepare(tmp_path)
    before = {**known["stand_ins"], "postgres": known["postgres"], "valkey": known["valkey"]}
    with socket.create_server(("127.0.0.1", known["stand_ins"]["mail"])):
        state.refresh_ports(known)
    after = {**known["stand_ins"], "postgres": known["postgres"], "valkey": known["valkey"]}
    assert {name for name in before if before[name] != after[name]} == {"mail"}


# Processes


def test_only_the_process_that_was_started_is_ended_and_not_a_stranger_with_its_number() -> None:
    with subprocess.Popen([sys.executable, "-c", PATIENT], start_new_session=True) as child:
        stranger = {"pid": child.pid, "began": "another boot:1"}
        processes.end(stranger, patience=0.1)
        assert child.poll() is None
        processes.end(processes.identity(child.pid))
        assert child.wait() == -signal.SIGTERM


def test_a_zombie_counts_as_dead() -> None:
    with subprocess.Popen([sys.executable, "-c", PATIENT]) as child:
        known = processes.identity(child.pid)
        assert processes.alive(known)
        os.kill(child.pid, signal.SIGKILL)
        assert eventually(lambda: not processes.alive(known))
        assert Path(f"/proc/{child.pid}/stat").exists()


def test_grandchildren_end_with_the_process_even_when_it_died_before_them(tmp_path: Path) -> None:
    source = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {PATIENT!r}]).pid, flush=True); {PATIENT}"
    log = tmp_path / "log"
    with processes.spawn(program("parent", source), log) as child:
        known = processes.identity(child.pid)
        assert eventually(lambda: log.read_text().endswith("\n"))
        grandchild = processes.identity(int(log.read_text()))
        child.kill()
        child.wait()
        assert processes.alive(grandchild)
        processes.end(known)
        assert not processes.alive(grandchild)


# PostgreSQL and Valkey


def test_services_that_run_are_not_started_again(served: Path) -> None:
    before = known_of(served)["processes"]
    services.ensure_services(served, fast=False)
    assert known_of(served)["processes"] == before


@pytest.mark.parametrize("role", ["owner", "app", "platform"])
def test_no_login_of_ours_goes_round_row_level_security(served: Path, role: str) -> None:
    with connect(known_of(served), role) as connection:
        query = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert one(connection, query) is False
    with connect(known_of(served), "superuser") as connection:
        assert one(connection, query) is True


def test_the_owner_makes_test_databases_that_have_the_extensions(served: Path) -> None:
    known = known_of(served)
    with connect(known, "owner") as connection:
        connection.execute("CREATE DATABASE test_copy")
    with connect(known, "owner", "test_copy") as connection:
        rows = connection.execute("SELECT extname FROM pg_extension").fetchall()
    with connect(known, "owner") as connection:
        connection.execute("DROP DATABASE test_copy")
    assert {"unaccent", "pg_trgm", "btree_gin"} <= {name for (name,) in rows}


def test_a_wrong_password_is_refused(served: Path) -> None:
    known = known_of(served)
    known["passwords"]["app"] = "guessed"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(known, "app")


def test_what_was_committed_is_there_after_everything_was_killed(served: Path) -> None:
    known = known_of(served)
    with connect(known, "owner") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for name in ("postgres", "valkey"):
        os.kill(known["processes"][name]["pid"], signal.SIGKILL)
    assert eventually(lambda: not services.are_running(known))
    with connect(services.ensure_services(served, fast=False), "owner") as connection:
        assert one(connection, "SHOW synchronous_commit") == "on"
        assert one(connection, "SELECT answer FROM kept") == 42
        connection.execute("DROP TABLE kept")


def test_two_starts_at_once_give_one_set_of_services(served: Path) -> None:
    services.stop_services(served)
    command = [sys.executable, "-m", "portal.embedded", "up"]
    environment = {**os.environ, "MOTCUA_STATE": str(served)}
    starts = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {start.communicate()[0] for start in starts}
    assert [start.returncode for start in starts] == [0, 0]
    assert len(answers) == 1
    assert services.are_running(known_of(served))


def test_a_folder_in_other_hands_is_refused(tmp_path: Path) -> None:
    with services.lock(tmp_path), pytest.raises(CannotStart, match="stop it first"), services.lock(tmp_path):
        pass


# The supervisor


def test_who_dies_is_started_again_and_it_is_said(supervisor: Group) -> None:
    supervisor.launch(program("web"))
    first = supervisor.known["processes"]["web"]
    os.kill(first["pid"], signal.SIGKILL)
    assert supervisor.wait_until(lambda: supervisor.known["processes"]["web"] != first, 20)
    assert processes.alive(supervisor.known["processes"]["web"])


def test_who_keeps_dying_waits_longer_each_time(supervisor: Group) -> None:
    supervisor.launch(program("web", "raise SystemExit(3)"))
    member = supervisor.batches[0][0]
    delays = [member.delay]
    while len(delays) < 3:
        supervisor.wait_until(lambda: member.delay != delays[-1], 20)
        delays.append(member.delay)
    assert delays == [0.0, 1.0, 2.0]


def test_stopping_goes_backwards_and_leaves_nothing(supervisor: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor.start(program("postgres"))
    supervisor.launch(program("web"))
    supervisor.launch(program("beat"))
    names = {known["pid"]: name for name, known in supervisor.known["processes"].items()}
    order: list[str] = []
    monkeypatch.setattr(processes, "end", lambda known, **patience: order.append(names[known["pid"]]))
    supervisor.stop()
    assert order == ["beat", "web", "postgres"]
    assert [pid for pid in names if processes.began(pid)] == []
    assert supervisor.known["processes"] == {}


def test_who_does_not_stop_is_killed(supervisor: Group) -> None:
    supervisor.launch(program("web", STUBBORN))
    log = supervisor.folder / "log" / "web.log"
    assert eventually(lambda: "deaf" in log.read_text())
    known = supervisor.known["processes"]["web"]
    supervisor.stop()
    assert not processes.alive(known)


def test_what_is_supervised_stops_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    source = (
        "import time; from pathlib import Path; from portal.embedded import state; from portal.embedded.group import Group;"
        "from tests.portal.test_embedded import program;"
        f"folder = Path({str(tmp_path)!r}); known = state.prepare(folder);"
        "Group(folder, known, print).launch(program('web')); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", source], cwd=state.PROJECT) as supervisor:
        assert eventually(lambda: bool((state.read(tmp_path) or {"processes": {}})["processes"]))
        web = known_of(tmp_path)["processes"]["web"]
        assert processes.alive(web)
        supervisor.kill()
    assert eventually(lambda: not processes.alive(web))


def test_a_job_that_fails_ends_the_start_with_its_last_words(supervisor: Group) -> None:
    with pytest.raises(CannotStart, match="migrate failed: no such table"):
        supervisor.run(program("migrate", "raise SystemExit('no such table')"))
    supervisor.run(program("migrate", "pass"))


def test_a_service_that_never_answers_is_given_up(supervisor: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "RETRIES", 0.5)
    with pytest.raises(CannotStart, match="valkey does not start: bad luck"):
        supervisor.start(replace(program("valkey", "raise SystemExit('bad luck')"), ready=lambda: False))
