"""Finding a commune by a few words of its name, its province's, or the names that stood there before 1 July 2025."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from portal.text import fold
from procedures.queries.places import FILE, communes, provinces

OLD_FILE = Path(FILE).with_name("old_places.json")
MOST = 12
LONGEST = 80
# As people shorten them; folded like everything else here.
SHORT = {
    "tp": "thanh pho", "tx": "thi xa", "tt": "thi tran", "h": "huien", "q": "quan", "p": "phuong", "x": "xa",
    "tphcm": "ho chi minh", "hcm": "ho chi minh", "hn": "ha noi",
}  # fmt: skip
KINDS = re.compile(r" (?:thi xa|thanh pho|thi tran|quan|huien)(?= )")
NUMBERED = re.compile(r"\b(p|f|q)([0-9]{1,2})\b")


class Place(NamedTuple):
    """A commune as it is offered; `was` is the old name that was typed, where it was found by one."""

    code: str
    province: str
    name: str
    was: str = ""


class Entry(NamedTuple):
    """A commune with its folded names: its own, with its province's, and the old ones beside how they are written."""

    place: Place
    own: str
    whole: str
    old: tuple[tuple[str, str], ...]
    everything: str


def search(words: str, near: str = "") -> tuple[Place, ...]:
    """The best matches, those of the province `near` first among equals; none for fewer than two letters."""
    return _search(" ".join(_tokens(words[:LONGEST])), near)


@lru_cache(maxsize=2000)
def _search(words: str, near: str) -> tuple[Place, ...]:
    if len(words) < 2:
        return ()
    ranked = sorted(_matches(_wanted(words), words, near), key=lambda pair: pair[0])
    bare = KINDS.sub(" ", f" {words} ").strip()
    if not ranked and bare != words:  # a town that had become a city is still called a town
        return _search(bare, near)
    return tuple(place for _rank, place in ranked[:MOST])


def _wanted(words: str) -> list[str]:
    """Whole words, but for the last, which may still be being typed; a number is a whole word too."""
    *whole, last = words.split()
    return [*(f" {word} " for word in whole), f" {last} " if last.isdigit() else f" {last}"]


def _matches(tokens: list[str], words: str, near: str) -> Iterator[tuple[tuple[int, bool, int, str], Place]]:
    for entry in _entries():
        if not all(token in entry.everything for token in tokens):
            continue
        rank, was = _rank(entry, tokens, words)
        if rank is not None:
            place = entry.place._replace(was=was)
            yield (rank, place.province != near, len(entry.own), place.name), place


def _rank(entry: Entry, tokens: list[str], words: str) -> tuple[int | None, str]:
    """0 the very name, 1 words of it, 2 with the province, 3 an old name; None where the words lie scattered."""
    bare = entry.own.split(" ", 2)[-1].strip()
    if words in (bare, entry.own.strip()):
        return 0, ""
    if all(token in entry.own for token in tokens):
        return 1, ""
    if all(token in entry.whole for token in tokens):
        return 2, ""
    found = next((name for folded, name in entry.old if all(token in folded for token in tokens)), "")
    return (3, found) if found else (None, "")


def _tokens(words: str) -> list[str]:
    plain = re.sub(r"[^0-9a-z]+", " ", fold(words))
    spread = NUMBERED.sub(lambda found: f"{'quan' if found[1] == 'q' else 'phuong'} {found[2]}", plain)
    return " ".join(SHORT.get(word, word) for word in spread.split()).split()


def _folded(name: str) -> str:
    return f" {' '.join(_tokens(name))} "


@cache
def _entries() -> tuple[Entry, ...]:
    old: dict[str, dict[str, list[str]]] = json.loads(OLD_FILE.read_text())["communes"]
    return tuple(_entry(code, name, province, old.get(code, {})) for code, (name, province) in communes().items())


def _entry(code: str, name: str, province: str, old: dict[str, list[str]]) -> Entry:
    shown = f"{name}, {provinces()[province]}"
    before = tuple(_old_names(old))
    own, whole = _folded(name), _folded(shown)
    everything = whole + "".join(folded for folded, _name in before)
    return Entry(Place(code, province, shown), own, whole, before, everything)


def _old_names(old: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Districts alone too: who types one is offered its communes."""
    for district, wards in old.items():
        for name in (*(f"{ward}, {district}" for ward in wards), district):
            yield _folded(name), name
