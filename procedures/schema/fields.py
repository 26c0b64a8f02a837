"""From what was typed or sent to the value that is kept: one cleaner for each type of field."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from procedures.schema import identity
from procedures.schema.conditions import NUMBER_LIMIT
from procedures.schema.form import TODAY, Field
from procedures.schema.messages import Invalid, Message

Value: TypeAlias = object
Cleaner: TypeAlias = Callable[[Field, object, "Context"], Value]

ADDRESS_PARTS = ("province", "commune", "street")
DATE_PARTS = ("day", "month", "year")
STREET_LENGTH = 300
# Zero-width and direction-changing characters make two names look alike or a line read backwards; no name needs them.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
GROUPED = re.compile(r"-?[0-9]{1,3}([.\s,])[0-9]{3}(?:\1[0-9]{3})*")
PLAIN = re.compile(r"-?[0-9]{1,20}")
DECIMAL = re.compile(r"-?[0-9][0-9.\s]{0,30}[.,][0-9]{1,20}")
CURRENCY = re.compile(r"\s*(?:đồng|vnđ|vnd|đ|₫)\s*$", re.IGNORECASE)
WRITTEN_DATE = re.compile(r"([0-9]{1,2})\s*[/.\-]\s*([0-9]{1,2})\s*[/.\-]\s*([0-9]{4})")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
PROVINCE = re.compile(r"[0-9]{2}")
COMMUNE = re.compile(r"[0-9]{5}")
YEARS = range(1800, 2201)
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


def is_blank(raw: object) -> bool:
    if isinstance(raw, str):
        return not one_line(raw)
    if isinstance(raw, Mapping):
        return all(is_blank(part) for part in raw.values())
    return raw is None or (isinstance(raw, list | tuple) and not raw)


def one_line(raw: str) -> str:
    """Text of one line in composed form, without invisible characters, with single blanks."""
    visible = INVISIBLE.sub("", CONTROLS.sub(" ", raw))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def lines(raw: str) -> str:
    """Text of several lines in composed form."""
    unified = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    visible = INVISIBLE.sub("", CONTROLS.sub(" ", unified))
    return unicodedata.normalize("NFC", "\n".join(line.rstrip() for line in visible.split("\n")).strip())


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise Invalid("shape")
    return one_line(raw)


def _clean_text(field: Field, raw: object, context: Context) -> Value:
    if not isinstance(raw, str):
        raise Invalid("shape")
    text = lines(raw) if field.type == "long_text" else one_line(raw)
    if len(text) > field.max_length:
        raise Invalid("too_long", max=field.max_length, got=len(text))
    return text


def _clean_number(field: Field, raw: object, context: Context) -> Value:
    name = "money" if field.type == "money" else "number"
    number = raw if type(raw) is int else _read_integer(raw, name)
    low = field.min if isinstance(field.min, int) else -NUMBER_LIMIT
    high = field.max if isinstance(field.max, int) else NUMBER_LIMIT
    if number < low:
        raise Invalid(f"{name}_min", min=low)
    if number > high:
        raise Invalid(f"{name}_max", max=high)
    return number


def _read_integer(raw: object, name: str) -> int:
    """Reads 1234567 and 1.234.567 (blanks too; commas only in money, where 50,000 can mean nothing else)."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= NUMBER_LIMIT:
        return int(raw)
    if isinstance(raw, float):
        raise Invalid("whole_number")
    text = _text(raw).replace("−", "-")
    if name == "money":
        text = CURRENCY.sub("", text)
    if PLAIN.fullmatch(text):
        return int(text)
    grouped = GROUPED.fullmatch(text)
    if grouped and (name == "money" or grouped[1] != ","):
        return int(text.replace(grouped[1], ""))
    raise Invalid("whole_number" if DECIMAL.fullmatch(text) else name)


def _clean_date(field: Field, raw: object, context: Context) -> Value:
    given = _read_date(raw)
    today = context.today.isoformat()
    if field.max == TODAY and given > today:
        raise Invalid("date_future", today=today)
    if field.min == TODAY and given < today:
        raise Invalid("date_past", today=today)
    if isinstance(field.min, str) and field.min != TODAY and given < field.min:
        raise Invalid("date_min", min=field.min)
    if isinstance(field.max, str) and field.max != TODAY and given > field.max:
        raise Invalid("date_max", max=field.max)
    return given


def _read_date(raw: object) -> str:
    """ISO form of a date in three parts, as dd/mm/yyyy or in ISO form."""
    day, month, year = _date_parts(raw)
    written = f"{day}/{month}/{year}"
    if not (day.isdigit() and month.isdigit() and year.isdigit() and written.isascii()):
        raise Invalid("date")
    if len(year) != 4 or int(year) not in YEARS:
        raise Invalid("date_year", given=year[:10])
    try:
        return date(int(year), int(month[:4]), int(day[:4])).isoformat()
    except ValueError as refused:
        raise Invalid("date_impossible", given=written[:20]) from refused


def _date_parts(raw: object) -> tuple[str, str, str]:
    if isinstance(raw, Mapping):
        day, month, year = (_text(raw.get(part) or "") for part in DATE_PARTS)
        missing = [name for name, part in zip(DATE_PARTS, (day, month, year), strict=True) if not part]
        if missing:
            raise Invalid("date_incomplete", missing=" ".join(missing))
        return day, month, year
    text = _text(raw)
    if found := WRITTEN_DATE.fullmatch(text):
        return found[1], found[2], found[3]
    if found := ISO_DATE.fullmatch(text):
        return found[3], found[2], found[1]
    raise Invalid("date")


def _clean_choice(field: Field, raw: object, context: Context) -> Value:
    text = _text(raw)
    if all(choice.value != text for choice in field.choices):
        raise Invalid("choice")
    return text


def _clean_tick(field: Field, raw: object, context: Context) -> Value:
    if isinstance(raw, bool):
        ticked = raw
    else:
        text = _text(raw).lower()
        if text not in (*YES, *NO):
            raise Invalid("yes_no")
        ticked = text in YES
    # A declaration is made or it is not; there is nothing to keep of one that was not made.
    return ticked or None if field.type == "declaration" else ticked


def _clean_person_id(field: Field, raw: object, context: Context) -> Value:
    return identity.person_id(_text(raw), this_year=context.today.year)


def _clean_business_code(field: Field, raw: object, context: Context) -> Value:
    return identity.business_code(_text(raw), this_year=context.today.year)


def _clean_phone(field: Field, raw: object, context: Context) -> Value:
    return identity.phone(_text(raw))


def _clean_email(field: Field, raw: object, context: Context) -> Value:
    return identity.email(_text(raw))


def _clean_address(field: Field, raw: object, context: Context) -> Value:
    if not isinstance(raw, Mapping):
        raise Invalid("address")
    parts = {name: _text(raw.get(name) or "") for name in ADDRESS_PARTS}
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
    "date": _clean_date,
    "choice": _clean_choice,
    "yes_no": _clean_tick,
    "declaration": _clean_tick,
    "person_id": _clean_person_id,
    "business_code": _clean_business_code,
    "phone": _clean_phone,
    "email": _clean_email,
    "address": _clean_address,
    "file": _clean_file,
}
