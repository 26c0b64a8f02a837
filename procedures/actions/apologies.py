"""The one apology for a date that is missed or going to be: cause, whose delay, one new date (Mẫu 04)."""

import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal import audit
from portal.models import Office, User
from portal.moments import now
from portal.queries import memberships_of
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions.papers import issue_slip_04
from procedures.models import Apology, Dossier
from procedures.models.lifecycle import RUNNING
from procedures.queries.clocks import calendar_of
from procedures.workflow import NotAllowed


@transaction.atomic
def apologise(
    dossier: Dossier, head: User, *, cause: str, reason: str, office: Office, new_day: datetime.date
) -> Apology:
    """Once for a dossier, by the head. The legal due moment stays what it is: figures go on telling that it was late."""
    workflow.lock(dossier)
    old = dossier.due_at
    if dossier.state not in RUNNING or old is None:
        raise NotAllowed(_("Chỉ xin lỗi và hẹn lại khi hồ sơ đang giải quyết và đồng hồ đang chạy."))
    if Role.HEAD not in workflow.roles_at(dossier, head) or workflow.is_own(dossier, head):
        raise NotAllowed(_("Chỉ lãnh đạo đơn vị được xin lỗi và hẹn lại."))
    if dossier.apologised_at:
        raise NotAllowed(_("Hồ sơ này đã được xin lỗi và hẹn lại một lần; pháp luật không cho hẹn lại lần nữa."))
    new = new_moment(dossier, new_day)
    row = Apology.objects.create(
        dossier=dossier, cause=cause, reason=reason, office=office, old_due_at=old, new_due_at=new, made_by=head, made_at=now()
    )  # fmt: skip
    dossier.apologised_at, dossier.promised_at = row.made_at, new
    dossier.save(update_fields=["apologised_at", "promised_at"])
    _tell(dossier, head, row)
    return row


def new_moment(dossier: Dossier, day: datetime.date) -> datetime.datetime:
    """The close of the new day: a working day of the office, after now and after the date that is taken back."""
    calendar = calendar_of(dossier.office, now())
    if not calendar.is_working_day(day):
        raise NotAllowed(_("Ngày hẹn lại phải là ngày làm việc của đơn vị."))
    moment = calendar.close_of(day)
    if moment <= now() or (dossier.due_at and moment <= dossier.due_at):
        raise NotAllowed(_("Ngày hẹn lại phải sau ngày đã hẹn và sau hôm nay."))
    return moment


def _tell(dossier: Dossier, head: User, row: Apology) -> None:
    facts = {"cause": row.cause, "office": row.office.code, "before": row.old_due_at, "after": row.new_due_at}
    workflow.note(dossier, "apologise", head, role=Role.HEAD, reason=row.reason, **facts)
    with translation.override("vi"):
        why = f"{row.get_cause_display()}. {row.reason}"
    issue_slip_04(
        dossier, head, position=position_of(head), old_due_at=row.old_due_at, new_due_at=row.new_due_at,
        delayed_by=row.office.name, reason=why,
    )  # fmt: skip
    notifications.tell(dossier, "late", reason=row.reason, due=row.new_due_at)
    audit.record(head, "dossier.apologise", f"dossier:{dossier.reference}", subject=dossier.owner, cause=row.cause)


def position_of(head: User) -> str:
    held = next((m for m in memberships_of(head) if m.role == Role.HEAD and m.title), None)
    return held.title if held else "THỦ TRƯỞNG ĐƠN VỊ"


def owes_apology(dossier: Dossier) -> bool:
    """Running with a date, and nobody has apologised yet."""
    return dossier.state in RUNNING and dossier.due_at is not None and dossier.apologised_at is None
