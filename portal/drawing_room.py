"""The room in which hostile files are opened: a process that knows nothing, and from it a copy for each page.

`python -m portal.drawing_room MODULE` is started with a clean memory, no settings and one socket (portal/page_images.py). It
loads the drawing code once; for each request it forks, and the copy shuts itself in: it has the file, a pipe for its answer,
and may open nothing else, be it file or connection; memory, processor time and time by the clock are bounded. Whatever the
file does to it, the copy ends with its page.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import socket
import sys
from typing import Any

# Of one page: bytes of memory beyond what the empty room has, and seconds.
MEMORY, SECONDS = 512 * 1024 * 1024, 8
DONE, REFUSED = b"+", b"-"


def serve(door: socket.socket, code: Any, *, bounded: bool = True) -> None:
    """Answer requests until whoever asked is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    code.make_ready()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(door, 4096, 2)
        if not message:
            return
        if os.fork() == 0:
            door.close()
            _answer(code, json.loads(message), *descriptors, bounded=bounded)
        for one in descriptors:
            os.close(one)


def _answer(code: Any, asked: dict[str, Any], given: int, out: int, *, bounded: bool) -> None:
    """Draw and end; nothing of this process outlives its page."""
    with contextlib.suppress(BaseException):
        file = os.fdopen(given, "rb")
        if bounded:
            shut_in()
        try:
            said = DONE + code.DEEDS[asked.pop("deed")](file, **asked)
        except Exception as error:  # noqa: BLE001 -- one word about it, for the log of whoever asked
            said = REFUSED + f"{type(error).__name__}: {error}"[:200].encode()
        left = memoryview(said)
        while left:
            left = left[os.write(out, left) :]
    os._exit(0)


def shut_in() -> None:
    """From here on nothing can be opened, and what is too much is not given or ends the process."""
    with open("/proc/self/statm", encoding="ascii") as told:
        held = int(told.read().split()[0]) * resource.getpagesize()
    for what, most in (
        (resource.RLIMIT_AS, held + MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)


if __name__ == "__main__":
    with socket.socket(fileno=sys.stdin.fileno()) as held_door:
        serve(held_door, importlib.import_module(sys.argv[1]), bounded="unbounded" not in sys.argv)
