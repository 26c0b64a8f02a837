"""What conditions and expressions come to for given answers; never an error: what cannot be known is None."""

import re
from calendar import IllegalMonthError, monthrange
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from operator import ge, gt, le, lt, mul
from typing import Any, TypeAlias

from procedures.schema.nodes import (
    Age,
    Answers,
    Choose,
    Comparison,
    Condition,
    Constant,
    Days,
    Every,
    Measured,
    Negation,
    Number,
    Operand,
    Operation,
    Quotient,
    Rows,
    Some,
    Tally,
)
from procedures.schema.numbers import NUMBER_LIMIT, as_number

# A number as it is, before it is rounded; never a float.
Exact: TypeAlias = int | Fraction
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def holds(condition: Condition | None, answers: Answers) -> bool:  # noqa: PLR0911 - one line for each kind of condition
    """Does the condition hold for these answers? An unanswered field satisfies only `filled: false`."""
    match condition:
        case None:
            return True
        case Every(parts):
            return all(holds(part, answers) for part in parts)
        case Some(parts):
            return any(holds(part, answers) for part in parts)
        case Negation(part):
            return not holds(part, answers)
        case Rows(quantity, group, where):
            told = [holds(where, row) for row in _rows(group, answers)]
            return any(told) if quantity == "any_row" else bool(told) and all(told)
        case Measured(left, operator, right):
            return _measure(exact(left, answers), operator, exact(right, answers))
        case Comparison():
            return _compare(condition, answer(condition.field, answers))


def _rows(group: str, answers: Answers) -> Iterator[Answers]:
    """What the condition of each row sees: its columns first, then the form."""
    rows = answer(group, answers)
    for row in rows if isinstance(rows, list | tuple) else ():
        if isinstance(row, Mapping):
            yield ChainMap(dict(row), dict(answers))


def answer(field: str, answers: Answers) -> object:
    """The answer to a field; `address.province` reads a part of one, empty answers count as none."""
    value = answers.get(field)
    if value is None and "." in field:
        outer, _, part = field.partition(".")
        whole = answers.get(outer)
        value = whole.get(part) if isinstance(whole, Mapping) else None
    return None if value in ("", [], {}, ()) else _choice(value)


def _choice(value: object) -> object:
    """A choice with own words counts as the choice."""
    return value.get("value") if isinstance(value, Mapping) and "words" in value else value


def _compare(asked: Comparison, value: object) -> bool:
    if asked.operator == "filled":
        return (value is not None) == asked.value
    if value is None:
        return False
    wanted = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    if asked.operator in ("is", "is_not", "in"):
        chosen = value if isinstance(value, list | tuple) else [value]
        return any(_same(one, two) for one in chosen for two in wanted) == (asked.operator != "is_not")
    counted = counted_value(value)
    if type(wanted[0]) is int:
        counted = as_number(counted)
        return counted is not None and ORDERINGS[asked.operator](counted, wanted[0])
    return type(counted) is type(wanted[0]) and ORDERINGS[asked.operator](counted, wanted[0])


def _measure(left: Exact | None, operator: str, right: Exact | None) -> bool:
    if left is None or right is None:
        return False
    if operator in ORDERINGS:
        return ORDERINGS[operator](left, right)
    return (left == right) == (operator == "is")


def _same(value: object, expected: object) -> bool:
    """Equality in which true is not 1, and 2 is 2,0 of a decimal field."""
    if type(expected) is int and isinstance(value, str):
        return as_number(value) == expected
    return type(value) is type(expected) and value == expected


def counted_value(value: object) -> object:
    """A repeating group or a set of files counts by its number of entries."""
    return len(value) if isinstance(value, list | tuple) else value


def evaluate(number: Number, answers: Answers) -> int | None:
    """The value as a whole number (a half goes up); None while a field in it is unanswered, or beyond every limit."""
    found = exact(number, answers)
    return divided(found, 1, "half") if found is not None else None


def exact(number: Number, answers: Answers) -> Exact | None:  # noqa: PLR0911 - one line for each kind of number
    """The exact value: only a division rounds, as it says."""
    match number:
        case Constant(value):
            return value
        case Operand(field):
            return _number(answer(field, answers))
        case Operation(operator, parts):
            return _operated(operator, [exact(part, answers) for part in parts])
        case Choose(when, then, otherwise):
            return exact(then if holds(when, answers) else otherwise, answers)
        case Quotient(dividend, divisor, rounding):
            upper, lower = exact(dividend, answers), exact(divisor, answers)
            return divided(upper, lower, rounding) if upper is not None and lower else None
        case Tally():
            return _tallied(number, answers)
        case Age(of, on):
            return age(answer(of, answers), answer(on, answers))
        case Days(since, to):
            return days_between(answer(since, answers), answer(to, answers))


def _number(value: object) -> Exact | None:
    found = as_number(counted_value(value))
    return found if found is None or isinstance(found, int) else Fraction(found)


def _operated(operator: str, values: Sequence[Exact | None]) -> Exact | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    value: Exact = _apply(operator, known)
    return value if -NUMBER_LIMIT <= value <= NUMBER_LIMIT else None


def _apply(operator: str, values: Sequence[Exact]) -> Exact:
    match operator:
        case "add":
            return sum(values)
        case "subtract":
            return values[0] - values[1]
        case "multiply":
            return reduce(mul, values)
        case "min":
            return min(values)
        case _:
            return max(values)


def divided(dividend: Exact, divisor: Exact, rounding: str) -> int:
    """To a whole number: `up` and `down` go to the next above and below, `half` to the nearest (a half upwards)."""
    upper, lower = Fraction(dividend), Fraction(divisor)
    if rounding == "half":
        return floor(upper / lower + Fraction(1, 2))
    return ceil(upper / lower) if rounding == "up" else floor(upper / lower)


def _tallied(tally: Tally, answers: Answers) -> Exact | None:
    """Unknown while there are no rows at all, or while one that counts lacks the number to add."""
    rows = list(_rows(tally.group, answers))
    counting = [row for row in rows if holds(tally.where, row)]
    if not rows or tally.column is None:
        return len(counting) if rows else None
    return _operated("add", [0, *(_number(row.get(tally.column)) for row in counting)])


def latest(told: object) -> date | None:
    """The last day that a date can mean: 1990 is 31 December 1990, 1990-05 is 31 May."""
    found = PARTIAL.fullmatch(told) if isinstance(told, str) else None
    try:
        year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        return date(year, month or 12, day or monthrange(year, month or 12)[1])
    except (ValueError, IllegalMonthError):
        return None


def age(born: object, on: object) -> int | None:
    """Whole years at a day; who is born on 29 February is a year older on 1 March in other years.

    A date known in part counts as the last day that it can mean, as the law counts a person whose day of birth is not
    known (Criminal Procedure Code 2015, Art. 417).
    """
    birth, day = latest(born), latest(on)
    if birth is None or day is None or birth > day:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def days_between(since: object, to: object) -> int | None:
    """Only between whole dates."""
    try:
        return (date.fromisoformat(str(to)) - date.fromisoformat(str(since))).days
    except ValueError:
        return None
