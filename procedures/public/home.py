"""The front page of an authority."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.queries.catalogue import life_events, most_used


@permission(PUBLIC)
@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html", {"events": life_events(), "used": most_used()})
