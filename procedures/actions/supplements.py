"""Asking for what is missing, once and completely; getting it; or not."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from payments.actions import cancel_open
from portal.models import User
from portal.moments import HERE, now, today
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import clocks, papers
from procedures.actions.submission import Incomplete
from procedures.models import AnswerRound, Dossier, Pause, SupplementProposal, SupplementRequest
from procedures.models.lifecycle import State
from procedures.queries.answers import check_form, clean_answers, missing_papers
from procedures.queries.clocks import supplement_due, terms_of
from procedures.queries.filing import not_given
from procedures.queries.supplements import needs_head, open_proposal
from procedures.workflow import NotAllowed


@transaction.atomic
def ask(
    dossier: Dossier, official: User, *, reason: str, wanted: list[dict[str, Any]], fields: list[str] | None = None
) -> SupplementRequest:
    """Ask for everything that is missing in one list (Mẫu 02). After the first, and beyond the limit, only the head may."""
    workflow.lock(dossier)
    if needs_head(dossier) and Role.HEAD not in workflow.roles_at(dossier, official):
        raise NotAllowed(
            _("Thủ tục này chỉ cho yêu cầu bổ sung %(limit)s lần. Muốn yêu cầu thêm cần lãnh đạo thực hiện.")
            % {"limit": terms_of(dossier).max_supplements}
        )
    return _asked(dossier, official, official, reason, wanted, fields or [])


def _asked(
    dossier: Dossier, actor: User, guide: User, reason: str, wanted: list[dict[str, Any]], fields: list[str]
) -> SupplementRequest:
    """`guide` wrote the list and answers the citizen's questions; `actor` takes the step."""
    restart = terms_of(dossier).supplement_mode == "restart" and dossier.state in (State.ACCEPTED, State.PROCESSING)
    was_running = dossier.accepted_at is not None
    wrote: dict[str, Any] = {"written_by": guide.full_name} if guide != actor else {}
    workflow.take(
        dossier, "ask_supplement", actor, reason=reason, papers=[w["name"] for w in wanted],
        resumes_to=State.ACCEPTED if restart else "", **wrote,
    )  # fmt: skip
    dossier.supplement_count += 1
    dossier.supplement_due_at = supplement_due(dossier, now())
    dossier.step_key = "" if restart else dossier.step_key
    dossier.save(update_fields=["supplement_count", "supplement_due_at", "step_key"])
    _keep_round(dossier)
    if was_running:
        clocks.resume(dossier, now())
        clocks.pause(dossier, Pause.Kind.SUPPLEMENT, now())
    request = SupplementRequest.objects.create(
        dossier=dossier, round=dossier.supplement_count, papers=wanted, fields=fields, reason=reason, asked_by=guide,
        asked_at=now(), due_at=dossier.supplement_due_at,
    )  # fmt: skip
    papers.issue_slip_02(dossier, request, guide)
    notifications.tell(dossier, "supplement_requested", reason=reason, wanted=wanted, due=request.due_at)
    return request


def _keep_round(dossier: Dossier) -> None:
    """The answers as they stand, before anybody may change them again."""
    AnswerRound.objects.create(
        dossier=dossier, round=dossier.supplement_count, version=dossier.version, answers=dossier.answers, kept_at=now()
    )


@transaction.atomic
def propose(
    dossier: Dossier, official: User, *, reason: str, wanted: list[dict[str, Any]], fields: list[str] | None = None
) -> SupplementProposal:
    """Write a further request and put it before the head; nothing is sent before the head agrees."""
    workflow.lock(dossier)
    waiting = open_proposal(dossier)
    if waiting is not None:
        told = {"name": waiting.by.full_name, "when": f"{waiting.at.astimezone(HERE):%H:%M %d/%m/%Y}"}
        raise NotAllowed(_("Yêu cầu bổ sung do %(name)s lập lúc %(when)s đang chờ lãnh đạo duyệt.") % told)
    if "ask_supplement" not in workflow.allowed(dossier, official):
        raise NotAllowed(_("Hiện không yêu cầu bổ sung được với hồ sơ này."))
    workflow.note(
        dossier, "propose_supplement", official, reason=reason, papers=[w["name"] for w in wanted], round=dossier.supplement_count + 1
    )  # fmt: skip
    asked = {"reason": reason, "wanted": wanted, "fields": fields or []}
    return SupplementProposal.objects.create(dossier=dossier, told=asked, by=official, at=now())


@transaction.atomic
def agree(dossier: Dossier, head: User) -> SupplementRequest:
    """The head lets the proposed request go out, as it was written."""
    workflow.lock(dossier)
    proposal = _decided(dossier, head, agreed=True)
    if Role.HEAD not in workflow.roles_at(dossier, head):
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    told = proposal.told
    return _asked(dossier, head, proposal.by, told["reason"], told["wanted"], told["fields"])


@transaction.atomic
def decline(dossier: Dossier, head: User, *, reason: str) -> Dossier:
    """The head does not let it go out, and says why; the dossier goes on where it stands."""
    workflow.lock(dossier)
    _decided(dossier, head, agreed=False)
    workflow.note(dossier, "decline_supplement", head, reason=reason)
    return dossier


def _decided(dossier: Dossier, head: User, *, agreed: bool) -> SupplementProposal:
    proposal = open_proposal(dossier)
    if proposal is None:
        raise NotAllowed(_("Không còn yêu cầu bổ sung nào chờ duyệt."))
    proposal.decided_by, proposal.decided_at, proposal.agreed = head, now(), agreed
    proposal.save(update_fields=["decided_by", "decided_at", "agreed"])
    return proposal


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
