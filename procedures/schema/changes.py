"""What a supplement changed: the answers before and after, field by field, row by row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from procedures.schema.conditions import Answers, answer
from procedures.schema.definition import Definition, Field


@dataclass(frozen=True)
class Change:
    """One field that differs; `row` counts from 0 inside a repeating group; None stands for unanswered."""

    path: str
    field: Field
    kind: str
    before: object
    after: object
    row: int | None = None


def changes(old: Answers, new: Answers, definition: Definition) -> list[Change]:
    """In the order of the form; what only the order of keys or an empty answer changes is no change."""
    return [
        change
        for section in definition.sections
        for field in section.fields
        for change in _changes(field, answer(field.key, old), answer(field.key, new))
    ]


def _changes(field: Field, before: object, after: object) -> Iterator[Change]:
    if field.type == "group":
        yield from _rows(field, _list(before), _list(after))
    elif before != after:
        yield Change(field.key, field, _kind(before, after), before, after)


def _rows(group: Field, before: list[object], after: list[object]) -> Iterator[Change]:
    for number in range(max(len(before), len(after))):
        old, new = (rows[number] if number < len(rows) else None for rows in (before, after))
        for column in group.fields:
            earlier, later = _cell(old, column.key), _cell(new, column.key)
            if earlier != later:
                path = f"{group.key}.{number}.{column.key}"
                yield Change(path, column, _kind(earlier, later), earlier, later, number)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _cell(row: object, key: str) -> object:
    return answer(key, row) if isinstance(row, Mapping) else None


def _kind(before: object, after: object) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"
