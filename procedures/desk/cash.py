"""The cashier at the desk: fees that are open, and the way to what only payments know."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from payments.queries import at_offices, awaiting_transfers, in_suspense
from portal.permissions import permission
from portal.queries import offices_of
from procedures.desk.frame import official, shown
from procedures.desk.rows import row_of
from procedures.queries.worklist import matching, unpaid_dossiers

SHOWN = 100


@never_cache
@require_safe
@permission("payment.confirm")
def cash(request: HttpRequest) -> HttpResponse:
    """Every open fee of the cashier's offices, oldest first; transfers and late money stand at the payments' own page."""
    person = official(request)
    offices = offices_of(person, "payment.confirm")
    q = request.GET.get("q", "").strip()[:200]
    rows = unpaid_dossiers(person, "payment.confirm")
    found = [
        row_of(dossier) for dossier in (rows.filter(matching(q, person, "payment.confirm")) if q else rows)[:SHOWN]
    ]
    waiting = {
        "transfers": at_offices(awaiting_transfers(), offices).count(),
        "suspense": at_offices(in_suspense(), offices).count(),
    }
    return shown(request, "desk/cash.html", {"rows": found, "q": q, **waiting}, current="desk_cash")
