"""What search engines read: every public address with the day of its last publication, in parts where there are many."""

import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.models import Procedure
from procedures.notifications import origin
from procedures.public.caching import public_page

PAGES = ("home", "catalogue", "figures", "feedback", "accessibility", "open_data", "catalogue_news")


class Addresses(Sitemap):  # type: ignore[type-arg]
    """Static pages first, then procedures by code: a part's addresses stay in it while the catalogue grows at its end."""

    limit = 5000

    def items(self) -> Any:
        published = Procedure.objects.filter(current__isnull=False).order_by("code")
        return published.values_list("code", "current__published_at")

    def location(self, item: Any) -> str:
        return reverse("procedure", args=[item[0]])

    def lastmod(self, item: Any) -> datetime.datetime | None:
        found: datetime.datetime | None = item[1]
        return found


@permission(PUBLIC)
@require_safe
@public_page()
def sitemap(request: HttpRequest) -> HttpResponse:
    """The addresses themselves; an index of the parts where they are more than one file may hold."""
    made = Addresses()
    pages = made.paginator
    if pages.num_pages > 1:
        parts = [origin() + reverse("sitemap_part", args=[number]) for number in pages.page_range]
        return _xml(request, "public/sitemap_index.xml", {"parts": parts})
    return _part(request, made, pages.page(1).object_list, first=True)


@permission(PUBLIC)
@require_safe
@public_page()
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    made = Addresses()
    try:
        rows = made.paginator.page(number).object_list
    except EmptyPage as missing:
        raise Http404 from missing
    return _part(request, made, rows, first=number == 1)


def _part(request: HttpRequest, made: Addresses, rows: Any, *, first: bool) -> HttpResponse:
    fixed = [{"location": origin() + reverse(name)} for name in PAGES] if first else []
    found = [{"location": origin() + made.location(row), "lastmod": made.lastmod(row)} for row in rows]
    return _xml(request, "public/sitemap.xml", {"urlset": [*fixed, *found]})


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, content_type="application/xml")
