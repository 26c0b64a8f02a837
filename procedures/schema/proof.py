"""Proves that a condition never or always holds, by trying every kind of answer; what cannot be tried is never claimed.

A field takes the values that conditions name, one that none names, and none at all; hidden fields have no value. What
cannot be enumerated (measured values, rows) may be true or false as it likes, so a proof holds whatever it is.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from procedures.schema.checking import PROFILE, kind_of
from procedures.schema.evaluation import ORDERINGS
from procedures.schema.form import NUMERIC, TICKS, Field
from procedures.schema.nodes import Comparison, Condition, Every, Measured, Negation, Rows, Some, walk
from procedures.schema.numbers import as_number

if TYPE_CHECKING:
    from procedures.schema.definition import Definition

LIMIT = 20_000  # assignments to try; beyond it nothing is claimed
OTHER = "\0another"
Value: TypeAlias = str | bool | int | Fraction | None
# Fields by name; conditions that cannot be enumerated stand for themselves.
Answered: TypeAlias = Mapping[object, Value]


class Ground(NamedTuple):
    """The fields that a condition sees, when each is shown, and the channels by which the procedure can be filed."""

    fields: Mapping[str, Field]
    whens: Mapping[str, tuple[Condition, ...]]
    channels: tuple[str, ...]


def ground(made: "Definition", group: Field | None = None) -> Ground:
    """What the whole form sees or, inside a repeating group, a row of it."""
    whens = {
        one.key: tuple(when for when in (section.when, one.when) if when is not None)
        for section in made.sections
        for one in section.fields
    }
    fields = dict(made.form.index)
    for column in group.fields if group else ():
        fields[column.key] = column
        whens[column.key] = (column.when,) if column.when is not None else ()
    return Ground(fields, whens, made.channels)


def never(condition: Condition, seen: Ground) -> bool:
    """Is there no way to answer so that it holds?"""
    return not _possible(condition, seen, complete=False)


def always(condition: Condition, seen: Ground) -> bool:
    """Does it hold whatever is answered, once everything that is required is?"""
    return not _possible(Negation(condition), seen, complete=True)


def _possible(condition: Condition, seen: Ground, *, complete: bool) -> bool:
    atoms = _atoms(condition, seen)
    order = _order(atoms, seen)
    domains = [_domain(atom, atoms[atom], seen, complete=complete) for atom in order]
    if prod(len(domain) for domain in domains) > LIMIT:
        return True
    return any(_true(condition, _shown(dict(zip(order, values, strict=True)), seen)) for values in product(*domains))


def _atoms(condition: Condition, seen: Ground) -> dict[object, list[Comparison]]:
    """Everything that the condition depends on, also through the conditions of the fields in it."""
    found: dict[object, list[Comparison]] = {}
    waiting, known = [condition], set()
    while waiting:
        for part in walk(waiting.pop()):
            atom = _atom(part, seen)
            if atom is None:
                continue
            found.setdefault(atom, [])
            if isinstance(part, Comparison):
                found[atom].append(part)
                outer = part.field.partition(".")[0]
                if outer not in known:
                    known.add(outer)
                    waiting += seen.whens.get(outer, ())
    return found


def _atom(part: object, seen: Ground) -> object:
    """The name of the field, or the condition itself where its answers cannot be enumerated."""
    if isinstance(part, Measured | Rows):
        return part
    if not isinstance(part, Comparison):
        return None
    return part if kind_of(part.field, seen.fields)[0] == "multi_choice" else part.field


def _order(atoms: Mapping[object, object], seen: Ground) -> list[object]:
    """Fields after those that decide over them, so that what is hidden can be emptied in one go."""
    done: list[object] = []

    def add(atom: object, depth: int = 0) -> None:
        if atom in done or depth > len(atoms) + 1:
            return
        for when in seen.whens.get(str(atom).partition(".")[0], ()) if isinstance(atom, str) else ():
            for part in walk(when):
                inner = _atom(part, seen)
                if inner in atoms and inner != atom:
                    add(inner, depth + 1)
        if atom not in done:
            done.append(atom)

    for atom in atoms:
        add(atom)
    return done


def _domain(atom: object, asked: list[Comparison], seen: Ground, *, complete: bool) -> list[Value]:
    if not isinstance(atom, str):
        return [True, False]
    if atom == "profile.channel" and seen.channels:
        return [*seen.channels]
    kind, values = kind_of(atom, seen.fields)
    named = [value for one in asked for value in (one.value if isinstance(one.value, tuple) else (one.value,))]
    found = list(dict.fromkeys(_kinds(kind or "", values, named, seen.fields.get(atom))))
    field = seen.fields.get(atom)
    answered = atom in ("profile.owner_kind", "profile.verified") or (complete and field is not None and field.required)
    return found if answered else [*found, None]


def _kinds(kind: str, values: tuple[str, ...], named: list[str | int | bool], field: Field | None) -> Iterator[Value]:
    if kind in TICKS:
        yield from (True,) if kind == "declaration" else (True, False)
    elif kind == "choice":
        yield from (value for value in values if value in named)
        yield from islice((value for value in values if value not in named), 1)
    elif kind in (*NUMERIC, "group", "file"):
        yield from _numbers([value for value in named if type(value) is int], kind, field)
    elif kind == "date":
        for text in (value for value in named if isinstance(value, str)):
            yield from (_moved(text, -1), text, _moved(text, 1))
        yield "1900-01-01"
    else:
        yield from (value for value in named if isinstance(value, str))
        yield OTHER


def _numbers(named: list[int], kind: str, field: Field | None) -> Iterator[Value]:
    """Each number that is named, what lies on both sides of it, within the field's own limits."""
    low, high = (as_number(limit) for limit in (field.min, field.max)) if field else (None, None)
    low = 1 if kind in ("group", "file") else low
    ends = [number for number in (*named, low, high) if number is not None] or [0]
    steps = (Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 2), Fraction(1))
    for end in ends:
        for step in steps:
            number = Fraction(end) + step
            inside = (low is None or number >= low) and (high is None or number <= high)
            if inside and (number.denominator == 1 or kind == "decimal"):
                yield int(number) if number.denominator == 1 else number


def _moved(text: str, days: int) -> str:
    return (date.fromisoformat(text) + timedelta(days=days)).isoformat()


def _shown(values: dict[object, Value], seen: Ground) -> Answered:
    """Fields that are hidden have no answer."""
    kept: dict[object, Value] = {}
    for atom, value in values.items():
        whens = seen.whens.get(atom.partition(".")[0], ()) if isinstance(atom, str) and atom not in PROFILE else ()
        kept[atom] = value if all(_true(when, kept) for when in whens) else None
    return kept


def _true(condition: Condition, answered: Answered) -> bool:
    match condition:
        case Every(parts):
            return all(_true(part, answered) for part in parts)
        case Some(parts):
            return any(_true(part, answered) for part in parts)
        case Negation(part):
            return not _true(part, answered)
        case Comparison() if condition not in answered:
            return _compared(condition, answered.get(condition.field))
        case _:
            return bool(answered.get(condition))


def _compared(asked: Comparison, value: Value) -> bool:
    if asked.operator == "filled":
        return (value is not None) == asked.value
    wanted = asked.value if isinstance(asked.value, tuple) else (asked.value,)
    if value is None:
        return False
    if asked.operator in ORDERINGS:
        same = isinstance(value, str) == isinstance(wanted[0], str)
        return same and ORDERINGS[asked.operator](value, wanted[0])
    found = any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in wanted)
    return found == (asked.operator != "is_not")
