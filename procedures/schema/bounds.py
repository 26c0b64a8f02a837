"""Between which numbers an expression can lie, by the limits of the fields in it: proves that a divisor is never zero."""

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple, TypeAlias

from procedures.schema.form import Field
from procedures.schema.nodes import (
    Age,
    Choose,
    Constant,
    Days,
    Number,
    Operand,
    Operation,
    Quotient,
    Tally,
)
from procedures.schema.numbers import as_number

Fields: TypeAlias = Mapping[str, Field]
WITHOUT_END = float("inf")
CIRCLE = 20  # deeper than any formula may nest: a circle is told elsewhere


class Bounds(NamedTuple):
    """Both included; infinity where nothing limits it. Only ever compared: no amount is worked out with it."""

    low: float
    high: float

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int | float) and self.low <= number <= self.high


ANYTHING = Bounds(-WITHOUT_END, WITHOUT_END)
NOT_BELOW_ZERO = Bounds(0, WITHOUT_END)


def bounds(number: Number, seen: Fields, depth: int = 0) -> Bounds:  # noqa: PLR0911 - one line for each kind of number
    """The range of an expression once everything in it is answered."""
    if depth > CIRCLE:
        return ANYTHING
    match number:
        case Constant(value):
            return Bounds(value, value)
        case Operand(key):
            return _of_field(key, seen, depth)
        case Operation(operator, parts):
            return _together(operator, [bounds(part, seen, depth + 1) for part in parts])
        case Choose(_, then, otherwise):
            ends = [bounds(part, seen, depth + 1) for part in (then, otherwise)]
            return Bounds(min(one.low for one in ends), max(one.high for one in ends))
        case Quotient(dividend, divisor):
            return _quotient(bounds(dividend, seen, depth + 1), bounds(divisor, seen, depth + 1))
        case Tally() | Age() | Days():
            return _counted(number, seen)


def _of_field(key: str, seen: Fields, depth: int) -> Bounds:
    """What is answered at all: a group that is answered has a row."""
    field = seen.get(key)
    if field is None:
        return NOT_BELOW_ZERO if key == "profile.age" else ANYTHING
    if field.type in ("group", "file", "multi_choice"):
        return Bounds(max(1, field.min_items), field.max_items)
    if field.formula is not None:
        return bounds(field.formula, seen, depth + 1)
    low, high = as_number(field.min), as_number(field.max)
    return Bounds(float(low) if low is not None else -WITHOUT_END, float(high) if high is not None else WITHOUT_END)


def _together(operator: str, parts: list[Bounds]) -> Bounds:
    found = parts[0]
    for part in parts[1:]:
        found = _pair(operator, found, part)
    return found


def _pair(operator: str, one: Bounds, two: Bounds) -> Bounds:
    match operator:
        case "add":
            return Bounds(one.low + two.low, one.high + two.high)
        case "subtract":
            return Bounds(one.low - two.high, one.high - two.low)
        case "min":
            return Bounds(min(one.low, two.low), min(one.high, two.high))
        case "max":
            return Bounds(max(one.low, two.low), max(one.high, two.high))
        case _:
            ends = [_times(left, right) for left, right in product(one, two)]
            return Bounds(min(ends), max(ends))


def _times(left: float, right: float) -> float:
    return left * right if left and right else 0


def _quotient(upper: Bounds, lower: Bounds) -> Bounds:
    """Rounding moves an end by less than one."""
    if 0 in lower:
        return ANYTHING
    ends = [left / right if abs(right) != WITHOUT_END else 0 for left, right in product(upper, lower)]
    ends = [0 if end != end else end for end in ends]
    return Bounds(min(ends) - 1 if min(ends) < 0 else max(0, min(ends) - 1), max(ends) + 1)


def _counted(number: Tally | Age | Days, seen: Fields) -> Bounds:
    match number:
        case Tally(group, None):
            return Bounds(0, seen[group].max_items if group in seen else WITHOUT_END)
        case Tally(group, column):
            columns = {one.key: one for one in seen[group].fields} if group in seen else {}
            least = bounds(Operand(column or ""), columns).low if column in columns else -WITHOUT_END
            return NOT_BELOW_ZERO if least >= 0 else ANYTHING
        case Age():
            return NOT_BELOW_ZERO
        case _:
            return ANYTHING
