"""Sheets that the counter prints besides Mẫu 01: one for a whole visit, and the list of papers that go to another office."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from portal import pdf
from portal.files import download
from portal.models import User
from portal.tenancy import current_tenant
from procedures.models import Dossier, GivenPaper, Paper
from procedures.notifications import link_to, origin


def unpaid(dossiers: Sequence[Dossier]) -> int:
    """What is still to be paid, in đồng."""
    return sum(one.fee_total for one in dossiers if not one.fee_paid_at)


def slips_of(dossiers: Sequence[Dossier]) -> list[Paper]:
    """The newest Mẫu 01 of each, without what it says."""
    found = Paper.objects.filter(dossier__in=list(dossiers), kind=Paper.Kind.SLIP_01)
    return list(found.only("pk", "dossier_id", "tenant_id").order_by("issued_at", "pk"))


def receipt_pdf(dossiers: Sequence[Dossier], clerk: User) -> HttpResponse:
    """All dossiers of a visit on one sheet, each with its number, due moment and papers; the QR opens the look-up page."""
    first = dossiers[0]
    papers: dict[int, list[GivenPaper]] = {}
    for row in GivenPaper.objects.filter(dossier__in=list(dossiers)):
        papers.setdefault(row.dossier_id, []).append(row)
    data = {
        **head_of(first),
        "qr_url": link_to(first) if len(dossiers) == 1 else f"{origin()}{reverse('track', urlconf='portal.urls')}",
        "submitter": {"name": first.owner_name, "phone": first.contact_phone, "personal_id": first.contact_id},
        "dossiers": [_told(one, papers.get(one.pk, [])) for one in dossiers],
        "fee": sum(one.fee_total for one in dossiers) or None,
        "fee_open": unpaid(dossiers) or None,
        "clerk": {"name": clerk.full_name},
    }
    content = pdf.render("receipt_sheet", data, language=get_language() or "vi", at=first.accepted_at or first.saved_at)
    return sent(content, f"phieu-{first.number or first.reference}.pdf")


def _told(dossier: Dossier, papers: Sequence[GivenPaper]) -> dict[str, Any]:
    return {
        "number": dossier.number or dossier.reference, "reference": dossier.reference, "procedure": dossier.procedure.name,
        "received_at": dossier.accepted_at or dossier.saved_at, "due_at": dossier.due_at, "collect_at": dossier.get_delivery_display(),
        "papers": [{"name": p.title, "originals": p.originals, "certified": p.certified, "copies": p.copies} for p in papers],
    }  # fmt: skip


def head_of(dossier: Dossier) -> dict[str, Any]:
    tenant, office = current_tenant(), dossier.receiving_office
    return {
        "agency": {"parent": tenant.name.upper(), "name": office.name.upper()},
        "place": office.address.rpartition(",")[2].strip() or tenant.short_name,
        "issued_at": dossier.accepted_at or dossier.saved_at,
        "hotline": office.phone or tenant.setting("hotline"),
    }


def sent(content: bytes, name: str) -> HttpResponse:
    """Shown in the browser, ready to print."""
    return cast(HttpResponse, download(BytesIO(content), name, "application/pdf", inline=True))
