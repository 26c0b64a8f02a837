"""What a condition or an expression says that cannot be: unknown fields, wrong comparisons, a divisor that can be zero."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from procedures.schema.bounds import bounds
from procedures.schema.dates import is_date
from procedures.schema.form import CHOOSING, NUMERIC, TEXTUAL, TICKS, Field
from procedures.schema.nodes import (
    THE_DAY,
    Age,
    Comparison,
    Condition,
    Days,
    Number,
    Operand,
    Quotient,
    Rows,
    Tally,
    walk,
)
from procedures.schema.reading import Problem, Sentence, gettext_noop
from procedures.schema.record import CHANNELS

Problems: TypeAlias = Iterator[Problem]
Seen: TypeAlias = Mapping[str, Field]
# What a condition may ask about the filing besides the answers: how, where and when it is filed, for what kind of owner,
# whether a sign-in vouches for the owner's number, and what the population registry said of the owner.
PROFILE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "profile.channel": ("choice", CHANNELS),
    "profile.owner_kind": ("choice", ("citizen", "business", "organisation")),
    "profile.verified": ("yes_no", ()),
    "profile.age": ("number", ()),
    "profile.birth_date": ("date", ()),
    "profile.gender": ("choice", ("male", "female")),
    "profile.province": ("text", ()),
    "profile.commune": ("text", ()),
    "profile.nationality": ("text", ()),
    "profile.office": ("text", ()),
    THE_DAY: ("date", ()),
}
COUNTED = ("group", "file", "multi_choice")
ORDERED = ("gt", "gte", "lt", "lte")
EQUALITY = ("is", "is_not", "in")


def problem(path: str, pattern: str, **words: object) -> Problem:
    return Problem(path, Sentence(pattern, words))


def unknown_field(path: str, key: str) -> Problem:
    return problem(path, gettext_noop("Không có trường nào tên là “%(key)s”."), key=key)


def check(part: Condition | Number | None, seen: Seen) -> Problems:
    """Everything wrong with a condition or an expression that sees these fields."""
    for one in walk(part):
        match one:
            case Comparison():
                yield from _comparison(one, seen)
            case Operand(key, path):
                yield from _typed(key, path, (*NUMERIC, *COUNTED), seen)
            case Age(first, second, path) | Days(first, second, path):
                for key in (first, second):
                    yield from _typed(key, path, ("date",), seen)
            case Quotient(_, divisor, _, path) if 0 in bounds(divisor, seen):
                yield problem(
                    path,
                    gettext_noop(
                        "Số chia có thể bằng 0. Hãy đặt giới hạn dưới cho trường đó, hoặc dùng max(1, …) làm số chia."
                    ),
                )
            case Rows(_, group, where, path) | Tally(group, _, where, path):
                yield from _rows(one, group, where, path, seen)


def _rows(one: Rows | Tally, group: str, where: Condition | None, path: str, seen: Seen) -> Problems:
    field = seen.get(group)
    if field is None or field.type != "group":
        yield problem(path, gettext_noop("Không có bảng lặp nào tên là “%(key)s”."), key=group)
        return
    columns = {column.key: column for column in field.fields}
    if isinstance(one, Tally) and one.column is not None:
        yield from _typed(one.column, path, NUMERIC, columns)
    yield from check(where, {**seen, **columns})


def _comparison(asked: Comparison, seen: Seen) -> Problems:
    kind, values = kind_of(asked.field, seen)
    if kind is None:
        yield unknown_field(asked.path, asked.field)
    elif not _allowed(asked.operator, kind):
        yield problem(
            asked.path,
            gettext_noop("Trường “%(field)s” (loại %(type)s) không so sánh được bằng “%(operator)s”."),
            field=asked.field,
            type=kind,
            operator=asked.operator,
        )
    elif asked.operator != "filled":
        operands = asked.value if isinstance(asked.value, tuple) else (asked.value,)
        for value in operands:
            if not _possible(value, kind, values, asked.operator):
                yield problem(
                    asked.path,
                    gettext_noop("“%(value)s” không bao giờ là câu trả lời của “%(field)s”."),
                    value=value,
                    field=asked.field,
                )


def kind_of(key: str, seen: Seen) -> tuple[str | None, tuple[str, ...]]:
    """What the answers of a field are, and the values of a closed list; None where there is no such field."""
    if key in PROFILE:
        return PROFILE[key]
    outer, _, part = key.partition(".")
    field = seen.get(outer)
    if field is None or (part and (field.type != "address" or part not in ("province", "commune"))):
        return None, ()
    return ("text" if part else field.kind), tuple(choice.value for choice in field.choices)


def _allowed(operator: str, kind: str) -> bool:
    if operator == "filled":
        return kind != "info"
    if operator in ORDERED:
        return kind in (*NUMERIC, *COUNTED, "date")
    return operator in EQUALITY and kind in (*TEXTUAL, *NUMERIC, *TICKS, *CHOOSING, "date")


def _possible(value: object, kind: str, values: tuple[str, ...], operator: str) -> bool:
    if kind == "multi_choice" and operator in EQUALITY:  # one of those that were ticked; else their number
        return value in values
    if kind in TICKS:
        return isinstance(value, bool)
    if kind in NUMERIC or kind in COUNTED:
        return type(value) is int
    if kind == "date":
        return isinstance(value, str) and is_date(value)
    return isinstance(value, str) and (kind != "choice" or value in values)


def _typed(key: str, path: str, wanted: tuple[str, ...], seen: Seen) -> Problems:
    kind, _values = kind_of(key, seen)
    if kind is None:
        yield unknown_field(path, key)
    elif kind not in wanted and "date" in wanted and len(wanted) == 1:
        yield problem(path, gettext_noop("Trường “%(field)s” không phải là ngày."), field=key)
    elif kind not in wanted:
        yield problem(path, gettext_noop("Trường “%(field)s” (loại %(type)s) không phải là số."), field=key, type=kind)


def check_number_field(key: str, path: str, seen: Seen) -> Problems:
    """A field that is counted or reckoned with."""
    return _typed(key, path, (*NUMERIC, *COUNTED), seen)
