"""Days that an authority or an office keeps differently, and the open dossiers whose due moments move with them."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from portal import audit
from portal.actions import show_changes
from portal.models import Office, User
from portal.moments import midnight
from portal.queries import open_offices
from portal.roles import Role
from procedures import clock, notifications, workflow
from procedures.actions.clocks import settle_acceptance_due, settle_due
from procedures.models import CalendarDay, Dossier, OfficeHours
from procedures.models.lifecycle import RUNNING, State
from procedures.queries.clocks import acceptance_due, calendar_of, due_of, in_words

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Move:
    """An open dossier and how a change of the calendar moves its moment (of acceptance, where it is not accepted yet)."""

    dossier: Dossier
    before: datetime.datetime
    after: datetime.datetime | None


@dataclass(frozen=True)
class Change:
    """A change of the calendar, not made yet: what it does, where, from which day on (and until which), told by which source."""

    apply: Callable[[], object]
    office: Office | None
    first: datetime.date
    last: datetime.date | None
    source: str
    told: str


def keep_day(day: CalendarDay) -> Change:
    """An authority's or office's own day, in place of what was kept of that day before."""

    def apply() -> None:
        CalendarDay.objects.update_or_create(
            office=day.office,
            day=day.day,
            defaults={"kind": day.kind, "name": day.name, "source": day.source, "slots": day.slots},
        )

    return Change(apply, day.office, day.day, day.day, day.source, f"{day.day} {day.kind}")


def drop_day(day: CalendarDay, source: str) -> Change:
    """The day goes back to what the national calendar says of it."""
    return Change(
        CalendarDay.objects.filter(pk=day.pk).delete, day.office, day.day, day.day, source, f"{day.day} dropped"
    )


def keep_hours(office: Office, week: Mapping[int, str], source: str, since: datetime.date) -> Change:
    """An office opens at other hours of the week from a day on; what lies before keeps the hours that held then."""

    def apply() -> None:
        told = {str(day): slots for day, slots in week.items() if slots}
        OfficeHours.objects.update_or_create(office=office, since=since, defaults={"week": told, "source": source})

    return Change(apply, office, since, None, source, f"hours from {since}")


def foresee(change: Change) -> list[Move]:
    """Which open dossiers the change would move; nothing is kept. Raises NotAllowed where no working day would be left."""
    with transaction.atomic():
        change.apply()
        try:
            _refuse_a_closed_year(change)
            moves = list(_moves(change))
        finally:
            transaction.set_rollback(True)
    return moves


@transaction.atomic
def carry_out(change: Change, actor: User) -> list[Move]:
    """Make the change; every dossier that it moves gets an event that says so, with the source."""
    change.apply()
    _refuse_a_closed_year(change)
    moves = list(_moves(change))
    for move in moves:
        _move(move, change, actor)
    place = change.office.code if change.office else ""
    audit.record(
        actor,
        "calendar.change",
        f"calendar:{change.first}",
        change=change.told,
        office=place,
        source=change.source,
        moved=len(moves),
    )
    show_changes()
    return moves


def _refuse_a_closed_year(change: Change) -> None:
    """A calendar without a working day in a year makes nothing fall due: refused with words, never searched for ever."""
    offices = [change.office] if change.office else list(open_offices())
    for office in offices:
        try:
            calendar_of(office, midnight(change.first)).next_opening(midnight(change.first))
        except clock.NoWorkingTime as reason:
            raise in_words() from reason


def _moves(change: Change) -> Iterator[Move]:
    calendars: dict[tuple[int, int], clock.Calendar] = {}

    def calendar(office: Office, moment: datetime.datetime) -> clock.Calendar:
        key = (office.pk, moment.year)
        if key not in calendars:
            calendars[key] = calendar_of(office, moment)
        return calendars[key]

    for dossier in _touched(change).order_by("due_at", "acceptance_due_at", "pk"):
        before = dossier.acceptance_due_at if dossier.state == State.SUBMITTED else dossier.due_at
        after = _due(dossier, calendar)
        if before is not None and after != before:
            yield Move(dossier, before, after)


def _due(dossier: Dossier, calendar: Callable[[Office, datetime.datetime], clock.Calendar]) -> datetime.datetime | None:
    if dossier.state == State.SUBMITTED and dossier.submitted_at:
        days = calendar(dossier.receiving_office, dossier.submitted_at)
        return acceptance_due(dossier, dossier.submitted_at, days)
    pauses = [clock.Pause(row.started_at, row.ended_at, row.kind) for row in dossier.pauses.all()]
    days = calendar(dossier.office, dossier.accepted_at or dossier.created_at)
    return due_of(dossier, pauses, days).moment


def _touched(change: Change) -> QuerySet[Dossier]:
    """Open dossiers whose time covers the day. One that stands still has no due moment; it is derived when it goes on."""
    begun = {"lt": midnight(change.last + ONE_DAY)} if change.last else {"isnull": False}
    running = Q(state__in=RUNNING, due_at__gte=midnight(change.first))
    waiting = Q(state=State.SUBMITTED, acceptance_due_at__gte=midnight(change.first))
    for name, value in begun.items():
        running &= Q(**{f"accepted_at__{name}": value})
        waiting &= Q(**{f"submitted_at__{name}": value})
    if change.office is not None:
        running &= Q(office=change.office)
        waiting &= Q(receiving_office=change.office)
    rows: QuerySet[Dossier] = Dossier.objects.filter(running | waiting)
    rows = rows.select_related("version", "procedure", "office", "receiving_office")
    return rows.prefetch_related("pauses")


def _move(move: Move, change: Change, actor: User) -> None:
    dossier = move.dossier
    facts = {"what": "calendar", "change": change.told, "before": move.before, "after": move.after}
    workflow.note(dossier, "correct", actor, role=Role.ADMINISTRATOR, reason=change.source, **facts)
    if dossier.state == State.SUBMITTED:
        settle_acceptance_due(dossier)
    else:
        settle_due(dossier)
        dossier.promised_at = dossier.promised_at if dossier.apologised_at else dossier.due_at
        dossier.save(update_fields=["promised_at"])
    notifications.tell(dossier, "due_moved", source=change.source, before=move.before, due=move.after)
