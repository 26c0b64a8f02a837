"""A result that was issued is revoked by a decision of its own, or replaced by a new one: both signed, numbered, told."""

from typing import Any

from django.utils.translation import gettext as _

from portal import audit
from portal.files import Stored
from portal.models import User
from portal.moments import HERE, now
from portal.roles import Role
from procedures import notifications, workflow
from procedures.actions import papers, results, signing
from procedures.models import Dossier, Paper, Signing
from procedures.models.lifecycle import State
from procedures.queries.results import in_force
from procedures.workflow import NotAllowed


def _held(dossier: Dossier, head: User) -> Paper:
    """The paper in force of a dossier whose result was handed over, if this head may touch it."""
    if dossier.state != State.RETURNED:
        raise NotAllowed(_("Chỉ thu hồi hoặc thay thế kết quả đã trả; kết quả chưa trả thì thu hồi để sửa."))
    if workflow.is_own(dossier, head) or Role.HEAD not in workflow.roles_at(dossier, head):
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    paper = in_force(dossier)
    if paper is None:
        raise NotAllowed(_("Hồ sơ này không có kết quả nào còn giá trị."))
    return paper


def revocation(dossier: Dossier, head: User, *, reason: str, clause: str, remedy: str) -> signing.Draft:
    """A decision that takes a paper's force away, with reason, law and what the person can do."""
    paper = _held(dossier, head)

    def written(number: str, code: str) -> dict[str, Any]:
        said = {"reason": reason, "clause": clause, "remedy": remedy}
        told = papers.refusal_data(dossier, head.full_name, results.position_of(head), number, code, said=said)
        told["revoked"] = {"title": paper.title, "number": paper.number, "signed_on": _day(paper)}
        told["seal"] = {"name": dossier.office.name, "at": now()}
        return told

    return signing.Draft(Signing.Purpose.REVOKE, Paper.Kind.REVOCATION, written, paper, reason)


def replacement(dossier: Dossier, head: User, *, reason: str, lines: list[dict[str, str]]) -> signing.Draft:
    """A new paper with a new number in the place of one that was handed over; it names the old one."""
    paper = _held(dossier, head)
    if paper.kind != Paper.Kind.RESULT:
        raise NotAllowed(_("Chỉ thay thế được giấy tờ kết quả; quyết định từ chối thì thu hồi."))

    def written(number: str, code: str) -> dict[str, Any]:
        position = results.position_of(head)
        told = papers.result_data(dossier, head.full_name, position, number, code, lines)
        told["closing"] = f"Văn bản này thay thế văn bản số {paper.number} ký ngày {_day(paper):%d/%m/%Y}."
        told["valid_until"], told["seal"] = paper.valid_until, {"name": dossier.office.name, "at": now()}
        return told

    return signing.Draft(Signing.Purpose.REPLACE, Paper.Kind.RESULT, written, paper, reason)


def _day(paper: Paper) -> Any:
    return (paper.signed_at or paper.issued_at).astimezone(HERE).date()


@signing.effect(Signing.Purpose.REVOKE)
def _revoked(row: Signing, stored: Stored) -> Paper:
    about = _still(row)
    at = now()
    decision = signing.issue(row, stored, at=at, revokes=about)
    _end(row, about, at)
    workflow.note(row.dossier, "revoke", row.head, reason=row.reason, paper=about.number, number=row.number)
    notifications.tell(row.dossier, "revoked", paper=about.number, number=row.number, reason=row.reason)
    audit.record(row.head, "result.revoke", f"dossier:{row.dossier.reference}", paper=about.number, number=row.number)
    return decision


@signing.effect(Signing.Purpose.REPLACE)
def _replaced(row: Signing, stored: Stored) -> Paper:
    about = _still(row)
    at = now()
    paper = signing.issue(row, stored, at=at, valid_until=about.valid_until)
    about.replaced_by = paper
    _end(row, about, at)
    workflow.note(row.dossier, "replace", row.head, reason=row.reason, paper=about.number, number=row.number)
    notifications.tell(row.dossier, "replaced", paper=about.number, number=row.number, reason=row.reason)
    audit.record(row.head, "result.replace", f"dossier:{row.dossier.reference}", paper=about.number, number=row.number)
    return paper


def _still(row: Signing) -> Paper:
    """The paper that it is about, held, if it is still in force and the head may still do this."""
    if row.head is None or row.about_id is None:
        raise NotAllowed(_("Bạn không có quyền thực hiện bước này với hồ sơ."))
    paper = _held(row.dossier, row.head)
    if paper.pk != row.about_id:
        raise NotAllowed(_("Hồ sơ này không có kết quả nào còn giá trị."))
    return paper


def _end(row: Signing, paper: Paper, at: Any) -> None:
    paper.revoked_at, paper.revocation_reason = at, row.reason[:300]
    paper.save(update_fields=["revoked_at", "revocation_reason", "replaced_by"])
