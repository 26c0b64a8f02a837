"""Issuing papers: what each says is gathered once, kept, and rendered from that, letter for letter, whenever it is opened.

Slips get a verification code and are signed by a worker afterwards (actions/sealing.py); one that is made again is a new
edition, and the old one is kept and says which replaced it.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import override

from portal import outbox
from portal.models import Office, User
from portal.moments import HERE, now, today
from portal.tenancy import current_tenant
from portal.text import random_code
from procedures.models import Attachment, Dossier, Paper, SupplementRequest
from procedures.notifications import link_to, origin
from procedures.queries.answers import fee_lines, required_papers
from procedures.queries.clocks import form_channel, terms_of
from procedures.queries.papers import SEALED
from procedures.queries.prices import came_about
from procedures.schema.reading import Text

LONGEST_TITLE = 300
LANGUAGES = ("vi", "en")
DESK = {"vi": "Bộ phận Tiếp nhận và Trả kết quả", "en": "Reception and return desk"}


def issue(
    dossier: Dossier,
    kind: str,
    issuer: User | None,
    data: dict[str, Any],
    *,
    replaces: Paper | None = None,
    **columns: Any,
) -> Paper:
    """The paper says its title whole (in `data`); lists show the beginning of a long one. Slips are signed by a worker."""
    title = Truncator(str(columns.pop("title", "") or Paper.Kind(kind).label)).chars(LONGEST_TITLE)
    if kind in SEALED:
        columns["verification_code"] = code = new_verification_code()
        data |= {"verification_code": code, "verify_url": verify_link(code)}
    if replaces is not None:
        columns["edition"] = replaces.edition + 1
        data |= {"edition": replaces.edition + 1, "replaces_at": replaces.issued_at}
    paper = Paper.objects.create(
        dossier=dossier, kind=kind, issued_by=issuer, issued_at=now(), data=data, title=title, **columns
    )
    if replaces is not None:
        replaces.replaced_by = paper
        replaces.save(update_fields=["replaced_by"])
    if kind in SEALED:
        outbox.put("seal_paper", f"paper-{paper.pk}", {"paper": paper.pk})
    return paper


def issue_submission_receipt(dossier: Dossier, issuer: User | None = None, **more: Any) -> Paper:
    """What was received, to the byte: the manifest with every file's name, size and SHA-256. `more` is told besides."""
    files = Attachment.objects.filter(dossier=dossier, removed_at=None)
    data = {
        **letterhead(dossier, dossier.receiving_office),
        "reference": dossier.reference,
        "submitted_at": dossier.submitted_at,
        "accept_by": dossier.acceptance_due_at,
        "procedure": _name(dossier),
        "code": dossier.procedure.code,
        "submitter": submitter_of(dossier),
        "fees": _fees(dossier),
        "files": [{"name": f.name, "paper": f.paper, "size": f.size, "sha256": f.sha256} for f in files],
        **more,
    }
    return issue(dossier, Paper.Kind.SUBMISSION, issuer, data)


def _fees(dossier: Dossier) -> list[dict[str, Any]]:
    """Each phí and lệ phí with how it came about, in the dossier's language; an amount that is not known is left out."""
    with override(dossier.language):
        return [
            {
                "name": line.name.read(dossier.language),
                "amount": line.amount if line.complete else None,
                "steps": came_about(line),
            }
            for line in fee_lines(dossier)
        ]


def issue_slip_01(dossier: Dossier, clerk: User, counts: dict[str, Any] | None = None) -> Paper:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""
    data = slip_01_data(dossier, clerk, list(_papers(dossier, counts or {})))
    return issue(dossier, Paper.Kind.SLIP_01, clerk, data, number=dossier.number)


def slip_01_data(dossier: Dossier, clerk: User, given: list[dict[str, Any]]) -> dict[str, Any]:
    span = dossier.version.parsed.time_for(form_channel(dossier.channel), dossier.case)
    return {
        **letterhead(dossier, dossier.receiving_office, by_desk=True),
        "number": dossier.number,
        "reference": dossier.reference,
        "issued_at": dossier.accepted_at,
        "submitter": submitter_of(dossier),
        "owner": {"name": dossier.owner_name, "address": dossier.contact_address},
        "procedure": both(dossier),
        "papers": given,
        "sets": dossier.sets,
        "time_limit": {language: time_limit(span, language) for language in LANGUAGES} if span else None,
        "received_at": dossier.accepted_at,
        "due_at": dossier.due_at or dossier.promised_at,
        "collect_at": collect_at(dossier),
        "book_no": str(dossier.accepted_at.astimezone(HERE).year)
        if dossier.accepted_at and dossier.book_order
        else None,
        "order_no": str(dossier.book_order) if dossier.book_order else None,
        "fee": dossier.fee_total or None,
        "clerk": {"name": clerk.full_name},
    }


def issue_slip_02(dossier: Dossier, request: SupplementRequest, clerk: User) -> Paper:
    data = slip_02_data(dossier, request, clerk)
    return issue(dossier, Paper.Kind.SLIP_02, clerk, data, number=data["number"])


def slip_02_data(dossier: Dossier, request: SupplementRequest, clerk: User) -> dict[str, Any]:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ; the same for the preview, before anything is asked."""
    return {
        **letterhead(dossier, dossier.office, by_desk=True),
        "number": dossier.number or dossier.reference,
        "issued_at": request.asked_at,
        "owner": owner_of(dossier),
        "procedure": both(dossier),
        "papers": list(_wanted(dossier, request)),
        "to_complete": _to_change(dossier, request),
        "reason": request.reason,
        "supply_by": request.due_at,
        "effect": _effect(dossier),
        "guide": {"name": clerk.full_name, "phone": dossier.office.phone or current_tenant().setting("hotline")},
    }


def _wish(paper: dict[str, Any]) -> str:
    """What is wrong with a paper, then what to do about it."""
    return " ".join(filter(None, (paper.get("why", ""), paper.get("wanted", ""))))


def _wanted(dossier: Dossier, request: SupplementRequest) -> Iterable[dict[str, Any]]:
    """Every paper that is missing with its three counts: as asked for, else as the record asks, else one copy."""
    asked = {paper.key: paper for paper in required_papers(dossier)}
    for row in request.papers:
        known = asked.get(row.get("paper", ""))
        counts = {name: int(row.get(name) or 0) for name in ("originals", "certified", "copies")}
        if not any(counts.values()) and known is not None:
            counts |= {"originals": known.originals, "copies": known.copies}
        if not any(counts.values()):
            counts["copies"] = 1
        yield {"name": row["name"], **counts, "note": _wish(row)}


def _to_change(dossier: Dossier, request: SupplementRequest) -> dict[str, str] | None:
    """The answers that are to be changed, by the names they have on the form."""
    known = dossier.version.parsed.form.index
    labels = [known[key].label for key in request.fields if key in known]
    return {one: "\n".join(label.read(one) for label in labels) for one in LANGUAGES} if labels else None


def _effect(dossier: Dossier) -> dict[str, str]:
    """What the request does to the clock, in words of the law."""
    if dossier.accepted_at is None:
        return {
            "vi": "Thời hạn giải quyết được tính từ khi hồ sơ đủ và được tiếp nhận.",
            "en": "The time for settling runs once the dossier is complete and accepted.",
        }
    if terms_of(dossier).supplement_mode == "restart":
        return {
            "vi": "Thời hạn giải quyết được tính lại từ đầu khi cơ quan nhận đủ nội dung bổ sung.",
            "en": "The time for settling starts anew when everything asked for has arrived.",
        }
    return {
        "vi": "Thời gian chờ bổ sung không tính vào thời hạn giải quyết.",
        "en": "The time of waiting for it is not counted.",
    }


def issue_slip_03(dossier: Dossier, clerk: User, *, reason: str, clause: str, remedy: str) -> Paper:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""
    data = {
        **letterhead(dossier, dossier.receiving_office, by_desk=True),
        "number": dossier.reference,
        "reference": dossier.reference,
        "owner": owner_of(dossier),
        "submitter": submitter_of(dossier),
        "procedure": both(dossier),
        "submitted_at": dossier.submitted_at,
        "reason": reason,
        "legal_clause": clause,
        "remedy": remedy,
        "contact": dossier.receiving_office.phone or current_tenant().setting("hotline"),
        "clerk": {"name": clerk.full_name},
    }
    return issue(dossier, Paper.Kind.SLIP_03, clerk, data, number=dossier.reference)


def issue_slip_04(
    dossier: Dossier, chief: User, *, position: str, old_due_at: Any, new_due_at: Any, delayed_by: str, reason: str
) -> Paper:
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả: one new moment, who caused the delay (an office's name) and why."""
    data = {
        **letterhead(dossier, dossier.office),
        "number": dossier.number,
        "addressee": owner_of(dossier),
        "received_at": dossier.accepted_at,
        "sector": two(dossier.version.parsed.sector.name),
        "procedure": both(dossier),
        "old_due_at": old_due_at,
        "delayed_by": delayed_by,
        "reason": reason,
        "new_due_at": new_due_at,
        "collect_at": collect_at(dossier),
        "head": {"position": position, "name": chief.full_name},
    }
    return issue(dossier, Paper.Kind.SLIP_04, chief, data, number=dossier.number)


def result_data(
    dossier: Dossier, head: str, position: str, number: str, code: str, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """What a result says; `lines` were prepared by the officer."""
    template = dossier.version.parsed.result_template
    title = template.title.read("vi") if template else dossier.procedure.name
    return {
        **letterhead(dossier, dossier.office),
        "number": number,
        "decided_on": today(),
        "title": title,
        "lines": lines,
        "basis": [
            f"Căn cứ {law.number} {law.title.read('vi')}".strip() for law in dossier.version.parsed.legal_basis[:4]
        ],
        "signatory": {"position": position, "name": head},
        "verification_code": code,
        "qr_url": verify_link(code),
    }


def refusal_data(
    dossier: Dossier, head: str, position: str, number: str, code: str, *, said: dict[str, str]
) -> dict[str, Any]:
    """What a refusal says: why (`reason`), by which law (`clause`), and what the person can do (`remedy`)."""
    return {
        **letterhead(dossier, dossier.office),
        "number": number,
        "decided_on": today(),
        "basis": [
            f"Căn cứ {law.number} {law.title.read('vi')}".strip() for law in dossier.version.parsed.legal_basis[:4]
        ],
        "owner": owner_of(dossier),
        "dossier": dossier.number,
        "procedure": dossier.procedure.name,
        "received_at": dossier.accepted_at,
        **said,
        "signatory": {"position": position, "name": head},
        "verification_code": code,
        "qr_url": verify_link(code),
    }


def verify_link(code: str) -> str:
    return f"{origin()}{reverse('verify', args=[code], urlconf='portal.urls')}"


def new_verification_code() -> str:
    return random_code()


def owner_of(dossier: Dossier) -> dict[str, Any]:
    """Whose dossier it is and how to reach them; what is not known is left out."""
    known = {
        "name": dossier.owner_name,
        "address": dossier.contact_address,
        "phone": dossier.contact_phone,
        "email": dossier.contact_email,
        "personal_id": dossier.contact_id,
    }
    return {name: value for name, value in known.items() if value}


def submitter_of(dossier: Dossier) -> dict[str, Any]:
    """Who handed it in: the owner, unless another person did it for them."""
    person = dossier.submitter
    if person is None or dossier.submitter_id == dossier.owner_id or person.full_name == dossier.owner_name:
        return owner_of(dossier)
    own = {"name": person.full_name, "personal_id": person.personal_id}
    return {**owner_of(dossier), **{name: value for name, value in own.items() if value}}


def letterhead(dossier: Dossier, office: Office, *, by_desk: bool = False) -> dict[str, Any]:
    """What stands at the top of every paper, and whose certificate signs it. `by_desk`: the desk speaks for its office."""
    tenant = current_tenant()
    desk = {"desk": DESK} if by_desk and office.kind != Office.Kind.CENTRE else {}
    return {
        "agency": {"parent": tenant.name.upper(), "name": office.name.upper(), **desk},
        "office": office.name,
        "place": office.address.rpartition(",")[2].strip() or tenant.short_name,
        "issued_at": now(),
        "qr_url": link_to(dossier),
        "track_url": f"{origin()}{reverse('track', urlconf='portal.urls')}",
        "hotline": office.phone or tenant.setting("hotline"),
    }


def both(dossier: Dossier) -> dict[str, str]:
    """The procedure's name in both languages: the paper is Vietnamese, its translation is made of the same data."""
    return {language: dossier.version.parsed.name(language) for language in LANGUAGES}


def two(text: Text) -> dict[str, str]:
    return {language: text.read(language) for language in LANGUAGES}


def collect_at(dossier: Dossier) -> dict[str, str]:
    """Where the result is given: on the portal, by post, or at a desk with its name and address."""
    place = ""
    if dossier.delivery == Dossier.Delivery.COUNTER:
        desk = dossier.return_office or dossier.receiving_office
        place = "".join(f", {part}" for part in (desk.name, desk.address) if part)
    told = {}
    for language in LANGUAGES:
        with override(language):
            told[language] = f"{Dossier.Delivery(dossier.delivery).label}{place}"
    return told


def _name(dossier: Dossier) -> str:
    return dossier.version.parsed.name(dossier.language)


def _papers(dossier: Dossier, counts: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The papers of the case with three counts each: as the clerk counted them, else as the record asks (online: one copy)."""
    for paper in required_papers(dossier):
        if paper.replaced or paper.present_only:
            continue
        given = counts.get(paper.key) or {"originals": paper.originals, "certified": 0, "copies": paper.copies}
        if counts and not sum(given.values()):
            continue
        yield {"name": two(paper.name), **given}


def time_limit(span: Any, language: str) -> str:
    words = {
        "vi": {"working_day": "ngày làm việc", "calendar_day": "ngày", "hour": "giờ làm việc", "month": "tháng"},
        "en": {"working_day": "working days", "calendar_day": "days", "hour": "working hours", "month": "months"},
    }
    with override(language):
        return (
            f"{span.amount} {words[language][span.unit]}"
            if span.amount
            else {"vi": "trong ngày", "en": "the same day"}[language]
        )
