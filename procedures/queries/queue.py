"""The queue of an office's day and the slots that can be booked: who waits, who is called, what is free."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.http import Http404

from portal.models import Office, User
from portal.moments import HERE, now, today
from portal.queries import offices_of, open_offices
from procedures.clock import NoWorkingTime
from procedures.models import Appointment, Reception, Ticket
from procedures.queries.clocks import calendar_of

BOOKED_FIRST = datetime.timedelta(minutes=5)
# How a slot is named in forms, by the clock of Việt Nam.
SLOT = "%Y-%m-%dT%H:%M"
Fact = dict[str, Any]


def reception_of(code: str, **what: bool) -> Reception:
    """How an open office lets people in; `reception_of(code, booking_open=True)`. What is not there does not exist."""
    rows = Reception.objects.select_related("office").filter(office__in=open_offices(), **what)
    found = rows.filter(office__code=code).first()
    if found is None:
        raise Http404
    return found


def receptions_for(clerk: User) -> list[Reception]:
    """The queues that a clerk serves."""
    held = offices_of(clerk, "dossier.register")
    rows = Reception.objects.select_related("office").filter(office__in=open_offices(), numbers_open=True)
    rows = rows if held is None else rows.filter(office_id__in=held)
    return list(rows.order_by("office__code"))


def bookable() -> list[Office]:
    """The offices that take appointments."""
    rows = Reception.objects.filter(office__in=open_offices(), booking_open=True).select_related("office")
    return [row.office for row in rows.order_by("office__code")]


def is_open(office: Office, at: datetime.datetime | None = None) -> bool:
    """Whether the office works at this moment."""
    moment = at or now()
    try:
        return calendar_of(office, moment).next_opening(moment) <= moment
    except NoWorkingTime:
        return False


# ---- the day's queue ----


def tickets_of(office: Office) -> QuerySet[Ticket]:
    return Ticket.objects.filter(office=office, day=today())


def in_line(office: Office) -> QuerySet[Ticket]:
    """Those who wait, in the order in which they are called: who booked for now goes first, then by number."""
    booked = When(appointment__starts_at__lte=now() + BOOKED_FIRST, then=Value(0))
    rows = tickets_of(office).filter(state=Ticket.State.WAITING)
    return rows.annotate(turn=Case(booked, default=Value(1))).order_by("turn", "number")


def at_window(clerk: User, office: Office) -> Ticket | None:
    """The number that this clerk is serving."""
    return tickets_of(office).filter(state=Ticket.State.CALLED, called_by=clerk).order_by("-called_at").first()


def board(office: Office) -> Fact:
    """What the waiting room shows: numbers and windows, nobody's name."""
    called = tickets_of(office).filter(state=Ticket.State.CALLED).order_by("-called_at")
    return {"called": list(called[:6]), "waiting": in_line(office).count(), "next": list(in_line(office)[:5])}


def expected(office: Office) -> list[Appointment]:
    """Today's appointments, with the number where the person has come."""
    begins = datetime.datetime.combine(today(), datetime.time(), HERE)
    rows = Appointment.objects.filter(
        office=office, cancelled_at=None, starts_at__gte=begins, starts_at__lt=begins + datetime.timedelta(days=1)
    )
    return list(rows.annotate(number=F("tickets__number")).select_related("procedure").order_by("starts_at", "pk"))


# ---- slots ----


@dataclass(frozen=True)
class Slot:
    starts_at: datetime.datetime
    free: int

    @property
    def key(self) -> str:
        return self.starts_at.strftime(SLOT)


def slots_of(reception: Reception) -> list[tuple[datetime.date, list[Slot]]]:
    """The days ahead on which the office works, each with its slots that are still to come; full ones have none free."""
    days = [today() + datetime.timedelta(days=ahead) for ahead in range(reception.days_ahead + 1)]
    calendar, taken = calendar_of(reception.office), _taken(reception)
    found = []
    for day in days:
        moments = [at for opening in calendar.openings_on(day) for at in _steps(reception, *opening) if at > now()]
        if moments:
            found.append((day, [Slot(at, max(0, reception.capacity - taken.get(at, 0))) for at in moments]))
    return found


def _steps(reception: Reception, opens: datetime.datetime, closes: datetime.datetime) -> Iterator[datetime.datetime]:
    step = datetime.timedelta(minutes=max(5, reception.slot_minutes))
    while opens + step <= closes:
        yield opens
        opens += step


def _taken(reception: Reception) -> dict[datetime.datetime, int]:
    rows = Appointment.objects.filter(office=reception.office, cancelled_at=None, starts_at__gte=now())
    counted = rows.values("starts_at").annotate(many=Count("pk")).values_list("starts_at", "many")
    return {at.astimezone(HERE): many for at, many in counted}


def slot_at(reception: Reception, key: str) -> Slot | None:
    return next((slot for _day, slots in slots_of(reception) for slot in slots if slot.key == key), None)


def appointment_by(code: str) -> Appointment:
    """Whoever holds the code: it cannot be guessed."""
    rows = Appointment.objects.select_related("office", "procedure")
    found = rows.filter(Q(code=code.upper())).first()
    if found is None:
        raise Http404
    return found


def is_movable(appointment: Appointment) -> bool:
    """Still to come, nobody came for it yet, and the office books slots."""
    if appointment.cancelled_at or appointment.starts_at < now() or appointment.tickets.exists():
        return False
    return Reception.objects.filter(office=appointment.office, booking_open=True).exists()
