"""Money, dates, sizes, texts and tones as a reader of the page's language expects them."""

import datetime
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from portal.moments import HERE, now

register = template.Library()

WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# One tone per idea; the word beside it always says the same, so colour is never the only sign.
TONES = {
    "draft": "calm",
    "submitted": "waiting",
    "pending": "waiting",
    "accepted": "active",
    "processing": "active",
    "supplement_requested": "attention",
    "payment_due": "attention",
    "unverified": "attention",
    "due_soon": "soon",
    "suspended": "paused",
    "paused": "paused",
    "done": "good",
    "returned": "good",
    "paid": "good",
    "verified": "good",
    "in_time": "on",
    "early": "on",
    "on_time": "on",
    "refused": "bad",
    "failed": "bad",
    "overdue": "late",
    "late": "late",
    "withdrawn": "calm",
    "ended": "calm",
}


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def _grouped(number: int) -> str:
    text = f"{number:,}"
    return text if _language() == "en" else text.replace(",", ".")


def _decimal(number: float, digits: int) -> str:
    text = f"{number:,.{digits}f}"
    return text if _language() == "en" else text.translate({44: ".", 46: ","})


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """12345 → 12.345; nothing known is a dash, which is not a zero."""
    if value is None or value == "":
        return "–"
    return _grouped(int(value))


@register.filter
def tally(value: int) -> str:
    """How many wait; nobody reads further than 999+."""
    return "999+" if value > 999 else str(value)


@register.filter
def money(value: int | Decimal | None) -> str:
    """150000 → 150.000 đồng."""
    if value is None or value == "":
        return "–"
    return f"{_grouped(int(value))}\u00a0{'VND' if _language() == 'en' else 'đồng'}"


@register.filter
def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """0.997 → 99,7 %; nothing to divide by is a dash."""
    if value is None or value == "":
        return "–"
    return f"{_decimal(float(value) * 100, digits)}\u00a0%"


@register.filter
def size(value: int | None) -> str:
    """1258291 → 1,2 MB."""
    octets = int(value or 0)
    if octets < 1024:
        return f"{octets}\u00a0byte" + ("s" if _language() == "en" and octets != 1 else "")
    if octets < 1024 * 1024:
        return f"{_grouped(round(octets / 1024))}\u00a0KB"
    return f"{_decimal(octets / 1024 / 1024, 1)}\u00a0MB"


def _moment_of(value: Any) -> datetime.datetime | datetime.date | None:
    """A date stays one; a moment is put on the clock of Việt Nam; text is read as ISO 8601."""
    if isinstance(value, str):
        value = parse_datetime(value) if len(value) > 10 else parse_date(value)
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return value.astimezone(HERE)
    return value if isinstance(value, datetime.date) else None


def _day_text(value: datetime.date) -> str:
    if _language() == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value:%d/%m/%Y}"


@register.filter
def day(value: Any) -> str:
    """27/11/2026."""
    found = _moment_of(value)
    return "–" if found is None else _day_text(found)


@register.filter
def long_day(value: Any) -> str:
    """thứ Sáu 27/11/2026."""
    found = _moment_of(value)
    return "–" if found is None else f"{WEEKDAYS[_language()][found.weekday()]} {_day_text(found)}"


@register.filter
def hour(value: Any) -> str:
    """17:00."""
    found = _moment_of(value)
    return f"{found:%H:%M}" if isinstance(found, datetime.datetime) else "–"


@register.filter
def short_moment(value: Any) -> str:
    """17:00 27/11/2026, for tables."""
    found = _moment_of(value)
    return f"{found:%H:%M} {found:%d/%m/%Y}" if isinstance(found, datetime.datetime) else day(value)


@register.filter
def moment(value: Any) -> str:
    """17:00 thứ Sáu 27/11/2026; a date without an hour is said without one."""
    found = _moment_of(value)
    if not isinstance(found, datetime.datetime):
        return long_day(value)
    return f"{found:%H:%M}{',' if _language() == 'en' else ''} {long_day(found)}"


@register.filter
def iso(value: Any) -> str:
    """For the datetime attribute of <time>."""
    found = _moment_of(value)
    return "" if found is None else found.isoformat()


@register.simple_tag
def when(value: Any, form: str = "moment") -> str | SafeString:
    """<time> that machines read and people understand: {% when dossier.due %}, {% when d "day" %}."""
    said = {"moment": moment, "day": day, "long_day": long_day, "short": short_moment, "hour": hour}[form](value)
    return format_html('<time datetime="{}">{}</time>', iso(value), said) if iso(value) else said


def _minutes_ago(count: int) -> str:
    return ngettext("%d phút trước", "%d phút trước", count) % count


def _hours_ago(count: int) -> str:
    return ngettext("%d giờ trước", "%d giờ trước", count) % count


def _days_ago(count: int) -> str:
    return ngettext("%d ngày trước", "%d ngày trước", count) % count


AGES = ((1, 60, _minutes_ago), (60, 24 * 60, _hours_ago), (24 * 60, 30 * 24 * 60, _days_ago))


@register.filter
def ago(value: Any) -> str:
    """5 phút trước, 3 giờ trước, 2 ngày trước; beyond a month the day itself."""
    found = _moment_of(value)
    if not isinstance(found, datetime.datetime):
        return day(value)
    minutes = int((now() - found).total_seconds() // 60)
    if minutes < 1:
        return gettext("vừa xong")
    for length, limit, said in AGES:
        if minutes < limit:
            return said(minutes // length)
    return day(found)


@register.filter
def text(value: Any, language: str = "") -> str:
    """A text of the catalogue, {"vi": …, "en": …} or its like, in the page's language, else in Vietnamese."""
    vi, en = _both(value)
    return (en if (language or _language()) == "en" else "") or vi


@register.filter
def foreign(value: Any) -> SafeString:
    """` lang="vi"` where an English page has to show a Vietnamese text, so that it is read aloud rightly."""
    vi, en = _both(value)
    untranslated = _language() == "en" and vi and not en and not isinstance(value, str)
    return mark_safe(' lang="vi"' if untranslated else "")  # noqa: S308  a constant of ours


def joined(parts: Iterable[Any]) -> SafeString:
    """Parts of a page one after the other, as format_html_join would put them, each escaped unless it is safe; a third of its time."""
    return mark_safe("".join(map(conditional_escape, parts)))  # noqa: S308  everything in it is escaped


def _both(value: Any) -> tuple[str, str]:
    if isinstance(value, Mapping):
        return value.get("vi") or "", value.get("en") or ""
    if hasattr(value, "vi"):
        return value.vi, getattr(value, "en", "")
    return str(value or ""), ""


@register.filter
def name_of(thing: Any) -> str:
    """The name of an authority or office in the page's language."""
    return (getattr(thing, "name_en", "") if _language() == "en" else "") or str(getattr(thing, "name", "") or "")


@register.filter
def as_json(value: Any) -> str:
    """For data attributes; the template escapes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@register.filter
def date_part(value: Any, part: str) -> str:
    """Day, month or year of an answer, or what was typed in its place when it is not a date."""
    if isinstance(value, Mapping):
        return str(value.get(part, ""))
    found = _moment_of(value)
    return "" if found is None else str(getattr(found, part))


@register.filter
def tone(state: str) -> str:
    """The tone of a badge for a state of a dossier, a clock, a payment or a mark."""
    return TONES.get(str(state), "calm")


@register.simple_tag
def described(field: Any, name: str = "") -> SafeString:
    """What ties a control to its label, hint and error: id, name, aria-describedby, aria-invalid, required."""
    known = field if isinstance(field, Mapping) else _Seen(field)
    name = name or str(known.get("name") or known.get("key") or "")
    ids = [f"id_{name}_{part}" for part, key in (("hint", "help"), ("error", "error")) if known.get(key)]
    return format_html(
        'id="id_{0}" name="{0}"{1}{2}{3}',
        name,
        format_html(' aria-describedby="{}"', " ".join(ids)) if ids else "",
        mark_safe(' aria-invalid="true"' if known.get("error") else ""),  # noqa: S308  a constant of ours
        mark_safe(" required" if known.get("required") else ""),  # noqa: S308  a constant of ours
    )


class _Seen:
    """An object read like a mapping, as templates do."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing

    def get(self, key: str) -> Any:
        return getattr(self._thing, key, None)


@register.filter
def svg_share(share: float | Decimal | None) -> str:
    """0.457 → 45.7%, kept within the bar; written as SVG wants it in every language."""
    return f"{min(max(float(share or 0), 0), 1) * 100:.1f}%"


@register.filter
def lines(value: Any) -> SafeString | str:
    """Line breaks as they were typed; most answers have none, and looking for them in each costs more than the page."""
    told = str(value)
    return linebreaksbr(told) if "\n" in told else told


@register.filter
def counted(total: int) -> range:
    """1, 2, … total, to loop over."""
    return range(1, int(total) + 1)
