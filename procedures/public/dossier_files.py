"""Downloads of one's own: papers that the authority issued, files that one gave."""

import io
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.files import download, open_stored
from portal.models import User
from portal.permissions import permission
from procedures.models import Attachment, Dossier
from procedures.public.own_dossiers import on_own
from procedures.queries.joint import filing_of
from procedures.queries.own import papers_of
from procedures.queries.papers import SEALED, file_name, pdf_of, rendered, submission_receipt


@never_cache
@require_safe
@permission("account")
@on_own
def my_paper(request: HttpRequest, dossier: Dossier, key: int) -> HttpResponseBase:
    paper = next((one for one in papers_of(dossier) if one.pk == key), None)
    if paper is None:
        raise Http404
    translated = request.GET.get("ban-dich") == "en" and paper.kind in SEALED
    content = rendered(paper, language="en") if translated else pdf_of(paper)
    return download(io.BytesIO(content), file_name(paper), "application/pdf")


@never_cache
@require_safe
@permission("account")
def my_joint_receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What was filed in one go, of all parts on one sheet."""
    filing = filing_of(cast(User, request.user), reference)
    paper = submission_receipt(filing.form) if filing else None
    if paper is None:
        raise Http404
    return cast(HttpResponse, download(io.BytesIO(pdf_of(paper)), file_name(paper), "application/pdf"))


@never_cache
@require_safe
@permission("account")
@on_own
def my_file(request: HttpRequest, dossier: Dossier, key: int) -> HttpResponseBase:
    """A file that was given is given back as it is; one that was found infected is not, nor what the desk sent before it is scanned."""
    found = (
        Attachment.objects.filter(dossier=dossier, pk=key, removed_at=None)
        .exclude(status=Attachment.Status.INFECTED)
        .exclude(letter__from_desk=True, status=Attachment.Status.QUARANTINED)
        .first()
    )
    if found is None:
        raise Http404
    return download(open_stored(found.path), found.name)
