"""Processes known by number and beginning, so that a number used again never hits a stranger."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Identity = dict[str, Any]
# Loaded before a fork, because loading between fork and exec is not safe.
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Service:
    """One long-running program: how it is started, when it is ready, how it is asked to stop."""

    name: str
    command: list[str]
    ready: Callable[[], bool] = lambda: True
    prepare: Callable[[], None] = lambda: None
    environment: dict[str, str] | None = None
    account: dict[str, Any] = field(default_factory=dict)
    folder: Path = Path("/")
    stop_signal: signal.Signals = signal.SIGTERM


def wheel(package: str) -> Path:
    """The folder of an installed package, found without running its code."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"The package {package} is not installed.")
    return Path(found.submodule_search_locations[0])


def spawn(service: Service, log: Path, leashed: bool = False) -> subprocess.Popen[bytes]:
    """Starts the program in a session of its own: Ctrl-C reaches only the one that supervises it.

    A leashed one is asked to stop by the kernel when its supervisor dies, however that happens.
    """
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the commands are ours
            service.command,
            cwd=service.folder,
            env=service.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(stop_with_parent, service.stop_signal) if leashed else None,
            **service.account,
        )


def stop_with_parent(number: signal.Signals) -> None:
    """Asks the kernel to send this process the signal when its parent dies."""
    set_death_signal = 1
    _libc.prctl(set_death_signal, int(number))


def identity(pid: int) -> Identity:
    return {"pid": pid, "began": began(pid)}


def began(pid: int) -> str | None:
    """When the process began (boot and clock ticks); None when it is gone or only a zombie."""
    fields = _stat(pid)
    if fields is None or fields[0] in "ZX":
        return None
    return f"{_boot()}:{fields[19]}"


def alive(known: Identity | None) -> bool:
    return known is not None and known["began"] is not None and began(known["pid"]) == known["began"]


def end(known: Identity, first: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Asks the process to stop, waits, and kills what is left of its session."""
    if alive(known):
        os.kill(known["pid"], first)
        _wait(lambda: not alive(known), patience)
    for pid in list(_session(known)):
        os.kill(pid, signal.SIGKILL)
    _wait(lambda: not any(_session(known)), 5.0)


def _session(known: Identity) -> Iterator[int]:
    """The living processes of the session that the known process opened (its children, when it is dead itself)."""
    if known["began"] is None or (began(known["pid"]) or known["began"]) != known["began"]:
        return
    boot, _, ticks = known["began"].partition(":")
    if boot != _boot():
        return
    for entry in Path("/proc").glob("[0-9]*"):
        fields = _stat(int(entry.name))
        if fields and fields[0] not in "ZX" and int(fields[3]) == known["pid"] and int(fields[19]) >= int(ticks):
            yield int(entry.name)


def _wait(condition: Callable[[], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat from the third one (the state) on."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
