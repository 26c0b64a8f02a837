"""Valid answers to any form, by the type of each field: as one person, born on 12 May 1990, would give them."""

from collections.abc import Callable
from typing import Any

from procedures.schema.dates import TODAY
from procedures.schema.definition import Definition
from procedures.schema.form import Field

BORN = "1990-05-12"
LATER = "2027-03-01"
FIXED: dict[str, Any] = {
    "person_id": "082190001234",
    "business_code": "0100109106",
    "phone": "0912345678",
    "email": "an@example.vn",
    "address": {"province": "82", "commune": "28306", "street": "12 Nguyễn Huệ"},
    "yes_no": True,
    "declaration": True,
}
MADE_BY_US = ("info", "computed")


def answers_for(definition: Definition, file: Callable[[Field], list[str]] = lambda field: []) -> dict[str, Any]:
    """An answer to every field that a person answers; `file` hands in for a file field and says under which keys."""
    fields = [one for section in definition.sections for one in section.fields if one.type not in MADE_BY_US]
    return {one.key: value for one in fields if (value := answer(one, file)) is not None}


def answer(field: Field, file: Callable[[Field], list[str]] = lambda field: []) -> Any:
    if field.type in FIXED:
        return FIXED[field.type]
    if field.type == "file":
        return file(field) or None
    return MADE[field.type](field)


def _text(field: Field) -> str:
    return f"Trả lời cho {field.label.vi}"[: field.max_length].strip()


def _number(field: Field) -> int:
    low, high = field.min, field.max
    return max(int(low or 0), 1) if high is None else max(int(low or 0), min(1, int(high)))


def _date(field: Field) -> str:
    return LATER if field.min == TODAY else BORN


def _choice(field: Field) -> Any:
    values = [choice.value for choice in field.choices]
    chosen = next((one for one in field.choices if one.value == "female"), field.choices[0])
    assert chosen.value in values
    return {"value": chosen.value, "words": "Lời riêng"} if getattr(chosen, "own_words", False) else chosen.value


def _rows(field: Field) -> list[dict[str, Any]]:
    row = {one.key: answer(one) for one in field.fields if one.type not in MADE_BY_US}
    return [row] * max(1, field.min_items)


MADE: dict[str, Callable[[Field], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": lambda field: max(_number(field), 1_000_000 if field.max is None else 0),
    "decimal": lambda field: "12,5",
    "date": _date,
    "choice": _choice,
    "multi_choice": lambda field: [_choice(field)],
    "group": _rows,
}
