"""Reads conditions and expressions from JSON: checked here once, and evaluated without eval (evaluation.py)."""

from procedures.schema.evaluation import answer, counted_value, evaluate, holds
from procedures.schema.nodes import (
    ARITHMETIC,
    MEASURES,
    NEVER,
    OPERATORS,
    ROUNDINGS,
    ROWS,
    THE_DAY,
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
    Scalar,
    Some,
    Tally,
    comparisons,
    operands,
    reads,
)
from procedures.schema.numbers import NUMBER_LIMIT
from procedures.schema.reading import Node, gettext_noop

__all__ = [
    "Age", "Answers", "Choose", "Comparison", "Condition", "Constant", "Days", "Every", "Measured", "Negation", "Number",
    "Operand", "Operation", "Quotient", "Rows", "Scalar", "Some", "Tally", "answer", "comparisons", "counted_value",
    "evaluate", "holds", "operands", "read_condition", "read_number", "reads",
]  # fmt: skip

DEPTH_LIMIT = 20
PARTS_LIMIT = 50
OTHERS = ("divide", "if", "sum", "count", "age", "days")


def read_condition(node: Node, depth: int = 0) -> Condition | None:
    """The condition at this place; None where there is none. A faulty one is reported and never holds."""
    if node.absent:
        return None
    if _too_deep(node, depth):
        return NEVER
    for word, made in (("all", Every), ("any", Some)):
        if not node.at(word).absent:
            node.holds_only(word)
            return made(_conditions(node.at(word), depth))
    if not node.at("not").absent:
        node.holds_only("not")
        return Negation(read_condition(node.at("not"), depth + 1) or NEVER)
    for quantity in ROWS:
        if not node.at(quantity).absent:
            node.holds_only(quantity, "where")
            return Rows(quantity, node.at(quantity).word(), _required(node.at("where"), depth), node.path)
    return _read_comparisons(node) if node.at("value").absent else _read_measured(node, depth)


def _too_deep(node: Node, depth: int) -> bool:
    if depth > DEPTH_LIMIT:
        node.wrong(gettext_noop("Lồng nhau quá sâu (hơn %(limit)d tầng)."), limit=DEPTH_LIMIT)
    return depth > DEPTH_LIMIT


def _required(node: Node, depth: int) -> Condition:
    found = read_condition(node, depth + 1)
    if found is None:
        node.wrong(gettext_noop("Thiếu điều kiện ở đây."))
    return found or NEVER


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
    parts = tuple(Comparison(field, name, _operand(node.at(name), name), node.path) for name in _asked(node, OPERATORS))
    return (parts[0] if len(parts) == 1 else Every(parts)) if parts else NEVER


def _asked(node: Node, known: tuple[str, ...]) -> list[str]:
    asked = [name for name in known if not node.at(name).absent]
    if not asked:
        node.wrong(gettext_noop("Điều kiện thiếu phép so sánh; dùng một trong: %(options)s."), options=", ".join(known))
    return asked


def _read_measured(node: Node, depth: int) -> Condition:
    node.holds_only("value", *MEASURES)
    left = read_number(node.at("value"), depth + 1)
    parts = tuple(
        Measured(left, name, read_number(node.at(name), depth + 1), node.path) for name in _asked(node, MEASURES)
    )
    return (parts[0] if len(parts) == 1 else Every(parts)) if parts else NEVER


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
    if _too_deep(node, depth):
        return Constant(0)
    if not node.at("field").absent:
        node.holds_only("field")
        return Operand(node.at("field").word(), node.path)
    special = next((name for name in OTHERS if not node.at(name).absent), None)
    return _read_special(node, special, depth) if special else _read_operation(node, depth)


def _read_operation(node: Node, depth: int) -> Number:
    operator = next((name for name in ARITHMETIC if not node.at(name).absent), None)
    if operator is None:
        node.wrong(
            gettext_noop('Biểu thức phải là số nguyên, {"field": …} hoặc một phép tính: %(options)s.'),
            options=", ".join((*ARITHMETIC, *OTHERS)),
        )
        return Constant(0)
    node.holds_only(operator)
    inner = node.at(operator)
    parts = tuple(read_number(item, depth + 1) for item in inner.items(PARTS_LIMIT))
    if not parts or (operator == "subtract" and len(parts) != 2):
        inner.wrong(gettext_noop("Phép tính này thiếu hoặc thừa số hạng."))
        return Constant(0)
    return Operation(operator, parts)


def _read_special(node: Node, name: str, depth: int) -> Number:
    inner = node.at(name)
    match name:
        case "divide":
            return _read_quotient(node, inner, depth)
        case "if":
            node.holds_only("if", "then", "else")
            then, otherwise = (read_number(node.at(word), depth + 1) for word in ("then", "else"))
            return Choose(_required(inner, depth), then, otherwise)
        case "sum" | "count":
            return _read_tally(node, inner, name, depth)
        case "age":
            node.holds_only("age", "on")
            return Age(inner.word(), node.at("on").word() or THE_DAY, node.path)
        case _:
            node.holds_only("days")
            ends = inner.words()
            if len(ends) != 2:
                inner.wrong(gettext_noop("Cần hai ngày: từ ngày nào, đến ngày nào."))
                return Constant(0)
            return Days(ends[0], ends[1], node.path)


def _read_quotient(node: Node, inner: Node, depth: int) -> Number:
    node.holds_only("divide", "round")
    rounding = node.at("round").option(ROUNDINGS)
    parts = [read_number(item, depth + 1) for item in inner.items(PARTS_LIMIT)]
    if len(parts) != 2:
        inner.wrong(gettext_noop("Phép chia cần hai số: số bị chia và số chia."))
        return Constant(0)
    return Quotient(parts[0], parts[1], rounding, node.path)


def _read_tally(node: Node, inner: Node, name: str, depth: int) -> Number:
    node.holds_only(name, "where")
    group, _, column = inner.word().partition(".")
    if bool(column) != (name == "sum"):
        inner.wrong(gettext_noop("“sum” cần bảng và cột (bang.cot); “count” chỉ cần bảng."))
        return Constant(0)
    return Tally(group, column or None, read_condition(node.at("where"), depth + 1), node.path)
