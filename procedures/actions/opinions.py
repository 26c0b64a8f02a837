"""Asking other offices of the authority for their opinion: several at once, each with its own deadline and answer."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from integrations.scanning import State as Scanned
from integrations.scanning import Verdict
from portal import audit, outbox
from portal.files import store
from portal.models import Office, User
from portal.moments import now
from portal.queries import memberships_of
from portal.roles import PERMISSIONS
from procedures import notifications, workflow
from procedures.actions import clocks
from procedures.models import Attachment, Dossier, Opinion, Pause
from procedures.models.lifecycle import State
from procedures.queries import opinions
from procedures.queries.uploads import CheckedFile
from procedures.schema.record import RouteStep
from procedures.workflow import NotAllowed

MOST_DAYS = 60


@transaction.atomic
def ask(
    dossier: Dossier, official: User, *, offices: Sequence[Office], question: str, days: int,
    files: Sequence[int] = (), shows_form: bool = False,
) -> list[Opinion]:  # fmt: skip
    """Ask one or several offices. They see the question, and of the dossier only what is named here."""
    workflow.lock(dossier)
    if dossier.state != State.PROCESSING:
        raise NotAllowed(_("Chỉ xin ý kiến khi hồ sơ đang xử lý."))
    if not offices or not 1 <= days <= MOST_DAYS:
        raise NotAllowed(
            _("Chọn ít nhất một đơn vị và thời hạn từ 1 đến %(most)s ngày làm việc.") % {"most": MOST_DAYS}
        )
    asked = Opinion.objects.filter(dossier=dossier, office__in=offices, answered_at=None, withdrawn_at=None)
    if waiting := asked.select_related("office").first():
        raise NotAllowed(_("%(office)s đang được hỏi về hồ sơ này và chưa trả lời.") % {"office": waiting.office.name})
    given = set(Attachment.objects.filter(dossier=dossier, removed_at=None).values_list("pk", flat=True))
    told = {"offices": [one.code for one in offices], "days": days}
    event = workflow.note(dossier, "ask_opinion", official, **told)  # type: ignore[arg-type]
    shown = [key for key in files if key in given]
    made = [_asked(dossier, official, one, question, days, shown, shows_form) for one in offices]
    if _waits(dossier) and not Pause.objects.filter(dossier=dossier, ended_at=None).exists():
        clocks.pause(dossier, Pause.Kind.EXCLUDED, event.occurred_at)
    return made


def _asked(
    dossier: Dossier, official: User, office: Office, question: str, days: int, files: list[int], shows_form: bool
) -> Opinion:
    due, warned = opinions.due_for(office, now(), days)
    row = Opinion.objects.create(
        dossier=dossier, step_key=dossier.step_key, office=office, question=question, files=files, shows_form=shows_form,
        days=days, asked_by=official, asked_at=now(), due_at=due,
    )  # fmt: skip
    notifications.tell_heads(dossier, office, "opinion_asked", opinion=row.pk, due=due)
    for what, at in (("warn", warned), ("late", due)):
        outbox.put("opinion_due", f"opinion-{row.pk}-{what}", {"opinion": row.pk, "what": what}, due=at)
    return row


def _step(dossier: Dossier) -> RouteStep | None:
    return next((one for one in dossier.version.parsed.route if one.key == dossier.step_key), None)


def _waits(dossier: Dossier) -> bool:
    step = _step(dossier)
    return step is not None and step.opinions_excluded and not step.excluded


@transaction.atomic
def answer(opinion: Opinion, official: User, *, stance: str, words: str, file: CheckedFile | None = None) -> Opinion:
    """What the asked office says, once; late too, as long as the dossier is not decided."""
    row, dossier = _held(opinion)
    if dossier.state not in (State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_DUE, State.SUSPENDED):
        raise NotAllowed(_("Hồ sơ đã giải quyết xong nên không nhận ý kiến nữa."))
    role = _role(official, row.office_id)
    if not role or workflow.is_own(dossier, official):
        raise NotAllowed(_("Bạn không có quyền trả lời thay đơn vị này."))
    row.stance, row.answer, row.answered_by, row.answered_at = stance, words, official, now()
    if file is not None:
        stored = store(file.content, "attachments", file.kind)
        row.file_name, row.file_path, row.file_kind = file.name, stored.path, file.kind
        row.file_status = Attachment.Status.QUARANTINED
        outbox.put("scan_opinion", f"opinion-{row.pk}", {"opinion": row.pk})
    row.save()
    late = row.due_at < row.answered_at
    workflow.note(dossier, "give_opinion", official, role=role, office=row.office.code, stance=stance, late=late)
    _go_on(dossier, now())
    return row


def _held(opinion: Opinion) -> tuple[Opinion, Dossier]:
    """The dossier's row first, then the request's; one that is closed already is nobody's any more."""
    dossier = Dossier.objects.select_related("version", "procedure", "office").get(pk=opinion.dossier_id)
    workflow.lock(dossier)
    row = Opinion.objects.select_related("office").select_for_update(of=("self",)).get(pk=opinion.pk)
    if not row.is_open:
        raise NotAllowed(_("Yêu cầu này đã được trả lời hoặc đã rút."))
    return row, dossier


def _role(official: User, office_id: int) -> str:
    fitting = PERMISSIONS["opinion.answer"]
    held = (m for m in memberships_of(official) if m.role in fitting and m.office_id in (None, office_id))
    return next((m.role for m in held), "")


@transaction.atomic
def recall(opinion: Opinion, official: User) -> Opinion:
    """Take a question back that is not needed any more."""
    row, dossier = _held(opinion)
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at"])
    workflow.note(dossier, "recall_opinion", official, office=row.office.code)
    _go_on(dossier, now())
    return row


@transaction.atomic
def come_due(key: int, what: str) -> None:
    """Time's own part: a reminder before, one when it is late. What was answered or taken back is left alone."""
    try:
        row, dossier = _held(Opinion.objects.get(pk=key))
    except NotAllowed:
        return
    if dossier.state not in (State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_DUE, State.SUSPENDED):
        return
    if what == "warn":
        row.warned_at = now()
        row.save(update_fields=["warned_at"])
        notifications.tell_heads(dossier, row.office, "opinion_warned", opinion=row.pk, due=row.due_at)
        return
    row.late_at = now()
    row.save(update_fields=["late_at"])
    workflow.note(dossier, "opinion_late", None, office=row.office.code, due=row.due_at)
    notifications.tell_heads(dossier, row.office, "opinion_late", opinion=row.pk, due=row.due_at)
    _go_on(dossier, row.due_at)


def _go_on(dossier: Dossier, at: datetime.datetime) -> None:
    """The clock that stood still for opinions runs again once none can come in time any more."""
    if _waits(dossier) and not opinions.still_awaited(dossier, at):
        standing = Pause.objects.filter(dossier=dossier, ended_at=None, kind=Pause.Kind.EXCLUDED).first()
        if standing is not None:
            clocks.resume(dossier, max(at, standing.started_at))


@transaction.atomic
def note_verdict(key: int, verdict: Verdict) -> None:
    """Clean opens the file to the asking office, infected shuts it for ever."""
    row = Opinion.objects.select_for_update(of=("self",)).get(pk=key)
    if verdict.state is Scanned.CLEAN:
        row.file_status = Attachment.Status.CLEAN
    elif verdict.state is Scanned.INFECTED:
        row.file_status = Attachment.Status.INFECTED
    row.save(update_fields=["file_status"])
    if row.file_status == Attachment.Status.INFECTED:
        audit.record(None, "opinion.infected", f"opinion:{row.pk}")
