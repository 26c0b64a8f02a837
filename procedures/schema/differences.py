"""How two definitions differ, part by part; and what a newer one of the ministry means for one changed here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procedures.schema import parts
from procedures.schema.parts import Raw
from procedures.schema.reading import KEY

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
# Objects that say one thing and are compared as one.
WHOLES = ({"vi", "en"}, {"amount", "unit"}, {"base", "each", "of", "cap"})
# Parts that are told as one: a condition, an amount by channel, what a trial is given.
ONE = ("when", "amount", "formula", "given", "expects", "visible")


@dataclass(frozen=True)
class Difference:
    """One part that differs; for `moved` the keys of a list in their order before and after."""

    address: str
    kind: str
    before: Any = None
    after: Any = None


def differences(old: Raw, new: Raw) -> list[Difference]:
    """In the order of the newer definition. What is empty and what is not there are the same."""
    return [one for key in dict.fromkeys([*new, *old]) for one in _differ(old.get(key), new.get(key), key)]


def _differ(old: Any, new: Any, address: str) -> Iterator[Difference]:
    if (_is_nothing(old) and _is_nothing(new)) or old == new:
        return
    if _has_keys(old or []) and _has_keys(new or []):
        yield from _differ_items(_by_key(old or []), _by_key(new or []), address)
    elif _is_nothing(old) or _is_nothing(new):
        yield Difference(address, ADDED if _is_nothing(old) else REMOVED, old, new)
    elif _is_open(old, address) and _is_open(new, address):
        for key in dict.fromkeys([*new, *old]):
            yield from _differ(old.get(key), new.get(key), f"{address}.{key}")
    else:
        yield Difference(address, CHANGED, old, new)


def _differ_items(old: dict[str, Any], new: dict[str, Any], address: str) -> Iterator[Difference]:
    for key in dict.fromkeys([*new, *old]):
        yield from _differ(old.get(key), new.get(key), f"{address}.{key}")
    before, after = [key for key in old if key in new], [key for key in new if key in old]
    if before != after:
        yield Difference(address, MOVED, list(old), list(new))


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _is_open(value: Any, address: str) -> bool:
    """An object whose members are compared one by one."""
    if not isinstance(value, Mapping) or address.rpartition(".")[2] in ONE:
        return False
    return not any(set(value) <= whole for whole in WHOLES)


def _has_keys(value: Any) -> bool:
    """A list in which every item has a key of its own."""
    if not isinstance(value, list):
        return False
    keys = [item.get("key") for item in value if isinstance(item, Mapping)]
    return len(set(map(str, keys))) == len(value) and all(isinstance(k, str) and KEY.fullmatch(k) for k in keys)


def _by_key(items: list[Any]) -> dict[str, Any]:
    return {item["key"]: item for item in items}


@dataclass(frozen=True)
class Merged:
    """A definition with the ministry's new text in it; `both` are the parts changed on either side, left as they were here."""

    definition: dict[str, Any]
    taken: tuple[Difference, ...]
    both: tuple[Difference, ...]


def merge(base: Raw, theirs: Raw, ours: Raw) -> Merged:
    """Take over what `theirs` changed since `base` wherever `ours` still says what `base` said."""
    made, taken, both = dict(ours), list[Difference](), list[Difference]()
    for one in differences(base, theirs):
        known = parts.find(made, one.address)
        if one.kind == MOVED:
            same = _alike(_order(known), one)
            made = _reordered(made, one) if same else made
        elif _same(known, one.after):
            continue
        elif same := _same(known, one.before) and _holds(made, one.address):
            made = _taken(made, one)
        (taken if same else both).append(one)
    return Merged(made, tuple(taken), tuple(both))


def _same(one: Any, other: Any) -> bool:
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _holds(raw: Raw, address: str) -> bool:
    """Is there still something that this part could lie in?"""
    around = address.rpartition(".")[0]
    return not around or parts.find(raw, around) is not None or "." not in around


def _taken(raw: dict[str, Any], one: Difference) -> dict[str, Any]:
    if one.kind == REMOVED:
        return parts.remove(raw, one.address)
    return parts.put(raw, one.address, one.after)


def _order(items: Any) -> list[str]:
    return [str(item.get("key")) for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _alike(order: list[str], one: Difference) -> bool:
    """Do those that were there before, and are there still, stand in their old order here?"""
    common = set(one.before) & set(one.after) & set(order)
    return [key for key in order if key in common] == [key for key in one.before if key in common]


def _reordered(raw: dict[str, Any], one: Difference) -> dict[str, Any]:
    items = _by_key(parts.get(raw, one.address))
    order = [key for key in one.after if key in items]
    return parts.put(raw, one.address, [items[key] for key in [*order, *(k for k in items if k not in order)]])
