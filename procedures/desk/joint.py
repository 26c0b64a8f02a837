"""A linked filing that a desk took in on paper: its parts, wherever they are, and its receipt to print."""

from io import BytesIO
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.files import download
from portal.permissions import permission
from procedures.desk.frame import official, shown
from procedures.queries.joint import whole
from procedures.queries.joint_desk import filing_at, rows_of
from procedures.queries.papers import pdf_of, submission_receipt


@never_cache
@require_safe
@permission("dossier.register")
def filing(request: HttpRequest, reference: str) -> HttpResponse:
    found = filing_at(official(request), reference)
    audit.look(official(request), f"dossier:{found.form.reference}", "joint", found.form.owner)
    stands = whole(found)
    context = {"filing": found, "form": found.form, "parts": rows_of(stands.parts), "expected": stands.expected}
    return shown(request, "desk/joint.html", context, current="desk_register")


@never_cache
@require_safe
@permission("dossier.register")
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    found = filing_at(official(request), reference)
    paper = submission_receipt(found.form)
    if paper is None:
        raise Http404
    audit.look(official(request), f"dossier:{found.form.reference}", "receipt", found.form.owner)
    name = f"lien-thong-{found.form.reference}.pdf"
    return cast(HttpResponse, download(BytesIO(pdf_of(paper)), name, "application/pdf", inline=True))
