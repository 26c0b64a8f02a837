"""Speaks to clamd over TCP: INSTREAM with a deadline for the whole conversation."""

import socket
import struct
from time import monotonic
from typing import BinaryIO

from django.conf import settings

from integrations.scanning import State, Verdict
from integrations.unavailable import Unavailable

CONNECT_SECONDS = 2.0
SCAN_SECONDS = 30.0
PIECE = 64 * 1024
LONGEST_ANSWER = 4096


def scan(stream: BinaryIO) -> Verdict:
    try:
        answer = _Conversation(SCAN_SECONDS).send(stream)
    except OSError as error:
        return Verdict(State.NOT_SCANNED, type(error).__name__)
    if answer == "stream: OK":
        return Verdict(State.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(State.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    return Verdict(State.NOT_SCANNED, answer[:200] or "no answer")


def check() -> str:
    """For instance "ClamAV 1.0.7/27450/Sat Nov 22 08:12:11 2025"; without signatures the last two parts are missing."""
    try:
        version = _Conversation(CONNECT_SECONDS).ask(b"zVERSION\0")
    except OSError as error:
        raise Unavailable("scanning") from error
    if version.count("/") < 2:
        raise Unavailable(f"scanning: no signatures ({version[:80]})")
    return version


class _Conversation:
    """One connection, one command, one answer, one deadline."""

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds

    def send(self, stream: BinaryIO) -> str:
        with self._connect() as line:
            line.sendall(b"zINSTREAM\0")
            try:
                while piece := stream.read(PIECE):
                    self._keep_time(line)
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                # Past its limit clamd says so and hangs up; what it said may still be there to read.
                return self._answer(line)
            return self._answer(line)

    def ask(self, command: bytes) -> str:
        with self._connect() as line:
            line.sendall(command)
            return self._answer(line)

    def _connect(self) -> socket.socket:
        host, _, port = settings.SCANNER.rpartition(":")
        if not port.isdigit():
            raise ConnectionError("no scanner is set")
        return socket.create_connection((host, int(port)), CONNECT_SECONDS)

    def _keep_time(self, line: socket.socket) -> None:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError
        line.settimeout(left)

    def _answer(self, line: socket.socket) -> str:
        said = b""
        while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
            self._keep_time(line)
            piece = line.recv(LONGEST_ANSWER)
            if not piece:
                break
            said += piece
        return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()
