"""Anyone verifies a paper of this authority by the code printed on it."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import signing
from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.models import Paper
from procedures.public.forms import CodeForm, FileForm
from procedures.public.limits import too_many
from procedures.queries.results import paper_by_code, standing_of
from procedures.queries.tracking import canonical

MOST_A_MINUTE = 30


@permission(PUBLIC)
@never_cache
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("verify", code=form.cleaned_data["code"])
    return render(request, "public/verify_form.html", {"form": form})


@permission(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    if too_many(request, "verify", MOST_A_MINUTE):
        return render(
            request, "public/verify_form.html", {"form": CodeForm({"code": code}), "waiting": True}, status=429
        )
    paper = paper_by_code(canonical(code))
    if paper is None:
        return render(
            request, "public/verify_unknown.html", {"form": CodeForm(initial={"code": code[:60]})}, status=404
        )
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    checked = _compared(paper, form) if form.is_bound and form.is_valid() else ""
    return render(request, "public/verify.html", {**_shown(paper), "form": form, "checked": checked})


def _shown(paper: Paper) -> dict[str, Any]:
    """Enough to hold beside the paper in one's hand, and no more of its owner than that."""
    return {
        "paper": paper,
        "standing": standing_of(paper),
        "owner": masked(paper.dossier.owner_name),
        "office": paper.dossier.office,
        "decision": paper.revoked_by.first() if paper.revoked_at else None,
    }


def masked(name: str) -> str:
    """Nguyễn Thị An → Nguyễn T** A*: whoever holds the paper can compare, whoever only has the code learns no name."""
    first, *others = name.split() or [""]
    return " ".join([first, *(word[0] + "*" * (len(word) - 1) for word in others)])


def _compared(paper: Paper, form: FileForm) -> str:
    """The issued file to the byte (what its signature covers as well), another one that we signed, or neither."""
    content = form.cleaned_data["file"].read()
    if paper.sha256 and hashlib.sha256(content).hexdigest() == paper.sha256:
        return "same"
    return "other" if signing.verify(content).valid else "changed"
