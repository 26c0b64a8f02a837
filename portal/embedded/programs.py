"""Our own programs as services of the demo: stand-ins, jobs of the start, web, worker and beat."""

import http.client
import os
import sys
from dataclasses import replace
from pathlib import Path

from portal.embedded.processes import Service
from portal.embedded.state import PROJECT, State

# Stand-in → its module and the ports it listens on, by option.
STAND_INS = {
    "vneid": ("integrations.vneid.stand_in", {"--port": "vneid"}),
    "population": ("integrations.population.stand_in", {"--port": "population"}),
    "business": ("integrations.business.stand_in", {"--port": "business"}),
    "scanning": ("integrations.scanning.stand_in", {"--port": "scanning"}),
    "carrier": ("integrations.carrier.stand_in", {"--port": "carrier"}),
    "messaging": ("integrations.messaging.stand_in", {"--port": "mail", "--smtp-port": "smtp"}),
    "vnpay": ("payments.stand_ins.vnpay", {"--port": "vnpay"}),
}


def environment(folder: Path, port: int) -> dict[str, str]:
    """Ours, with compiled modules kept, and fewer memory arenas for the threads."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"MOTCUA_STATE": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
    return {**kept, **own}


def stand_ins(known: State, surroundings: dict[str, str]) -> list[Service]:
    return [
        _program(name, [module, *_ports(options, known)], surroundings) for name, (module, options) in STAND_INS.items()
    ]


def management(command: str, *words: str, surroundings: dict[str, str]) -> Service:
    """A command of manage.py that ends by itself."""
    return Service(command, [sys.executable, "manage.py", command, *words], environment=surroundings, folder=PROJECT)


def web(port: int, surroundings: dict[str, str]) -> Service:
    """Few threads a process, each connection taken when one is free: what waits, waits in one line for all processes.

    Kept connections and many threads leave one process with most of the work, and every second request late.
    """
    words = [
        "gunicorn",
        "portal.wsgi",
        f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread",
        "--workers=4",
        "--threads=3",
        "--worker-connections=3",
        "--keep-alive=0",
        "--preload",
        "--graceful-timeout=5",
        "--no-control-socket",
    ]
    return _program("web", words, {**surroundings, "DATABASE_POOL": "on"})


def worker(surroundings: dict[str, str]) -> Service:
    words = ["celery", "-A", "portal.celery", "worker", "-P", "threads", "-c", "2", "--without-gossip"]
    return _program("worker", [*words, "--without-mingle"], surroundings)


def beat(folder: Path, surroundings: dict[str, str]) -> Service:
    memory = folder / "beat"
    words = ["celery", "-A", "portal.celery", "beat", "--pidfile=", f"--schedule={memory / 'schedule'}"]
    return replace(_program("beat", words, surroundings), prepare=lambda: memory.mkdir(mode=0o700, exist_ok=True))


def is_ready(port: int) -> bool:
    """Whether the web server says that it can serve a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _ports(options: dict[str, str], known: State) -> list[str]:
    return [word for option, name in options.items() for word in (option, str(known["stand_ins"][name]))]


def _program(name: str, words: list[str], surroundings: dict[str, str]) -> Service:
    return Service(name, [sys.executable, "-m", *words], environment=surroundings, folder=PROJECT)
