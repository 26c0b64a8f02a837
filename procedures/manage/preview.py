"""A draft as citizens would see it: the real pages with real conditions and checks, filled in for trial, nothing kept."""

import dataclasses
from collections.abc import Callable
from functools import wraps
from graphlib import CycleError
from typing import Any, cast

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from portal.moments import now
from portal.permissions import permission
from procedures import clock
from procedures.manage import attempt as tried
from procedures.manage.attempt import Attempt, Sent
from procedures.manage.drafting import draft_at, draft_page, name_of, read_of
from procedures.models import VersionDraft
from procedures.queries import rehearsal
from procedures.queries.form_fields import fields_of, summary_of
from procedures.queries.results import shown as shown_answer
from procedures.schema.definition import Definition
from procedures.schema.fees import fees_due
from procedures.schema.form import Field, Section
from procedures.schema.papers import papers_for
from procedures.schema.settle import settle

LANGUAGES = ("vi", "en")
View = Callable[..., HttpResponse]


def frames(view: View) -> View:
    """A page that shows pages of ours inside itself."""
    return cast(View, csp_replace({"frame-src": ["'self'"]})(view))


def in_frame(view: View) -> View:
    """A page that may be shown inside a page of ours, in the language that is asked for."""

    @wraps(view)
    def shown(request: HttpRequest, *named: Any, **told: Any) -> HttpResponse:
        with override(_language(request)):
            return view(request, *named, **told)

    return cast(View, xframe_options_sameorigin(csp_replace({"frame-ancestors": ["'self'"]})(shown)))


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else get_language() or "vi"


@never_cache
@require_safe
@frames
@permission("manage.view")
def preview(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    sections = read_of(draft).sections
    asked = next(
        (one.key for one in sections if one.key == request.GET.get("section")), sections[0].key if sections else ""
    )
    told = {
        "draft": draft, "sections": sections, "section": asked, "language": _language(request), "shown_language": _language(request),
        "kind": request.GET.get("owner_kind", "citizen"), "kinds": _kinds(),
    }  # fmt: skip
    return draft_page(request, code, "manage/preview.html", "manage_draft_preview", **told)


def _kinds() -> list[tuple[str, str]]:
    return [
        ("citizen", _("Cá nhân")),
        ("business", _("Doanh nghiệp, hộ kinh doanh")),
        ("organisation", _("Cơ quan, tổ chức")),
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_frame
@permission("manage.view")
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One section as the citizen has it; what is sent goes on to the next, and in the end to what would come of it."""
    draft = draft_at(code)
    read = read_of(draft)
    part = next((one for one in read.sections if one.key == section), None)
    if part is None:
        raise Http404
    try:
        return _turned(request, draft, read, part)
    except CycleError:
        return render(request, "manage/try_circle.html", {"draft": draft, "name": name_of(draft.definition)})


def _turned(request: HttpRequest, draft: VersionDraft, read: Definition, part: Section) -> HttpResponse:
    attempt, sent = tried.begun(request), Sent()
    tried.without(attempt, read.form.index)
    if request.method == "POST":
        sent = tried.receive(request, attempt, part)
        if not sent.stays:
            coming = _after(attempt, read, part)
            if coming is None:
                return _ended(request, draft, read, attempt)
            part, sent = coming, Sent()
    return _page(request, draft, read, part, attempt, sent)


def _after(attempt: Attempt, read: Definition, part: Section) -> Section | None:
    order = [one.key for one in read.sections]
    place = order.index(part.key)
    return next((one for one in attempt.sections(read.form) if order.index(one.key) > place), None)


def _page(
    request: HttpRequest, draft: VersionDraft, read: Definition, part: Section, attempt: Attempt, sent: Sent
) -> HttpResponse:
    there = attempt.sections(read.form)
    step = next((number for number, one in enumerate(there, 1) if one.key == part.key), 1)
    told = {
        **_frame(request, draft, read), "part": part, "page": part, "errors": summary_of(sent.errors), "kept": attempt.kept,
        # Looked at by itself, a section shows even where nothing answered so far would lead to it.
        "fields": fields_of(dataclasses.replace(part, when=None), tried.sheet(attempt, sent)), "step": step, "steps": len(there) + 1,
    }  # fmt: skip
    return render(request, "manage/try_section.html", told)


def _frame(request: HttpRequest, draft: VersionDraft, read: Definition) -> dict[str, Any]:
    """What the citizens' frame is filled with: a procedure that may not be there yet, and no more of the demonstration."""
    language = get_language() or "vi"
    return {
        "draft": draft,
        "procedure": {"title": read.name(language), "code": draft.code},
        "language": language,
        "demo": False,
    }


def _ended(request: HttpRequest, draft: VersionDraft, read: Definition, attempt: Attempt) -> HttpResponse:
    """What these answers lead to: case, papers, fee and due date, by the parts of the draft that can be read."""
    sound = rehearsal.sound(draft.definition)
    told = {
        **_frame(request, draft, read),
        "parts": _answers(read, attempt),
        "first": read.sections[0].key,
        "left_out": sound.left_out,
    }
    if sound.definition is not None:
        told |= _outcome(sound.definition, draft.code, attempt)
    return render(request, "manage/try_check.html", told)


def _outcome(definition: Definition, code: str, attempt: Attempt) -> dict[str, Any]:
    case = definition.case_for(attempt.answers, attempt.profile)
    office = next(iter(rehearsal.offices_for(code)), None)
    told = {
        "case": case, "papers": papers_for(definition, attempt.answers, ["population"] if attempt.verified else [], profile=attempt.profile),
        "fees": fees_due(definition, attempt.answers, "online", profile=attempt.profile), "time": definition.time_for("online", case.key if case else None),
        "route": definition.route, "readable": True,
    }  # fmt: skip
    try:
        foreseen = rehearsal.foreseen(definition, office, now(), "online", case.key if case else "") if office else None
    except clock.NoWorkingTime:
        foreseen = None
    return {**told, "foreseen": foreseen}


def _answers(read: Definition, attempt: Attempt) -> list[dict[str, Any]]:
    """Question and answer, section by section, as the citizen reads them before filing."""
    counted = settle(read.form, attempt.answers, attempt.profile)
    return [
        {"title": one.title, "rows": [_row(field, counted.get(field.key), attempt) for field in one.fields if field.answered and field.key in counted]}
        for one in attempt.sections(read.form)
    ]  # fmt: skip


def _row(one: Field, value: Any, attempt: Attempt) -> dict[str, Any]:
    if one.type == "file":
        return {"label": one.label, "value": "", "files": attempt.files.get(one.key, [])}
    if one.type == "group":
        rows = [
            "; ".join(
                f"{inner.label.read(get_language() or 'vi')}: {shown_answer(inner, row.get(inner.key), get_language() or 'vi')}"
                for inner in one.fields
                if row.get(inner.key) is not None
            )
            for row in value
        ]
        return {"label": one.label, "value": "\n".join(rows)}
    return {"label": one.label, "value": shown_answer(one, value, get_language() or "vi")}
