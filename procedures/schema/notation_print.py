"""The line of a condition or an expression, as notation.py reads it."""

import json
import re

from procedures.schema.nodes import (
    THE_DAY,
    Age,
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
from procedures.schema.notation import KEYWORDS

SIGNS = {"is": "=", "is_not": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
BETWEEN = {"add": " + ", "subtract": " - ", "multiply": " * "}
# How tightly each holds together: a looser part inside a tighter one needs brackets.
TIGHTNESS = {"or": 1, "and": 2, "not": 3, "compared": 4, "sum": 5, "product": 6, "part": 7}
PLAIN = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


def written(part: Condition | Number) -> str:
    """One line that is read back to the same."""
    return _said(part)[0]


def _said(part: Condition | Number) -> tuple[str, int]:  # noqa: PLR0911, C901, PLR0912 - a line for each kind of part
    """The words, and how tightly they hold together."""
    match part:
        case Every(parts):
            return _joined(" and ", parts, "and")
        case Some(parts):
            return _joined(" or ", parts, "or")
        case Negation(inner):
            return f"not {_within(inner, TIGHTNESS['not'])}", TIGHTNESS["not"]
        case Comparison():
            return _compared(part)
        case Measured(left, operator, right):
            sides = [_within(side, TIGHTNESS["sum"]) for side in (left, right)]
            return f"{sides[0]} {SIGNS[operator]} {sides[1]}", TIGHTNESS["compared"]
        case Rows(quantity, group, where):
            return _called(quantity.removesuffix("_row"), name(group), written(where))
        case Constant(value):
            return str(value), TIGHTNESS["part"]
        case Operand(field):
            return name(field), TIGHTNESS["part"]
        case Operation("min" | "max" as operator, parts):
            return _called(operator, *(written(one) for one in parts))
        case Operation(operator, parts):
            return _reckoned(operator, parts)
        case Quotient(dividend, divisor, rounding):
            ends = [_within(dividend, TIGHTNESS["product"]), _within(divisor, TIGHTNESS["part"])]
            return _called(rounding, " / ".join(ends))
        case Choose(when, then, otherwise):
            return _called("if", written(when), written(then), written(otherwise))
        case Tally(group, column, where):
            more = [written(where)] if where is not None else []
            return _called("sum" if column else "count", name(f"{group}.{column}" if column else group), *more)
        case Age(of, on):
            return _called("age", name(of), *([] if on == THE_DAY else [name(on)]))
        case Days(since, to):
            return _called("days", name(since), name(to))


def _joined(between: str, parts: tuple[Condition, ...], kind: str) -> tuple[str, int]:
    if len(parts) == 1:
        return _said(parts[0])
    return between.join(_within(part, TIGHTNESS[kind] + 1) for part in parts), TIGHTNESS[kind]


def _within(part: Condition | Number, least: int) -> str:
    words, tightness = _said(part)
    return words if tightness >= least else f"({words})"


def _reckoned(operator: str, parts: tuple[Number, ...]) -> tuple[str, int]:
    """a - b + c needs no brackets for its first part; (a + b) + c keeps them, or it would be one sum of three."""
    if len(parts) == 1:
        return _said(parts[0])
    kind = "product" if operator == "multiply" else "sum"
    same = isinstance(parts[0], Operation) and parts[0].operator == operator != "subtract"
    first = _within(parts[0], TIGHTNESS[kind] + (1 if same else 0))
    rest = [_within(part, TIGHTNESS[kind] + 1) for part in parts[1:]]
    return BETWEEN[operator].join([first, *rest]), TIGHTNESS[kind]


def _compared(asked: Comparison) -> tuple[str, int]:
    if asked.operator == "filled":
        return _called("filled" if asked.value else "empty", name(asked.field))
    if isinstance(asked.value, tuple):
        return f"{name(asked.field)} in ({', '.join(_value(one) for one in asked.value)})", TIGHTNESS["compared"]
    return f"{name(asked.field)} {SIGNS[asked.operator]} {_value(asked.value)}", TIGHTNESS["compared"]


def _called(function: str, *arguments: str) -> tuple[str, int]:
    return f"{function}({', '.join(arguments)})", TIGHTNESS["part"]


def _value(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else _text(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def name(field: str) -> str:
    """A field as it is, or in backquotes where it reads like one of the language's own words."""
    return field if PLAIN.fullmatch(field) and field not in KEYWORDS else f"`{field}`"
