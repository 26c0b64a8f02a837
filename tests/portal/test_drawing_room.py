"""A hostile file: it may take its own process down, and nothing else."""

import io
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import pytest
from PIL import Image

from portal import drawing_room, page_images
from portal.page_images import NoPicture, Room


@pytest.fixture
def file() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as held:
        held.write(b"of another authority")
        held.seek(0)
        yield held


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room("tests.hostile", patience=60)
    yield made
    made.close()


@pytest.fixture
def unbounded() -> Iterator[Room]:
    """For the controls: the same process without its walls."""
    made = Room("tests.hostile", "unbounded", patience=60)
    yield made
    made.close()


def test_a_crash_ends_with_its_page(room: Room, file: IO[bytes]) -> None:
    with pytest.raises(NoPicture, match="without a word"):
        room.ask(file, "crash")
    assert room.ask(file, "length") == b"20"


@pytest.mark.parametrize("deed", ["hang", "burn"])
def test_what_does_not_end_is_not_waited_for(room: Room, file: IO[bytes], deed: str) -> None:
    assert room.ask(file, "length") == b"20", "it stands ready: what is waited for is the page alone"
    room.patience = 1
    with pytest.raises(NoPicture):
        room.ask(file, deed)
    room.patience, _start = 60, file.seek(0)
    assert room.ask(file, "length") == b"20"


def test_what_does_not_end_is_ended(room: Room, file: IO[bytes]) -> None:
    """By the kernel, whether somebody still waits for it or not."""
    room.ask(file, "length")
    room.patience = 1
    with pytest.raises(NoPicture):
        room.ask(file, "burn")
    assert room._process is not None
    group, until = room._process.pid, time.monotonic() + drawing_room.SECONDS * 6
    while _copies(group) and time.monotonic() < until:
        time.sleep(0.2)
    assert _copies(group) == 0


def _copies(room: int) -> int:
    """Processes whose parent is the room."""
    found = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as told:
                found += told.read().rpartition(")")[2].split()[1] == str(room)
        except OSError:
            continue
    return found


def test_memory_is_bounded(room: Room, file: IO[bytes]) -> None:
    with pytest.raises(NoPicture, match="MemoryError"):
        room.ask(file, "eat")
    assert room.ask(file, "length") == b"20"


def test_without_its_bounds_it_eats(unbounded: Room, file: IO[bytes]) -> None:
    """The control."""
    assert unbounded.ask(file, "eat") == b"eaten"


def test_an_answer_without_end_is_not_listened_to(room: Room, file: IO[bytes]) -> None:
    with pytest.raises(NoPicture):
        room.ask(file, "fill")


def test_nothing_can_be_opened_from_inside(room: Room, file: IO[bytes]) -> None:
    assert room.ask(file, "look_around") == b""


def test_without_its_walls_files_and_network_are_open(unbounded: Room, file: IO[bytes]) -> None:
    """The control: no secret is there all the same, because the room was never given one."""
    assert unbounded.ask(file, "look_around") == b"files network pipes"


def test_nothing_of_one_file_is_left_for_the_next(room: Room, file: IO[bytes]) -> None:
    assert [room.ask(file, "remember") for _number in range(3)] == [b""] * 3


def test_a_room_that_is_gone_is_made_again(room: Room, file: IO[bytes]) -> None:
    assert room.ask(file, "length") == b"20" and room._process is not None
    os.kill(room._process.pid, signal.SIGKILL)
    room._process.wait(timeout=5)
    file.seek(0)
    assert room.ask(file, "length") == b"20"


def test_many_ask_at_once_and_each_gets_its_own(file: IO[bytes]) -> None:
    held = io.BytesIO()
    Image.new("RGB", (40, 20)).save(held, "PNG")

    def drawn(number: int) -> tuple[int, int]:
        with tempfile.TemporaryFile() as own:
            own.write(held.getvalue())
            own.seek(0)
            turn = 90 if number % 2 else 0
            said = page_images.room.ask(own, "draw", kind="png", number=1, zoom=100, turn=turn)
            return Image.open(io.BytesIO(said)).size

    with ThreadPoolExecutor(8) as pool:
        sizes: list[Any] = list(pool.map(drawn, range(16)))
    assert [size[0] > size[1] for size in sizes] == [True, False] * 8
