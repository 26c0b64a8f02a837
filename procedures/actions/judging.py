"""Judging a dossier's papers one by one, and the authority's own reasons for finding one not good."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.actions import NotPossible
from portal.models import User
from portal.moments import now
from procedures import workflow
from procedures.models import Dossier, PaperFault, Verdict
from procedures.models.lifecycle import FINAL, State
from procedures.schema.paper_faults import BUILT_IN
from procedures.workflow import NotAllowed


@dataclass(frozen=True)
class Finding:
    """What is found of a paper; of one that is not good, why and what is to be done, in words."""

    paper: str
    good: bool
    fault: str = ""
    words: str = ""
    todo: str = ""


@transaction.atomic
def judge(dossier: Dossier, official: User, findings: Sequence[Finding]) -> list[Verdict]:
    """Keep what was found, with who and when. Nothing is overwritten: the latest of a paper holds."""
    workflow.lock(dossier)
    if dossier.state in FINAL or dossier.state == State.DRAFT:
        raise NotAllowed(_("Hồ sơ đã kết thúc nên không nhận xét giấy tờ được nữa."))
    roles = workflow.roles_at(dossier, official)
    made = [
        Verdict(
            dossier=dossier, paper=one.paper, good=one.good, fault="" if one.good else one.fault, words="" if one.good else one.words,
            todo="" if one.good else one.todo, by=official, role=roles[0] if roles else "", round=dossier.supplement_count, at=now(),
        )
        for one in findings
    ]  # fmt: skip
    Verdict.objects.bulk_create(made)
    told = {"good": sum(one.good for one in made), "bad": sum(not one.good for one in made)}
    audit.record(official, "dossier.judge", f"dossier:{dossier.reference}", subject=dossier.owner, **told)
    return made


@transaction.atomic
def keep_fault(person: User, key: str, **told: object) -> PaperFault:
    """Add a reason to the authority's own, or word a known one anew; a built-in one then gives way to it."""
    row, fresh = PaperFault.objects.update_or_create(key=key, defaults=told)
    audit.record(person, "fault.add" if fresh else "fault.change", f"fault:{key}")
    return row


@transaction.atomic
def switch_fault(person: User, key: str, *, on: bool) -> None:
    """Offer a reason no more, or again; what was found by it stays."""
    row = PaperFault.objects.filter(key=key).first()
    if row is None:
        built_in = next((one for one in BUILT_IN if one.key == key), None)
        if built_in is None:
            raise NotPossible(_("Không có lý do này."))
        row = PaperFault(
            key=key, name=built_in.name.vi, name_en=built_in.name.en or "", todo=built_in.todo.vi, todo_en=built_in.todo.en or "",
            position=built_in.position,
        )  # fmt: skip
    row.is_active = on
    row.save()
    audit.record(person, "fault.on" if on else "fault.off", f"fault:{key}")
