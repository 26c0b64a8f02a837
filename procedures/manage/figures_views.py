"""The same figures as the public's, each opening to the exact list of its dossiers."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import Office
from portal.permissions import permission
from portal.queries import offices_of
from procedures.manage.frame import shown
from procedures.queries.dossiers import at_offices
from procedures.queries.figures import units
from procedures.queries.figures.board import board, by_procedure, choices, chosen
from procedures.queries.figures.measures import MEASURES, listed
from procedures.queries.figures.periods import Period

PAGE = 50


@permission("figures.drill")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    name, period, office = _asked(request)

    def link(measure: str) -> str:
        return f"{reverse('manage_figures_list', args=[measure])}?{_query(name, office)}"

    context: dict[str, Any] = {
        "period": period,
        "period_name": name,
        "drill": reverse("manage_figures"),
        "choices": choices(name),
        "office": office,
        "offices": Office.objects.order_by("name"),
        "procedures": by_procedure(period, office),
        "units": units.by_units(period),
        "unit_columns": units.COLUMNS,
        **board(period, office, link),
    }
    return shown(request, "figures/manage.html", "manage_figures", **context)


@permission("figures.drill")
@require_safe
def dossiers(request: HttpRequest, measure: str) -> HttpResponse:
    """Exactly the dossiers that a figure counted, of the offices that the person works for."""
    if measure not in MEASURES:
        raise Http404
    name, period, office = _asked(request)
    rows = _page(request, measure, period, office)
    audit.record(request.user, "look", f"figure:{measure}", purpose="figures", period=name, shown=len(rows))  # type: ignore[arg-type]
    older = f"?{_older(request, rows[PAGE - 1].pk)}" if len(rows) > PAGE else None
    context: dict[str, Any] = {
        "measure": MEASURES[measure], "period": period, "office": office, "rows": rows[:PAGE], "older": older,
        "back": f"{reverse('manage_figures')}?{_query(name, office)}",
    }  # fmt: skip
    return shown(request, "figures/list.html", "manage_figures", **context)


def _asked(request: HttpRequest) -> tuple[str, Period, Office | None]:
    name, period = chosen(request.GET.get("ky", ""))
    return name, period, Office.objects.filter(code=request.GET.get("don-vi", "")).first()


def _query(name: str, office: Office | None) -> str:
    return urlencode({"ky": name, **({"don-vi": office.code} if office else {})})


def _older(request: HttpRequest, before: int) -> str:
    """The same list, further back."""
    return urlencode({**{key: value for key, value in request.GET.items() if key != "truoc"}, "truoc": str(before)})


def _page(request: HttpRequest, measure: str, period: Period, office: Office | None) -> list[Any]:
    rows = listed(measure, period).select_related("procedure", "office").order_by("-pk")
    mine = offices_of(request.user, "figures.drill")  # type: ignore[arg-type]
    if mine is not None:
        rows = rows.filter(at_offices(mine))
    if office is not None:
        rows = units.of_office(rows, request.GET.get("phan", ""), office)
    level = request.GET.get("muc", "")
    if level in ("1", "2", "3", "4"):
        rows = rows.filter(level=int(level))
    if request.GET.get("thu-tuc"):
        rows = rows.filter(procedure__code=request.GET["thu-tuc"])
    before = request.GET.get("truoc", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before[:18]))
    return list(rows[: PAGE + 1])
