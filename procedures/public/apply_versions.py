"""What a person reads whose draft was led over to a newer version of its procedure."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.permissions import permission
from procedures.actions import moving
from procedures.models import Dossier, DossierEvent, ProcedureVersion
from procedures.public.apply_drafts import draft_at
from procedures.queries import moves
from procedures.queries.comparisons import Part, compare
from procedures.queries.results import shown

# What a newer version can change for the person who fills it in; the form itself is told question by question.
TOLD = ("papers", "cases", "fees", "fee_note", "time", "conditions", "channels")


@never_cache
@require_safe
@permission("dossier.file")
def apply_changed(request: HttpRequest, code: str, reference: str) -> HttpResponse:
    """What the newer version means for a draft that was led over to it."""
    draft = draft_at(request, code, reference)
    event = moves.last_move(draft)
    if event is None:
        raise Http404
    return render(request, "apply/changed.html", _facts(draft, event))


def _facts(draft: Dossier, event: DossierEvent) -> dict[str, Any]:
    before = draft.procedure.versions.get(number=event.facts["before"])
    after = draft.procedure.versions.get(number=event.facts["after"])
    return {
        "draft": draft, "procedure": draft.procedure, "after": after, "section": "procedures",
        "fresh": moving.questions(after, event.facts["fresh"]), "lost": _lost(draft, before, event.facts["lost"]),
        "parts": _parts(before, after),
    }  # fmt: skip


def _lost(draft: Dossier, before: ProcedureVersion, keys: list[str]) -> list[dict[str, Any]]:
    """The questions whose answers were not taken over, each with what the person had answered."""
    answers, index = draft.answers.get(moves.EARLIER, {}), before.parsed.form.index
    asked, language = [index[key] for key in keys if key in index], get_language() or "vi"
    return [
        {
            "label": one.label,
            "value": "" if one.type in ("file", "group") else shown(one, answers.get(one.key), language),
        }
        for one in asked
    ]


def _parts(before: ProcedureVersion, after: ProcedureVersion) -> list[Part]:
    return [part for part in compare(before.definition, after.definition, both=False) if part.key in TOLD]
