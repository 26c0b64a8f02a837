"""Why a dossier is due when it is, day by day, in sentences."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal.templatetags.ui import day, moment
from procedures import clock
from procedures.calendars import in_english
from procedures.models import Apology, DossierEvent
from procedures.queries.wording import span
from procedures.schema.record import Span

REASONS = {
    "supplement": gettext_lazy("chờ bạn bổ sung hồ sơ"),
    "payment": gettext_lazy("chờ nộp tiền"),
    "suspension": gettext_lazy("cơ quan tạm dừng xử lý"),
    "excluded": gettext_lazy("bước không tính vào thời hạn"),
}


@dataclass(frozen=True)
class Explained:
    """One line of the explanation: which days, and what they did to the clock (`counts`, `stands`, `mark`)."""

    days: str
    text: str
    kind: str


def explained(due: clock.Due, ends: str = "") -> list[Explained]:
    """Every line of the clock's own explanation in the reader's language, and what it adds up to.

    `ends` says the due moment in other words than those of the whole dossier's clock.
    """
    begins = _begins(due)
    told = [
        Explained(_days(line), _said(line, ends, begins), KINDS.get(line.kind, "stands")) for line in due.explanation
    ]
    return [*told, *_sum(due)]


def _begins(due: clock.Due) -> str:
    """What is counted in hours, or due on the day itself, counts the day of reception; otherwise the law leaves it out."""
    if any(line.time for line in due.explanation):
        return _("Nhận lúc %(when)s; tính theo giờ làm việc từ lúc đó.")
    if any(line.kind == "due" and line.day == due.explanation[0].day for line in due.explanation):
        return _("Nhận lúc %(when)s; phải trả trong chính ngày đó.")
    return _("Tiếp nhận lúc %(when)s; ngày tiếp nhận không tính.")


def _said(line: clock.Line, ends: str, begins: str) -> str:
    if line.kind == "start" and line.moment and not line.reason:
        return begins % {"when": moment(line.moment)}
    return ends % {"when": moment(line.moment)} if ends and line.kind == "due" else SAID[line.kind](line)


def _sum(due: clock.Due) -> list[Explained]:
    """What counted, added up: the reader can check it against the time that the law gives."""
    counted = [line for line in due.explanation if line.kind == "counted"]
    spent = sum((line.time for line in counted), clock.NOTHING)
    days = sum(line.amount for line in counted)
    if spent:
        return [Explained(_("Cộng"), _("%(hours)s giờ làm việc được tính.") % {"hours": _hours(spent)}, "mark")]
    words = ngettext("%(count)s ngày được tính.", "%(count)s ngày được tính.", days) % {"count": days}
    return [Explained(_("Cộng"), words, "mark")] if counted else []


def _days(line: clock.Line) -> str:
    if line.until is None:
        return _("từ %(day)s") % {"day": day(line.day)}
    return (
        day(line.day)
        if line.until == line.day
        else _("%(first)s đến %(last)s") % {"first": day(line.day), "last": day(line.until)}
    )


def _start(line: clock.Line) -> str:
    """Where a supplement began the time anew; the first start is said by `_begins`."""
    return (
        _("Nhận đủ bổ sung lúc %(when)s; thời hạn tính lại từ đầu.") % {"when": moment(line.moment)}
        if line.moment
        else ""
    )


def _cutoff(line: clock.Line) -> str:
    return _("Nhận sau giờ chốt hoặc vào ngày nghỉ, nên tính như nhận lúc %(when)s.") % {"when": moment(line.moment)}


def _extended(line: clock.Line) -> str:
    told = {"time": span(Span(line.amount, line.name)), "decision": line.reason}
    return _("Được gia hạn thêm %(time)s, quyết định %(decision)s.") % told


def _counted(line: clock.Line) -> str:
    if line.time:
        return _("Tính %(hours)s giờ làm việc.") % {"hours": _hours(line.time)}
    return ngettext("Tính %(count)s ngày.", "Tính %(count)s ngày.", line.amount) % {"count": line.amount}


def _hours(spent: datetime.timedelta) -> str:
    minutes = int(spent.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _paused(line: clock.Line) -> str:
    return _("Đồng hồ đứng yên: %(why)s.") % {"why": REASONS.get(line.reason, line.reason)}


def day_name(name: str, year: int) -> str:
    """A holiday by the name that the reader knows it by."""
    return in_english(name, year) if (get_language() or "vi").startswith("en") else name


def _rolled(line: clock.Line) -> str:
    if line.name:
        return _("Ngày cuối rơi vào %(name)s, nên lùi đến ngày làm việc kế tiếp.") % {
            "name": day_name(line.name, line.day.year)
        }
    return _("Ngày cuối không phải ngày làm việc, nên lùi đến ngày làm việc kế tiếp.")


SAID: dict[str, Callable[[clock.Line], str]] = {
    "start": _start,
    "cutoff": _cutoff,
    "extended": _extended,
    "counted": _counted,
    "not_counted": lambda line: (
        _("Không tính: %(why)s.") % {"why": REASONS.get(line.reason, _("trước khi thời hạn bắt đầu lại"))}
    ),
    "holiday": lambda line: _("Nghỉ: %(name)s.") % {"name": day_name(line.name, line.day.year)},
    "weekend": lambda line: _("Nghỉ cuối tuần."),
    "paused": _paused,
    "rolled": _rolled,
    "due": lambda line: _("Hạn trả kết quả: %(when)s.") % {"when": moment(line.moment)},
}
KINDS = {"start": "mark", "cutoff": "mark", "extended": "mark", "counted": "counts", "due": "mark"}


def told_of(event: DossierEvent) -> list[str]:
    """What an event about time says beside its reason: from which moment to which, by what, for whose delay."""
    facts = event.facts
    moments = {name: parse_datetime(facts[name]) for name in ("before", "after") if _is_moment(facts.get(name))}
    told = []
    if facts.get("decision"):
        told.append(_("Theo quyết định: %(decision)s") % {"decision": facts["decision"]})
    if facts.get("cause") in Apology.Cause.values:
        told.append(_("Nguyên nhân: %(cause)s") % {"cause": Apology.Cause(facts["cause"]).label})
    if event.step in ("remind", "archive") and facts.get("days"):
        told.append(_("Đã chờ %(n)s ngày") % {"n": facts["days"]})
    if "before" in moments:
        told.append(_("Hạn trước đó: %(when)s") % {"when": moment(moments["before"])})
    if "after" in moments:
        words = _("Hẹn lại: %(when)s") if event.step == "apologise" else _("Hạn mới: %(when)s")
        told.append(words % {"when": moment(moments["after"])})
    return told


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and len(value) > 10
