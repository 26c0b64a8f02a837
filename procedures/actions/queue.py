"""Numbers at the door and booked slots: given, called, finished; a slot never holds more people than it has room for."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import Office, User
from portal.moments import HERE, now, today
from portal.text import random_code
from procedures.actions.numbers import next_number
from procedures.models import Appointment, Procedure, Reception, Ticket
from procedures.queries.queue import SLOT, Slot, at_window, in_line, is_open, slot_at
from procedures.workflow import NotAllowed


@transaction.atomic
def take_number(reception: Reception, appointment: Appointment | None = None) -> Ticket:
    """The next number of the day; somebody who booked gets one number, however often they press."""
    if not reception.numbers_open:
        raise NotAllowed(_("Đơn vị này hiện không cấp số thứ tự."))
    if not is_open(reception.office):
        raise NotAllowed(_("Ngoài giờ làm việc nên chưa cấp số. Vui lòng quay lại trong giờ làm việc."))
    if appointment is not None:
        Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
        known = Ticket.objects.filter(appointment=appointment).first()
        if known is not None:
            return known
    number = next_number(f"queue:{reception.office.code}:{today():%y%m%d}")
    made: Ticket = Ticket.objects.create(
        office=reception.office, day=today(), number=number, appointment=appointment, issued_at=now()
    )
    return made


@transaction.atomic
def call_next(office: Office, clerk: User, window: int) -> Ticket:
    """Finish whom one serves and call the next; two clerks at once call two people."""
    current = at_window(clerk, office)
    if current is not None:
        finish(current)
    key = in_line(office).select_for_update(skip_locked=True, of=("self",)).first()
    if key is None:
        raise NotAllowed(_("Không còn ai đang chờ."))
    key.state, key.window, key.called_by, key.called_at = Ticket.State.CALLED, window, clerk, now()
    key.save(update_fields=["state", "window", "called_by", "called_at"])
    return key


@transaction.atomic
def finish(ticket: Ticket, state: str = Ticket.State.DONE) -> None:
    """Served, or absent; only a number that is called can be finished."""
    rows = Ticket.objects.filter(pk=ticket.pk, state=Ticket.State.CALLED)
    rows.update(state=state, done_at=now())


@transaction.atomic
def book(
    reception: Reception, slot: str, *, name: str, phone: str = "", procedure: Procedure | None = None, code: str = ""
) -> Appointment:
    """Book a slot (`2026-11-23T07:30`, the clock of Việt Nam) while there is room; those who book at once take turns.

    A page gives the code with which it was drawn: pressed twice, or sent again, it books once.
    """
    locked = _locked(reception)
    known: Appointment | None = Appointment.objects.filter(code=code).first() if code else None
    if known is not None:
        return known
    found = _room(locked, slot)
    made: Appointment = Appointment.objects.create(
        code=code or random_code(), office=locked.office, starts_at=found.starts_at, name=name, phone=phone, procedure=procedure, made_at=now()
    )  # fmt: skip
    return made


@transaction.atomic
def move(appointment: Appointment, reception: Reception, slot: str) -> None:
    """Another slot at the same office for the same person; the old one is kept until the new one is sure."""
    locked = _locked(reception)
    one = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if one.cancelled_at or _has_begun(one) or Ticket.objects.filter(appointment=one).exists():
        raise NotAllowed(_("Lịch hẹn này đã hủy, đã qua hoặc bạn đã lấy số, nên không đổi giờ được nữa."))
    if slot != one.starts_at.astimezone(HERE).strftime(SLOT):
        one.starts_at = _room(locked, slot).starts_at
        one.save(update_fields=["starts_at"])


def _locked(reception: Reception) -> Reception:
    rows = Reception.objects.select_for_update(of=("self",)).select_related("office")
    return rows.get(pk=reception.pk)


def _room(reception: Reception, slot: str) -> Slot:
    """A slot with room for one more; asked under the lock."""
    found = slot_at(reception, slot) if reception.booking_open else None
    if found is None:
        raise NotAllowed(_("Giờ này không đặt được. Hãy chọn một giờ khác trong danh sách."))
    if not found.free:
        raise NotAllowed(_("Giờ này vừa hết chỗ. Hãy chọn giờ khác."))
    return found


def _has_begun(appointment: Appointment) -> bool:
    return appointment.starts_at < now() - datetime.timedelta(minutes=1)


@transaction.atomic
def cancel(appointment: Appointment) -> None:
    """Give the slot back; twice is once. What has begun cannot be cancelled."""
    if _has_begun(appointment) and appointment.cancelled_at is None:
        raise NotAllowed(_("Lịch hẹn đã qua nên không hủy được."))
    Appointment.objects.filter(pk=appointment.pk, cancelled_at=None).update(cancelled_at=now())


@transaction.atomic
def settle(office: Office, administrator: User, **told: Any) -> Reception:
    """How an office lets people in, from now on; what was booked stays."""
    made, _new = Reception.objects.update_or_create(office=office, defaults=told)
    audit.record(administrator, "office.reception", f"office:{office.code}", **told)
    return made
