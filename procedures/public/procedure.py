"""The page of a procedure: everything its record holds, its blank form, and the way to file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.models import Offering, Procedure
from procedures.public.blank_forms import has_blank_form
from procedures.public.caching import public_page
from procedures.queries import catalogue, record, versions
from procedures.queries.reasons import public_line
from procedures.queries.wording import said


@permission(PUBLIC)
@require_safe
@public_page()
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    try:
        found = catalogue.procedure_by_code(code)
    except Http404:
        return _ended(request, code)
    offerings = catalogue.offerings_of(found)
    told = {**_record(found), **_places(found, offerings), "coming": versions.coming(found)}
    return render(request, "public/procedure.html", told)


def _ended(request: HttpRequest, code: str) -> HttpResponse:
    """What is received no more says so, since when and why, as long as somebody has its address."""
    found, ended = versions.ended(code)
    return render(request, "public/procedure_ended.html", {"section": "procedures", "procedure": found, "ended": ended})


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
