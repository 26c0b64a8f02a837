"""Everything that should be looked at before a draft is published: what stops it first, each with the way to its place."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.permissions import permission
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.record_places import Place, href_of, place_at
from procedures.models import VersionDraft
from procedures.models.form_messages import problem_sentence
from procedures.queries import versions
from procedures.queries.rehearsal import sound
from procedures.queries.surroundings import surroundings_of
from procedures.queries.trials import run_all
from procedures.schema import parts
from procedures.schema.advice import Advice, advise
from procedures.schema.definition import Definition
from procedures.schema.reading import Problem, Sentence


@never_cache
@require_safe
@permission("manage.view")
def checks(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    problems = versions.problems_of(draft)
    read = sound(draft.definition).definition
    advice = _advice(draft, read)
    trials = _trials(draft, read)
    stopping = [*(_told(draft, one.path, problem_sentence(one)) for one in problems), *_some(draft, advice, stops=True)]
    failed = [one for one in trials if not one["passed"]]
    context = {
        "draft": draft, "problems": problems, "stopping": stopping, "advised": list(_some(draft, advice, stops=False)),
        "trials": len(trials), "failed": failed, "ready": not stopping and not failed,
    }  # fmt: skip
    return draft_page(request, code, "manage/draft/checks.html", "manage_draft_checks", **context)


def _advice(draft: VersionDraft, read: Definition | None) -> list[Advice]:
    """Advice is given on what can be read; a faulty part is told as a fault instead."""
    return advise(read, surroundings_of(draft.code, read)) if read else []


def _some(draft: VersionDraft, advice: Iterable[Advice], *, stops: bool) -> Iterable[dict[str, Any]]:
    return (_told(draft, one.address, said(one.sentence)) for one in advice if one.stops == stops)


def _told(draft: VersionDraft, address: str, sentence: str) -> dict[str, Any]:
    place: Place = place_at(draft, parts.address_of(draft.definition, address))
    return {"text": sentence, "place": place.title, "href": place.href}


def said(sentence: Sentence) -> str:
    """A sentence of the plain packages in the page's language."""
    return problem_sentence(Problem("", sentence))


def _trials(draft: VersionDraft, read: Definition | None) -> list[dict[str, Any]]:
    found = run_all(read, draft.code) if read else []
    return [
        {
            "name": one.trial.name, "passed": one.passed, "href": href_of(draft, f"trials.{one.trial.key}"),
            "rows": [(said(one.expected[item]), said(one.found[item])) for item in one.failed],
        }
        for one in found
    ]  # fmt: skip
