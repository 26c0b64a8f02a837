"""From what was typed or sent to the value that is kept: one cleaner for each type of field."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from procedures.schema import dates, identity
from procedures.schema.form import Choice, Field
from procedures.schema.messages import Invalid, Message
from procedures.schema.numbers import NUMBER_LIMIT, read_decimal, read_integer
from procedures.schema.writing import as_text, is_blank, lines, one_line, told

__all__ = ["ADDRESS_PARTS", "Context", "Value", "clean", "count_entries", "is_blank", "lines", "one_line"]

Value: TypeAlias = object
Cleaner: TypeAlias = Callable[[Field, object, "Context"], Value]

ADDRESS_PARTS = ("province", "commune", "street")
STREET_LENGTH = 300
PROVINCE = re.compile(r"[0-9]{2}")
COMMUNE = re.compile(r"[0-9]{5}")
YES = ("yes", "true", "1", "on")
NO = ("no", "false", "0")


@dataclass(frozen=True)
class Context:
    """What an answer is judged against besides itself; communes maps each code to its province's, None checks form only."""

    today: date
    profile: Mapping[str, object] = field(default_factory=dict)
    communes: Mapping[str, str] | None = None
    attachments: Collection[str] | None = None


def clean(field: Field, raw: object, context: Context) -> Value:
    """The value to keep, None where nothing was answered; raises Invalid. Cleaning a clean value changes nothing."""
    if is_blank(raw) or not field.answered:
        return None
    return CLEANERS[field.type](field, raw, context)


def _clean_text(field: Field, raw: object, context: Context) -> Value:
    if not isinstance(raw, str):
        raise Invalid("shape")
    text = lines(raw) if field.type == "long_text" else one_line(raw)
    if len(text) > field.max_length:
        raise Invalid("too_long", max=field.max_length, got=len(text))
    return text


def _clean_number(field: Field, raw: object, context: Context) -> Value:
    name = "money" if field.type == "money" else "number"
    number = read_integer(raw, name)
    low = field.min if isinstance(field.min, int) else -NUMBER_LIMIT
    high = field.max if isinstance(field.max, int) else NUMBER_LIMIT
    if number < low:
        raise Invalid(f"{name}_min", min=low, got=number)
    if number > high:
        raise Invalid(f"{name}_max", max=high, got=number)
    return number


def _clean_decimal(field: Field, raw: object, context: Context) -> Value:
    kept = read_decimal(raw, field.digits)
    low = Decimal(field.min if field.min is not None else -NUMBER_LIMIT)
    high = Decimal(field.max if field.max is not None else NUMBER_LIMIT)
    if Decimal(kept) < low:
        raise Invalid("decimal_min", low=str(low), given=kept)
    if Decimal(kept) > high:
        raise Invalid("decimal_max", high=str(high), given=kept)
    return kept


def _clean_date(field: Field, raw: object, context: Context) -> Value:
    given = dates.read_date(raw, field.precision)
    dates.judge(given, field.min, field.max, context.today)
    return given


def _clean_choice(field: Field, raw: object, context: Context) -> Value:
    return _picked(field, raw)[1]


def _clean_choices(field: Field, raw: object, context: Context) -> Value:
    """In the order of the list, each once."""
    entries = raw if isinstance(raw, list | tuple) else [raw]
    picked = dict(_picked(field, entry) for entry in entries)
    count_entries(field, len(picked), "choices")
    return [picked[choice.value] for choice in field.choices if choice.value in picked]


def _picked(field: Field, raw: object) -> tuple[str, Value]:
    """The choice and what is kept of it: its value, with the own words where it asks for them."""
    said = raw.get("value") if isinstance(raw, Mapping) else raw
    text = as_text(said)
    found = next((choice for choice in field.choices if choice.value == text), None)
    if found is None:
        raise Invalid("choice", given=told(text))
    return text, _with_words(field, found, raw) if found.own_words else text


def _with_words(field: Field, choice: Choice, raw: object) -> Value:
    words = as_text(raw.get("words") or "") if isinstance(raw, Mapping) else ""
    part = "words" if field.type == "choice" else f"words.{choice.value}"
    if not words:
        raise Invalid("choice_words", part)
    if len(words) > field.max_length:
        raise Invalid("too_long", part, max=field.max_length, got=len(words))
    return {"value": choice.value, "words": words}


def _clean_tick(field: Field, raw: object, context: Context) -> Value:
    if isinstance(raw, bool):
        ticked = raw
    else:
        text = as_text(raw).lower()
        if text not in (*YES, *NO):
            raise Invalid("yes_no", given=told(text))
        ticked = text in YES
    # A declaration is made or it is not; there is nothing to keep of one that was not made.
    return ticked or None if field.type == "declaration" else ticked


def _clean_person_id(field: Field, raw: object, context: Context) -> Value:
    return identity.person_id(as_text(raw), this_year=context.today.year, accept_old=field.accept_old)


def _clean_business_code(field: Field, raw: object, context: Context) -> Value:
    return identity.business_code(as_text(raw), this_year=context.today.year)


def _clean_phone(field: Field, raw: object, context: Context) -> Value:
    return identity.phone(as_text(raw))


def _clean_email(field: Field, raw: object, context: Context) -> Value:
    return identity.email(as_text(raw))


def _clean_address(field: Field, raw: object, context: Context) -> Value:
    if not isinstance(raw, Mapping):
        raise Invalid("address")
    parts = {name: as_text(raw.get(name) or "") for name in ADDRESS_PARTS}
    faults = dict(_address_faults(field, parts, context))
    if faults:
        raise Invalid.together(faults)
    return {name: part for name, part in parts.items() if part}


def _address_faults(field: Field, parts: dict[str, str], context: Context) -> list[tuple[str, Message]]:
    province, commune, street = (parts[name] for name in ADDRESS_PARTS)
    faults: list[tuple[str, Message]] = []
    if not province:
        faults.append(("province", Message("address_province")))
    elif not PROVINCE.fullmatch(province) or not _known_province(province, context):
        faults.append(("province", Message("address_province_unknown")))
    if code := _commune_fault(province, commune, context):
        faults.append(("commune", Message(code)))
    if not street and field.required:
        faults.append(("street", Message("address_street")))
    elif len(street) > STREET_LENGTH:
        faults.append(("street", Message("too_long", {"max": STREET_LENGTH, "got": len(street)})))
    return faults


def _known_province(province: str, context: Context) -> bool:
    return context.communes is None or province in context.communes.values()


def _commune_fault(province: str, commune: str, context: Context) -> str | None:
    if not commune:
        return "address_commune"
    if not COMMUNE.fullmatch(commune) or (context.communes is not None and commune not in context.communes):
        return "address_commune_unknown"
    elsewhere = context.communes is not None and province and context.communes[commune] != province
    return "address_commune_elsewhere" if elsewhere else None


def _clean_file(field: Field, raw: object, context: Context) -> Value:
    entries = raw if isinstance(raw, list | tuple) else [raw]
    if any(isinstance(entry, bool) or not isinstance(entry, str | int) for entry in entries):
        raise Invalid("shape")
    ids = list(dict.fromkeys(one_line(str(entry)) for entry in entries))
    if context.attachments is not None and not set(ids) <= set(context.attachments):
        raise Invalid("file_unknown")
    count_entries(field, len(ids), "files")
    return ids


def count_entries(field: Field, got: int, name: str) -> None:
    if got > field.max_items:
        raise Invalid(f"{name}_max", max=field.max_items, got=got)
    if got < field.min_items:
        raise Invalid(f"{name}_min", min=field.min_items, got=got)


CLEANERS: Mapping[str, Cleaner] = {
    "text": _clean_text,
    "long_text": _clean_text,
    "number": _clean_number,
    "money": _clean_number,
    "decimal": _clean_decimal,
    "date": _clean_date,
    "choice": _clean_choice,
    "multi_choice": _clean_choices,
    "yes_no": _clean_tick,
    "declaration": _clean_tick,
    "person_id": _clean_person_id,
    "business_code": _clean_business_code,
    "phone": _clean_phone,
    "email": _clean_email,
    "address": _clean_address,
    "file": _clean_file,
}
