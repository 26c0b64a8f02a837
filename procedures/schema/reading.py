"""Reads untrusted JSON and collects every fault with its place, instead of stopping at the first."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

NEVER = re.compile("[\x00\ud800-\udfff]")
HIDDEN = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
EXTENSION = "x_"
TEXT_LIMIT = 20_000
WORD_LIMIT = 500
ITEM_LIMIT = 1_000
DEPTH_LIMIT = 100


def gettext_noop(pattern: str) -> str:
    """Marks a sentence for the message catalogue; this package knows no Django, the page translates."""
    return pattern


class Sentence(str):
    """A finished Vietnamese sentence that still knows its pattern and its words, so that a page can translate it."""

    __slots__ = ("pattern", "words")
    pattern: str
    words: dict[str, object]

    def __new__(cls, pattern: str, words: dict[str, object]) -> "Sentence":
        made = super().__new__(cls, pattern % words if words else pattern)
        made.pattern, made.words = pattern, words
        return made


def is_too_deep(data: object) -> bool:
    """Nested beyond everything that has a meaning here, and beyond what recursion could walk."""
    layer = [data]
    for _ in range(DEPTH_LIMIT):
        layer = [inner for one in layer for inner in _inside(one)]
    return bool(layer)


def unstorable(value: object, path: str = "") -> Iterator[str]:
    """Places that no database keeps and no page shows: null characters, halves of characters, numbers without end."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from unstorable(str(key), path)
            yield from unstorable(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from unstorable(inner, f"{path}[{number}]")
    elif (isinstance(value, str) and NEVER.search(value)) or (isinstance(value, float) and not isfinite(value)):
        yield NEVER.sub("�", path)


def shown(text: str) -> str:
    """As people see it: composed, lines ended in one way, nothing that cannot be seen or turns the line around."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", HIDDEN.sub("", unified)).strip()


def _inside(one: object) -> Iterable[object]:
    if isinstance(one, dict):
        return one.values()
    return one if isinstance(one, list) else ()


class Problem(NamedTuple):
    path: str
    sentence: Sentence


class DefinitionError(Exception):
    """Everything that is wrong with a definition, each fault with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{path or '.'}: {sentence}" for path, sentence in self.problems))


@dataclass(frozen=True)
class Text:
    """A text of the definition in Vietnamese and, where it was translated, in English."""

    vi: str = ""
    en: str = ""

    def read(self, lang: str = "vi") -> str:
        return (self.en if lang.startswith("en") else "") or self.vi

    def __bool__(self) -> bool:
        return bool(self.vi)


NO_TEXT = Text()


@dataclass(frozen=True)
class Node:
    """One place in the JSON, with its path and the list that collects the faults."""

    value: object
    path: str
    problems: list[Problem]

    def wrong(self, pattern: str, **words: object) -> None:
        self.problems.append(Problem(self.path, Sentence(pattern, words)))

    @property
    def absent(self) -> bool:
        return self.value is None

    def at(self, key: str) -> "Node":
        inner = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(inner, f"{self.path}.{key}" if self.path else key, self.problems)

    def holds_only(self, *known: str) -> bool:
        """Is it an object with no other keys than these (own additions begin with x_)?"""
        if not isinstance(self.value, dict):
            self.wrong(gettext_noop("Ở đây phải là một đối tượng { }."))
            return False
        for key in self.value:
            if key not in known and not str(key).startswith(EXTENSION):
                self.wrong(gettext_noop("Không có mục nào tên là “%(key)s”."), key=str(key)[:60])
        return True

    def items(self, limit: int = ITEM_LIMIT) -> Iterator["Node"]:
        if self.absent:
            return
        if not isinstance(self.value, list):
            self.wrong(gettext_noop("Ở đây phải là một danh sách [ ]."))
        elif len(self.value) > limit:
            self.wrong(
                gettext_noop("Danh sách có %(count)d mục, nhiều hơn mức cho phép là %(limit)d."),
                count=len(self.value),
                limit=limit,
            )
        else:
            for number, item in enumerate(self.value):
                yield Node(item, f"{self.path}[{number}]", self.problems)

    def word(self, default: str = "") -> str:
        """A short string of one line."""
        if self.absent:
            return default
        if not isinstance(self.value, str) or len(self.value) > WORD_LIMIT:
            self.wrong(gettext_noop("Ở đây phải là một chuỗi chữ dài không quá %(limit)d ký tự."), limit=WORD_LIMIT)
            return default
        return " ".join(shown(self.value).split())

    def matching(self, shape: re.Pattern[str]) -> str:
        """A required string of a given shape."""
        if isinstance(self.value, str) and shape.fullmatch(self.value):
            return self.value
        if self.absent:
            self.wrong(gettext_noop("Thiếu mục bắt buộc này."))
        else:
            self.wrong(
                gettext_noop("“%(value)s” không đúng dạng (%(shape)s)."),
                value=str(self.value)[:60],
                shape=shape.pattern,
            )
        return ""

    def key(self) -> str:
        return self.matching(KEY)

    def words(self) -> tuple[str, ...]:
        return tuple(item.word() for item in self.items())

    def text(self, limit: int = TEXT_LIMIT) -> Text:
        """A required text: its Vietnamese must not be empty."""
        made = self.optional_text(limit)
        if not made and not (self.problems and self.problems[-1].path.startswith(self.path)):
            self.wrong(gettext_noop("Thiếu nội dung tiếng Việt (vi)."))
        return made

    def optional_text(self, limit: int = TEXT_LIMIT) -> Text:
        if self.absent or not self.holds_only("vi", "en"):
            return Text()
        return Text(self.at("vi").long_word(limit), self.at("en").long_word(limit))

    def long_word(self, limit: int = TEXT_LIMIT) -> str:
        if self.absent:
            return ""
        if not isinstance(self.value, str) or len(self.value) > limit:
            self.wrong(gettext_noop("Ở đây phải là một đoạn văn dài không quá %(limit)d ký tự."), limit=limit)
            return ""
        return shown(self.value)

    def integer(self, default: int = 0, *, low: int = 0, high: int = 10**15) -> int:
        if self.absent:
            return default
        if type(self.value) is not int or not low <= self.value <= high:
            self.wrong(gettext_noop("Ở đây phải là số nguyên từ %(low)d đến %(high)d."), low=low, high=high)
            return default
        return self.value

    def optional_integer(self, *, low: int = 0, high: int = 10**15) -> int | None:
        return None if self.absent else self.integer(low=low, high=high)

    def boolean(self, default: bool = False) -> bool:
        if self.absent:
            return default
        if not isinstance(self.value, bool):
            self.wrong(gettext_noop("Ở đây phải là true hoặc false."))
            return default
        return self.value

    def option(self, options: Sequence[str], default: str | None = None) -> str:
        """One of a closed list; without a default it is required."""
        if isinstance(self.value, str) and self.value in options:
            return self.value
        if self.absent and default is not None:
            return default
        self.wrong(gettext_noop("Ở đây phải là một trong: %(options)s."), options=", ".join(options))
        return default if default is not None else options[0]

    def optional_option(self, options: Sequence[str]) -> str | None:
        return None if self.absent else self.option(options)

    def options(self, options: Sequence[str]) -> tuple[str, ...]:
        items = list(self.items())
        wrong = [item for item in items if item.value not in options]
        for item in wrong:
            item.option(options)
        return tuple(str(item.value) for item in items if item not in wrong)
