"""Behind the desk: routing along the procedure's steps, assigning, asking for money, stopping and going on."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.models import User
from portal.moments import now
from procedures import notifications, workflow
from procedures.actions import clocks
from procedures.models import Dossier, Pause
from procedures.queries.profiles import profile_of
from procedures.schema.definition import RouteStep
from procedures.workflow import NotAllowed


def next_steps(dossier: Dossier) -> list[RouteStep]:
    """The steps of the procedure's route that can follow: the next one first, then any other (back included)."""
    route = list(route_of(dossier))
    keys = [step.key for step in route]
    here = keys.index(dossier.step_key) if dossier.step_key in keys else -1
    return [*route[here + 1 :], *route[: max(here, 0)]]


def route_of(dossier: Dossier) -> tuple[RouteStep, ...]:
    """The steps of the procedure's route that this dossier passes by its answers."""
    definition = dossier.version.parsed
    if all(step.when is None for step in definition.route):
        return definition.route
    return definition.route_for(dossier.answers, profile_of(dossier))


@transaction.atomic
def route(dossier: Dossier, official: User, step_key: str, *, to: User | None = None, reason: str = "") -> Dossier:
    """Pass the dossier to a step of its route, and to a person there if one is named."""
    workflow.lock(dossier)
    step = next((s for s in route_of(dossier) if s.key == step_key), None)
    if step is None:
        raise NotAllowed(_("Thủ tục này không có bước đó."))
    event = workflow.take(dossier, "route", official, reason=reason, step=step_key, to=to.full_name if to else "")
    dossier.step_key, dossier.assignee = step_key, to
    dossier.save(update_fields=["step_key", "assignee"])
    standing = Pause.objects.filter(dossier=dossier, ended_at=None).first()
    if step.excluded and standing is None:
        clocks.pause(dossier, Pause.Kind.EXCLUDED, event.occurred_at)
    elif not step.excluded and standing is not None:
        clocks.resume(dossier, event.occurred_at)
    return dossier


@transaction.atomic
def assign(dossier: Dossier, official: User, to: User | None) -> Dossier:
    """Put a name on a dossier, or take it over."""
    workflow.note(dossier, "assign", official, to=to.full_name if to else "")
    if to is not None and workflow.is_own(dossier, to):
        raise NotAllowed(_("Không giao hồ sơ cho chính người nộp."))
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
