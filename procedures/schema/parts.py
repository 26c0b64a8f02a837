"""A part of a raw definition by its address, so that people can change one part while others change others.

`form.sections.owner.fields.full_name`, `papers.form`, `legal_basis.0`: an item of a list is named by its key, and by its
number where it has none. The definition may be faulty; nothing is ever changed in place.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procedures.schema.reading import KEY

Raw = Mapping[str, Any]
STEP = re.compile(r"\[([0-9]+)\]")


class NoSuchPart(KeyError):
    """There is nothing at this address."""


def get(raw: Raw, address: str) -> Any:
    """The part itself, not a copy. Raises NoSuchPart."""
    found: Any = raw
    for step in _steps(address):
        found = found[_place(found, step, address)]
    return found


def find(raw: Raw, address: str) -> Any:
    """The part, or None where there is none."""
    try:
        return get(raw, address)
    except NoSuchPart:
        return None


def put(raw: Raw, address: str, value: Any) -> dict[str, Any]:
    """A copy with this part replaced, or added at the end of its list; lists and objects on the way are made."""
    made: dict[str, Any] = _put(raw, _steps(address), value, address)
    return made


def append(raw: Raw, address: str, value: Any) -> dict[str, Any]:
    """A copy with one more item in the list at this address."""
    known = find(raw, address)
    if known is not None and not isinstance(known, list):
        raise NoSuchPart(address)
    return put(raw, address, [*(known or []), value])


def remove(raw: Raw, address: str) -> dict[str, Any]:
    """A copy without this part. Raises NoSuchPart."""
    around, _dot, last = address.rpartition(".")
    holder = get(raw, around)
    place = _place(holder, last, address)
    if isinstance(holder, list):
        return put(raw, around, [item for number, item in enumerate(holder) if number != place])
    return put(raw, around, {key: value for key, value in holder.items() if key != place})


def move(raw: Raw, address: str, before: str | None) -> dict[str, Any]:
    """A copy with an item of a list in front of another of the same list, or at its end. Raises NoSuchPart."""
    around, _dot, last = address.rpartition(".")
    holder = get(raw, around)
    place = _place(holder, last, address)
    if not isinstance(holder, list):
        raise NoSuchPart(address)
    target = len(holder) if before is None else int(_place(holder, before, f"{around}.{before}"))
    rest = [item for number, item in enumerate(holder) if number != place]
    target -= place < target
    return put(raw, around, [*rest[:target], holder[place], *rest[target:]])


def name_of(holder: Sequence[Any], number: int) -> str:
    """What an item of a list is called in an address: its key, or its number where it has no key or shares it."""
    keys = [_key(item) for item in holder]
    return keys[number] if keys[number] and keys.index(keys[number]) == number else str(number)


def names_of(holder: Sequence[Any]) -> list[str]:
    """What all items of a list are called, in one pass."""
    names: dict[str, int] = {}
    for number, item in enumerate(holder):
        names.setdefault(_key(item) or str(number), number)
    first = {number: name for name, number in names.items()}
    return [first.get(number, str(number)) for number in range(len(holder))]


def address_of(raw: Raw, path: str) -> str:
    """The address of a place as the parser names it: `form.sections[0].fields[2].label`."""
    found: Any = raw
    steps: list[str] = []
    for step in filter(None, STEP.sub(r".\1", path).split(".")):
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            steps.append(name_of(found, int(step)))
            found = found[int(step)]
        else:
            steps.append(step)
            found = found.get(step) if isinstance(found, Mapping) else None
    return ".".join(steps)


def addresses(value: Any, address: str = "") -> Iterator[str]:
    """The address of every item of every list in this part, outer ones first."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from addresses(inner, f"{address}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            here = f"{address}.{name_of(value, number)}".lstrip(".")
            yield here
            yield from addresses(inner, here)


def fingerprint(value: Any) -> str:
    """Sixteen letters that say whether a part is still what it was; the order of an object's keys says nothing."""
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _steps(address: str) -> list[str]:
    return address.split(".") if address else []


def _key(item: Any) -> str:
    key = item.get("key") if isinstance(item, Mapping) else None
    return key if isinstance(key, str) and KEY.fullmatch(key) else ""


def _place(holder: Any, step: str, address: str) -> Any:
    """Where in its list or object a part lies: a number or a key."""
    if isinstance(holder, list):
        named = next((number for number, item in enumerate(holder) if _key(item) == step), None)
        if named is None and step.isdecimal() and step.isascii() and len(step) < 7 and int(step) < len(holder):
            named = int(step)
        if named is not None:
            return named
    elif isinstance(holder, Mapping) and step in holder:
        return step
    raise NoSuchPart(address)


def _put(holder: Any, steps: list[str], value: Any, address: str) -> Any:
    if not steps:
        return value
    step, *rest = steps
    if holder is None:
        holder = [] if _is_item(step, value, rest) else {}
    if isinstance(holder, list):
        return _put_item(holder, step, rest, value, address)
    if not isinstance(holder, Mapping):
        raise NoSuchPart(address)
    return {**holder, step: _put(holder.get(step), rest, value, address)}


def _put_item(holder: list[Any], step: str, rest: list[str], value: Any, address: str) -> list[Any]:
    try:
        place = _place(holder, step, address)
    except NoSuchPart:
        if rest or not (_is_item(step, value, rest) or step == str(len(holder))):
            raise
        return [*holder, value]
    return [_put(item, rest, value, address) if number == place else item for number, item in enumerate(holder)]


def _is_item(step: str, value: Any, rest: list[str]) -> bool:
    """Does the last step name an item of a list (by the key that the value has, or as the first)?"""
    return not rest and (_key(value) == step or step == "0")
