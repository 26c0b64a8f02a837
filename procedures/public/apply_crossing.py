"""A draft whose procedure got a newer version, or is received no more: where it cannot stay, nothing typed is lost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from procedures.actions import moving
from procedures.models import Dossier, ProcedureVersion
from procedures.queries import moves
from procedures.queries.form_fields import files_by_field
from procedures.queries.summaries import answers_of


def on_its_version(request: HttpRequest, draft: Dossier, go: Callable[[], HttpResponse]) -> HttpResponse:
    """Let the person go on; where the draft cannot stay on its version, keep what was typed and say what happened."""
    ended, target = moves.withdrawn(draft.procedure), moves.target_of(draft)
    if ended is None and target is None:
        return go()
    if request.method == "POST" and not _files(request):
        kept = go()
        if _asks(request, "apply_save"):
            return kept
    if ended is not None:
        return _ended(request, draft, ended)
    moving.lead_over(draft)
    return redirect("apply_changed", draft.procedure.code, draft.reference)


def _files(request: HttpRequest) -> bool:
    """Filing is not typing: nobody files what they have not seen."""
    return _asks(request, "apply_check")


def _asks(request: HttpRequest, name: str) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == name


def _ended(request: HttpRequest, draft: Dossier, ended: ProcedureVersion) -> HttpResponse:
    facts = {
        "draft": draft,
        "procedure": draft.procedure,
        "ended": ended,
        "parts": answers_of(draft, files_by_field(draft)),
    }
    return render(request, "apply/withdrawn.html", {**facts, "section": "procedures"})
