"""Between the inputs of a page and answers: names such as `members-0-full_name`, `birth_date-day`, `address-commune`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from procedures.schema import dates
from procedures.schema.dates import DATE_PARTS
from procedures.schema.fields import ADDRESS_PARTS
from procedures.schema.form import CHOOSING, Field, Section
from procedures.schema.numbers import KEPT, localised, unlocal
from procedures.schema.writing import is_blank

Post: TypeAlias = Mapping[str, Sequence[str]]
Inputs: TypeAlias = dict[str, list[str]]
PARTS = {"date": DATE_PARTS, "address": ADDRESS_PARTS}
# A commune picked from what was searched for brings its province along: “82.28306”.
FOUND = re.compile(r"([0-9]{2})\.([0-9]{5})")
ROW = re.compile(r"([a-z][a-z0-9_]*)-([0-9]{1,6})")
# A number beyond all others: its row comes last.
LAST = 999_999


def edited(post: Post, command: str, about: str) -> Post:
    """What was posted after its button: a row copied to the end (`copy`), a row taken out (`remove`), anything else as it is."""
    row = ROW.fullmatch(about)
    if row is None or command not in ("copy", "remove"):
        return post
    own = {name: values for name, values in post.items() if name.startswith(f"{about}-")}
    if command == "remove":
        return {name: values for name, values in post.items() if name not in own}
    return {**post, **{f"{row[1]}-{LAST}-{name.removeprefix(f'{about}-')}": values for name, values in own.items()}}


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


def _read(one: Field, post: Post, name: str) -> object:  # noqa: PLR0911 - one line for each type
    if one.type == "group":
        return _read_rows(one, post, name)
    if one.type == "file":
        return [entry for entry in post[name] if entry.strip()]
    if one.type == "multi_choice":
        return [_chosen(one, value, post, name) for value in post.get(name, ()) if value.strip()]
    if one.type == "choice":
        return _chosen(one, _last(post, name), post, name)
    if one.type == "decimal":
        return unlocal(_last(post, name))
    if one.type in PARTS and name not in post:
        return _parts(one, post, name)
    return _last(post, name)


def _chosen(one: Field, value: str, post: Post, name: str) -> object:
    """The choice, with what was written beside it where it has own words."""
    if any(choice.own_words and choice.value == value.strip() for choice in one.choices):
        return {"value": value.strip(), "words": _last(post, words_name(one, name, value.strip()))}
    return value


def words_name(one: Field, name: str, value: str) -> str:
    """The box for own words: one of a choice, one for each of several."""
    return f"{name}-words" if one.type == "choice" else f"{name}-words-{value}"


def _parts(one: Field, post: Post, name: str) -> dict[str, str]:
    found = {part: _last(post, f"{name}-{part}") for part in PARTS[one.type]}
    if one.type == "address" and (picked := FOUND.fullmatch(_last(post, f"{name}-found"))):
        found |= {"province": picked[1], "commune": picked[2]}
    return found


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
    if one.type in CHOOSING:
        return _choice_inputs(one, value, name)
    return {name: [_written(one, value)]}


def _choice_inputs(one: Field, value: object, name: str) -> Inputs:
    made: Inputs = {name: []}
    for entry in value if isinstance(value, list | tuple) else [value]:
        told = entry if isinstance(entry, Mapping) else {"value": entry}
        made[name].append(str(told.get("value") or ""))
        if "words" in told:
            made[words_name(one, name, made[name][-1])] = [str(told["words"])]
    return made


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
        value = dates.parts_of(value) or value
    if isinstance(value, Mapping):
        return {f"{name}-{part}": [str(value.get(part) or "")] for part in PARTS[one.type]}
    return {name: [str(value)]}


def _written(one: Field, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if one.type == "money" and type(value) is int:
        return f"{value:,}".replace(",", ".")
    if one.type == "decimal" and isinstance(value, str) and KEPT.fullmatch(value):
        return localised(value, grouped=False)
    return str(value)
