"""The malware scanner: what it says about a file. No word from it means "not scanned", never "clean"."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from integrations.unavailable import Unavailable

__all__ = ["State", "Unavailable", "Verdict", "check", "scan"]


class State(StrEnum):
    """The three things that can be known about a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True)
class Verdict:
    """`what` is the name of the malware found, or why the file was not scanned."""

    state: State
    what: str = ""

    @property
    def is_clean(self) -> bool:
        return self.state is State.CLEAN


def scan(file: Path | str | BinaryIO) -> Verdict:
    """Have a file scanned, from where a stream stands to its end. Never raises for the scanner's sake."""
    from integrations.scanning import live  # the stand-in imports this package without settings

    with _opened(file) as stream:
        return live.scan(stream)


def check() -> str:
    """The scanner's version and the day of its signatures; raises Unavailable."""
    from integrations.scanning import live

    return live.check()


@contextmanager
def _opened(file: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(file, Path | str):
        with Path(file).open("rb") as stream:
            yield stream
    else:
        yield file
