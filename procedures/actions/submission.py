"""Filing a dossier: judged whole, once, with a receipt of what was received."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal.models import User
from portal.moments import now, today
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import drafts, moving, papers
from procedures.models import ONLINE_CHANNELS, Dossier, Offering, Submission
from procedures.models.lifecycle import State
from procedures.queries.answers import check_form, clean_answers, fee_lines, missing_papers
from procedures.queries.clocks import acceptance_due
from procedures.queries.filing import owner_missing
from procedures.queries.profiles import profile_of
from procedures.queries.searching import search_words
from procedures.schema.validate import Message
from procedures.workflow import NotAllowed

SETTLED = ("answers", "case", "fee_total", "level", "search", "contact_id_hash", "contact_phone_hash")


class Incomplete(Exception):
    """Something is missing or wrong: `messages` by answer path, `papers` by name."""

    def __init__(self, messages: Mapping[str, Message], missing: list[str]) -> None:
        super().__init__(_("Hồ sơ còn thiếu hoặc chưa đúng."))
        self.messages, self.papers = messages, missing


class OtherRequest(Exception):
    """The same key came before with another content."""


@transaction.atomic
def submit(dossier: Dossier, person: User, key: str) -> Dossier:
    """File online. The same key again, from a second press, a reload or a lost answer, gives the same dossier.

    Raises Incomplete, OtherRequest, NotAllowed; changes nothing then.
    """
    workflow.lock(dossier)
    if came_before(dossier, person, key):
        return dossier
    if dossier.state != State.DRAFT and dossier.submitted_at and dossier.submitter_id == person.pk:
        return dossier
    moving.lead_over(dossier)
    judge(dossier)
    know_whose(dossier)
    _file(dossier, person)
    remember(dossier, person, key)
    return dossier


@transaction.atomic
def pass_on(dossier: Dossier) -> Dossier:
    """File what a desk took in on paper for this office: judged alike, then accepted or refused here like all others.

    Nobody's account is needed; who took it in is told where it was taken in. Raises Incomplete, NotAllowed.
    """
    workflow.lock(dossier)
    judge(dossier)
    return _file(dossier, None)


def _file(dossier: Dossier, person: User | None) -> Dossier:
    settle_for_filing(dossier)
    workflow.take(dossier, "submit", person, by=Role.CLERK, channel=dossier.channel)
    dossier.submitted_at = now()
    dossier.acceptance_due_at = acceptance_due(dossier, dossier.submitted_at)
    dossier.save()
    papers.issue_submission_receipt(dossier)
    notifications.tell(dossier, "submitted", fee=dossier.fee_total)
    return dossier


def came_before(dossier: Dossier, person: User, key: str) -> bool:
    """Whether this key filed this dossier already. Raises OtherRequest where it filed another."""
    known = Submission.objects.filter(person=person, key=key).first()
    if known is not None and known.dossier_id != dossier.pk:
        raise OtherRequest
    return known is not None


def remember(dossier: Dossier, person: User, key: str) -> None:
    Submission.objects.create(person=person, key=key, fingerprint=fingerprint(dossier), dossier=dossier, at=now())


def claim(person: User, key: str) -> bool:
    """Be the only request with this key until the transaction ends; False while another one is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"submission:{person.pk}:{key}"])
        return bool(cursor.fetchone()[0])


def judge(dossier: Dossier, counts: Mapping[str, Any] | None = None) -> None:
    """The same judgement for page, API and counter; `counts` are the papers that a clerk counted."""
    moving.hold_published(dossier)
    if dossier.procedure.current_id is None:
        raise NotAllowed(_("Thủ tục này không còn được tiếp nhận nên không nộp được nữa."))
    offering = Offering.objects.filter(procedure=dossier.procedure, office=dossier.office).first()
    if dossier.channel in ONLINE_CHANNELS and (offering is None or offering.level < 3):
        raise NotAllowed(_("Đơn vị này hiện không nhận hồ sơ trực tuyến cho thủ tục này."))
    messages, missing = check_form(dossier, today()), missing_papers(dossier, counts)
    if messages or missing:
        raise Incomplete(messages, missing)


def know_whose(dossier: Dossier) -> None:
    """Whoever files for another says for whom and by what mandate; everybody says how to be reached."""
    if owner_missing(dossier):
        raise NotAllowed(_("Chưa đủ thông tin chủ hồ sơ hoặc giấy ủy quyền."))
    if not dossier.contact_phone:
        raise NotAllowed(_("Hãy cho số điện thoại để chúng tôi liên hệ."))


def settle_for_filing(dossier: Dossier) -> None:
    """Keep clean answers, the case, the fee, the level that holds now, and the words to search by."""
    definition = dossier.version.parsed
    dossier.answers = clean_answers(dossier)
    case = definition.case_for(dossier.answers, profile_of(dossier))
    dossier.case = case.key if case else "default"
    dossier.fee_total = sum(line.amount for line in fee_lines(dossier) if line.when_due == "submission")
    offering = Offering.objects.filter(procedure=dossier.procedure, office=dossier.office).first()
    dossier.level = offering.level if offering else 1
    dossier.search = search_words(dossier)
    drafts.index(dossier)
    dossier.save(update_fields=SETTLED)  # the step that follows reads the row anew


def fingerprint(dossier: Dossier) -> str:
    told: Any = [dossier.reference, dossier.answers, dossier.delivery]
    return hashlib.sha256(json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()
