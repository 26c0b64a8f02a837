"""A long form as a list of tasks: how far each part has come, and the way to each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.permissions import permission
from procedures.models import Dossier
from procedures.public.apply_drafts import href, on_draft
from procedures.queries.filing import CHECK, DOING, DONE, TODO, Page, progress_of

WORDS = {TODO: _("Chưa làm"), DOING: _("Đang làm"), DONE: _("Xong")}
# As parts/badge.html names its tones.
TONES = {TODO: "draft", DOING: "processing", DONE: "done"}


@never_cache
@require_safe
@permission("dossier.file")
@on_draft
def apply_tasks(request: HttpRequest, draft: Dossier) -> HttpResponse:
    told = progress_of(draft)
    tasks = [
        {"title": page.title, "href": href(draft, page), "state": TONES[state], "word": WORDS[state]}
        for page, state in told
    ]
    first = next((page for page, state in told if state != DONE), Page(CHECK, ""))
    facts: dict[str, Any] = {
        "draft": draft, "procedure": draft.procedure, "tasks": tasks, "done": sum(state == DONE for _page, state in told),
        "next_href": href(draft, first), "all_done": first.key == CHECK, "section": "procedures",
    }  # fmt: skip
    return render(request, "apply/tasks.html", facts)
