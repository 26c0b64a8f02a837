"""PostgreSQL and Valkey without a supervisor: for tests, and for work on the code without a demo."""

import fcntl
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from portal.embedded import processes, state, valkey
from portal.embedded.postgres import Postgres
from portal.embedded.processes import Service
from portal.embedded.state import CannotStart, State

Launch = Callable[[Service], subprocess.Popen[bytes]]
PATIENCE = 60.0
# A server that was killed may hold its lock or its port for some seconds more.
RETRIES = 10.0
_started: list[subprocess.Popen[bytes]] = []


def ensure_services(folder: Path, fast: bool = True) -> State:
    """Starts what does not run yet and returns the state, with which settings find it."""
    known = state.read(folder)
    if known and are_running(known):
        return known
    folder.mkdir(parents=True, exist_ok=True)
    with lock(folder, patience=PATIENCE):
        known = state.prepare(folder)
        if not are_running(known):
            end_all(known)
            _start_all(folder, known, fast)
        return known


def stop_services(folder: Path) -> None:
    known = state.read(folder)
    if known:
        with lock(folder):
            end_all(known)
            state.write(folder, known)
        _started[:] = [child for child in _started if child.poll() is None]


def forget(folder: Path, known: State) -> None:
    """Takes away everything but the logs and the lock; nothing may run."""
    place = Path(known.get("place", folder))
    if place != folder and place.exists():
        shutil.rmtree(place)
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "log":
            shutil.rmtree(entry)
        elif entry.name not in ("log", "lock"):
            entry.unlink()


def are_running(known: State) -> bool:
    return all(processes.alive(known["processes"].get(name)) for name in ("postgres", "valkey"))


def end_all(known: State) -> None:
    """Ends the remembered processes, the last one first."""
    for name in reversed(list(known["processes"])):
        processes.end(known["processes"].pop(name))


@contextmanager
def lock(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Only one starts or stops services in a folder; the kernel opens the lock when its holder dies."""
    with (folder / "lock").open("w") as file:
        deadline = time.monotonic() + patience
        while not _locked(file.fileno()):
            if time.monotonic() > deadline:
                raise CannotStart(f"Another demo or start is at work in {folder}: stop it first.")
            time.sleep(0.1)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_all(folder: Path, known: State, fast: bool) -> None:
    state.refresh_ports(known)
    server = Postgres(folder, known, fast)
    known["place"] = str(server.place)
    for service in (server.service(), valkey.service(folder, known["valkey"])):
        _started.append(until_it_answers(folder, service, partial(launch, folder, known)))
    server.furnish()


def launch(folder: Path, known: State, service: Service, leashed: bool = False) -> subprocess.Popen[bytes]:
    """Starts one service and remembers it."""
    service.prepare()
    child = processes.spawn(service, log_of(folder, service), leashed)
    known["processes"][service.name] = processes.identity(child.pid)
    state.write(folder, known)
    return child


def until_it_answers(
    folder: Path, service: Service, launch: Launch, pause: Callable[[float], None] = time.sleep
) -> subprocess.Popen[bytes]:
    """Launches one service, again if need be, until it answers."""
    deadline = time.monotonic() + RETRIES
    while True:
        child = launch(service)
        patience = time.monotonic() + PATIENCE
        while child.poll() is None and time.monotonic() < patience:
            if service.ready():
                return child
            pause(0.05)
        if time.monotonic() > deadline:
            raise CannotStart(f"{service.name} does not start: {last_words(log_of(folder, service))}")
        pause(0.5)


def log_of(folder: Path, service: Service) -> Path:
    return folder / "log" / f"{service.name}.log"


def last_words(log: Path) -> str:
    """The line of the log that tells most likely why its writer gave up."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()][-20:]
    telling = [line for line in lines if "No space left" in line or "FATAL" in line or "PANIC" in line]
    return f"{(telling or lines or ['it said nothing'])[-1]} (all of it: {log})"
