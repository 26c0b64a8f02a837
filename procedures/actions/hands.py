"""Whose hands a dossier is in: given by rule and load, taken over, covered while somebody is away."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, kept
from portal.actions import NotPossible
from portal.models import Office, User
from portal.moments import now, today
from procedures import notifications, workflow
from procedures.models import Absence, Dossier, Turn
from procedures.queries import hands
from procedures.schema.record import RouteStep
from procedures.workflow import NotAllowed


def give(dossier: Dossier, step: RouteStep, office: Office) -> hands.Choice:
    """Whom the rules name for a step, with the turn taken; the dossier's row is held by the caller.

    Those who could get it are held until the transaction ends, so that two dossiers at once do not count the same load.
    """
    matter = hands.matter_of(dossier, step, office)
    seen = hands.choose(matter)
    if not seen.candidates:
        return seen
    hold_turns([one.person.pk for one in seen.candidates])
    chosen = hands.choose(matter)
    if chosen.candidates:
        Turn.objects.filter(person=chosen.candidates[0].person).update(given_at=now())
    return chosen


def hold_turns(people: list[int]) -> None:
    """Lock the turns of these people, always in the same order."""
    Turn.objects.bulk_create([Turn(person_id=key) for key in sorted(people)], ignore_conflicts=True)
    list(Turn.objects.select_for_update(of=("self",)).filter(person__in=people).order_by("person_id"))


def who_had_it(dossier: Dossier, step: RouteStep, office: Office) -> User | None:
    """Whose hands it was in at a step that it returns to, while that person still works there and is not away."""
    key = hands.last_at(dossier, step.key)
    there = {one.pk: one for one in hands.holders(step.role, office.pk)}
    return there[key] if key in there and key not in hands.away([key]) else None


def tell_of_nobody(dossier: Dossier, step: RouteStep, office: Office, why: str) -> None:
    """Nobody is there for a step: its heads are told, and the dossier stays in everybody's list of unassigned ones."""
    notifications.tell_heads(dossier, office, "unassigned", step=step.name.vi, why=why, role=step.role)


@transaction.atomic
def take_over(dossier: Dossier, official: User, *, reason: str = "", instead_of: int | None = None) -> Dossier:
    """Put one's own name on a dossier. From a colleague only with a reason, and only from the one who was shown."""
    workflow.lock(dossier)
    if dossier.assignee_id not in (instead_of, official.pk):
        raise NotAllowed(_("Hồ sơ vừa được giao cho người khác. Hãy xem lại rồi thực hiện."))
    if dossier.assignee_id == official.pk:
        return dossier
    held = User.objects.only("full_name").get(pk=dossier.assignee_id) if dossier.assignee_id else None
    if held is not None and not reason:
        raise NotAllowed(_("Hồ sơ đang ở %(name)s; nhận thay cần nêu lý do.") % {"name": held.full_name})
    if held is None:
        workflow.note(dossier, "assign", official, to=official.full_name, to_id=official.pk)
    else:
        workflow.note(
            dossier, "take_over", official, reason=reason,
            to=official.full_name, to_id=official.pk, instead_of=held.full_name,
        )  # fmt: skip
    dossier.assignee = official
    dossier.save(update_fields=["assignee"])
    return dossier


# ---- absence ----


@transaction.atomic
def enter_absence(
    person: User, actor: User, *, first_day: datetime.date, last_day: datetime.date, cover: User | None
) -> Absence:
    """Somebody is away from one day to another, both included. By oneself, or by a head of one's office."""
    _refuse_stranger(person, actor)
    if last_day < first_day:
        raise NotPossible(_("Ngày cuối phải từ ngày đầu trở đi."))
    if last_day < today():
        raise NotPossible(_("Những ngày này đã qua."))
    if cover is not None and cover.pk == person.pk:
        raise NotPossible(_("Người làm thay phải là người khác."))
    hold_turns([person.pk])
    days = Absence.objects.filter(called_off_at=None, first_day__lte=last_day, last_day__gte=first_day)
    if days.filter(person=person).exists():
        raise NotPossible(_("Người này đã có ngày vắng mặt trùng với những ngày trên."))
    if cover is not None and days.filter(person=cover).exists():
        raise NotPossible(
            _("%(name)s cũng vắng mặt trong những ngày này. Hãy chọn người khác.") % {"name": cover.full_name}
        )
    row = Absence.objects.create(
        person=person, cover=cover, first_day=first_day, last_day=last_day, entered_by=actor, entered_at=now()
    )
    facts = {"first_day": first_day, "last_day": last_day, "cover": cover.pk if cover else None}
    audit.record(actor, "absence.enter", f"user:{person.pk}", subject=person, **facts)
    kept.forget()
    return row


@transaction.atomic
def call_off_absence(absence: Absence, actor: User) -> None:
    """Back earlier, or not away at all: days that have passed stay as they were."""
    _refuse_stranger(absence.person, actor)
    row = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if row.called_off_at is not None or row.last_day < today():
        raise NotPossible(_("Lần vắng mặt này đã kết thúc."))
    yesterday = today() - datetime.timedelta(days=1)
    if row.first_day <= yesterday:
        row.last_day = yesterday
        row.save(update_fields=["last_day"])
    else:
        row.called_off_at = now()
        row.save(update_fields=["called_off_at"])
    audit.record(actor, "absence.call_off", f"user:{row.person_id}", subject=absence.person, last_day=row.last_day)
    kept.forget()


def _refuse_stranger(person: User, actor: User) -> None:
    if person.pk != actor.pk and person.pk not in hands.led_by(actor):
        raise NotPossible(_("Chỉ người đó hoặc lãnh đạo đơn vị được ghi ngày vắng mặt."))
