"""Public figures: how many, how online, how punctual, at which level; as a page and as files."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.models import Office
from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.queries.exports import as_csv, as_xlsx
from procedures.queries.figures.board import board, choices, chosen
from procedures.queries.figures.reports import REPORTS, report

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@permission(PUBLIC)
@require_safe
@public_page("ky", "don-vi")
def figures(request: HttpRequest) -> HttpResponse:
    name, period = chosen(request.GET.get("ky", ""))
    code = request.GET.get("don-vi", "")
    office = Office.objects.filter(code=code).first()
    context = {
        "section": "figures",
        "period": period,
        "period_name": name,
        "choices": choices(name),
        "office": office,
        "offices": Office.objects.order_by("name"),
        "reports": REPORTS,
        **board(period, office, lambda measure: None),
    }
    return render(request, "figures/public.html", context)


@permission(PUBLIC)
@require_safe
@public_page("ky")
def figures_file(request: HttpRequest, report_name: str, kind: str) -> HttpResponse:
    """One report of a period as CSV, XLSX or JSON."""
    if report_name not in REPORTS:
        raise Http404
    name, period = chosen(request.GET.get("ky", ""))
    found = report(report_name, period)
    file = f"{report_name}-{name}.{kind}"
    columns = list((found["rows"] or [found["total"]])[0])
    if kind == "json":
        return _file(json.dumps(found, ensure_ascii=False, indent=1), "application/json", file)
    if kind == "csv":
        return _file(as_csv(columns, found["rows"]), "text/csv; charset=utf-8", file)
    return _file(as_xlsx(columns, found["rows"], title=report_name), SHEET, file)


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
