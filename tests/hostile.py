"""What a hostile file might make of the process that draws it; loaded into a drawing room instead of the drawing code."""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from typing import IO

SECRET = b""
kept: list[bytes] = []


def make_ready() -> None:
    """Nothing to load."""


def crash(file: IO[bytes]) -> bytes:
    os.abort()


def hang(file: IO[bytes]) -> bytes:
    time.sleep(3600)
    return b""


def burn(file: IO[bytes]) -> bytes:
    while True:
        pass


def eat(file: IO[bytes]) -> bytes:
    """Two gigabytes, if they are given."""
    kept.append(bytes(2 << 30))
    return b"eaten"


def fill(file: IO[bytes]) -> bytes:
    """An answer that does not end."""
    return bytes(64 << 20)


def look_around(file: IO[bytes]) -> bytes:
    """What of the world can be reached: other files, the network, secrets in the environment or in memory."""
    found: list[str] = []
    with contextlib.suppress(OSError), open("/etc/passwd", "rb"):
        found.append("files")
    with contextlib.suppress(OSError):
        socket.socket()
        found.append("network")
    with contextlib.suppress(OSError):
        os.pipe()
        found.append("pipes")
    found += [name for name in os.environ if "KEY" in name or "DATABASE" in name]
    return " ".join(found).encode()


def remember(file: IO[bytes]) -> bytes:
    """What was in memory before, and what is left there for the next."""
    said = b",".join(kept)
    kept.append(file.read())
    return said


def length(file: IO[bytes]) -> bytes:
    return str(len(file.read())).encode()


DEEDS: dict[str, Callable[..., bytes]] = {
    one.__name__: one for one in (crash, hang, burn, eat, fill, look_around, remember, length)
}
