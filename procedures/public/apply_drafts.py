"""Between an address and the draft that it names: one's own, still open, else its receipt, else nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.models import User
from procedures.models import Dossier
from procedures.models.lifecycle import State
from procedures.public.apply_crossing import on_its_version
from procedures.queries.filing import CHECK, CONTACT, OWNER, Page, first_open, is_long, own_draft, pages_of

ADDRESSES = {OWNER: "apply_owner", CONTACT: "apply_contact", CHECK: "apply_check"}


def draft_at(request: HttpRequest, code: str, reference: str) -> Dossier:
    found = own_draft(cast(User, request.user), reference)
    if found is None or found.procedure.code != code:
        raise Http404
    return found


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view its draft; what is filed already answers with its receipt, however often it is sent again."""

    @wraps(view)
    def found(request: HttpRequest, code: str, reference: str, **named: Any) -> HttpResponse:
        draft = draft_at(request, code, reference)
        if draft.state != State.DRAFT:
            return redirect("apply_done", code, reference)
        if draft.joint_code:
            return redirect("my_joint", draft.joint_code)
        return on_its_version(request, draft, lambda: view(request, draft, **named))

    return found


def href(draft: Dossier, page: Page) -> str:
    at = [draft.procedure.code, draft.reference]
    return (
        reverse(ADDRESSES[page.key], args=at)
        if page.key in ADDRESSES
        else reverse("apply_section", args=[*at, page.key])
    )


def way(draft: Dossier, key: str, pages: list[Page] | None = None) -> dict[str, Any]:
    """Where one is: step, steps, the name of this one, the way back, and the list of tasks of a long form."""
    pages = pages or pages_of(draft)
    place = next((number for number, page in enumerate(pages) if page.key == key), 0)
    at = [draft.procedure.code, draft.reference]
    tasks = reverse("apply_tasks", args=at) if is_long(draft) else ""
    back = href(draft, pages[place - 1]) if place else tasks or reverse("apply", args=at[:1])
    return {
        "draft": draft, "procedure": draft.procedure, "step": place + 1, "steps": len(pages), "page": pages[place], "back": back,
        "tasks_href": tasks, "section": "procedures",
    }  # fmt: skip


def onward(draft: Dossier) -> str:
    """Where somebody who comes back goes on: the list of tasks of a long form, else the first page that lacks something."""
    if is_long(draft):
        return reverse("apply_tasks", args=[draft.procedure.code, draft.reference])
    return href(draft, first_open(draft))
