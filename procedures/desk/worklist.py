"""The officials' lists of dossiers, and what is done to several of them at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.models import User
from portal.permissions import permission, roles_of
from portal.tenancy import inside, short_transactions
from procedures.actions import intake, processing
from procedures.desk.frame import official, shown
from procedures.desk.people import colleague, colleagues
from procedures.desk.rows import drawn, words
from procedures.models import Dossier
from procedures.queries import worklist as lists
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed

MOST_AT_ONCE = 50
TO_ACCEPT = ("new",)
TO_ROUTE = ("mine", "covered", "unassigned", "running", "overdue", "today", "soon")


@never_cache
@require_safe
@permission("desk.view")
def worklist(request: HttpRequest) -> HttpResponse:
    person = official(request)
    wanted = lists.wanted_of(request.GET.dict(), roles_of(person))
    page = lists.page_of(person, wanted)
    counts, said, told = lists.counts_for(person), words(), offered(person, wanted)
    context = {
        "wanted": wanted,
        "columns": said.columns,
        "drawn": drawn(page.rows, said, choosable=told["to_accept"] or told["to_route"]) if page.rows else "",
        "counts": counts,
        "stats": stats(counts),
        **filters(person, wanted),
        **pages(wanted, page),
        **told,
    }
    return shown(request, "desk/worklist.html", context, current="" if wanted.q else wanted.list.key)


def stats(counts: dict[str, int]) -> list[dict[str, Any]]:
    """What the day asks for, above the list."""
    told = (("overdue", "late"), ("today", "soon"), ("new", ""), ("to_return", ""))
    return [
        {
            "label": lists.LISTS[key].title,
            "value": counts[key],
            "href": address(list=key),
            "state": tone if counts[key] else "",
        }
        for key, tone in told
    ]


def address(**asked: str) -> str:
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('worklist')}?{told}" if told else reverse("worklist")


def filters(person: User, wanted: lists.Wanted) -> dict[str, Any]:
    procedures = lists.procedures_for(person)
    chosen = next((one for one in procedures if one.code == wanted.procedure), None)
    return {
        "offices": lists.offices_for(person),
        "procedures": procedures,
        "steps": lists.routes_of(chosen.current_id) if chosen and chosen.current_id else (),
    }


def pages(wanted: lists.Wanted, page: lists.Page) -> dict[str, str | None]:
    """Addresses of the pages before and after; the part calls them newer and older."""
    asked = {
        "list": wanted.list.key,
        "q": wanted.q,
        "office": wanted.office,
        "procedure": wanted.procedure,
        "step": wanted.step,
    }
    return {
        "previous": address(**asked, before=page.previous) if page.previous else None,
        "following": address(**asked, after=page.following) if page.following else None,
    }


def offered(person: User, wanted: lists.Wanted) -> dict[str, Any]:
    """What can be done with the chosen rows of this list."""
    held = {str(role) for role in roles_of(person)}
    to_accept = wanted.list.key in TO_ACCEPT and "clerk" in held
    to_route = wanted.list.key in TO_ROUTE and bool(held & {"clerk", "officer", "head"})
    return {"to_accept": to_accept, "to_route": to_route, "colleagues": colleagues(person) if to_route else ()}


@dataclass(frozen=True)
class Done:
    """What became of one of the chosen dossiers."""

    reference: str
    dossier: Dossier | None
    words: str
    ok: bool


def _accept(dossier: Dossier, person: User, _to: User | None) -> str:
    return _("Đã tiếp nhận, số %(number)s") % {"number": intake.accept(dossier, person).number}


def _route(dossier: Dossier, person: User, to: User | None) -> str:
    steps = processing.next_steps(dossier)
    if not steps:
        raise NotAllowed(_("Thủ tục này không có bước tiếp theo."))
    processing.route(dossier, person, steps[0].key, to=to)
    return _("Đã chuyển đến bước “%(step)s”") % {"step": steps[0].name.read("vi")}


Act = Callable[[Dossier, User, User | None], str]
BULK: dict[str, tuple[Any, str, Act]] = {
    "accept": (gettext_lazy("Tiếp nhận nhiều hồ sơ"), "dossier.accept", _accept),
    "route": (gettext_lazy("Chuyển bước nhiều hồ sơ"), "dossier.route", _route),
}


@never_cache
@require_POST
@permission("desk.view")
@short_transactions
def bulk(request: HttpRequest) -> HttpResponse:
    """Each of the chosen dossiers in a transaction of its own: what went wrong with one does not undo the others."""
    deed = BULK.get(request.POST.get("deed", ""))
    if deed is None:
        raise Http404
    title, needed, act = deed
    chosen = sorted(set(request.POST.getlist("chosen")))[:MOST_AT_ONCE]
    done = [_one(request, reference, needed, act) for reference in chosen]
    with inside(request.tenant):  # type: ignore[attr-defined]
        return shown(
            request, "desk/bulk.html", {"title": title, "done": done, "failed": sum(not one.ok for one in done)}
        )


def _one(request: HttpRequest, reference: str, needed: str, act: Act) -> Done:
    person = official(request)
    with inside(request.tenant):  # type: ignore[attr-defined]
        try:
            dossier = desk_dossier(person, reference, needed)
            return Done(
                reference, dossier, act(dossier, person, colleague(dossier, request.POST.get("to", ""))), ok=True
            )
        except Http404:
            return Done(
                reference, None, _("Không có hồ sơ này, hoặc bạn không có quyền làm việc này với nó."), ok=False
            )
        except NotAllowed as refusal:
            return Done(reference, dossier, str(refusal), ok=False)
