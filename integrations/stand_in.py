"""What every stand-in neighbour shares: its server, its command line, its tokens, and its orders to be slow, wrong or down."""

import argparse
import logging
import secrets
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import BaseWSGIServer, make_server

HOST = "127.0.0.1"
MODES = ("ok", "slow", "down", "wrong")
CONTROL = "/__control__"
PAGES = str(Path(__file__).parent / "stand_in_pages")
GARBAGE = "<!DOCTYPE html><html><body><h1>Hệ thống đang bảo trì</h1>"
# Pages of a stand-in load nothing from elsewhere; choosing a person leads back to a portal on this machine.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self' http://localhost:* http://*.localhost:* http://127.0.0.1:*"
)


@dataclass
class Mood:
    """How a stand-in behaves at the moment: as it should, late, not at all, or with nonsense."""

    mode: str = "ok"
    seconds: float = 5.0

    def order(self, wanted: Any) -> bool:
        """Take an order as posted to the control address; False where it makes no sense."""
        if not isinstance(wanted, dict) or wanted.get("mode") not in MODES:
            return False
        seconds = wanted.get("seconds", self.seconds)
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 600:
            return False
        self.mode, self.seconds = wanted["mode"], float(seconds)
        return True

    def told(self) -> dict[str, Any]:
        return {"mode": self.mode, "seconds": self.seconds}


@dataclass
class Tokens:
    """Access tokens that this stand-in handed out; all are forgotten when it ends."""

    issued: set[str] = field(default_factory=set)

    def issue(self) -> str:
        token = secrets.token_urlsafe(24)
        self.issued.add(token)
        return token

    def knows(self, token: Any) -> bool:
        return isinstance(token, str) and token.removeprefix("Bearer ") in self.issued


def new_app(name: str, mood: Mood | None = None) -> Flask:
    """An application that obeys the control address before anything else."""
    app = Flask(name, static_folder=None, template_folder=PAGES)
    held = mood or Mood()

    @app.get(CONTROL)
    def told() -> Response:
        return jsonify(held.told())

    @app.post(CONTROL)
    def control() -> Any:
        return (
            jsonify(held.told()) if held.order(request.get_json(silent=True)) else ("mode: ok, slow, down, wrong", 400)
        )

    @app.before_request
    def obey() -> Any:
        return None if request.path == CONTROL else _misbehave(held)

    @app.get("/style.css")
    def style() -> Response:
        return Response((Path(PAGES) / "style.css").read_bytes(), mimetype="text/css")

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app


def _misbehave(mood: Mood) -> Any:
    if mood.mode == "slow":
        time.sleep(mood.seconds)
    if mood.mode == "wrong":
        return GARBAGE
    if mood.mode == "down":
        _hang_up()
        return "", 503
    return None


def _hang_up() -> None:
    """Break the connection without a word, as a machine does that fails."""
    line = request.environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        line.shutdown(socket.SHUT_RDWR)


def add_platform_tokens(app: Flask) -> Tokens:
    """The data platform's door (client credentials), through which registries are reached."""
    tokens = Tokens()

    @app.post("/token")
    def platform_token() -> Any:
        if request.form.get("grant_type") != "client_credentials" or not request.form.get("client_id"):
            return jsonify(error="invalid_request"), 400
        return jsonify(accessToken=tokens.issue(), tokenType="Bearer", expiresIn=3600, scope="default")

    return tokens


def start(app: Flask, port: int = 0) -> BaseWSGIServer:
    """A server ready to serve; port 0 takes any that is free."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server(HOST, port, app, threaded=True)


def arguments(what: str, *more: str) -> argparse.Namespace:
    """The command line of a stand-in: `--port N`, and further ports by name."""
    parser = argparse.ArgumentParser(description=what)
    for name in ("port", *more):
        parser.add_argument(f"--{name}", type=int, required=True)
    return parser.parse_args()


def main(app: Flask, what: str) -> None:
    start(app, arguments(what).port).serve_forever()
