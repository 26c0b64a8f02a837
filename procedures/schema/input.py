"""Between the inputs of a page and answers: names such as `members-0-full_name`, `birth_date-day`, `address-commune`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TypeAlias

from procedures.schema.fields import ADDRESS_PARTS, DATE_PARTS, is_blank
from procedures.schema.form import Field, Section

Post: TypeAlias = Mapping[str, Sequence[str]]
Inputs: TypeAlias = dict[str, list[str]]
PARTS = {"date": DATE_PARTS, "address": ADDRESS_PARTS}


def from_post(section: Section, post: Post) -> dict[str, object]:
    """The raw answers of one page (`dict(request.POST.lists())`): every field of the section, "" where left empty.

    Files appear only when their ids were posted: uploads go their own way and must not vanish with a page."""
    return _from_post(section.fields, post, "")


def _from_post(fields: Iterable[Field], post: Post, prefix: str) -> dict[str, object]:
    return {
        one.key: _read(one, post, prefix + one.key)
        for one in fields
        if one.type not in ("info", "computed") and (one.type != "file" or prefix + one.key in post)
    }


def _read(one: Field, post: Post, name: str) -> object:
    if one.type == "group":
        return _read_rows(one, post, name)
    if one.type == "file":
        return [entry for entry in post[name] if entry.strip()]
    parts = PARTS.get(one.type, ())
    if parts and name not in post:
        return {part: _last(post, f"{name}-{part}") for part in parts}
    return _last(post, name)


def _last(post: Post, name: str) -> str:
    """Browsers send the last of equal names last: a hidden "no" before a ticked box gives way to it."""
    values = post.get(name) or ("",)
    return values[-1]


def _read_rows(group: Field, post: Post, name: str) -> list[dict[str, object]]:
    """Rows in the order of their numbers; wholly empty ones are left out, and one too many is enough to refuse."""
    shape = re.compile(rf"{re.escape(name)}-([0-9]{{1,6}})-.*", re.DOTALL)
    numbers = sorted({int(found[1]) for key in post if (found := shape.fullmatch(key))})
    rows = (_from_post(group.fields, post, f"{name}-{number}-") for number in numbers)
    return list(islice((row for row in rows if not is_blank(row)), group.max_items + 1))


def to_inputs(one: Field, value: object, prefix: str = "") -> Inputs:
    """The inputs that show this answer, whether kept or only typed: the inverse of from_post."""
    name = prefix + one.key
    if value is None or one.type in ("info", "computed"):
        return {}
    if one.type == "group" and isinstance(value, list | tuple):
        return _row_inputs(one, value, name)
    if one.type == "file" and isinstance(value, list | tuple):
        return {name: [str(entry) for entry in value]}
    if one.type in PARTS:
        return _part_inputs(one, value, name)
    return {name: [_written(one, value)]}


def _row_inputs(group: Field, rows: Sequence[object], name: str) -> Inputs:
    return {
        key: shown
        for number, row in enumerate(rows)
        if isinstance(row, Mapping)
        for one in group.fields
        for key, shown in to_inputs(one, row.get(one.key), f"{name}-{number}-").items()
    }


def _part_inputs(one: Field, value: object, name: str) -> Inputs:
    if one.type == "date" and isinstance(value, str):
        value = _date_parts(value) or value
    if isinstance(value, Mapping):
        return {f"{name}-{part}": [str(value.get(part) or "")] for part in PARTS[one.type]}
    return {name: [str(value)]}


def _date_parts(value: str) -> dict[str, str] | None:
    try:
        kept = date.fromisoformat(value)
    except ValueError:
        return None
    return {"day": str(kept.day), "month": str(kept.month), "year": f"{kept.year:04}"}


def _written(one: Field, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if one.type == "money" and type(value) is int:
        return f"{value:,}".replace(",", ".")
    return str(value)
