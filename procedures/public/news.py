"""Changes to the catalogue as a page and as an Atom feed."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import current_tenant
from procedures.notifications import origin
from procedures.public.caching import public_page
from procedures.queries.news import Change, changes


@permission(PUBLIC)
@require_safe
@public_page()
def news(request: HttpRequest) -> HttpResponse:
    return render(request, "public/news.html", {"section": "procedures", "changes": changes()})


@permission(PUBLIC)
@require_safe
@public_page()
def feed(request: HttpRequest) -> HttpResponse:
    return CatalogueFeed()(request)


class CatalogueFeed(Feed):  # type: ignore[type-arg]
    """Entries keep their id for ever: a reader shows each once."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("Thay đổi thủ tục hành chính: %(name)s") % {"name": current_tenant().title}

    def link(self) -> str:
        return origin() + reverse("catalogue_news")

    def feed_url(self) -> str:
        return origin() + reverse("catalogue_feed")

    def feed_guid(self) -> str:
        return self.feed_url()

    def author_name(self) -> str:
        return current_tenant().title

    def items(self) -> list[Change]:
        return changes()

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Change) -> str:
        return item.text

    def item_link(self, item: Change) -> str:
        return origin() + reverse("procedure", args=[item.code])

    def item_guid(self, item: Change) -> str:
        """A tag (RFC 4151): it names the authority and the year since when its address is its own."""
        return f"tag:{current_tenant().host},2026:thu-tuc/{item.key}"

    def item_updateddate(self, item: Change) -> Any:
        return item.at

    def item_pubdate(self, item: Change) -> Any:
        return item.at
