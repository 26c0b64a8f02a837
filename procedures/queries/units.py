"""Who does what with a dossier: the desk that receives it, the office that settles it, the desk where its result is
collected. Each has its own clock and its own credit; all three are one office where it was filed at the competent one."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.kept import by_version
from portal.models import Office
from portal.moments import now
from procedures import clock
from procedures.models import Dossier
from procedures.models.lifecycle import FINAL, State
from procedures.queries.clocks import shown_calendar

# The signed result is at the desk where it is collected within a working day.
TO_THE_DESK = clock.Rule(span=clock.Span(1, clock.Unit.working_day))
DECIDED = (State.DONE, State.RETURNED)


@dataclass(frozen=True)
class Unit:
    """One office's part: from when, by when, until when; `late` while it is open and overdue, or where it ended late."""

    what: str
    office: Office
    since: datetime.datetime | None
    due: datetime.datetime | None
    until: datetime.datetime | None

    @property
    def late(self) -> bool:
        return self.due is not None and (self.until or now()) > self.due

    @property
    def state(self) -> str:
        """For a badge: not begun, under way, overdue, done in time, done late."""
        if self.since is None:
            return "draft"
        return (
            ("overdue" if self.late else "processing") if self.until is None else ("late" if self.late else "on_time")
        )

    @property
    def word(self) -> str:
        words: dict[str, Any] = {
            "draft": _("Chưa đến lượt"), "processing": _("Đang làm"), "overdue": _("Quá hạn"), "on_time": _("Xong đúng hạn"), "late": _("Xong trễ"),
        }  # fmt: skip
        return str(words[self.state])


def is_elsewhere(dossier: Dossier) -> bool:
    """More than one office has a part in it."""
    return len({dossier.office_id, dossier.receiving_office_id, return_office_of(dossier)}) > 1


def return_office_of(dossier: Dossier) -> int:
    return dossier.return_office_id or dossier.receiving_office_id


def is_returned_elsewhere(dossier: Dossier) -> bool:
    """The result is handed over at the counter of a desk that did not receive the dossier: that desk has a clock."""
    other = dossier.return_office_id not in (None, dossier.receiving_office_id)
    return other and dossier.delivery == Dossier.Delivery.COUNTER


def return_since(dossier: Dossier) -> datetime.datetime | None:
    """From when the returning desk's clock runs: the decision, or the later moment at which it became the one."""
    if dossier.decided_at is None or not is_returned_elsewhere(dossier):
        return dossier.decided_at
    changed = dossier.events.filter(step="change_return").order_by("-number").first()
    return max(dossier.decided_at, changed.occurred_at) if changed else dossier.decided_at


def return_due(since: datetime.datetime, calendar: clock.Calendar) -> clock.Due:
    """When the desk must have handed the result over, with its reasons."""
    return clock.due(TO_THE_DESK, calendar, since)


def units_of(dossier: Dossier) -> list[Unit]:
    """The three parts in the order of time; nothing of it asks the database but the offices and their days."""
    returning = dossier.return_office or dossier.receiving_office
    decided = dossier.decided_at if dossier.state in DECIDED else None
    since = return_since(dossier) if decided else None
    closed = dossier.closed_at if dossier.state in FINAL else None
    return [
        Unit(_("Tiếp nhận"), dossier.receiving_office, dossier.submitted_at, dossier.acceptance_due_at, dossier.accepted_at or closed),
        Unit(_("Giải quyết"), dossier.office, dossier.accepted_at, dossier.due_at or dossier.promised_at, decided or closed if dossier.accepted_at else None),
        Unit(_("Trả kết quả"), returning, since, _at_desk_by(returning, since), dossier.returned_at),
    ]  # fmt: skip


def _at_desk_by(office: Office, since: datetime.datetime | None) -> datetime.datetime | None:
    return return_due(since, shown_calendar(office, since)).moment if since else None


def desks() -> list[Office]:
    """Where a result can be collected: the one-stop centres, and the communes that have none of their own."""
    return by_version("desks", _desks)


def _desks() -> list[Office]:
    rows = list(Office.objects.filter(closed_on=None, kind__in=(Office.Kind.CENTRE, Office.Kind.COMMUNE)))
    with_centre = {one.parent_id for one in rows if one.kind == Office.Kind.CENTRE}
    return [one for one in rows if one.pk not in with_centre]
