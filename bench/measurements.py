"""Which measurements there are, and which pages they look at."""

from django.conf import settings

from bench import (
    browser,
    catalogue,
    clock,
    desk,
    filing,
    imports,
    limits,
    lists,
    memory,
    papers,
    results,
    submission,
    views,
    weight,
)
from bench import pages as under_load
from bench.house import House
from bench.output import say, skip
from bench.pages import Page
from bench.people import headers, person
from bench.sizes import Size
from portal.models import Tenant, User
from portal.tenancy import inside
from procedures.actions import drafts
from procedures.models import Dossier, Offering

settings.ALLOWED_HOSTS = ["*"]


def measure(house: House, bare_base: str, size: Size, names: list[str]) -> None:
    tenant = Tenant.objects.get(slug="dongthap")
    pages = _pages(tenant)
    deeds = {
        "limits": lambda: limits.measure(house, bare_base, size),
        "pages": lambda: under_load.measure(house, bare_base, pages, size),
        "weight": lambda: weight.measure_weight(house, pages),
        "queries": lambda: weight.measure_queries(pages),
        "submission": lambda: submission.measure(house, bare_base, tenant, size),
        "lists": lambda: _lists(house, bare_base, size),
        "desk": lambda: desk.measure(size),
        "catalogue": lambda: catalogue.measure(house, bare_base, size),
        "clock": lambda: clock.measure(size),
        "imports": lambda: imports.measure(size),
        "papers": lambda: papers.measure(size),
        "results": lambda: results.measure(tenant, size),
        "memory": lambda: memory.measure(house),
        "browser": lambda: browser.measure(house, [page for page in pages if page.name in ("home", "form")], size),
    }
    for name in names:
        if name in deeds:
            say(f"{name} …")
            deeds[name]()


def _pages(tenant: Tenant) -> list[Page]:
    """The aims are PERFORMANCE's: shares of the bare view's speed. A page with an invented address is not kept by the cache."""
    visitor, an, binh = headers(tenant), headers(tenant, person("an")), headers(tenant, person("binh"))
    at = f"{filing.START}{_draft(tenant, person('an'))}/business/"
    mine = f"/tai-khoan/ho-so/{_filed(tenant, person('an'))}/"
    return [
        Page("home", "/", visitor, aim=0.8),
        Page("home_not_kept", "/?khong-giu=1", visitor, aim=0.35),
        Page("search", "/thu-tuc/?q=dang+ky+ho+kinh+doanh", visitor, aim=0.8),
        Page("procedure", f"/thu-tuc/{filing.CODE}/", visitor, aim=0.8),
        Page("track", "/tra-cuu/", visitor, aim=0.5),
        Page("form", at, an, aim=0.5, signed_in=True),
        Page("tracking", mine, an, aim=0.35, signed_in=True),
        Page("desk", "/mot-cua/?list=running", binh, aim=0.35, signed_in=True),
        Page("public_figures", "/so-lieu/", visitor, aim=0.8),
    ]


def _draft(tenant: Tenant, an: User) -> str:
    with inside(tenant):
        offering = Offering.objects.select_related("procedure__current", "office").get(
            procedure__code=filing.CODE, office__code=filing.OFFICE
        )
        return str(drafts.start(offering, an).reference)


def _filed(tenant: Tenant, an: User) -> str:
    with inside(tenant):
        filed = Dossier.objects.filter(submitter=an).exclude(state="draft").order_by("-event_count").first()
        if filed is None:
            raise SystemExit("The demo data know no dossier of An's.")
        return str(filed.reference)


def _lists(house: House, bare_base: str, size: Size) -> None:
    try:
        tenant = lists.loaded(size)
    except lists.NothingToMeasure as reason:
        skip("lists", str(reason))
        return
    pages = lists.pages(tenant)
    under_load.measure(house, bare_base, pages, size)
    weight.measure_queries(pages)
    views.measure(house, tenant, size)
    lists.measure_reports(tenant)
