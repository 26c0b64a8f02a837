"""All open work of somebody given to one or shared among several: asked for at a page, done in the background."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.actions import NotPossible
from portal.models import User
from portal.moments import now
from portal.queries import offices_of
from portal.tenancy import current_tenant, inside
from procedures import workflow
from procedures.actions.hands import hold_turns
from procedures.models import Dossier, WorkTransfer
from procedures.queries import hands
from procedures.workflow import NotAllowed

BATCH = 100
MOST_TOLD = 200


@transaction.atomic
def ask(person: User, actor: User, *, to: Sequence[User], reason: str) -> WorkTransfer:
    """Ask for it; a worker does it. Only for work that lies at offices which the actor leads."""
    offices = offices_of(actor, "work.lead")
    total = hands.open_work_of(person.pk, offices).count()
    if not total:
        raise NotPossible(_("%(name)s không giữ hồ sơ nào đang mở.") % {"name": person.full_name})
    if not to or person.pk in {one.pk for one in to}:
        raise NotPossible(_("Chọn ít nhất một người khác để nhận việc."))
    hold_turns([person.pk])
    if WorkTransfer.objects.filter(person=person, finished_at=None).exists():
        raise NotPossible(_("Việc của %(name)s đang được bàn giao. Hãy chờ kết quả.") % {"name": person.full_name})
    row = WorkTransfer.objects.create(
        person=person, to=[one.pk for one in to], reason=reason, asked_by=actor, asked_at=now(), total=total
    )
    audit.record(actor, "work.transfer", f"user:{person.pk}", subject=person, to=row.to, total=total)
    outbox.put("transfer_work", f"transfer-{row.pk}-0", {"transfer": row.pk, "after": 0})
    return row


def carry_on(key: int, after: int) -> None:
    """The next hundred, each in a transaction of its own; what was done is not done again, however often this runs."""
    tenant = current_tenant()
    with inside(tenant):
        row = WorkTransfer.objects.select_related("person", "asked_by").get(pk=key)
        offices = offices_of(row.asked_by, "work.lead")
        found = hands.open_work_of(row.person_id, offices).filter(pk__gt=after).order_by("pk")
        keys = list(found.values_list("pk", flat=True)[:BATCH])
    for one in keys:
        with inside(tenant):
            _hand(key, one)
    with inside(tenant):
        if len(keys) == BATCH:
            outbox.put("transfer_work", f"transfer-{key}-{keys[-1]}", {"transfer": key, "after": keys[-1]})
        else:
            WorkTransfer.objects.filter(pk=key, finished_at=None).update(finished_at=now())


def _hand(key: int, dossier_key: int) -> None:
    row = WorkTransfer.objects.select_related("person", "asked_by").select_for_update(of=("self",)).get(pk=key)
    dossier = Dossier.objects.select_related("procedure", "office", "version").get(pk=dossier_key)
    try:
        taker = _give(row, dossier)
    except NotAllowed as refusal:
        told: dict[str, Any] = {"dossier": str(dossier), "reference": dossier.reference, "reason": str(refusal)}
        row.stayed = [*row.stayed, told][:MOST_TOLD]
    else:
        row.given = {**row.given, str(taker): row.given.get(str(taker), 0) + 1}
    row.save(update_fields=["given", "stayed"])


@transaction.atomic
def _give(row: WorkTransfer, dossier: Dossier) -> int:
    """To the one of those named who may take it and was given the least so far. Raises NotAllowed with the reason."""
    workflow.lock(dossier)
    if dossier.assignee_id != row.person_id or dossier.state not in hands.IN_HAND:
        raise NotAllowed(_("Trong lúc bàn giao hồ sơ đã sang người khác hoặc đã xong."))
    fitting = [one for one in _able(dossier) if one.pk in row.to]
    if not fitting:
        raise NotAllowed(
            _("Không ai trong những người nhận giữ vai trò của bước này ở đơn vị, hoặc hồ sơ là của chính họ.")
        )
    taker = min(fitting, key=lambda one: (row.given.get(str(one.pk), 0), row.to.index(one.pk)))
    workflow.note(
        dossier, "assign", row.asked_by, reason=row.reason,
        to=taker.full_name, to_id=taker.pk, instead_of=row.person.full_name, transfer=row.pk,
    )  # fmt: skip
    dossier.assignee = taker
    dossier.save(update_fields=["assignee"])
    return taker.pk


def _able(dossier: Dossier) -> list[User]:
    """Who may do the step where the dossier stands, or anybody of its offices where it stands at none."""
    step = next((one for one in dossier.version.parsed.route if one.key == dossier.step_key), None)
    place = dossier.processing_office_id or dossier.office_id
    found = hands.holders(step.role, place) if step else list(hands.staff_at(dossier.offices).values())
    return [one for one in found if not workflow.is_own(dossier, one)]
