"""The scanner: clean and infected are said by it; everything else is "not scanned"."""

import io
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from integrations import scanning
from integrations.scanning import State, Verdict, live
from integrations.scanning.stand_in import EICAR, VERSION, Server, _word
from integrations.stand_in import Mood
from tests.integrations.servers import order, serving

CLEAN = Verdict(State.CLEAN)


@contextmanager
def _recorded(answer: bytes) -> Iterator[int]:
    """A clamd that has heard everything when it says what was once recorded."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if _word(self.rfile) == b"INSTREAM":
                while size := int.from_bytes(self.rfile.read(4)):
                    self.rfile.read(size)
            self.wfile.write(answer)

    class Recorded(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with serving(Recorded(("127.0.0.1", 0), Handler)) as port:
        yield port


@pytest.fixture
def stand_in(settings: Any) -> Iterator[str]:
    with serving(Server(0)) as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=["recorded", "stand-in"])
def clamd(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """One that will say "clean" of harmless content."""
    with _recorded(b"stream: OK\0") if request.param == "recorded" else serving(Server(0)) as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        yield


@pytest.mark.parametrize("size", [0, 1, 200_000])
def test_harmless_content_is_clean(clamd: None, size: int) -> None:
    assert scanning.scan(io.BytesIO(b"x" * size)) == CLEAN


def test_malware_is_named_in_recorded_answers(settings: Any) -> None:
    with _recorded(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        assert scanning.scan(io.BytesIO(b"x")) == Verdict(State.INFECTED, "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize("before", [0, 65_530, 130_000])
def test_malware_is_found_wherever_it_stands(stand_in: str, before: int) -> None:
    assert scanning.scan(io.BytesIO(b" " * before + EICAR + b"\n")) == Verdict(State.INFECTED, "Eicar-Test-Signature")


def test_a_file_is_scanned_by_its_path(stand_in: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(EICAR)
    assert scanning.scan(tmp_path / "a.pdf").state is State.INFECTED


@pytest.mark.parametrize("size", [101, 10_000_000])
def test_past_the_scanners_limit_nothing_is_known(settings: Any, size: int) -> None:
    with serving(Server(0, most=100)) as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        verdict = scanning.scan(io.BytesIO(b"x" * size))
        assert (verdict.state, verdict.is_clean) == (State.NOT_SCANNED, False)
        assert scanning.scan(io.BytesIO(b"x" * 100)) == CLEAN


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_a_scanner_in_trouble_leaves_a_file_unscanned(stand_in: str, mode: str) -> None:
    order(stand_in, mode)
    assert scanning.scan(io.BytesIO(b"x")).state is State.NOT_SCANNED
    order(stand_in, "ok")
    assert scanning.scan(io.BytesIO(b"x")) == CLEAN


def test_a_slow_scanner_leaves_a_file_unscanned(stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SCAN_SECONDS", 0.2)
    order(stand_in, "slow", 600)
    assert scanning.scan(io.BytesIO(b"x")) == Verdict(State.NOT_SCANNED, "TimeoutError")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: OKAY\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"x" * 9000,
    ],
)
def test_only_the_two_known_sentences_are_verdicts(settings: Any, answer: bytes) -> None:
    with _recorded(answer) as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        assert scanning.scan(io.BytesIO(b"x")).is_clean is (answer == b"stream: OK")


@pytest.mark.parametrize("address", ["", "127.0.0.1", "127.0.0.1:1"])
def test_no_scanner_leaves_a_file_unscanned(settings: Any, address: str) -> None:
    settings.SCANNER = address
    assert scanning.scan(io.BytesIO(b"x")).state is State.NOT_SCANNED
    with pytest.raises(scanning.Unavailable):
        scanning.check()


def test_the_scanner_says_its_version_and_that_it_has_signatures(settings: Any, stand_in: str) -> None:
    assert scanning.check() == VERSION.decode()
    with _recorded(b"ClamAV 1.0.7\0") as port:
        settings.SCANNER = f"127.0.0.1:{port}"
        with pytest.raises(scanning.Unavailable, match="no signatures"):
            scanning.check()


def test_the_stand_in_refuses_orders_that_make_no_sense() -> None:
    mood = Mood()
    assert [
        mood.order(wanted)
        for wanted in (
            {"mode": "asleep"},
            {},
            None,
            {"mode": "slow", "seconds": "long"},
            {"mode": "slow", "seconds": -1},
        )
    ] == [False] * 5
    assert mood == Mood()
    assert mood.order({"mode": "slow", "seconds": 1})
