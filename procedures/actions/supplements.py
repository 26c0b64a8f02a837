"""Asking for what is missing, once and completely; getting it; or not."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from payments.actions import cancel_open
from portal.models import User
from portal.moments import now, today
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import clocks, papers
from procedures.actions.submission import Incomplete
from procedures.models import Dossier, Pause, SupplementRequest
from procedures.models.lifecycle import State
from procedures.queries.answers import check_form, clean_answers, missing_papers
from procedures.queries.clocks import supplement_due, terms_of
from procedures.queries.filing import not_given
from procedures.workflow import NotAllowed


@transaction.atomic
def ask(
    dossier: Dossier, official: User, *, reason: str, wanted: list[dict[str, Any]], fields: list[str] | None = None
) -> SupplementRequest:
    """Ask for everything that is missing in one list (Mẫu 02). Beyond the procedure's limit only the head may ask."""
    workflow.lock(dossier)
    limit = terms_of(dossier).max_supplements
    if dossier.supplement_count >= limit and Role.HEAD not in workflow.roles_at(dossier, official):
        raise NotAllowed(
            _("Thủ tục này chỉ cho yêu cầu bổ sung %(limit)s lần. Muốn yêu cầu thêm cần lãnh đạo thực hiện.")
            % {"limit": limit}
        )
    restart = terms_of(dossier).supplement_mode == "restart" and dossier.state in (
        State.ACCEPTED,
        State.PROCESSING,
    )
    was_running = dossier.accepted_at is not None
    workflow.take(
        dossier,
        "ask_supplement",
        official,
        reason=reason,
        papers=[w["name"] for w in wanted],
        resumes_to=State.ACCEPTED if restart else "",
    )
    dossier.supplement_count += 1
    dossier.supplement_due_at = supplement_due(dossier, now())
    dossier.step_key = "" if restart else dossier.step_key
    dossier.save(update_fields=["supplement_count", "supplement_due_at", "step_key"])
    if was_running:
        clocks.resume(dossier, now())
        clocks.pause(dossier, Pause.Kind.SUPPLEMENT, now())
    request = SupplementRequest.objects.create(
        dossier=dossier, round=dossier.supplement_count, papers=wanted, fields=fields or [], reason=reason, asked_by=official,
        asked_at=now(), due_at=dossier.supplement_due_at,
    )  # fmt: skip
    papers.issue_slip_02(dossier, request, official)
    notifications.tell(dossier, "supplement_requested", reason=reason, wanted=wanted, due=request.due_at)
    return request


@transaction.atomic
def supply(dossier: Dossier, person: User, *, note: str = "") -> Dossier:
    """Hand in what was asked for; the clock goes on, or starts again. At the counter the clerk has the papers in hand."""
    workflow.lock(dossier)
    online = person.pk in (dossier.owner_id, dossier.submitter_id)
    messages, missing = check_form(dossier, today()), missing_papers(dossier)
    missing += [name for name in (not_given(dossier) if online else ()) if name not in missing]
    if messages or missing:
        raise Incomplete(messages, missing)
    workflow.take(dossier, "supply", person, round=dossier.supplement_count)
    SupplementRequest.objects.filter(dossier=dossier, round=dossier.supplement_count).update(
        answered_at=now(), note=note
    )
    dossier.answers = clean_answers(dossier)
    dossier.supplement_due_at = None
    dossier.save(update_fields=["answers", "supplement_due_at"])
    if dossier.accepted_at:
        clocks.resume(dossier, now())
    notifications.tell(dossier, "supplied", due=dossier.due_at)
    return dossier


@transaction.atomic
def lapse(dossier: Dossier) -> Dossier:
    """Nothing came within the term: refused if never accepted, else ended. Time itself takes this step."""
    workflow.lock(dossier)
    if dossier.supplement_due_at is None or dossier.supplement_due_at > now():
        raise NotAllowed(_("Chưa hết thời hạn bổ sung."))
    workflow.take(dossier, "lapse", None, due=dossier.supplement_due_at)
    cancel_open(dossier.reference, actor=None)
    dossier.closed_at = now()
    dossier.save(update_fields=["closed_at"])
    if dossier.accepted_at:
        clocks.resume(dossier, now())
    notifications.tell(dossier, "lapsed", due=dossier.supplement_due_at)
    return dossier
