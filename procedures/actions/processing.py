"""Behind the desk: routing along the procedure's steps, assigning, asking for money, stopping and going on."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import Office, User
from portal.moments import now
from procedures import notifications, workflow
from procedures.actions import clocks, hands, signoff
from procedures.models import Dossier, Pause
from procedures.queries.hands import office_of_step
from procedures.queries.profiles import profile_of
from procedures.schema.definition import RouteStep
from procedures.workflow import NotAllowed


def next_steps(dossier: Dossier) -> list[RouteStep]:
    """The steps of the procedure's route that can follow, the next one first."""
    return _parted(dossier)[1]


def earlier_steps(dossier: Dossier) -> list[RouteStep]:
    """Where it can be returned to, the last one first."""
    return _parted(dossier)[0][::-1]


def _parted(dossier: Dossier) -> tuple[list[RouteStep], list[RouteStep]]:
    """The steps before and after the one where the dossier stands."""
    route = list(route_of(dossier))
    keys = [step.key for step in route]
    here = keys.index(dossier.step_key) if dossier.step_key in keys else -1
    return route[: max(here, 0)], route[here + 1 :]


def route_of(dossier: Dossier) -> tuple[RouteStep, ...]:
    """The steps of the procedure's route that this dossier passes by its answers."""
    definition = dossier.version.parsed
    if all(step.when is None for step in definition.route):
        return definition.route
    return definition.route_for(dossier.answers, profile_of(dossier))


@transaction.atomic
def route(dossier: Dossier, official: User, step_key: str, *, to: User | None = None, reason: str = "") -> Dossier:
    """Pass the dossier to a step of its route: to the person who is named, else to whom the rules and the load name.

    A step that was passed before is a return: it says why, and goes to whoever had it there. Where a step belongs to
    another office, that office processes from here on.
    """
    workflow.lock(dossier)
    step = next((s for s in route_of(dossier) if s.key == step_key), None)
    if step is None:
        raise NotAllowed(_("Thủ tục này không có bước đó."))
    facts = _going(dossier, official, step, reason)
    office = office_of_step(dossier.office, step)
    given, told = _given(dossier, step, office or dossier.office, to, back="back" in facts)
    event = workflow.take(dossier, "route", official, reason=reason, step=step_key, **facts, **told)
    dossier.step_key, dossier.assignee = step_key, given
    dossier.processing_office = office if office is not None and office.pk != dossier.office_id else None
    dossier.save(update_fields=["step_key", "assignee", "processing_office"])
    _keep_time(dossier, step, event.occurred_at)
    if office is None or "nobody" in told:
        hands.tell_of_nobody(dossier, step, office or dossier.office, told.get("nobody", "office"))
    return dossier


def _going(dossier: Dossier, official: User, step: RouteStep, reason: str) -> dict[str, Any]:
    """Forward or back, and whether this person may."""
    if step in earlier_steps(dossier):
        if not reason:
            raise NotAllowed(_("Trả lại bước trước cần nêu lý do."))
        return {"back": True, "from_step": dossier.step_key}
    route, (before, _after) = list(route_of(dossier)), _parted(dossier)
    signoff.refuse_same_hands(dossier, official, route[len(before) : route.index(step)])
    return {}


def _given(
    dossier: Dossier, step: RouteStep, office: Office, to: User | None, *, back: bool
) -> tuple[User | None, dict[str, Any]]:
    """Who gets it, and what the event says of how."""
    if to is not None and workflow.is_own(dossier, to):
        raise NotAllowed(_("Không giao hồ sơ cho chính người nộp."))
    person = to or (hands.who_had_it(dossier, step, office) if back else None)
    told: dict[str, Any] = {} if office.pk == dossier.office_id else {"office": office.code}
    if person is None:
        chosen = hands.give(dossier, step, office)
        if not chosen.candidates:
            return None, {**told, "to": "", **({} if chosen.why == "pool" else {"nobody": chosen.why})}
        first = chosen.candidates[0]
        person = first.person
        told |= {"by_rule": True, **({"stands_in_for": first.stands_in_for} if first.stands_in_for else {})}
    return person, {**told, "to": person.full_name, "to_id": person.pk}


def _keep_time(dossier: Dossier, step: RouteStep, at: datetime.datetime) -> None:
    """A step that is not counted stops the clock; the next one that is starts it again."""
    standing = Pause.objects.filter(dossier=dossier, ended_at=None).first()
    if step.excluded and standing is None:
        clocks.pause(dossier, Pause.Kind.EXCLUDED, at)
    elif not step.excluded and standing is not None:
        clocks.resume(dossier, at)


@transaction.atomic
def assign(dossier: Dossier, official: User, to: User | None, *, reason: str = "") -> Dossier:
    """Put a name on a dossier."""
    if to is not None and workflow.is_own(dossier, to):
        raise NotAllowed(_("Không giao hồ sơ cho chính người nộp."))
    told = {"to": to.full_name, "to_id": to.pk} if to else {"to": ""}
    workflow.note(dossier, "assign", official, reason=reason, **told)
    dossier.assignee = to
    dossier.save(update_fields=["assignee"])
    return dossier


@transaction.atomic
def ask_payment(dossier: Dossier, official: User, *, amount: int, reason: str) -> Dossier:
    """Ask for a fee or a financial duty that is due now; the clock stands still until the money is there."""
    if amount <= 0:
        raise NotAllowed(_("Số tiền phải lớn hơn 0."))
    workflow.take(dossier, "ask_payment", official, reason=reason, amount=amount)
    dossier.fee_total += amount
    dossier.fee_paid_at = None
    dossier.save(update_fields=["fee_total", "fee_paid_at"])
    clocks.resume(dossier, now())
    clocks.pause(dossier, Pause.Kind.PAYMENT, now())
    notifications.tell(dossier, "payment_requested", amount=amount, reason=reason)
    return dossier


@transaction.atomic
def suspend(dossier: Dossier, head: User, *, reason: str) -> Dossier:
    workflow.take(dossier, "suspend", head, reason=reason)
    clocks.resume(dossier, now())
    clocks.pause(dossier, Pause.Kind.SUSPENSION, now())
    notifications.tell(dossier, "suspended", reason=reason)
    return dossier


@transaction.atomic
def resume(dossier: Dossier, head: User) -> Dossier:
    workflow.take(dossier, "resume", head)
    clocks.resume(dossier, now())
    notifications.tell(dossier, "resumed", due=dossier.due_at)
    return dossier
