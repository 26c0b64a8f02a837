"""A citizen takes a request back: at once before acceptance, afterwards when the clerk confirms."""

from django.db import transaction
from django.utils.translation import gettext as _

from payments.actions import cancel_open
from portal.models import User
from portal.moments import now
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import clocks
from procedures.models import Dossier
from procedures.workflow import NotAllowed


@transaction.atomic
def ask_withdrawal(dossier: Dossier, person: User, *, reason: str) -> Dossier:
    """Withdraw at once where nobody has accepted yet, else ask for it."""
    workflow.lock(dossier)
    if dossier.accepted_at is None:
        return _withdrawn(dossier, person, reason)
    if "withdraw" not in workflow.allowed(dossier, person):
        raise NotAllowed(_("Hồ sơ không còn rút được nữa."))
    workflow.note(dossier, "ask_withdrawal", person, role=Role.CITIZEN, reason=reason)
    dossier.withdrawal_asked_at = now()
    dossier.save(update_fields=["withdrawal_asked_at"])
    notifications.tell(dossier, "withdrawal_asked")
    return dossier


@transaction.atomic
def confirm_withdrawal(dossier: Dossier, clerk: User) -> Dossier:
    workflow.lock(dossier)
    if dossier.withdrawal_asked_at is None:
        raise NotAllowed(_("Người nộp chưa đề nghị rút hồ sơ này."))
    return _withdrawn(dossier, clerk, _("Theo đề nghị của người nộp"))


def _withdrawn(dossier: Dossier, actor: User, reason: str) -> Dossier:
    workflow.take(dossier, "withdraw", actor, reason=reason)
    dossier.closed_at = now()
    dossier.save(update_fields=["closed_at"])
    clocks.resume(dossier, now())
    cancel_open(dossier.reference, actor=actor)
    notifications.tell(dossier, "withdrawn")
    return dossier
