"""What was done to dates, counted and opened down to the dossiers; and why dates were missed, week by week."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import Office
from portal.permissions import permission
from portal.queries import offices_of
from procedures.manage.frame import shown
from procedures.models import Apology
from procedures.queries.explanations import told_of
from procedures.queries.figures.board import choices, chosen
from procedures.queries.figures.told import DOINGS, by_week, counted, listed

PAGE = 50


@never_cache
@require_safe
@permission("figures.drill")
def time_figures(request: HttpRequest) -> HttpResponse:
    name, period = chosen(request.GET.get("ky", ""))
    mine = offices_of(request.user, "figures.drill")  # type: ignore[arg-type]
    counts = counted(period, mine)
    rows = [{"doing": doing, "value": counts[key], "href": _address(key, name)} for key, doing in DOINGS.items()]
    context = {
        "period": period,
        "period_name": name,
        "choices": choices(name),
        "rows": rows,
        "causes": _causes(by_week(period, mine)),
    }
    return shown(request, "figures/time.html", "manage_time", **context)


@never_cache
@require_safe
@permission("figures.drill")
def time_list(request: HttpRequest, measure: str) -> HttpResponse:
    """Exactly the events that were counted, each with its dossier, who did it, and from when to when."""
    if measure not in DOINGS:
        raise Http404
    name, period = chosen(request.GET.get("ky", ""))
    mine = offices_of(request.user, "figures.drill")  # type: ignore[arg-type]
    rows = listed(measure, period, mine)
    before = request.GET.get("truoc", "")
    found = list((rows.filter(pk__lt=int(before[:18])) if before.isascii() and before.isdigit() else rows)[: PAGE + 1])
    audit.record(request.user, "look", f"figure:{measure}", purpose="figures", period=name, shown=len(found))  # type: ignore[arg-type]
    context = {
        "doing": DOINGS[measure], "period": period, "rows": [(event, told_of(event)) for event in found[:PAGE]],
        "back": f"{reverse('manage_time')}?{urlencode({'ky': name})}",
        "older": f"?{urlencode({'ky': name, 'truoc': found[PAGE - 1].pk})}" if len(found) > PAGE else None,
    }  # fmt: skip
    return shown(request, "figures/time_list.html", "manage_time", **context)


def _address(key: str, name: str) -> str:
    return f"{reverse('manage_time_list', args=[key])}?{urlencode({'ky': name})}"


def _causes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the words for office and cause, the newest week first."""
    names = {office.code: office.title for office in Office.objects.only("tenant_id", "code", "name", "name_en")}
    words = dict(Apology.Cause.choices)
    told = [
        {**row, "office_title": names.get(row["office"], row["office"]), "cause_word": words[row["cause"]]}
        for row in rows
    ]
    return sorted(told, key=lambda row: (row["week"], row["apologies"]), reverse=True)
