"""Every stand-in starts as a process of its own, without settings or database, and takes orders."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from portal import http

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = {"population": 1, "business": 1, "vneid": 1, "scanning": 1, "messaging": 2, "carrier": 1}


def _free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


@contextmanager
def _process(name: str, ports: list[int]) -> Iterator[str]:
    words = [
        word for option, port in zip(("--port", "--smtp-port"), ports, strict=False) for word in (option, str(port))
    ]
    surroundings = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", f"integrations.{name}.stand_in", *words], cwd=ROOT, env=surroundings
    )
    try:
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        child.terminate()
        child.wait(10)


def _mode(address: str) -> str:
    until = monotonic() + 30
    while True:
        try:
            return str(http.get_json(f"{address}/__control__")["mode"])
        except http.Unreachable:
            if monotonic() > until:
                raise
            sleep(0.05)


@pytest.mark.parametrize("name", STAND_INS)
def test_it_starts_by_itself_and_takes_orders(name: str) -> None:
    with _process(name, _free_ports(STAND_INS[name])) as address:
        assert _mode(address) == "ok"
        http.post_json(f"{address}/__control__", {"mode": "slow", "seconds": 0})
        assert _mode(address) == "slow"
        with pytest.raises(http.Refused) as refusal:
            http.post_json(f"{address}/__control__", {"mode": "asleep"})
        assert refusal.value.status == 400


def test_there_is_one_for_every_folder_of_a_neighbour() -> None:
    assert {path.parent.name for path in ROOT.glob("integrations/*/stand_in.py")} == set(STAND_INS)
