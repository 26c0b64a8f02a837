"""The page of a procedure: everything its record holds, its blank form, and the way to file."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import short_transactions
from procedures.models import Offering, Procedure
from procedures.public import open_data
from procedures.public.blank_forms import has_blank_form
from procedures.public.caching import public_page
from procedures.queries import catalogue, record, versions
from procedures.queries.real_time import real_times
from procedures.queries.reasons import public_line
from procedures.queries.wording import said

# 1.004623.000.00.00.H50: the national code, and behind it the province's own part.
NATIONAL = re.compile(r"([0-9]\.[0-9]{6})\.[0-9A-Z.]+$")


@permission(PUBLIC)
@require_safe
@short_transactions
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """For people a page, for programs that ask for linked data the way to it."""
    if open_data.LINKED_DATA in request.headers.get("Accept", ""):
        response: HttpResponse = redirect("procedure_data", code)
        response.status_code = 303
    else:
        response = _page(request, code)
    patch_vary_headers(response, ["Accept"])
    return response


@public_page()
def _page(request: HttpRequest, code: str) -> HttpResponse:
    try:
        found = catalogue.procedure_by_code(code)
    except Http404:
        return _elsewhere(request, code)
    offerings = catalogue.offerings_of(found)
    told = {**_record(found), **_places(found, offerings), **_real(found, offerings), "coming": versions.coming(found)}
    told["linked_data"] = open_data.in_page(found, online=bool(told["online"]))
    return render(request, "public/procedure.html", told)


def _elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """An old address goes on working: a province's own suffix leads to the national code."""
    national = NATIONAL.match(code)
    if national and Procedure.objects.filter(code=national[1], current__isnull=False).exists():
        return redirect("procedure", national[1], permanent=True)
    return _ended(request, code)


def _ended(request: HttpRequest, code: str) -> HttpResponse:
    """What is received no more says so, since when and why, as long as somebody has its address; it is gone for good."""
    found, ended = versions.ended(code)
    told = {"section": "procedures", "procedure": found, "ended": ended}
    return render(request, "public/procedure_ended.html", told, status=410)


def _record(found: Procedure) -> dict[str, Any]:
    definition = found.current.parsed  # type: ignore[union-attr]
    return {
        "section": "procedures",
        "procedure": found,
        "definition": definition,
        "summary": said(definition.summary),
        "audience": [catalogue.AUDIENCES[key] for key in definition.audience],
        "channels": [name for _key, name in record.channels_of(definition)],
        "usual_time": record.usual_time(definition),
        "usual_fee": record.usual_fee(definition),
        "times": record.times_of(definition),
        "fees": record.fees_of(definition),
        "cases": record.cases_of(definition),
    }


def _real(found: Procedure, offerings: list[Offering]) -> dict[str, Any]:
    """How long it has taken lately, here and at each office, where enough dossiers tell."""
    real = real_times(found, [one.office for one in offerings])
    for one in offerings:
        one.office.real = real.get(one.office_id)  # type: ignore[attr-defined]
    return {"real": real.get(0)}


def _places(found: Procedure, offerings: list[Offering]) -> dict[str, Any]:
    """Where it is done, how far online, and what is lacking; the level shown is the lowest among the places."""
    lowest = min(offerings, key=lambda one: (one.level, not one.lacks), default=None)
    rows = [(one, catalogue.SCHEMES[catalogue.scheme_of_offering(one)]) for one in offerings]
    scheme = catalogue.scheme_of_offering(lowest) if lowest else catalogue.INFORMATION
    return {
        "offerings": rows,
        "online": [one for one in offerings if one.level >= 3],
        "level": lowest.level if lowest else found.level,
        "lacks": public_line(lowest) if lowest else "",
        "scheme": catalogue.SCHEMES[scheme],
        "scheme_key": scheme,
        "has_blank_form": has_blank_form(found, offerings),
    }
