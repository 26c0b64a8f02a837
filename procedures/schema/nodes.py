"""What conditions and expressions are made of; see conditions.py for how they are read, evaluation.py for what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Scalar: TypeAlias = str | int | bool
Answers: TypeAlias = Mapping[str, object]

ORDERED = ("gt", "gte", "lt", "lte")
OPERATORS = ("is", "is_not", "in", *ORDERED, "filled")
MEASURES = ("is", "is_not", *ORDERED)
ARITHMETIC = ("add", "subtract", "multiply", "min", "max")
ROUNDINGS = ("up", "down", "half")
ROWS = ("any_row", "every_row")
THE_DAY = "profile.day"  # the day of filing


def _place() -> str:
    """Where a part stands in the definition; two that say the same are equal wherever they stand."""
    return field(default="", compare=False)


@dataclass(frozen=True)
class Comparison:
    """A field against a value written in the definition."""

    field: str
    operator: str
    value: Scalar | tuple[Scalar, ...]
    path: str = _place()


@dataclass(frozen=True)
class Measured:
    """One number against another: both may be expressions."""

    left: "Number"
    operator: str
    right: "Number"
    path: str = _place()


@dataclass(frozen=True)
class Rows:
    """Any or every row of a repeating group; inside, a column goes before a field of the form with the same name."""

    quantity: str
    group: str
    where: "Condition"
    path: str = _place()


@dataclass(frozen=True)
class Every:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    part: "Condition"


@dataclass(frozen=True)
class Constant:
    value: int


@dataclass(frozen=True)
class Operand:
    """A field's number; a repeating group or a set of files counts its entries."""

    field: str
    path: str = _place()


@dataclass(frozen=True)
class Operation:
    operator: str
    parts: tuple["Number", ...]


@dataclass(frozen=True)
class Quotient:
    """A division always says how it rounds to a whole number."""

    dividend: "Number"
    divisor: "Number"
    rounding: str
    path: str = _place()


@dataclass(frozen=True)
class Choose:
    when: "Condition"
    then: "Number"
    otherwise: "Number"


@dataclass(frozen=True)
class Tally:
    """The sum over a column of a repeating group, or the number of its rows; of those for which a condition holds."""

    group: str
    column: str | None
    where: "Condition | None" = None
    path: str = _place()


@dataclass(frozen=True)
class Age:
    """Whole years from a date to another, which is the day of filing if none is named."""

    of: str
    on: str = THE_DAY
    path: str = _place()


@dataclass(frozen=True)
class Days:
    """Days from a date to another; below zero when the second comes first."""

    since: str
    to: str
    path: str = _place()


Condition: TypeAlias = Comparison | Measured | Rows | Every | Some | Negation
Number: TypeAlias = Constant | Operand | Operation | Quotient | Choose | Tally | Age | Days
NEVER = Some(())


def inside(part: Condition | Number | None) -> Iterator[Condition | Number]:
    """The conditions and expressions directly inside one, except those about the rows of a group."""
    match part:
        case Every(parts) | Some(parts) | Operation(_, parts):
            yield from parts
        case Negation(inner):
            yield inner
        case Measured(left, _, right):
            yield from (left, right)
        case Quotient(dividend, divisor):
            yield from (dividend, divisor)
        case Choose(when, then, otherwise):
            yield from (when, then, otherwise)


def walk(part: Condition | Number | None) -> Iterator[Condition | Number]:
    """A condition or expression and all within it that sees the same fields."""
    if part is not None:
        yield part
        for inner in inside(part):
            yield from walk(inner)


def comparisons(part: Condition | Number | None) -> Iterator[Comparison]:
    """Every comparison of a field with a value that sees the same fields."""
    return (one for one in walk(part) if isinstance(one, Comparison))


def reads(part: Condition | Number | None) -> Iterator[Operand]:
    """Every field that decides over this; of a condition about rows also what it asks of them."""
    for one in walk(part):
        match one:
            case Operand():
                yield one
            case Comparison(field=key, path=path):
                yield Operand(key, path)
            case Rows(_, group, where, path) | Tally(group, _, where, path):
                yield Operand(group, path)
                yield from reads(where)
            case Age(first, second, path) | Days(first, second, path):
                yield from (Operand(first, path), Operand(second, path))


def operands(number: Number | None) -> Iterator[Operand]:
    """Every field inside a number expression."""
    return (one for one in walk(number) if isinstance(one, Operand))
