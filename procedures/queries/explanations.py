"""Why a dossier is due when it is, day by day, in sentences."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal.templatetags.ui import day, moment
from procedures import clock
from procedures.calendars import in_english

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


def explained(due: clock.Due) -> list[Explained]:
    """Every line of the clock's own explanation in the reader's language."""
    return [Explained(_days(line), SAID[line.kind](line), KINDS.get(line.kind, "stands")) for line in due.explanation]


def _days(line: clock.Line) -> str:
    if line.until is None:
        return _("từ %(day)s") % {"day": day(line.day)}
    return (
        day(line.day)
        if line.until == line.day
        else _("%(first)s đến %(last)s") % {"first": day(line.day), "last": day(line.until)}
    )


def _start(line: clock.Line) -> str:
    told = {"when": moment(line.moment)}
    if line.reason:
        return _("Nhận đủ bổ sung lúc %(when)s; thời hạn tính lại từ đầu.") % told
    return _("Tiếp nhận lúc %(when)s; ngày tiếp nhận không tính.") % told if line.moment else ""


def _cutoff(line: clock.Line) -> str:
    return _("Nhận sau giờ chốt hoặc vào ngày nghỉ, nên tính như nhận lúc %(when)s.") % {"when": moment(line.moment)}


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
KINDS = {"start": "mark", "cutoff": "mark", "counted": "counts", "due": "mark"}
