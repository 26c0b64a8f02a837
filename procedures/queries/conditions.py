"""What a page can work out by itself of a condition or a sum: what is asked of other pages is settled before it is sent."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from procedures.schema.conditions import (
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
    answer,
    holds,
    reads,
)
from procedures.schema.evaluation import exact
from procedures.schema.nodes import walk

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
            return _live(condition, here, seen) if _asks_here(condition, here) else holds(condition, seen)


def _asks_here(part: Condition | Number | None, here: Collection[str]) -> bool:
    return any(_outer(asked.field) in here for asked in reads(part))


def _outer(key: str) -> str:
    return key.partition(".")[0]


def _joined(word: str, parts: list[Settled]) -> Settled:
    """One False ends an "all", one True an "any"; the opposite says nothing and is left out."""
    ends = word == "any"
    if ends in parts:
        return ends
    rest = [part for part in parts if not isinstance(part, bool)]
    return {word: rest} if rest else not ends


def _live(asked: Comparison | Measured | Rows, here: Collection[str], seen: Answers) -> Settled:
    match asked:
        case Comparison():
            value = list(asked.value) if isinstance(asked.value, tuple) else asked.value
            return {"field": asked.field, asked.operator: value}
        case Measured(left, operator, right):
            sides = live_sum(left, here, seen), live_sum(right, here, seen)
            return False if None in sides else {"value": sides[0], operator: sides[1]}
        case Rows(quantity, group, where):
            return (
                {quantity: group, "where": _of_rows(group, where, here, seen)} if group in here else holds(asked, seen)
            )


def _of_rows(group: str, where: Condition | None, here: Collection[str], seen: Answers) -> Settled:
    """The condition of each row; whatever the form has no field for is a column."""
    columns = {asked.field for asked in reads(where) if asked.field not in seen}
    return settled(where, {*here, *columns}, seen)


def live_sum(number: Number | None, here: Collection[str], seen: Answers) -> Any:
    """A sum as JSON with the numbers of other pages put in; None where one of those is still missing."""
    if number is None:
        return None
    missing = (key for key in _outside(number, here) if answer(key, seen) is None)
    return None if any(missing) else _sum(number, here, seen)


def _outside(number: Number, here: Collection[str]) -> set[str]:
    tallies = (one for one in walk(number) if isinstance(one, Tally))
    inside = {asked.field for one in tallies for asked in reads(one.where)}
    return {asked.field for asked in reads(number) if _outer(asked.field) not in here} - inside


def _sum(number: Number, here: Collection[str], seen: Answers) -> Any:  # noqa: PLR0911 - one line for each kind of number
    match number:
        case Constant(value):
            return value
        case Operand(field):
            return {"field": field} if _outer(field) in here else _plain(exact(number, seen))
        case Operation(operator, parts):
            return {operator: [_sum(part, here, seen) for part in parts]}
        case Quotient(dividend, divisor, rounding):
            return {"divide": [_sum(dividend, here, seen), _sum(divisor, here, seen)], "round": rounding}
        case Choose(when, then, otherwise):
            sides = {"then": _sum(then, here, seen), "else": _sum(otherwise, here, seen)}
            return {"if": settled(when, here, seen), **sides}
        case Tally(group, column, where) if group in here:
            what = {"sum": f"{group}.{column}"} if column else {"count": group}
            return {**what, "where": _of_rows(group, where, here, seen)}
        case Age(of, on):
            return {"age": _date(of, here, seen), "on": _date(on, here, seen)}
        case Days(since, to):
            return {"days": [_date(since, here, seen), _date(to, here, seen)]}
    return _plain(exact(number, seen))


def _plain(value: int | Fraction | None) -> int | float | None:
    """For a page to show; what is kept is worked out here without losing anything."""
    return float(value) if isinstance(value, Fraction) else value


def _date(key: str, here: Collection[str], seen: Answers) -> Any:
    return {"field": key} if _outer(key) in here else answer(key, seen)


def live_text(parts: tuple[str | Operand, ...], here: Collection[str], seen: Answers) -> list[Any]:
    """The pieces of a joined text; those of other pages as they are."""
    return [part if isinstance(part, str) else _piece(part, here, seen) for part in parts]


def _piece(part: Operand, here: Collection[str], seen: Answers) -> Any:
    if _outer(part.field) in here:
        return {"field": part.field}
    value = answer(part.field, seen)
    return "" if value is None or isinstance(value, Mapping | list) else str(value)


def live_date(starts: str, days: Number | None, here: Collection[str], seen: Answers) -> dict[str, Any]:
    return {"date": _date(starts, here, seen), "days": live_sum(days, here, seen)}
