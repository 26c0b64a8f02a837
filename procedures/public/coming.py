"""Stands in for an address whose page is being built."""

from django.http import HttpRequest, HttpResponse

from portal.permissions import permission
from portal.roles import PUBLIC


@permission(PUBLIC)
def coming(request: HttpRequest, **_: str) -> HttpResponse:
    return HttpResponse("…")
