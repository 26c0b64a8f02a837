"""Numbers as people write them in Việt Nam: 1.234.567 and 120,5. Decimals are kept as text with fixed places: no floats."""

import re
from decimal import Decimal
from fractions import Fraction

from procedures.schema.messages import Invalid
from procedures.schema.writing import as_text, told

# Nothing that an office counts or charges comes near it; it keeps chains of products from growing without end.
NUMBER_LIMIT = 10**15
MOST_DIGITS = 6
GROUPED = re.compile(r"-?[0-9]{1,3}([.\s,])[0-9]{3}(?:\1[0-9]{3})*")
PLAIN = re.compile(r"-?[0-9]{1,20}")
DECIMAL = re.compile(r"-?[0-9][0-9.\s]{0,30}[.,][0-9]{1,20}")
CURRENCY = re.compile(r"\s*(?:đồng|vnđ|vnd|đ|₫)\s*$", re.IGNORECASE)
KEPT = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,20})?")
WRITTEN = re.compile(r"(-?)([0-9]{1,3}(?:([.\s])[0-9]{3})(?:\3[0-9]{3})*|[0-9]{1,16})(?:,([0-9]{1,20}))?")
ENGLISH = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,16})\.([0-9]{1,20})")


def read_integer(raw: object, name: str) -> int:
    """Reads 1234567 and 1.234.567 (blanks too; commas only in money, where 50,000 can mean nothing else)."""
    if type(raw) is int:
        return raw
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= NUMBER_LIMIT:
        return int(raw)
    if isinstance(raw, float):
        raise Invalid("whole_number", given=told(str(raw)))
    typed = as_text(raw)
    text = typed.replace("−", "-")
    if name == "money":
        text = CURRENCY.sub("", text)
    if PLAIN.fullmatch(text):
        return int(text)
    grouped = GROUPED.fullmatch(text)
    if grouped and (name == "money" or grouped[1] != ","):
        return int(text.replace(grouped[1], ""))
    raise Invalid("whole_number" if DECIMAL.fullmatch(text) else name, given=told(typed))


def read_decimal(raw: object, digits: int) -> str:
    """The kept form, with exactly `digits` places, of a number as kept, as sent in JSON, or with a decimal comma."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = format(Decimal(repr(raw)), "f") if abs(raw) <= NUMBER_LIMIT else str(raw)
    typed = as_text(raw)
    text = typed if KEPT.fullmatch(typed) else unlocal(typed)
    if not KEPT.fullmatch(text):
        raise Invalid("decimal", given=told(typed))
    found = Decimal(text)
    places = -int(found.normalize().as_tuple().exponent)
    if places > digits:
        raise Invalid("decimal_digits", digits=digits, got=places)
    return kept_decimal(Fraction(found), digits)


def kept_decimal(number: Fraction, digits: int) -> str:
    """With exactly so many places, a half upwards."""
    scaled = (number * 10**digits * 2 + 1) // 2
    whole, part = divmod(abs(scaled), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{part:0{digits}d}"


def unlocal(typed: str) -> str:
    """What was typed on a page with its point where a program wants it: 1.234,5 and 1,234.5 → 1234.5, 1.234 → 1234."""
    text = typed.strip().replace("−", "-").replace("\u00a0", " ")
    if found := WRITTEN.fullmatch(text):
        whole, part = re.sub(r"[.\s]", "", found[2]), found[4]
        return f"{found[1]}{whole}" + (f".{part}" if part else "")
    if found := ENGLISH.fullmatch(text):
        return f"{found[1]}{found[2].replace(',', '')}.{found[3]}"
    return typed


def as_number(value: object) -> int | Decimal | None:
    """The number that a kept answer stands for; None for what is none."""
    if type(value) is int:
        return value
    return Decimal(value) if isinstance(value, str) and KEPT.fullmatch(value) else None


def localised(kept: str, *, english: bool = False, grouped: bool = True) -> str:
    """A kept decimal as people read it, without zeros at its end: 1234.50 → 1.234,5."""
    found = as_number(kept)
    if found is None:
        return kept
    text = f"{found:,f}" if grouped else f"{found:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if english else text.translate({44: ".", 46: ","})
