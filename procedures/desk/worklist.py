"""The officials' lists of dossiers: every list, filter, order and column is an address."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.models import Office, User
from portal.permissions import may, permission, roles_of
from procedures.actions import desk
from procedures.desk.frame import official, shown
from procedures.desk.options import kept_options, options
from procedures.desk.people import colleagues
from procedures.desk.rows import drawn, words
from procedures.models import Channel, Procedure
from procedures.models.lifecycle import State
from procedures.queries import worklist as lists
from procedures.queries.saved import first_view, news_of
from procedures.queries.sheets import AT_ONCE
from procedures.queries.wanted import ORDERS, SIZES, USUAL

# In which lists something can be done to many, and what.
DONE_TO_MANY: dict[str, tuple[str, ...]] = {
    "new": ("accept",),
    "to_return": ("hand_over",),
    **dict.fromkeys(("mine", "covered", "unassigned", "running", "overdue", "today", "soon"), ("route", "assign")),
    **dict.fromkeys(("office", "changed"), ("accept", "route", "assign", "hand_over")),
}
NEEDED = {
    "accept": "dossier.accept",
    "route": "dossier.route",
    "assign": "dossier.route",
    "hand_over": "dossier.hand_over",
}


@never_cache
@require_safe
@permission("desk.view")
def worklist(request: HttpRequest) -> HttpResponse:
    person = official(request)
    if not request.GET and (view := first_view(person)):
        return redirect(f"{reverse('worklist')}?{view.query}")
    wanted = lists.wanted_of(request.GET.dict(), roles_of(person))
    page, counts = lists.page_of(person, wanted), lists.counts_for(person)
    context = {
        "wanted": wanted, "counts": counts, "stats": stats(counts),
        "at_once": AT_ONCE, **table(person, wanted, page), **filters(person, wanted), **pages(wanted, page),
    }  # fmt: skip
    return shown(request, "desk/worklist.html", context, current="" if wanted.q else wanted.list.key)


def table(person: User, wanted: lists.Wanted, page: lists.Page) -> dict[str, Any]:
    """The rows as they are drawn, and what can be done with those that one chooses."""
    deeds = [deed for deed in DONE_TO_MANY.get(wanted.list.key, ()) if may(person, NEEDED[deed])]
    said = words(wanted.columns, news_of(person, page.rows))
    return {
        "columns": [title for _name, title in said.columns],
        "drawn": drawn(page.rows, said, choosable=True) if page.rows else "",
        "deeds": deeds,
        "colleagues": options(colleagues(person)) if {"route", "assign"} & set(deeds) else "",
        "key": get_random_string(24),
        "here": wanted.query(),
    }


def stats(counts: dict[str, int]) -> list[dict[str, Any]]:
    """What the day asks for, above the list."""
    told = (("overdue", "late"), ("today", "soon"), ("changed", ""), ("new", ""), ("to_return", ""))
    return [
        {
            "label": lists.LISTS[key].title,
            "value": counts[key],
            "href": f"{reverse('worklist')}?list={key}",
            "state": tone if counts[key] else "",
        }
        for key, tone in told
    ]


def filters(person: User, wanted: lists.Wanted) -> dict[str, Any]:
    """What the list can be narrowed by, as choices; a kind of choice of which there is but one is not asked."""
    offices, procedures, group = lists.offices_for(person), lists.procedures_for(person), lists.group_of(person)
    chosen = next((one for one in procedures if one.code == wanted.procedure), None)
    steps = lists.routes_of(chosen.current_id) if chosen and chosen.current_id else ()
    states = [one for one in State.choices if one[0] != State.DRAFT]
    orders = [(key, ORDERS[key][1]) for key in wanted.orders]
    return {
        "options": {
            "office": kept_options(("office", group), lambda: _titles(offices), wanted.office) if offices[1:] else "",
            "procedure": kept_options(("procedure", group), lambda: _titles(procedures), wanted.procedure),
            "step": options([(key, name.read(get_language() or "vi")) for key, name, _role in steps], wanted.step),
            "state": kept_options("state", lambda: states, wanted.state),
            "assignee": options(colleagues(person), wanted.assignee),
            "channel": kept_options("channel", lambda: Channel.choices, wanted.channel),
            "sort": options(orders, wanted.sort),
            "rows": options([(one, one) for one in SIZES], wanted.size),
        },
        "more": any(
            (wanted.state, wanted.channel, wanted.assignee, wanted.since, wanted.until, wanted.sort, wanted.rows)
        ),
        "column_list": ",".join(wanted.columns) if wanted.columns != USUAL else "",
    }


def _titles(rows: Iterable[Office | Procedure]) -> Iterator[tuple[str, str]]:
    return ((one.code, one.title) for one in rows)


def pages(wanted: lists.Wanted, page: lists.Page) -> dict[str, str | None]:
    """Addresses of the pages before and after."""
    at = reverse("worklist")
    return {
        "previous": f"{at}?{wanted.query(before=page.previous)}" if page.previous else None,
        "following": f"{at}?{wanted.query(after=page.following)}" if page.following else None,
    }


@never_cache
@require_POST
@permission("desk.view")
def seen(request: HttpRequest) -> HttpResponse:
    """The chosen ones are news no more."""
    person = official(request)
    references = [one.partition(".")[0] for one in request.POST.getlist("chosen")][:500]
    desk.seen(person, lists.rows_for(person).filter(reference__in=references).only("event_count", "tenant_id"))
    lists.forget_counts(person)
    return redirect(f"{reverse('worklist')}?{request.POST.get('here', '')}")


@never_cache
@require_safe
@permission("desk.view")
def keys(request: HttpRequest) -> HttpResponse:
    """Every key of the desk, on a page that needs none of them."""
    return shown(request, "desk/keys.html", {})
