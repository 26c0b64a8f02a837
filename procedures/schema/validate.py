"""Judges the answers of a section or of the whole form: the same for page, API and import."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from procedures.schema import identity
from procedures.schema.conditions import Answers
from procedures.schema.fields import Context, Value, clean, count_entries, is_blank
from procedures.schema.form import Field, Form, Plan, Section, plan
from procedures.schema.messages import CODES, WARNINGS, Invalid, Message
from procedures.schema.settle import around, compute, scope, walk

__all__ = ["CODES", "WARNINGS", "Checked", "Context", "Message", "check", "validate", "warnings"]

Messages = dict[str, Message]
REQUIRED = {
    "choice": "required_choice",
    "multi_choice": "required_choices",
    "yes_no": "required_choice",
    "date": "required_date",
    "file": "required_file",
    "declaration": "declaration",
}


@dataclass
class Checked:
    """The answers fit to keep, and what is wrong with the others, by path: `members.0.full_name`."""

    answers: dict[str, Value] = field(default_factory=dict)
    messages: Messages = field(default_factory=dict)


def validate(part: Section | Form, answers: Answers, *, context: Context) -> Messages:
    """What is wrong, by path, in the order of the page; empty when all is well."""
    return check(part, answers, context=context).messages


def check(part: Section | Form, answers: Answers, *, context: Context) -> Checked:
    """Cleans and judges. Hidden fields are dropped, not judged. For a section, `answers` holds those of the others too."""
    way = plan(part)
    others = {key: value for key, value in answers.items() if key not in way.fields}
    return _judge_all(way, answers, scope(others, context.profile), context)


def _judge_all(way: Plan, answers: Answers, outer: Answers, context: Context) -> Checked:
    found: dict[str, Messages] = {}

    def take(one: Field, seen: Answers) -> Value:
        value, found[one.key] = _judge(one, answers.get(one.key), seen, context)
        return value

    kept = walk(way, outer, take)
    for key, message in _disagreements(way, ChainMap(kept, dict(outer))):
        found[key] = {key: message}
    return Checked(
        {key: value for key, value in kept.items() if key not in found[key]},
        {path: message for key in way.fields for path, message in found.get(key, {}).items()},
    )


def _judge(one: Field, raw: object, seen: Answers, context: Context) -> tuple[Value, Messages]:
    if one.type == "computed":
        return compute(one, seen), {}
    try:
        if one.type == "group":
            return _judge_rows(one, raw, seen, context)
        value = clean(one, raw, context)
        if value is None and one.required and one.answered:
            raise Invalid(REQUIRED.get(one.type, "required"))
    except Invalid as invalid:
        return None, {f"{one.key}.{part}".rstrip("."): message for part, message in invalid.messages.items()}
    return value, {}


def _judge_rows(group: Field, raw: object, outer: Answers, context: Context) -> tuple[Value, Messages]:
    rows = _rows(group, raw)
    judged = [_judge_all(plan(group), row, around(group, outer), context) for row in rows]
    messages = {
        f"{group.key}.{number}.{path}": message
        for number, row in enumerate(judged)
        for path, message in row.messages.items()
    }
    return [row.answers for row in judged if row.answers] or None, messages


def _rows(group: Field, raw: object) -> list[Mapping[str, object]]:
    rows = [] if is_blank(raw) else raw
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise Invalid("shape")
    if group.required and not rows:
        raise Invalid("rows_min", min=max(1, group.min_items), got=0)
    if rows:
        count_entries(group, len(rows), "rows")
    return list(rows)


def _disagreements(way: Plan, seen: Answers) -> Iterator[tuple[str, Message]]:
    """Year of birth and gender, as the person's number tells them, against what was answered beside it."""
    for key, one in way.fields.items():
        digits = seen.get(key)
        if one.type != "person_id" or not identity.is_personal_number(digits):
            continue
        told = identity.read_person_id(str(digits))
        born, gender = seen.get(one.matches.birth_date or ""), seen.get(one.matches.gender or "")
        if isinstance(born, str) and born[:4] != str(told.birth_year):
            yield key, Message("person_id_birth_year", {"id_year": told.birth_year, "given_year": born[:4]})
        elif gender in ("male", "female") and gender != told.gender:
            yield key, Message("person_id_gender", {"id_gender": told.gender})


def warnings(part: Section | Form, answers: Answers) -> Messages:
    """What deserves a second look in clean answers but is no reason to refuse them."""
    return dict(_warnings(plan(part), answers, ""))


def _warnings(way: Plan, answers: Answers, prefix: str) -> Iterator[tuple[str, Message]]:
    for key, one in way.fields.items():
        value = answers.get(key)
        if one.type == "group" and isinstance(value, list):
            for number, row in enumerate(value):
                yield from _warnings(plan(one), row, f"{prefix}{key}.{number}.")
        elif isinstance(value, str) and (message := _second_look(one, value)):
            yield f"{prefix}{key}", message


def _second_look(one: Field, value: str) -> Message | None:
    if one.type == "person_id" and identity.is_personal_number(value) and identity.read_person_id(value).place is None:
        return Message("person_id_place_unknown", {"place": value[:3]})
    suggestion = identity.email_suggestion(value) if one.type == "email" else None
    return Message("email_typo", {"suggestion": suggestion}) if suggestion else None
