"""A package of linked procedures as data: its parts, their order, what each takes from the one form; and how long all of
it takes. Plain Python: moments come in, moments go out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from procedures.schema.reading import Text

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One procedure of a package. `agreement` is empty where the authority itself settles it.

    `answers` names for each question of the part's own form the question of the one form that answers it; `constants`
    answer by themselves. `takes` names for a part that comes before the file question that its result answers ("" where
    it is added as a loose paper).
    """

    key: str
    title: Text
    procedure: str
    agreement: str = ""
    office: str = ""
    after: tuple[str, ...] = ()
    takes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)


def read_parts(raw: Iterable[Raw]) -> tuple[Part, ...]:
    """What is kept as JSON, in the order in which it can be done; what has no order stands last (`faults` tells)."""
    parts = [_part(one) for one in raw]
    done: list[Part] = []
    while ready := [one for one in parts if one not in done and set(one.after) <= {d.key for d in done}]:
        done += ready
    return (*done, *(one for one in parts if one not in done))


def _part(raw: Raw) -> Part:
    title = raw.get("title") or {}
    return Part(
        key=str(raw["key"]), title=Text(title.get("vi") or "", title.get("en") or title.get("vi") or ""),
        procedure=str(raw.get("procedure") or ""), agreement=str(raw.get("agreement") or ""), office=str(raw.get("office") or ""),
        after=tuple(raw.get("after") or ()), takes=dict(raw.get("takes") or {}),
        answers=dict(raw.get("answers") or {}), constants=dict(raw.get("constants") or {}),
    )  # fmt: skip


def circular(parts: Iterable[Part]) -> list[str]:
    """Keys of parts that wait for themselves, or for a part that is not there."""
    known = list(parts)
    done: set[str] = set()
    while ready := {one.key for one in known if one.key not in done and set(one.after) <= done}:
        done |= ready
    return [one.key for one in known if one.key not in done]


@dataclass(frozen=True)
class Stretch:
    """When a part begins and ends, as told or as reckoned; `until` is None where nothing can be said."""

    since: datetime
    until: datetime | None


Lasts = Callable[[str, datetime], datetime | None]


def stretches(
    after: Mapping[str, tuple[str, ...]], known: Mapping[str, Stretch], lasts: Lasts, now: datetime
) -> dict[str, Stretch]:
    """Every part's stretch: the known ones as they are, the others from the latest end of what they wait for."""
    found: dict[str, Stretch] = dict(known)
    waiting = [key for key in after if key not in found]
    while ready := [key for key in waiting if set(after[key]) <= found.keys()]:
        for key in ready:
            ends = [found[one].until for one in after[key]]
            told = [one for one in ends if one is not None]
            since = max([now, *told])
            found[key] = Stretch(since, None if len(told) < len(ends) else lasts(key, since))
        waiting = [key for key in waiting if key not in found]
    return found


def critical(after: Mapping[str, tuple[str, ...]], found: Mapping[str, Stretch]) -> list[str]:
    """The chain of parts that decides when the whole is done: from the last end back to a beginning."""
    ends = {key: one.until for key, one in found.items() if one.until is not None}
    if not ends:
        return []
    path = [max(ends, key=lambda key: (ends[key], key))]
    while before := [key for key in after.get(path[0], ()) if key in ends]:
        path.insert(0, max(before, key=lambda key: (ends[key], key)))
    return path
