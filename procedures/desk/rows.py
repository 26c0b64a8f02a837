"""A dossier in a line of a list: what it waits for, and how that stands, in a word and a tone."""

import datetime
from dataclasses import dataclass

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.moments import HERE, now, today
from procedures import clock
from procedures.models import Dossier
from procedures.models.lifecycle import FINAL, RUNNING, State
from procedures.queries.worklist import step_name


@dataclass(frozen=True)
class Standing:
    """The moment that counts now, what it is, and how far away: `tone` is late, soon or nothing."""

    moment: datetime.datetime | None
    what: str
    words: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    dossier: Dossier
    standing: Standing
    step: str


def row_of(dossier: Dossier) -> Row:
    return Row(dossier, standing_of(dossier), step_name(dossier, get_language() or "vi"))


def standing_of(dossier: Dossier) -> Standing:
    """Which moment an official looks at, by the state."""
    if dossier.state in RUNNING:
        return (
            _towards(dossier.due_at, _("Hạn trả kết quả"))
            if dossier.due_at
            else Standing(None, _("Không tính thời hạn"))
        )
    if dossier.state == State.SUBMITTED:
        return _towards(dossier.acceptance_due_at, _("Hạn tiếp nhận"))
    if dossier.state == State.SUPPLEMENT_REQUESTED:
        return Standing(dossier.supplement_due_at, _("Chờ bổ sung đến"), _("đồng hồ dừng"))
    if dossier.state == State.DONE:
        return Standing(dossier.decided_at, _("Ký lúc"), _("chờ trả"))
    if dossier.state in FINAL:
        return Standing(dossier.closed_at, _("Xong lúc"))
    return Standing(None, _("Đồng hồ dừng"))


def _towards(due: datetime.datetime | None, what: str) -> Standing:
    tone = {"overdue": "late", "due_soon": "soon"}.get(clock.state(due, now(), paused=False), "")
    return Standing(due, what, distance(due) if due else "", tone)


def distance(due: datetime.datetime) -> str:
    """Còn 2 ngày, hết hạn hôm nay, quá hạn 3 ngày: by the calendar, as people say it."""
    days = (due.astimezone(HERE).date() - today()).days
    if due < now():
        return (
            ngettext("quá hạn %(n)s ngày", "quá hạn %(n)s ngày", -days) % {"n": -days} if days else _("quá hạn hôm nay")
        )
    return ngettext("còn %(n)s ngày", "còn %(n)s ngày", days) % {"n": days} if days else _("hết hạn hôm nay")
