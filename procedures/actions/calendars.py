"""Days that an authority or an office keeps differently, and the open dossiers whose due moments move with them.

The change itself is made at once. The dossiers follow in batches, each a transaction that also keeps how far it has come: an
office may have a hundred thousand open ones, and whatever breaks off goes on where it stood, each dossier moved once.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.actions import show_changes
from portal.models import Office, OutboxRow, User
from portal.moments import midnight, now
from portal.queries import open_offices
from portal.roles import Role
from portal.text import random_code
from procedures import clock, notifications, workflow
from procedures.actions.clocks import settle_acceptance_due, settle_due
from procedures.models import CalendarChange, CalendarDay, Dossier, OfficeHours
from procedures.models.lifecycle import RUNNING, State
from procedures.queries.alarms import Calendars
from procedures.queries.clocks import acceptance_due, calendar_of, due_of, in_words
from procedures.queries.dossiers import completed
from procedures.workflow import NotAllowed

ONE_DAY = datetime.timedelta(days=1)
# Dossiers of one transaction; how many are weighed one by one before a change is made, and how many of them are shown.
AT_ONCE, WEIGHED, SHOWN = 50, 1000, 100
MOST_STAYED = 200


@dataclass(frozen=True)
class Move:
    """An open dossier and how a change of the calendar moves its moment (of acceptance, where it is not accepted yet)."""

    dossier: Dossier
    before: datetime.datetime
    after: datetime.datetime | None


@dataclass(frozen=True)
class Foresight:
    """What a change would do: the first moves, and how many in all, counted one by one or, of very many, at most."""

    moves: list[Move]
    total: int
    is_exact: bool


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


def foresee(change: Change) -> Foresight:
    """Which open dossiers the change would move; nothing is kept. Raises NotAllowed where it cannot be made."""
    _refuse_another()
    with transaction.atomic():
        change.apply()
        try:
            _refuse_a_closed_year(change)
            return _weighed(change)
        finally:
            transaction.set_rollback(True)


def _weighed(change: Change) -> Foresight:
    rows = _touched(change.office, change.first, change.last)
    covered, calendars = rows.count(), Calendars()
    nearest = rows.order_by("due_at", "acceptance_due_at", "pk").prefetch_related("pauses")[:WEIGHED]
    moves: list[Move] = []
    total = 0
    for dossier in nearest.iterator(chunk_size=200):
        move = _move_of(completed(dossier), calendars)
        if move is not None:
            total += 1
            moves = [*moves, move] if total <= SHOWN else moves
    return Foresight(moves, total, is_exact=True) if covered <= WEIGHED else Foresight(moves, covered, is_exact=False)


@transaction.atomic
def carry_out(change: Change, actor: User) -> CalendarChange:
    """Make the change and move the first dossiers; the rest follow in the background."""
    _refuse_another()
    change.apply()
    _refuse_a_closed_year(change)
    row = _entered(change, actor)
    show_changes()
    carry_on(row.pk, 0)
    row.refresh_from_db()
    place = change.office.code if change.office else ""
    audit.record(
        actor, "calendar.change", f"calendar:{change.first}",
        change=change.told, office=place, source=change.source, moved=row.moved, total=row.total,
    )  # fmt: skip
    return row


def _entered(change: Change, actor: User) -> CalendarChange:
    try:
        with transaction.atomic():
            return CalendarChange.objects.create(
                told=change.told[:100], office=change.office, first=change.first, last=change.last, source=change.source,
                made_by=actor, made_at=now(), total=_touched(change.office, change.first, change.last).count(),
            )  # fmt: skip
    except IntegrityError:
        _refuse_another()
        raise


def _refuse_another() -> None:
    """One change after the other, so that each dossier's event names the one that moved it."""
    row = CalendarChange.objects.filter(ended_at=None).first()
    if row is not None:
        told = {"seen": row.seen, "total": row.total}
        raise NotAllowed(
            _("Thay đổi lịch trước đó còn đang được áp dụng (%(seen)s trên %(total)s hồ sơ). Hãy chờ xong.") % told
        )


def _refuse_a_closed_year(change: Change) -> None:
    """A calendar without a working day in a year makes nothing fall due: refused with words, never searched for ever."""
    offices = [change.office] if change.office else list(open_offices())
    for office in offices:
        try:
            calendar_of(office, midnight(change.first)).next_opening(midnight(change.first))
        except clock.NoWorkingTime as reason:
            raise in_words() from reason


# ---- the dossiers, batch by batch ----
@outbox.handles("move_calendar")
def move_more(row: OutboxRow) -> None:
    """The handler's transaction is the batch's: dossiers, how far it has come and "done" are kept together or not at all."""
    carry_on(row.payload["change"], row.payload["after"])


@transaction.atomic
def carry_on(key: int, after: int) -> None:
    """The dossiers that follow one; asked again for what was done, it does nothing."""
    row = CalendarChange.objects.select_for_update(of=("self",)).select_related("office", "made_by").get(pk=key)
    if row.ended_at is not None or row.after != after:
        return
    covered = _touched(row.office, row.first, row.last).filter(pk__gt=after).select_for_update(of=("self",))
    found, calendars = list(covered.prefetch_related("pauses").order_by("pk")[:AT_ONCE]), Calendars()
    for dossier in found:
        _follow(row, dossier, calendars)
    row.seen += len(found)
    row.after = found[-1].pk if found else after
    if len(found) == AT_ONCE:
        # A key of its own each time: what comes twice finds another place under the change's lock, and does nothing.
        outbox.put("move_calendar", f"{row.pk}-{random_code()}", {"change": row.pk, "after": row.after})
    else:
        row.ended_at = now()
    row.save(update_fields=["seen", "moved", "after", "stayed", "ended_at"])


def _follow(row: CalendarChange, dossier: Dossier, calendars: Calendars) -> None:
    """One that cannot be counted stays as it is and holds up no other; the change says which and why."""
    try:
        with transaction.atomic():
            move = _move_of(completed(dossier), calendars)
            if move is not None:
                _move(move, row)
                row.moved += 1
    except Exception as reason:  # noqa: BLE001 -- told on the change's page
        words = str(reason) if isinstance(reason, NotAllowed) else type(reason).__name__
        row.stayed = [*row.stayed, {"reference": dossier.reference, "reason": words}][:MOST_STAYED]


@transaction.atomic
def again(row: CalendarChange, actor: User) -> None:
    """See to all of them once more, for those that stayed: who was moved already stays where it is."""
    _refuse_another()
    row.seen, row.after, row.stayed, row.ended_at = 0, 0, [], None
    row.save(update_fields=["seen", "after", "stayed", "ended_at"])
    audit.record(actor, "calendar.again", f"calendar:{row.first}", change=row.told)
    carry_on(row.pk, 0)


def _touched(office: Office | None, first: datetime.date, last: datetime.date | None) -> QuerySet[Dossier]:
    """Open dossiers whose time covers the days. One that stands still has no due moment; it is derived when it goes on."""
    begun = {"lt": midnight(last + ONE_DAY)} if last else {"isnull": False}
    running = Q(state__in=RUNNING, due_at__gte=midnight(first))
    waiting = Q(state=State.SUBMITTED, acceptance_due_at__gte=midnight(first))
    for name, value in begun.items():
        running &= Q(**{f"accepted_at__{name}": value})
        waiting &= Q(**{f"submitted_at__{name}": value})
    if office is not None:
        running &= Q(office=office)
        waiting &= Q(receiving_office=office)
    rows: QuerySet[Dossier] = Dossier.objects.filter(running | waiting)
    return rows.defer("answers", "proposal", "sources")


def _move_of(dossier: Dossier, calendars: Calendars) -> Move | None:
    before = dossier.acceptance_due_at if dossier.state == State.SUBMITTED else dossier.due_at
    after = _due(dossier, calendars)
    return Move(dossier, before, after) if before is not None and after != before else None


def _due(dossier: Dossier, calendars: Calendars) -> datetime.datetime | None:
    if dossier.state == State.SUBMITTED and dossier.submitted_at:
        days = calendars.of(dossier, dossier.submitted_at, receiving=True)
        return acceptance_due(dossier, dossier.submitted_at, days)
    pauses = [clock.Pause(row.started_at, row.ended_at, row.kind) for row in dossier.pauses.all()]
    return due_of(dossier, pauses, calendars.of(dossier, dossier.accepted_at or dossier.created_at)).moment


def _move(move: Move, row: CalendarChange) -> None:
    dossier = move.dossier
    facts = {"what": "calendar", "change": row.told, "before": move.before, "after": move.after}
    workflow.note(dossier, "correct", row.made_by, role=Role.ADMINISTRATOR, reason=row.source, **facts)
    if dossier.state == State.SUBMITTED:
        settle_acceptance_due(dossier)
    else:
        settle_due(dossier)
        dossier.promised_at = dossier.promised_at if dossier.apologised_at else dossier.due_at
        dossier.save(update_fields=["promised_at"])
    notifications.tell(dossier, "due_moved", source=row.source, before=move.before, due=move.after)
