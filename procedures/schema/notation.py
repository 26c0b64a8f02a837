"""Conditions and expressions in one line, as an administrator types them: `marital = "single" and age(birth_date) >= 18`.

The line becomes the same JSON that definitions keep; `written` (notation_print.py) makes the line again. Nothing is ever
evaluated here. Numbers: + - * min max if sum count age days, and up(a / b), down(a / b), half(a / b), because a division
must say how it rounds. Conditions: = != < <= > >= in, filled, empty, any, every; and, or, not.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from procedures.schema.nodes import ROUNDINGS
from procedures.schema.reading import Sentence, gettext_noop

LENGTH_LIMIT = 10_000
NESTING_LIMIT = 20
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d[\d_]*)|(?P<text>"(?:[^"\\]|\\.)*")|`(?P<quoted>[^`\s]+)`"""
    r"""|(?P<name>[^\W\d]\w*(?:\.\w+)*)|(?P<sign><=|>=|!=|<>|==|[-+*/(),=<>≤≥≠]))"""
)
COMPARED = {
    "=": "is", "==": "is", "!=": "is_not", "<>": "is_not", "≠": "is_not", "<": "lt", "<=": "lte", "≤": "lte", ">": "gt",
    ">=": "gte", "≥": "gte",
}  # fmt: skip
WORDS = {"và": "and", "hoặc": "or", "true": "yes", "false": "no", "có": "yes", "không": "no"}
KEYWORDS = frozenset({"and", "or", "not", "in", "yes", "no", *WORDS})
FIELD, NUMBER, CONDITION, VALUE, FRACTION = "field", "number", "condition", "value", "fraction"


class NotationError(ValueError):
    """A line that cannot be read: a sentence, and the column (from 1) at which it went wrong."""

    def __init__(self, column: int, pattern: str, **words: object) -> None:
        self.column, self.sentence = column, Sentence(pattern, words)
        super().__init__(f"{column}: {self.sentence}")


class Token(NamedTuple):
    kind: str
    text: str
    column: int


class Piece(NamedTuple):
    """A part that was read: its JSON, what it is, where it began; `chain` names the operator whose list can grow."""

    tree: Any
    kind: str
    column: int
    chain: str = ""


def parse_condition(text: str) -> dict[str, Any]:
    return _parse(text, (CONDITION,))  # type: ignore[no-any-return]


def parse_number(text: str) -> dict[str, Any] | int:
    return _parse(text, (NUMBER, FIELD))  # type: ignore[no-any-return]


def parse(text: str) -> dict[str, Any] | int:
    """Whatever the line says."""
    return _parse(text, (NUMBER, FIELD, CONDITION))  # type: ignore[no-any-return]


def _parse(text: str, wanted: tuple[str, ...]) -> Any:
    reader = _Reader(_tokens(text))
    found = reader.either()
    rest = reader.here
    if rest.kind != "end":
        raise NotationError(rest.column, gettext_noop("Thừa “%(word)s” ở đây."), word=rest.text)
    return reader.want(found, wanted).tree


def _tokens(text: str) -> list[Token]:
    if len(text) > LENGTH_LIMIT:
        raise NotationError(LENGTH_LIMIT, gettext_noop("Dòng dài quá %(limit)d ký tự."), limit=LENGTH_LIMIT)
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            raise NotationError(column, gettext_noop("Không hiểu ký tự “%(word)s”."), word=text[column - 1])
        kind, word = match.lastgroup, match[match.lastgroup]
        found.append(Token(kind, WORDS.get(word, word) if kind == "name" else word, match.start(kind) + 1))
        at = match.end()
    return [*found, Token("end", "", len(text) + 1)]


@dataclass
class _Reader:
    """Recursive descent: or, and, not, comparison, sum, product, part."""

    tokens: list[Token]
    at: int = 0
    depth: int = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        token = self.here
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def is_(self, *words: str) -> bool:
        return self.here.kind in ("sign", "name") and self.here.text in words

    def take(self, word: str) -> Token:
        if not self.is_(word):
            raise NotationError(self.here.column, gettext_noop("Cần “%(word)s” ở đây."), word=word)
        return self.next()

    def want(self, piece: Piece, kinds: tuple[str, ...]) -> Piece:
        if piece.kind in kinds:
            return piece
        if piece.kind == FRACTION:
            pattern = gettext_noop("Phép chia phải nói cách làm tròn: up(a / b), down(a / b) hoặc half(a / b).")
        elif CONDITION in kinds and NUMBER not in kinds:
            pattern = gettext_noop("Ở đây cần một điều kiện, ví dụ: rooms > 2.")
        else:
            pattern = gettext_noop("Ở đây cần một số hoặc một trường.")
        raise NotationError(piece.column, pattern)

    def either(self) -> Piece:
        self.depth += 1
        if self.depth > NESTING_LIMIT:
            raise NotationError(
                self.here.column, gettext_noop("Lồng nhau quá sâu (hơn %(limit)d tầng)."), limit=NESTING_LIMIT
            )
        found = self.joined("or", "any", lambda: self.joined("and", "all", self.negated))
        self.depth -= 1
        return found

    def joined(self, word: str, name: str, inner: Callable[[], Piece]) -> Piece:
        found = inner()
        parts = [found]
        while self.is_(word):
            self.next()
            parts.append(inner())
        if len(parts) == 1:
            return found
        trees = [self.want(part, (CONDITION,)).tree for part in parts]
        return Piece({name: trees}, CONDITION, found.column)

    def negated(self) -> Piece:
        if not self.is_("not"):
            return self.compared()
        column = self.next().column
        self.depth += 1
        inner = self.want(self.negated() if self.depth <= NESTING_LIMIT else self.either(), (CONDITION,))
        self.depth -= 1
        return Piece({"not": inner.tree}, CONDITION, column)

    def compared(self) -> Piece:
        left = self.sum()
        if self.is_("in"):
            return self.chosen(left)
        if self.here.kind != "sign" or self.here.text not in COMPARED:
            return left
        operator = COMPARED[self.next().text]
        right = self.sum()
        if left.kind == FIELD and (right.kind == VALUE or type(right.tree) is int):
            return Piece({**left.tree, operator: right.tree}, CONDITION, left.column)
        if left.kind == VALUE:
            raise NotationError(left.column, gettext_noop("Hãy viết trường ở bên trái, giá trị ở bên phải."))
        if right.kind == VALUE:
            raise NotationError(left.column, gettext_noop("Chỉ một trường mới so sánh được với chữ hoặc có/không."))
        numbers = [self.want(side, (NUMBER, FIELD)).tree for side in (left, right)]
        return Piece({"value": numbers[0], operator: numbers[1]}, CONDITION, left.column)

    def chosen(self, left: Piece) -> Piece:
        self.want(left, (FIELD,))
        self.next()
        self.take("(")
        values = [self.literal()]
        while self.is_(","):
            self.next()
            values.append(self.literal())
        self.take(")")
        return Piece({**left.tree, "in": values}, CONDITION, left.column)

    def literal(self) -> Any:
        found = self.part()
        if found.kind != VALUE and type(found.tree) is not int:
            raise NotationError(found.column, gettext_noop("Ở đây cần một giá trị: chữ trong ngoặc kép hoặc số."))
        return found.tree

    def sum(self) -> Piece:
        found = self.product()
        while self.is_("+", "-"):
            name = "add" if self.next().text == "+" else "subtract"
            found = self.grown(found, name, self.product())
        return found

    def product(self) -> Piece:
        found = self.part()
        while self.is_("*", "/"):
            if self.next().text == "*":
                found = self.grown(found, "multiply", self.part())
                continue
            ends = [self.want(side, (NUMBER, FIELD)).tree for side in (found, self.part())]
            found = Piece({"divide": ends}, FRACTION, found.column)
        return found

    def grown(self, left: Piece, name: str, right: Piece) -> Piece:
        """a + b + c is one sum of three; (a + b) + c stays a sum of two."""
        more = self.want(right, (NUMBER, FIELD)).tree
        start = self.want(left, (NUMBER, FIELD)).tree
        if left.chain == name != "subtract":
            return left._replace(tree={name: [*start[name], more]})
        return Piece({name: [start, more]}, NUMBER, left.column, name)

    def part(self) -> Piece:
        token = self.next()
        if token.kind == "number":
            return Piece(int(token.text.replace("_", "")), NUMBER, token.column)
        if token.kind == "text":
            return Piece(self.unquoted(token), VALUE, token.column)
        if token.kind == "quoted":
            return Piece({"field": token.text}, FIELD, token.column)
        if token.text == "(":
            found = self.either()
            self.take(")")
            return found._replace(chain="", column=token.column)
        if token.text == "-":
            return self.minus(token.column)
        return self.named(token)

    def unquoted(self, token: Token) -> str:
        try:
            return str(json.loads(token.text, strict=False))
        except ValueError:
            raise NotationError(token.column, gettext_noop("Chữ trong ngoặc kép viết sai sau dấu \\.")) from None

    def minus(self, column: int) -> Piece:
        self.depth += 1
        inner = self.want(self.part() if self.depth <= NESTING_LIMIT else self.either(), (NUMBER, FIELD)).tree
        self.depth -= 1
        return Piece(-inner if type(inner) is int else {"subtract": [0, inner]}, NUMBER, column)

    def named(self, token: Token) -> Piece:
        if token.text in ("yes", "no"):
            return Piece(token.text == "yes", VALUE, token.column)
        if token.kind != "name" or token.text in KEYWORDS:
            raise NotationError(token.column, gettext_noop("Ở đây cần một số hoặc một trường."))
        if not self.is_("("):
            return Piece({"field": token.text}, FIELD, token.column)
        if token.text not in FUNCTIONS:
            raise NotationError(
                token.column,
                gettext_noop("Không có hàm “%(word)s”; dùng một trong: %(options)s."),
                word=token.text,
                options=", ".join(sorted(FUNCTIONS)),
            )
        return FUNCTIONS[token.text](self.arguments(), token)

    def arguments(self) -> list[Piece]:
        self.take("(")
        found = [self.either()]
        while self.is_(","):
            self.next()
            found.append(self.either())
        self.take(")")
        return found


def _argument(given: list[Piece], at: int, token: Token, *kinds: str) -> Any:
    """The argument at a place, of a kind; the word `field` gives the field's name alone."""
    if at >= len(given):
        raise NotationError(token.column, gettext_noop("“%(word)s” thiếu giá trị trong ngoặc."), word=token.text)
    piece = given[at]
    if piece.kind not in kinds:
        raise NotationError(piece.column, NEEDS[kinds[0]], word=token.text)
    return piece.tree["field"] if kinds == (FIELD,) else piece.tree


def _at_most(given: list[Piece], most: int, token: Token) -> None:
    if len(given) > most:
        raise NotationError(given[most].column, gettext_noop("“%(word)s” thừa giá trị trong ngoặc."), word=token.text)


NEEDS = {
    FIELD: gettext_noop("“%(word)s” cần tên một trường ở đây."),
    NUMBER: gettext_noop("“%(word)s” cần một số ở đây."),
    CONDITION: gettext_noop("“%(word)s” cần một điều kiện ở đây."),
    FRACTION: gettext_noop("“%(word)s” cần một phép chia a / b ở đây."),
}


def _filled(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 1, token)
    return Piece(
        {"field": _argument(given, 0, token, FIELD), "filled": token.text == "filled"}, CONDITION, token.column
    )


def _rows(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 2, token)
    group, where = _argument(given, 0, token, FIELD), _argument(given, 1, token, CONDITION)
    return Piece({f"{token.text}_row": group, "where": where}, CONDITION, token.column)


def _tally(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 2, token)
    tree = {token.text: _argument(given, 0, token, FIELD)}
    if len(given) > 1:
        tree["where"] = _argument(given, 1, token, CONDITION)
    return Piece(tree, NUMBER, token.column)


def _age(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 2, token)
    tree = {"age": _argument(given, 0, token, FIELD)}
    if len(given) > 1:
        tree["on"] = _argument(given, 1, token, FIELD)
    return Piece(tree, NUMBER, token.column)


def _days(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 2, token)
    return Piece({"days": [_argument(given, at, token, FIELD) for at in (0, 1)]}, NUMBER, token.column)


def _choose(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 3, token)
    then, otherwise = (_argument(given, at, token, NUMBER, FIELD) for at in (1, 2))
    return Piece({"if": _argument(given, 0, token, CONDITION), "then": then, "else": otherwise}, NUMBER, token.column)


def _rounded(given: list[Piece], token: Token) -> Piece:
    _at_most(given, 1, token)
    return Piece({**_argument(given, 0, token, FRACTION), "round": token.text}, NUMBER, token.column)


def _least(given: list[Piece], token: Token) -> Piece:
    return Piece(
        {token.text: [_argument(given, at, token, NUMBER, FIELD) for at in range(len(given))]}, NUMBER, token.column
    )


FUNCTIONS: dict[str, Callable[[list[Piece], Token], Piece]] = {
    "filled": _filled, "empty": _filled, "any": _rows, "every": _rows, "sum": _tally, "count": _tally, "age": _age,
    "days": _days, "if": _choose, "min": _least, "max": _least,
    **dict.fromkeys(ROUNDINGS, _rounded),
}  # fmt: skip
