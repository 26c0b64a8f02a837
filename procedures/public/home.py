"""The front page of an authority."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.caching import public_page
from procedures.public.rows import drawn
from procedures.queries.catalogue import life_events, most_used


@permission(PUBLIC)
@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    used = most_used()
    context = {"events": life_events(), "used": used, "rows": drawn(used.procedures)}
    return render(request, "public/home.html", context)
