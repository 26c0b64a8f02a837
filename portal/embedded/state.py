"""What a set of local services remembers between two starts: ports, passwords, keys and processes."""

import base64
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
STAND_INS = ("vneid", "population", "business", "vnpay", "mail", "smtp", "scanning", "carrier")
ROLES = ("superuser", "owner", "app", "platform")
# Below the range from which the kernel takes ports for outgoing connections, so that a remembered port stays free.
PORTS = range(20000, 30000)

WEB_PORT = 8000

State = dict[str, Any]


class CannotStart(Exception):
    """Something a person has to change first; the text is one sentence for them."""


def folder() -> Path:
    """Where the services of this process's environment live."""
    return PROJECT / (os.environ.get("MOTCUA_STATE") or ".local")


def read(place: Path | None = None) -> State | None:
    """The remembered state, or None when nothing was ever started here."""
    try:
        return dict(json.loads(((place or folder()) / "services.json").read_text()))
    except FileNotFoundError:
        return None


def write(place: Path, state: State) -> None:
    """Replaces the state file at once, so that no reader ever sees half of it."""
    fresh = place / "services.json.new"
    fresh.touch(mode=0o600)
    fresh.chmod(0o600)
    fresh.write_text(json.dumps(state, indent=1))
    fresh.replace(place / "services.json")


def prepare(place: Path) -> State:
    """The remembered state; made up on the first start."""
    place.mkdir(parents=True, exist_ok=True)
    # The account of PostgreSQL has to pass through, and nobody has to look around.
    place.chmod(0o711)
    (place / "log").mkdir(mode=0o700, exist_ok=True)
    state = read(place)
    if state is None:
        state = first_state()
        write(place, state)
    return state


def first_state() -> State:
    ports = {name: free_port() for name in ("postgres", "valkey")}
    return {
        "port": WEB_PORT,
        **ports,
        "passwords": {role: secrets.token_urlsafe(24) for role in ROLES},
        "secret_key": secrets.token_urlsafe(48),
        "field_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "stand_ins": {name: free_port() for name in STAND_INS},
        "processes": {},
    }


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    for _ in range(1000):
        port = secrets.choice(PORTS)
        if is_free(port):
            return port
    raise CannotStart(
        f"No free port between {PORTS.start} and {PORTS.stop}: end some of the programs that listen there."
    )


def refresh_ports(state: State) -> None:
    """Replaces a remembered port that someone else has taken in the meantime."""
    for place in (state, state["stand_ins"]):
        for name in place.keys() - {"port"}:
            if isinstance(place[name], int) and not is_free(place[name]):
                place[name] = free_port()
