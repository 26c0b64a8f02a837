"""The accessibility statement, and what search engines ask for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.notifications import origin
from procedures.public.caching import public_page

PRIVATE_PATHS = ("/tai-khoan/", "/mot-cua/", "/quan-tri/", "/thanh-toan/", "/xac-thuc/", "/tra-cuu/")


@permission(PUBLIC)
@require_safe
@public_page()
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@permission(PUBLIC)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {path}\n" for path in PRIVATE_PATHS)
    return HttpResponse(
        f"User-agent: *\n{closed}Sitemap: {origin()}{reverse('sitemap')}\n", content_type="text/plain; charset=utf-8"
    )
