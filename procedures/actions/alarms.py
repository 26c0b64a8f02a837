"""What time itself does to dossiers: each alarm once, under the dossier's lock, however many beats run and however late.

Effect and "fired" are one transaction: a beat that is killed leaves both or neither. A reminder whose moment was followed
by a graver one while nobody was there is passed over, so that three days away are told of once.
"""

import logging
from collections.abc import Callable, Iterable

from django.db import transaction

from portal import outbox
from portal.models import OutboxRow, Tenant, User
from portal.moments import now
from portal.queries import people_who
from portal.tenancy import inside
from procedures import notifications, workflow
from procedures.actions import apart, silence, supplements
from procedures.models import Alarm, Dossier
from procedures.models.lifecycle import RUNNING, State
from procedures.queries import alarms
from procedures.workflow import NotAllowed

log = logging.getLogger(__name__)
Kind = Alarm.Kind
AT_ONCE, MOST = 50, 1000


# ---- following what happened ----
def follow(tenant: Tenant) -> int:
    """Derive the alarms of dossiers to which something happened; returns how many were followed."""
    followed = 0
    while followed < MOST:
        with inside(tenant):
            rows = alarms.untimed().select_for_update(skip_locked=True, of=("self",))
            found = list(
                rows.select_related("version", "office", "receiving_office", "return_office").order_by("pk")[:AT_ONCE]
            )
            calendars = alarms.Calendars()
            for dossier in found:
                _settle(dossier, calendars)
        followed += len(found)
        if len(found) < AT_ONCE:
            break
    return followed


def _settle(dossier: Dossier, calendars: alarms.Calendars) -> None:
    """What waits for it, no more and no less; what was fired stays as it was."""
    times = alarms.times_of(dossier, calendars)
    known = {(row.kind, row.due_at): row for row in Alarm.objects.filter(dossier=dossier)}
    wanted = set(times.alarms.items())
    gone = [row.pk for key, row in known.items() if row.fired_at is None and key not in wanted]
    Alarm.objects.filter(pk__in=gone).delete()
    fresh = [Alarm(dossier=dossier, kind=kind, due_at=due) for kind, due in wanted if (kind, due) not in known]
    Alarm.objects.bulk_create(fresh)
    dossier.step_due_at, dossier.apology_due_at = times.step_due_at, times.apology_due_at
    dossier.timed_events = dossier.event_count
    dossier.save(update_fields=["step_due_at", "apology_due_at", "timed_events"])


# ---- firing ----
def fire(tenant: Tenant) -> int:
    """Everything whose moment has come, each in a transaction of its own; returns how many did something."""
    with inside(tenant):
        waiting = alarms.waiting().exclude(pk__in=apart.handed_over("alarm", "alarm"))
        keys = list(waiting.values_list("pk", flat=True)[:MOST])
    return sum(fire_one(tenant, key) for key in keys)


def fire_one(tenant: Tenant, key: int) -> bool:
    """One that fails holds up no other: the outbox tries it again (actions/apart.py)."""
    return apart.attempt(tenant, "alarm", {"alarm": key}, lambda: _fire(key))


@outbox.handles("alarm")
def fire_again(row: OutboxRow) -> None:
    _fire(row.payload["alarm"])


def _fire(key: int) -> bool:
    alarm = Alarm.objects.select_related("dossier__version", "dossier__procedure__current").filter(pk=key).first()
    if alarm is None:
        return False
    workflow.lock(alarm.dossier)  # every writer of a dossier's time queues here
    if not _claim(alarm):
        return False
    done = _done(alarm)
    alarm.fired_at, alarm.effect = now(), Alarm.Effect.DONE if done else Alarm.Effect.PASSED
    alarm.save(update_fields=["fired_at", "effect"])
    return done


def _claim(alarm: Alarm) -> bool:
    """Still there and not fired, now that nobody else can fire it."""
    return Alarm.objects.filter(pk=alarm.pk, fired_at=None).exists()


def _done(alarm: Alarm) -> bool:
    try:
        with transaction.atomic():
            return DEEDS[Kind(alarm.kind)](alarm.dossier, alarm)
    except NotAllowed as reason:
        log.info("alarm %s: %s", alarm, reason)
        return False


# ---- what each does; False where it does not fit any more ----
def _unopened(dossier: Dossier, alarm: Alarm) -> bool:
    """Nobody looked at what was filed: the head is told, and the citizen hears what happens next."""
    if dossier.state != State.SUBMITTED or _told_before(alarm) or alarms.was_opened(dossier):
        return False
    workflow.note(dossier, "unopened", None, since=dossier.submitted_at)
    _alert(dossier, alarm, _heads(dossier, dossier.receiving_office_id))
    notifications.tell(dossier, "unopened", due=dossier.acceptance_due_at)
    return True


def _unanswered(dossier: Dossier, alarm: Alarm) -> bool:
    if dossier.state != State.SUBMITTED:
        return False
    workflow.note(dossier, "unanswered", None, due=dossier.acceptance_due_at)
    _alert(dossier, alarm, _heads(dossier, dossier.receiving_office_id))
    return True


def _warning(dossier: Dossier, alarm: Alarm) -> bool:
    if not _runs_still(dossier):
        return False
    _alert(dossier, alarm, _hands(dossier))
    return True


def _step_overdue(dossier: Dossier, alarm: Alarm) -> bool:
    if not _runs_still(dossier) or dossier.step_due_at != alarm.due_at:
        return False
    _alert(dossier, alarm, _hands(dossier))
    return True


def _apology(dossier: Dossier, alarm: Alarm) -> bool:
    """The forecast says that the date will be missed: the head must apologise before it is."""
    if not _runs_still(dossier) or dossier.apologised_at or _told_before(alarm):
        return False
    _alert(dossier, alarm, _heads(dossier, dossier.office_id))
    return True


def _overdue(dossier: Dossier, alarm: Alarm) -> bool:
    if dossier.state not in RUNNING or dossier.due_at != alarm.due_at:
        return False
    workflow.note(dossier, "overdue", None, due=dossier.due_at)
    _alert(dossier, alarm, [*_heads(dossier, dossier.office_id), *_assigned(dossier)])
    return True


def _silence(dossier: Dossier, _alarm: Alarm) -> bool:
    silence.consent(dossier)
    return True


def _supplement_soon(dossier: Dossier, _alarm: Alarm) -> bool:
    due = dossier.supplement_due_at
    if dossier.state != State.SUPPLEMENT_REQUESTED or due is None or due <= now():
        return False
    notifications.tell(dossier, "supplement_soon", due=due)
    return True


def _lapse(dossier: Dossier, _alarm: Alarm) -> bool:
    supplements.lapse(dossier)
    return True


def _return_soon(dossier: Dossier, alarm: Alarm) -> bool:
    """The desk that hands the result over is told while there is time; once it is late the graver alarm speaks."""
    late = alarm.dossier.alarms.filter(kind=Kind.RETURN_OVERDUE, due_at__lte=now()).exists()
    if late or not _waits_at_desk(dossier, alarm):
        return False
    _alert(dossier, alarm, people_who("dossier.hand_over", dossier.return_office_id or 0))
    return True


def _return_overdue(dossier: Dossier, alarm: Alarm) -> bool:
    if not _waits_at_desk(dossier, alarm):
        return False
    workflow.note(dossier, "return_overdue", None, due=alarm.due_at)
    office = dossier.return_office_id or 0
    _alert(dossier, alarm, [*_heads(dossier, office), *people_who("dossier.hand_over", office)])
    return True


def _waits_at_desk(dossier: Dossier, alarm: Alarm) -> bool:
    """Not handed over, and still at the desk whose time this alarm counts."""
    times = alarms.times_of(dossier, alarms.Calendars()).alarms
    return dossier.state == State.DONE and times.get(alarm.kind) == alarm.due_at


DEEDS: dict[Kind, Callable[[Dossier, Alarm], bool]] = {
    Kind.UNOPENED: _unopened,
    Kind.UNANSWERED: _unanswered,
    Kind.WARNING: _warning,
    Kind.STEP_OVERDUE: _step_overdue,
    Kind.APOLOGY: _apology,
    Kind.OVERDUE: _overdue,
    Kind.SILENCE: _silence,
    Kind.SUPPLEMENT_SOON: _supplement_soon,
    Kind.LAPSE: _lapse,
    Kind.RETURN_SOON: _return_soon,
    Kind.RETURN_OVERDUE: _return_overdue,
}


def _runs_still(dossier: Dossier) -> bool:
    """Running, and its own due moment has not come: then the graver alarm speaks."""
    return dossier.state in RUNNING and (dossier.due_at is None or now() < dossier.due_at)


def _told_before(alarm: Alarm) -> bool:
    return Alarm.objects.filter(dossier=alarm.dossier, kind=alarm.kind, effect=Alarm.Effect.DONE).exists()


def _heads(dossier: Dossier, office_id: int) -> list[User]:
    return [person for person in people_who("dossier.decide", office_id) if not workflow.is_own(dossier, person)]


def _assigned(dossier: Dossier) -> list[User]:
    return [dossier.assignee] if dossier.assignee else []


def _hands(dossier: Dossier) -> list[User]:
    """Who has it in hand; where nobody has, the heads."""
    return _assigned(dossier) or _heads(dossier, dossier.office_id)


def _alert(dossier: Dossier, alarm: Alarm, people: Iterable[User]) -> None:
    notifications.alert(dossier, alarm.kind, {person.pk: person for person in people}.values(), due=alarm.due_at)
