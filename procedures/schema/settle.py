"""Which answers count: those of fields that are shown, with the computed ones worked out anew."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from procedures.schema.conditions import Answers, Operand, answer, evaluate, holds
from procedures.schema.dates import days_after
from procedures.schema.evaluation import exact
from procedures.schema.form import Field, Form, Plan, plan
from procedures.schema.numbers import kept_decimal

Take: TypeAlias = Callable[[Field, Answers], object]
NOTHING: Answers = {}


def settle(form: Form, answers: Answers, profile: Answers = NOTHING) -> dict[str, object]:
    """Drops hidden and empty answers and recomputes; what fees, papers, cases and the dossier itself go by."""
    return walk(plan(form), scope(NOTHING, profile), lambda one, seen: _settled(one, answers.get(one.key), seen))


def _settled(one: Field, value: object, seen: Answers) -> object:
    if one.type == "group" and isinstance(value, list | tuple):
        return [_settled_row(one, row, seen) for row in value if isinstance(row, Mapping)] or None
    if one.type == "computed":
        return compute(one, seen)
    return None if value in ("", [], {}) or not one.answered else value


def _settled_row(group: Field, row: Answers, outer: Answers) -> dict[str, object]:
    return walk(plan(group), around(group, outer), lambda one, seen: _settled(one, row.get(one.key), seen))


def compute(one: Field, seen: Answers) -> int | str | None:
    """What a computed field shows, worked out here whatever was sent; None while something that it needs is missing."""
    if one.gives == "text":
        return _joined(one, seen)
    if one.gives == "date":
        return days_after(answer(one.starts or "", seen), evaluate(one.days, seen) if one.days is not None else None)
    if one.formula is None:
        return None
    found = exact(one.formula, seen) if one.gives == "decimal" else None
    return kept_decimal(Fraction(found), one.digits) if found is not None else _whole(one, seen)


def _whole(one: Field, seen: Answers) -> int | None:
    return evaluate(one.formula, seen) if one.formula is not None and one.gives != "decimal" else None


def _joined(one: Field, seen: Answers) -> str | None:
    """Words and answers one after another; nothing while none of the answers is there."""
    answers = {part.field: answer(part.field, seen) for part in one.joined if isinstance(part, Operand)}
    said = {key: str(value) if isinstance(value, str) or type(value) is int else "" for key, value in answers.items()}
    if not any(said.values()):
        return None
    return " ".join("".join(part if isinstance(part, str) else said[part.field] for part in one.joined).split())


def scope(answers: Answers, profile: Answers) -> dict[str, object]:
    """Everything that a condition can ask about: answers, and `profile.…`, which nobody can send as an answer."""
    own = {key: value for key, value in answers.items() if "." not in key}
    return {**own, **{f"profile.{key}": value for key, value in profile.items()}}


def around(group: Field, outer: Answers) -> Answers:
    """What a row sees of the form: everything that it has no column of the same name for."""
    columns = {one.key for one in group.fields}
    return {key: value for key, value in outer.items() if key not in columns}


def walk(way: Plan, outer: Answers, take: Take) -> dict[str, object]:
    """Takes each shown field, every one after those that decide over it; values come back in the order of the page."""
    kept: dict[str, object] = {}
    seen: Answers = ChainMap(kept, dict(outer))
    for key in way.order:
        one = way.fields[key]
        if holds(way.whens[key], seen) and holds(one.when, seen):
            value = take(one, seen)
            if value is not None:
                kept[key] = value
    return {key: kept[key] for key in way.fields if key in kept}
