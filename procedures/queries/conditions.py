"""What a page can work out by itself of a condition or a sum: what is asked of other pages is settled before it is sent."""

from collections.abc import Collection
from typing import Any

from procedures.schema.conditions import (
    Answers,
    Comparison,
    Condition,
    Constant,
    Every,
    Negation,
    Number,
    Operand,
    Operation,
    Some,
    evaluate,
    holds,
    operands,
)

Settled = bool | dict[str, Any]


def settled(condition: Condition | None, here: Collection[str], seen: Answers) -> Settled:
    """True or False where other pages decide alone; else the rest of the condition, as JSON, about fields that are `here`."""
    match condition:
        case None:
            return True
        case Every(parts):
            return _joined("all", [settled(part, here, seen) for part in parts])
        case Some(parts):
            return _joined("any", [settled(part, here, seen) for part in parts])
        case Negation(part):
            inner = settled(part, here, seen)
            return not inner if isinstance(inner, bool) else {"not": inner}
        case _:
            return _as_json(condition) if condition.field.partition(".")[0] in here else holds(condition, seen)


def _joined(word: str, parts: list[Settled]) -> Settled:
    """One False ends an "all", one True an "any"; the opposite says nothing and is left out."""
    ends = word == "any"
    if ends in parts:
        return ends
    rest = [part for part in parts if not isinstance(part, bool)]
    return {word: rest} if rest else not ends


def _as_json(asked: Comparison) -> dict[str, Any]:
    value = list(asked.value) if isinstance(asked.value, tuple) else asked.value
    return {"field": asked.field, asked.operator: value}


def live_sum(number: Number | None, here: Collection[str], seen: Answers) -> Any:
    """A sum as JSON with the numbers of other pages put in; None where one of those is still missing."""
    if number is None or any(_missing(one, here, seen) for one in operands(number)):
        return None
    return _sum(number, here, seen)


def _missing(one: Operand, here: Collection[str], seen: Answers) -> bool:
    return one.field.partition(".")[0] not in here and evaluate(one, seen) is None


def _sum(number: Number, here: Collection[str], seen: Answers) -> Any:
    match number:
        case Constant(value):
            return value
        case Operand(field):
            return {"field": field} if field.partition(".")[0] in here else evaluate(number, seen)
        case Operation(operator, parts):
            return {operator: [_sum(part, here, seen) for part in parts]}
