"""Conditions and number expressions over answers: read once, checked then, and evaluated without eval."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import ge, gt, le, lt, mul
from typing import Any, TypeAlias

from procedures.schema.reading import Node, gettext_noop

Scalar: TypeAlias = str | int | bool
Answers: TypeAlias = Mapping[str, object]

ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
OPERATORS = ("is", "is_not", "in", *ORDERINGS, "filled")
ARITHMETIC = ("add", "subtract", "multiply", "min", "max")
DEPTH_LIMIT = 20
PARTS_LIMIT = 50
# Nothing that an office counts or charges comes near it; it keeps chains of products from growing without end.
NUMBER_LIMIT = 10**15


@dataclass(frozen=True)
class Comparison:
    field: str
    operator: str
    value: Scalar | tuple[Scalar, ...]
    path: str = ""


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
    field: str
    path: str = ""


@dataclass(frozen=True)
class Operation:
    operator: str
    parts: tuple["Number", ...]


Condition: TypeAlias = Comparison | Every | Some | Negation
Number: TypeAlias = Constant | Operand | Operation
NEVER = Some(())


def read_condition(node: Node, depth: int = 0) -> Condition | None:
    """The condition at this place; None where there is none. A faulty one is reported and never holds."""
    if node.absent:
        return None
    if depth > DEPTH_LIMIT:
        node.wrong(gettext_noop("Điều kiện lồng nhau quá sâu (hơn %(limit)d tầng)."), limit=DEPTH_LIMIT)
        return NEVER
    for word, made in (("all", Every), ("any", Some)):
        if not node.at(word).absent:
            node.holds_only(word)
            return made(_conditions(node.at(word), depth))
    if not node.at("not").absent:
        node.holds_only("not")
        return Negation(read_condition(node.at("not"), depth + 1) or NEVER)
    return _read_comparisons(node)


def _conditions(node: Node, depth: int) -> tuple[Condition, ...]:
    parts = tuple(read_condition(item, depth + 1) or NEVER for item in node.items(PARTS_LIMIT))
    if not parts:
        node.wrong(gettext_noop("Cần ít nhất một điều kiện bên trong."))
    return parts


def _read_comparisons(node: Node) -> Condition:
    if not node.holds_only("field", *OPERATORS):
        return NEVER
    field = node.at("field").word()
    if not field:
        node.wrong(gettext_noop('Điều kiện phải nói về một trường: {"field": …}.'))
    asked = [name for name in OPERATORS if not node.at(name).absent]
    if not asked:
        node.wrong(
            gettext_noop("Điều kiện thiếu phép so sánh; dùng một trong: %(options)s."), options=", ".join(OPERATORS)
        )
        return NEVER
    parts = tuple(Comparison(field, name, _operand(node.at(name), name), node.path) for name in asked)
    return parts[0] if len(parts) == 1 else Every(parts)


def _operand(node: Node, operator: str) -> Scalar | tuple[Scalar, ...]:
    if operator == "in":
        values = tuple(_scalar(item) for item in node.items())
        if not values:
            node.wrong(gettext_noop("Cần một danh sách giá trị."))
        return values
    if operator == "filled":
        return node.boolean(True)
    return _scalar(node)


def _scalar(node: Node) -> Scalar:
    if isinstance(node.value, str | int):
        return node.value
    node.wrong(gettext_noop("Ở đây phải là chữ, số nguyên, true hoặc false."))
    return ""


def read_number(node: Node, depth: int = 0) -> Number:
    """The number expression at this place; a faulty one is reported."""
    if type(node.value) is int and abs(node.value) <= NUMBER_LIMIT:
        return Constant(node.value)
    if depth > DEPTH_LIMIT:
        node.wrong(gettext_noop("Biểu thức lồng nhau quá sâu (hơn %(limit)d tầng)."), limit=DEPTH_LIMIT)
    elif not node.at("field").absent:
        node.holds_only("field")
        return Operand(node.at("field").word(), node.path)
    else:
        return _read_operation(node, depth)
    return Constant(0)


def _read_operation(node: Node, depth: int) -> Number:
    operator = next((name for name in ARITHMETIC if not node.at(name).absent), None)
    if operator is None:
        node.wrong(
            gettext_noop('Biểu thức phải là số nguyên, {"field": …} hoặc một phép tính: %(options)s.'),
            options=", ".join(ARITHMETIC),
        )
        return Constant(0)
    node.holds_only(operator)
    inner = node.at(operator)
    parts = tuple(read_number(item, depth + 1) for item in inner.items(PARTS_LIMIT))
    if not parts or (operator == "subtract" and len(parts) != 2):
        inner.wrong(gettext_noop("Phép tính này thiếu hoặc thừa số hạng."))
        return Constant(0)
    return Operation(operator, parts)


def holds(condition: Condition | None, answers: Answers) -> bool:
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
        case _:
            return _compare(condition, answer(condition.field, answers))


def answer(field: str, answers: Answers) -> object:
    """The answer to a field; `address.province` reads a part of one, empty answers count as none."""
    value = answers.get(field)
    if value is None and "." in field:
        outer, _, part = field.partition(".")
        whole = answers.get(outer)
        value = whole.get(part) if isinstance(whole, Mapping) else None
    return None if value in ("", [], {}, ()) else value


def _compare(asked: Comparison, value: object) -> bool:
    if asked.operator == "filled":
        return (value is not None) == asked.value
    if value is None:
        return False
    if asked.operator == "in":
        return isinstance(asked.value, tuple) and any(_same(value, one) for one in asked.value)
    if asked.operator in ("is", "is_not"):
        return _same(value, asked.value) == (asked.operator == "is")
    counted = counted_value(value)
    return type(counted) is type(asked.value) and ORDERINGS[asked.operator](counted, asked.value)


def _same(value: object, expected: object) -> bool:
    """Equality in which true is not 1."""
    return type(value) is type(expected) and value == expected


def counted_value(value: object) -> object:
    """A repeating group or a set of files counts by its number of entries."""
    return len(value) if isinstance(value, list | tuple) else value


def evaluate(number: Number, answers: Answers) -> int | None:
    """The value of the expression; None while a field in it is unanswered, or beyond every sensible amount."""
    match number:
        case Constant(value):
            return value
        case Operand(field):
            found = counted_value(answer(field, answers))
            return found if type(found) is int else None
        case _:
            values = [evaluate(part, answers) for part in number.parts]
            known = [value for value in values if value is not None]
            return _bounded(_apply(number.operator, known)) if len(known) == len(values) else None


def _apply(operator: str, values: list[int]) -> int:
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


def _bounded(value: int) -> int | None:
    return value if abs(value) <= NUMBER_LIMIT else None


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """Every comparison inside a condition."""
    match condition:
        case Every(parts) | Some(parts):
            for part in parts:
                yield from comparisons(part)
        case Negation(part):
            yield from comparisons(part)
        case Comparison():
            yield condition


def operands(number: Number | None) -> Iterator[Operand]:
    """Every field inside a number expression."""
    match number:
        case Operation(_, parts):
            for part in parts:
                yield from operands(part)
        case Operand():
            yield number
