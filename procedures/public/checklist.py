"""What to prepare, on one sheet of paper: papers to tick off, fee, time, offices with their hours, and a code that leads back."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.notifications import origin
from procedures.public.caching import public_page
from procedures.public.guide import HOW, MATTER, WHERE, WHO, outcome_of, told_by
from procedures.queries.catalogue import procedure_by_code
from procedures.queries.opening import hours_of
from procedures.queries.real_time import real_times

MOST_OFFICES = 6


@permission(PUBLIC)
@require_safe
@public_page(WHO, WHERE, HOW)
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """As the guide left it (its answers stand in the address), or of the procedure as such."""
    procedure = procedure_by_code(code)
    found = outcome_of({**told_by(request), MATTER: code}, procedure)
    offices = [one.office for one in found["places"]]
    back = f"{origin()}{reverse('procedure', args=[code])}"
    context = {
        "offices": [(office, hours_of(office)) for office in offices[:MOST_OFFICES]],
        "more_offices": max(0, len(offices) - MOST_OFFICES),
        "real": real_times(procedure, offices).get(offices[0].pk if len(offices) == 1 else 0),
        "picture": segno.make(back, error="m", micro=False).svg_data_uri(scale=4, border=2),
        "back": back,
        "section": "procedures",
    }
    return render(request, "public/checklist.html", {**found, **context})
