"""Pages of stored files as pictures: one page at a time, so that nothing of a file runs in a reader's browser, nor here.

The file is opened and drawn in a process of its own (drawing_room.py); this side hands a descriptor over and waits for bytes.
"""

import atexit
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from typing import IO, Any

from django.conf import settings

from portal.drawing_room import DONE, SECONDS
from portal.files import open_stored
from portal.page_drawing import NoPicture

__all__ = ["NoPicture", "count_pages", "draw"]
log = logging.getLogger(__name__)
# Pages drawn at a time by one process of ours; the longest answer; a little more patience than the room has.
AT_ONCE, MOST_BYTES, PATIENCE = 3, 32 * 1024 * 1024, SECONDS + 2.0


class Room:
    """The way to a drawing room of this process; started when it is first needed, and again when it is gone."""

    def __init__(self, module: str = "portal.page_drawing", *words: str, patience: float = PATIENCE) -> None:
        self.command = [sys.executable, "-m", "portal.drawing_room", module, *words]
        self.patience = patience
        self._lock, self._places = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._door: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, file: IO[bytes], deed: str, **told: Any) -> bytes:
        """What came of it. Raises NoPicture: refused, crashed, too large or too slow."""
        if not self._places.acquire(timeout=self.patience):
            raise NoPicture("too many pages are being drawn")
        try:
            return self._asked(file, json.dumps({"deed": deed, **told}).encode())
        finally:
            self._places.release()

    def _asked(self, file: IO[bytes], message: bytes) -> bytes:
        inner, outer = os.pipe()
        try:
            try:
                self._send(message, [file.fileno(), outer])
            finally:
                os.close(outer)
            said = _read(inner, time.monotonic() + self.patience)
        finally:
            os.close(inner)
        if said[:1] != DONE:
            log.warning("a page was not drawn: %s", "the process ended" if not said else "refused")
            raise NoPicture(said[1:].decode(errors="replace") or "the process ended without a word")
        return said[1:]

    def _send(self, message: bytes, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._opened(), [message], descriptors)
        except OSError:  # the room is gone: another is made, once
            self.close()
            socket.send_fds(self._opened(), [message], descriptors)

    def _opened(self) -> socket.socket:
        """A room is never shared with the process that this one was forked from."""
        with self._lock:
            if self._door is None or self._owner != os.getpid():
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module
                        self.command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                        cwd=settings.BASE_DIR, env={"LANG": "C.UTF-8"}, start_new_session=True,
                    )  # fmt: skip
                self._door, self._owner = ours, os.getpid()
            return self._door

    def close(self) -> None:
        """The room ends when nobody is at its door any more."""
        with self._lock:
            if self._door is not None and self._process is not None and self._owner == os.getpid():
                self._door.close()
                self._process.wait(timeout=5)
            self._door = self._process = None


def _read(descriptor: int, until: float) -> bytes:
    """Everything that is said before the moment; what says too much or too late has said nothing."""
    waiting, said = select.poll(), bytearray()
    waiting.register(descriptor, select.POLLIN | select.POLLHUP)
    while len(said) <= MOST_BYTES and waiting.poll(max(0.0, until - time.monotonic()) * 1000):
        piece = os.read(descriptor, 1 << 20)
        if not piece:
            return bytes(said)
        said += piece
    return b""


room = Room()
atexit.register(room.close)


def count_pages(path: str, kind: str) -> int:
    """How many pages there are to draw. Raises NoPicture."""
    if kind != "pdf":
        return 1
    with open_stored(path) as file:
        said = room.ask(file, "count")
    if not said.isdigit():
        raise NoPicture("no number")
    return int(said)


def draw(path: str, kind: str, number: int, *, zoom: int = 100, turn: int = 0) -> bytes:
    """Page `number` (from 1) as JPEG, `zoom` in percent of a page's width, turned clockwise. Raises NoPicture."""
    with open_stored(path) as file:
        picture = room.ask(file, "draw", kind=kind, number=number, zoom=zoom, turn=turn)
    if not picture.startswith(b"\xff\xd8\xff"):
        raise NoPicture("not a picture")
    return picture
