"""Neighbours for tests: a stand-in in a thread, or a server that plays back recorded answers."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, Response

from integrations.stand_in import start
from portal import http

RECORDINGS = Path(__file__).parent / "recordings"


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    """A server in a thread; yields its port."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield int(server.socket.getsockname()[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """A web application in a thread; yields its address."""
    with serving(start(app)) as port:
        yield f"http://127.0.0.1:{port}"


def playing(answers: dict[str, str]) -> Flask:
    """Answers each "METHOD /path" with a recorded file, whatever it is asked."""
    app = Flask("recorded", static_folder=None)
    for place, name in answers.items():
        method, path = place.split()
        app.add_url_rule(path, place, _player(RECORDINGS / name), methods=[method])
    return app


def _player(recording: Path) -> Any:
    kind = "text/xml; charset=utf-8" if recording.suffix == ".xml" else "application/json"
    return lambda: Response(recording.read_bytes(), content_type=kind)


def order(address: str, mode: str, seconds: float = 5.0) -> None:
    """Tell a stand-in to be ok, slow, down or wrong."""
    assert http.post_json(f"{address}/__control__", {"mode": mode, "seconds": seconds}) == {
        "mode": mode,
        "seconds": seconds,
    }


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text("utf-8"))
