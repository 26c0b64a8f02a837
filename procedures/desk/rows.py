"""A dossier in a line of a list: what it waits for, and how that stands, in a word and a tone."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.moments import HERE, now, today
from portal.templatetags.ui import tone, when
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


@dataclass(frozen=True)
class Line:
    """A row of a list with everything said: thirty of them a page, and a template that asks costs more than one that shows."""

    reference: str
    number: str
    href: str
    owner: str
    procedure: str
    office: str
    tone: str
    word: str
    step: str
    standing: Standing
    moment: SafeString | str
    distance: str
    assignee: str
    withdrawal: str
    unpaid: str


def lines_of(dossiers: Iterable[Dossier]) -> list[Line]:
    language = get_language() or "vi"
    words = {str(state.value): str(state.label) for state in State}
    said = (_("Đề nghị rút"), _("Chưa nộp tiền"))
    at = reverse("desk_dossier", args=["REFERENCE"])
    return [_line(dossier, words, said, at.replace("REFERENCE", dossier.reference), language) for dossier in dossiers]


def _line(dossier: Dossier, words: dict[str, str], said: tuple[str, str], href: str, language: str) -> Line:
    standing = standing_of(dossier)
    asked_back = dossier.withdrawal_asked_at and dossier.state != State.WITHDRAWN
    unpaid = dossier.state == State.SUBMITTED and dossier.fee_total and not dossier.fee_paid_at
    return Line(
        reference=dossier.reference,
        number=str(dossier),
        href=href,
        owner=dossier.owner_name,
        procedure=dossier.procedure.title,
        office=dossier.office.title,
        tone=tone(dossier.state),
        word=words[dossier.state],
        step=step_name(dossier, language),
        standing=standing,
        moment=when(standing.moment, "short") if standing.moment else "",
        distance=standing.words or standing.what,
        assignee=dossier.assignee.full_name if dossier.assignee else "",
        withdrawal=said[0] if asked_back else "",
        unpaid=said[1] if unpaid else "",
    )


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
