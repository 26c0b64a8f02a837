"""A whole demo of its own, as `make demo` starts it, and a real browser in front of it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.walker import Walker

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240.0
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """The port of a running site: MOTCUA_BROWSER_PORT names one that runs already; else a demo is started, fresh."""
    known = os.environ.get("MOTCUA_BROWSER_PORT")
    if known:
        yield int(known)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    state = ROOT / ".local" / "browser"
    state.mkdir(parents=True, exist_ok=True)
    surroundings = {**os.environ, "MOTCUA_STATE": str(state), "PORT": str(free), "FRESH": "1"}
    with (state / "start.log").open("w") as log:
        demo = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "demo"], env=surroundings, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(demo, free, state / "start.log")
        yield free
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(60)


def _wait_until_ready(demo: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if demo.poll() is not None:
            pytest.fail(f"the demo ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"the demo is not ready: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def walk(browser: Browser, port: int) -> Iterator[Callable[..., Walker]]:
    """Somebody with a browser at a tenant's host: `walk("dongthap", script=False, width=360)`."""
    walkers: list[Walker] = []

    def begin(tenant: str, *, script: bool = True, width: int = 1280) -> Walker:
        walkers.append(Walker(browser, f"http://{tenant}.localhost:{port}", script=script, width=width))
        return walkers[-1]

    yield begin
    for walker in walkers:
        walker.leave()
