"""More time by a head's decision, while there still is some: never after the date has passed, never beyond the law."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import User
from portal.moments import now
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions.clocks import settle_due
from procedures.models import Dossier, Extension
from procedures.models.lifecycle import RUNNING
from procedures.queries.clocks import due_of, terms_of
from procedures.workflow import NotAllowed


@transaction.atomic
def extend(dossier: Dossier, head: User, *, amount: int, decision: str, reason: str) -> Extension:
    """`amount` is in the unit of the procedure's time. The citizen sees an extension, with its decision and reason."""
    workflow.lock(dossier)
    before = dossier.due_at
    if dossier.state not in RUNNING or before is None:
        raise NotAllowed(_("Chỉ gia hạn khi hồ sơ đang giải quyết và đồng hồ đang chạy."))
    _refuse(dossier, head, amount)
    row = Extension.objects.create(
        dossier=dossier, amount=amount, reason=reason, decision=decision, decided_by=head, decided_at=now()
    )
    dossier.extended_by += amount
    dossier.save(update_fields=["extended_by"])
    after = due_of(dossier).moment
    workflow.note(
        dossier,
        "extend",
        head,
        role=Role.HEAD,
        reason=reason,
        decision=decision,
        amount=amount,
        before=before,
        after=after,
    )
    settle_due(dossier)
    dossier.promised_at = dossier.due_at
    dossier.save(update_fields=["promised_at"])
    notifications.tell(dossier, "extended", reason=reason, decision=decision, before=before, due=dossier.due_at)
    audit.record(head, "dossier.extend", f"dossier:{dossier.reference}", subject=dossier.owner, amount=amount)
    return row


def _refuse(dossier: Dossier, head: User, amount: int) -> None:
    if Role.HEAD not in workflow.roles_at(dossier, head) or workflow.is_own(dossier, head):
        raise NotAllowed(_("Chỉ lãnh đạo đơn vị được quyết định gia hạn."))
    if dossier.due_at and dossier.due_at < now():
        raise NotAllowed(_("Hồ sơ đã quá hạn nên không gia hạn được nữa; hãy xin lỗi và hẹn lại."))
    left = terms_of(dossier).max_extension - dossier.extended_by
    if amount < 1 or amount > left:
        raise NotAllowed(
            _("Thủ tục này chỉ còn được gia hạn thêm tối đa %(left)s (theo đơn vị của thời hạn).")
            % {"left": max(0, left)}
        )


def extendable(dossier: Dossier) -> bool:
    """Whether the procedure's law leaves some time that a head can still give."""
    running = dossier.state in RUNNING and dossier.due_at is not None and dossier.due_at >= now()
    return running and dossier.extended_by < terms_of(dossier).max_extension
