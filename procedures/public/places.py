"""Provinces and communes for the boxes of an address, asked by a script; without one the form's own buttons do it."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.queries.place_search import search
from procedures.queries.places import communes_of


@require_safe
@permission(PUBLIC)
@cache_control(public=True, max_age=86400)
def communes(request: HttpRequest) -> HttpResponse:
    """The communes of a province as [code, name], for the list that changes without a reload."""
    return JsonResponse(communes_of(request.GET.get("province", "")), safe=False)


@require_safe
@permission(PUBLIC)
@cache_control(public=True, max_age=86400)
def find_place(request: HttpRequest) -> HttpResponse:
    """Communes by a few words, as [code, province, name, old name], the likeliest first."""
    return JsonResponse(search(request.GET.get("q", ""), request.GET.get("near", "")), safe=False)
