"""The house that is measured: the whole demo in a state folder of its own, and a bare Django beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench import processors
from bench.output import say
from portal.embedded import processes, programs, services, state
from portal.embedded.state import PROJECT

PATIENCE = 420.0
SERVERS = ("postgres", "valkey", "web")


@dataclass(frozen=True)
class House:
    """A running demo: where it keeps what, where it answers, how long it took to get there, and its processes."""

    folder: Path
    port: int
    seconds: float
    supervisor: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def known(self) -> state.State:
        found = state.read(self.folder)
        assert found is not None
        return found

    def sessions(self, *names: str) -> set[int]:
        known = self.known()["processes"]
        return {known[name]["pid"] for name in names or known}


@contextmanager
def demo(folder: Path, *, fresh: bool = False) -> Iterator[House]:
    """`make demo` without make: everything, on a free port, durable as in real life."""
    port = state.free_port()
    words = [sys.executable, "manage.py", "demo", *(["--fresh"] if fresh else [])]
    folder.mkdir(parents=True, exist_ok=True)
    with _log(folder).open("wb") as log:
        began = time.perf_counter()
        child = subprocess.Popen(
            words, cwd=PROJECT, env=_surroundings(folder, port), stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for_words(folder, child)
        house = House(folder, port, time.perf_counter() - began, child)
        processors.serving.update(house.sessions(*SERVERS))
        yield house
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()
        processors.serving.clear()


def _log(folder: Path) -> Path:
    """Beside the folder: a fresh start empties that."""
    return folder.parent / f"{folder.name}.log"


def _surroundings(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    return programs.environment(folder, port) | {name: kept[name] for name in ("PATH",) if name in kept}


def _wait_for_words(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Until it says that it is ready; what it says on the way is for people."""
    deadline, shown = time.monotonic() + PATIENCE, 0
    while time.monotonic() < deadline:
        lines = _log(folder).read_text(errors="replace").splitlines()
        if any("is ready." in line for line in lines):
            return
        for line in lines[shown:]:
            say(f"  {line}")
        shown = len(lines)
        if child.poll() is not None:
            raise SystemExit(f"The demo did not start: {(lines or ['it said nothing'])[-1]}")
        time.sleep(0.02)
    raise SystemExit("The demo did not get ready in time.")


@contextmanager
def bare(house: House) -> Iterator[str]:
    """The bare Django behind the same server with the same settings; yields its address."""
    port, environment = state.free_port(), programs.environment(house.folder, house.port)
    subprocess.run([sys.executable, "-m", "bench.bare"], cwd=PROJECT, env=environment, check=True)
    ours = programs.web(port, {**environment, "DATABASE_POOL": "on"})
    words = ["bench.bare" if word == "portal.wsgi" else word for word in ours.command]
    service = replace(ours, name="bare", command=words)
    child = processes.spawn(service, services.log_of(house.folder, service), leashed=True)
    processors.serving.add(child.pid)
    try:
        services.until_it_answers(house.folder, replace(service, ready=lambda: _answers(port)), lambda _service: child)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait()
        processors.serving.discard(child.pid)


def _answers(port: int) -> bool:
    return not state.is_free(port)
