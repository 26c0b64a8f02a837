"""Issuing papers: what each says is gathered once, kept, and rendered from that, letter for letter, whenever it is opened."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import override

from portal.models import Office, User
from portal.moments import now, today
from portal.tenancy import current_tenant
from portal.text import random_code
from procedures.models import Attachment, Dossier, Paper, SupplementRequest
from procedures.notifications import link_to, origin
from procedures.queries.answers import fee_lines, required_papers
from procedures.queries.clocks import form_channel
from procedures.queries.prices import came_about

LONGEST_TITLE = 300


def issue(dossier: Dossier, kind: str, issuer: User | None, data: dict[str, Any], **columns: Any) -> Paper:
    """The paper says its title whole (in `data`); lists show the beginning of a long one."""
    title = Truncator(str(columns.pop("title", "") or Paper.Kind(kind).label)).chars(LONGEST_TITLE)
    return Paper.objects.create(
        dossier=dossier, kind=kind, issued_by=issuer, issued_at=now(), data=data, title=title, **columns
    )


def issue_submission_receipt(dossier: Dossier) -> Paper:
    """What was received, to the byte: the manifest with every file's name, size and SHA-256."""
    files = Attachment.objects.filter(dossier=dossier, removed_at=None)
    data = {
        **_head(dossier, dossier.receiving_office),
        "reference": dossier.reference,
        "submitted_at": dossier.submitted_at,
        "accept_by": dossier.acceptance_due_at,
        "procedure": _name(dossier),
        "code": dossier.procedure.code,
        "submitter": submitter_of(dossier),
        "fees": _fees(dossier),
        "files": [{"name": f.name, "paper": f.paper, "size": f.size, "sha256": f.sha256} for f in files],
    }
    return issue(dossier, Paper.Kind.SUBMISSION, None, data)


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
    span = dossier.version.parsed.time_for(form_channel(dossier.channel), dossier.case)
    data = {
        **_head(dossier, dossier.receiving_office),
        "number": dossier.number,
        "issued_at": dossier.accepted_at,
        "submitter": submitter_of(dossier),
        "procedure": _name(dossier),
        "papers": list(_papers(dossier, counts or {})),
        "time_limit": time_limit(span, dossier.language) if span else None,
        "received_at": dossier.accepted_at,
        "due_at": dossier.due_at,
        "collect_at": dossier.get_delivery_display(),
        "fee": dossier.fee_total or None,
        "clerk": {"name": clerk.full_name},
    }
    return issue(dossier, Paper.Kind.SLIP_01, clerk, data, number=dossier.number)


def issue_slip_02(dossier: Dossier, request: SupplementRequest, clerk: User) -> Paper:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ."""
    data = {
        **_head(dossier, dossier.office),
        "number": dossier.number or dossier.reference,
        "issued_at": request.asked_at,
        "owner": submitter_of(dossier),
        "procedure": _name(dossier),
        "papers": [
            {"name": p["name"], "originals": 1, "certified": 0, "copies": 0, "note": p.get("wanted", "")}
            for p in request.papers
        ],
        "reason": request.reason,
        "supply_by": request.due_at,
        "guide": {"name": clerk.full_name, "phone": dossier.office.phone},
    }
    return issue(dossier, Paper.Kind.SLIP_02, clerk, data, number=data["number"])


def issue_slip_03(dossier: Dossier, clerk: User, *, reason: str, clause: str, remedy: str) -> Paper:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""
    data = {
        **_head(dossier, dossier.receiving_office),
        "number": dossier.reference,
        "owner": submitter_of(dossier),
        "procedure": _name(dossier),
        "submitted_at": dossier.submitted_at,
        "reason": reason,
        "legal_clause": clause,
        "remedy": remedy,
        "contact": dossier.receiving_office.phone,
        "clerk": {"name": clerk.full_name},
    }
    return issue(dossier, Paper.Kind.SLIP_03, clerk, data, number=dossier.reference)


def result_data(
    dossier: Dossier, head: str, position: str, number: str, code: str, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """What a result says; `lines` were prepared by the officer."""
    template = dossier.version.parsed.result_template
    title = template.title.read("vi") if template else dossier.procedure.name
    return {
        **_head(dossier, dossier.office),
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
    dossier: Dossier, head: str, position: str, number: str, code: str, *, reason: str, remedy: str
) -> dict[str, Any]:
    return {
        **_head(dossier, dossier.office),
        "number": number,
        "decided_on": today(),
        "basis": [
            f"Căn cứ {law.number} {law.title.read('vi')}".strip() for law in dossier.version.parsed.legal_basis[:4]
        ],
        "owner": submitter_of(dossier),
        "dossier": dossier.number,
        "procedure": dossier.procedure.name,
        "received_at": dossier.accepted_at,
        "reason": reason,
        "remedy": remedy,
        "signatory": {"position": position, "name": head},
        "verification_code": code,
        "qr_url": verify_link(code),
    }


def verify_link(code: str) -> str:
    return f"{origin()}{reverse('verify', args=[code], urlconf='portal.urls')}"


def new_verification_code() -> str:
    return random_code()


def submitter_of(dossier: Dossier) -> dict[str, Any]:
    known = {
        "name": dossier.owner_name,
        "address": dossier.contact_address,
        "phone": dossier.contact_phone,
        "email": dossier.contact_email,
        "personal_id": dossier.contact_id,
    }
    return {name: value for name, value in known.items() if value}


def _head(dossier: Dossier, office: Office) -> dict[str, Any]:
    tenant = current_tenant()
    return {
        "agency": {"parent": tenant.name.upper(), "name": office.name.upper()},
        "place": office.address.rpartition(",")[2].strip() or tenant.short_name,
        "issued_at": now(),
        "qr_url": link_to(dossier),
        "track_url": f"{origin()}{reverse('track', urlconf='portal.urls')}",
        "hotline": office.phone or tenant.setting("hotline"),
    }


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
        yield {"name": paper.name.read(dossier.language), **given}


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
