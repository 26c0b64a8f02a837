"""The measurements measure: a load is counted right, a wrong answer is not passed over, each word is one JSON object."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import filing, sizes
from bench.__main__ import NAMES, main
from bench.load import Answers, Target, hammer
from bench.output import Limit, skip, tell
from bench.weight import FONTS, USED
from portal.models import Tenant
from tests.conftest import Door


class Small(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(404 if self.path == "/no" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Said to nobody."""


@pytest.fixture
def small_server() -> Iterator[str]:
    Small.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Small)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_every_answer_is_counted_and_timed(small_server: str) -> None:
    found = Answers()
    hammer(Target(f"{small_server}/yes"), 2, 0.05, found)
    assert len(found.times) == len(Small.seen) >= 2
    assert 0 < found.p50 <= found.p95
    assert found.rate == pytest.approx(len(found.times) / found.seconds)


def test_a_wrong_answer_ends_the_measurement(small_server: str) -> None:
    with pytest.raises(RuntimeError, match="answered 404"):
        hammer(Target(f"{small_server}/no"), 1, 0.05, Answers())


def test_a_measurement_is_one_line_of_json_with_its_limit_named(capsys: pytest.CaptureFixture[str]) -> None:
    tell("home.c8.p95", "ms", 50.0, Limit("200 ms", 200), connections=8)
    skip("browser", "not installed")
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "name": "home.c8.p95", "unit": "ms", "value": 50.0, "limit": "200 ms", "limit_value": 200.0, "ratio": 0.25, "connections": 8,
    }  # fmt: skip
    assert second == {"name": "browser", "skipped": "not installed"}


def test_what_is_asked_for_and_not_known_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLY", "everything")
    with pytest.raises(SystemExit, match=f"none of: {', '.join(NAMES)}"):
        main()
    monkeypatch.setenv("SIZE", "huge")
    with pytest.raises(SystemExit, match="none of: tiny, full"):
        sizes.size()


def test_what_a_page_uses_is_found_in_it(door: Door, tenant: Tenant) -> None:
    page = door().get("/").content.decode()
    assert any(address.endswith("citizen.css") for address in USED.findall(page))
    assert FONTS.findall('src:url(fonts/a-400.woff2) format("woff2")') == ["fonts/a-400.woff2"]


def test_the_attached_file_has_the_size_that_is_told() -> None:
    assert filing.FILE_SIZE <= len(filing.a_pdf(filing.FILE_SIZE)) < filing.FILE_SIZE + 2048
