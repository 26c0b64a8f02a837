"""Which list an official came from, so that the next dossier is one key away, also after something was done."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from portal.models import User
from portal.permissions import roles_of
from portal.tenancy import current_tenant
from procedures.models import Dossier
from procedures.queries.neighbours import neighbours_of
from procedures.queries.worklist import wanted_of

SECONDS = 4 * 3600
Place = dict[str, Any]


def place_of(request: HttpRequest, person: User, dossier: Dossier) -> Place:
    """Addresses of the list and of the dossiers around this one; those of the last time where it was opened otherwise."""
    query, kept = _query(request), f"desk-place:{current_tenant().pk}:{person.pk}:{dossier.reference}"
    if query is None:
        known: Place = cache.get(kept) or {}
        return known
    wanted = wanted_of(QueryDict(query).dict(), roles_of(person))
    around = asdict(neighbours_of(person, wanted, dossier))
    place: Place = {name: _address(reference, query) for name, reference in around.items() if reference}
    place["list"] = f"{reverse('worklist')}?{query}" if query else reverse("worklist")
    if not wanted.q:  # what was searched for may be somebody's number: it is kept nowhere
        cache.set(kept, place, SECONDS)
    return place


def _address(reference: str, query: str) -> str:
    return f"{reverse('desk_dossier', args=[reference])}?{urlencode({'tu': query})}"


def _query(request: HttpRequest) -> str | None:
    """As the address says it, else as the page does that led here; None where it was no list."""
    if "tu" in request.GET:
        return request.GET["tu"][:1000]
    came = urlsplit(request.headers.get("Referer", ""))
    return came.query[:1000] if came.netloc == request.get_host() and came.path == reverse("worklist") else None
