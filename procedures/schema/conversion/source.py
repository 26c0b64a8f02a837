"""A record of another system while it is converted: each value in it is either used or told of, none is forgotten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from procedures.schema.reading import Sentence, gettext_noop

NOWHERE = gettext_noop("Ở đây không có chỗ cho mục này.")
SHOWN = 500


@dataclass(frozen=True)
class Note:
    """What was not carried over as it is: the source's field and words, and why."""

    field: str
    words: str
    why: Sentence


class Unreadable(Exception):
    """A record that cannot be converted at all: the field, and one sentence that says why."""

    def __init__(self, place: str, pattern: str, **words: object) -> None:
        self.place, self.sentence = place, Sentence(pattern, words)
        super().__init__(f"{place}: {self.sentence}")


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value that says something, by its path: `workflow[0].days`. Nothing, an empty text or list says nothing."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    elif value is not None and value != "":
        yield path, value


@dataclass
class Source:
    """One record. `used` remembers to which part of the definition each value went."""

    record: Mapping[str, object]
    used: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.leaves = dict(leaves(self.record))

    def text(self, path: str, to: str = "") -> str:
        """The text (or number) there, "" where there is none; `to` is the part of the definition that it goes to."""
        value = self.leaves.get(path)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
            raise Unreadable(path, gettext_noop("Ở đây phải là chữ hoặc số."))
        if to:
            self.use(path, to)
        return "" if value is None else " ".join(str(value).replace("\x00", " ").split())

    def whole(self, path: str, to: str) -> str:
        """A text that must be there."""
        found = self.text(path, to)
        if not found:
            raise Unreadable(path, gettext_noop("Thiếu mục bắt buộc này."))
        return found

    def number(self, path: str) -> float | None:
        """The number there, also one written as text; None where there is none."""
        found = self.text(path)
        try:
            return float(found) if found else None
        except ValueError:
            raise Unreadable(path, gettext_noop("“%(words)s” không phải là số."), words=found[:60]) from None

    def flag(self, path: str, to: str = "") -> bool:
        value = self.leaves.get(path, False)
        if not isinstance(value, bool):
            raise Unreadable(path, gettext_noop("Ở đây phải là true hoặc false."))
        if to:
            self.use(path, to)
        return value

    def items(self, path: str) -> list[str]:
        """The paths of the items of a list."""
        found = self.at(path)
        if found is not None and not isinstance(found, list):
            raise Unreadable(path, gettext_noop("Ở đây phải là một danh sách [ ]."))
        return [f"{path}[{number}]" for number in range(len(found or []))]

    def at(self, path: str) -> object:
        here: object = self.record
        for step in path.replace("[", ".").replace("]", "").split("."):
            if isinstance(here, Mapping):
                here = here.get(step)
            elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
                here = here[int(step)]
            else:
                return None
        return here

    def use(self, path: str, to: str) -> None:
        self.used.update(dict.fromkeys(self._beneath(path), to))

    def tell(self, path: str, pattern: str, **words: object) -> None:
        """Say in one line what of this is not carried over as it is, and why; nothing is said of what says nothing."""
        found = self._beneath(path)
        open_still = [one for one in found if one not in self.used and one not in self.told] or found
        if found:
            quoted = "; ".join(str(self.leaves[one]) for one in open_still)
            self.notes.append(Note(path, quoted[:SHOWN], Sentence(pattern, words)))
            self.told.update(open_still)

    def remark(self, path: str, pattern: str, **words: object) -> None:
        """Something that was decided for want of a word in the source."""
        self.notes.append(Note(path, "", Sentence(pattern, words)))

    def finish(self) -> None:
        """Whatever nobody looked at is told of."""
        for path in self.leaves:
            if path not in self.used and path not in self.told:
                self.tell(path, NOWHERE)

    def _beneath(self, path: str) -> list[str]:
        return [one for one in self.leaves if one == path or one.startswith((f"{path}.", f"{path}["))]
