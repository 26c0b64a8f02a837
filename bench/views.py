"""Every view, page and search of the officials' lists over a hundred thousand open dossiers and ten times as many closed ones."""

from urllib.parse import urlencode

from bench.house import House
from bench.load import Answers, Target, hammer
from bench.output import Limit, say, tell
from bench.pages import Page
from bench.people import headers, person
from bench.sizes import Size
from bench.weight import counted
from portal.models import Membership, Office, Tenant, User
from portal.roles import Role
from portal.tenancy import inside
from procedures.models import Dossier
from procedures.queries.lists import LISTS
from procedures.queries.worklist import page_of, wanted_of

MOST = Limit("100 ms", 100)
# What officials type: a full name, one word that a third of all are called, two words that nobody has together.
NAMES = {
    "name": "Nguyễn Thị An",
    "common_word": "nguyễn",
    "common_words": "nguyễn an",
    "nobody": "văn thị zzz",
    "procedure_words": "tình trạng hôn nhân",
}


def asked(tenant: Tenant, person: User) -> dict[str, dict[str, str]]:
    """Each measurement's name and what it asks for."""
    with inside(tenant):
        one = (
            Dossier.objects.exclude(number="")
            .order_by("-pk")
            .only("number", "reference", "contact_id", "contact_phone", "tenant_id")[0]
        )
        deep = page_of(person, wanted_of({"list": "closed", "to": "2026-03-01"}, [])).following or ""
    told = {f"list.{key}": {"list": key} for key in LISTS}
    told |= {f"search.{name}": {"q": q} for name, q in NAMES.items()}
    told |= {
        "search.number": {"q": one.number}, "search.prefix": {"q": one.number[:-2]}, "search.reference": {"q": one.reference},
        "search.id": {"q": one.contact_id}, "search.phone": {"q": one.contact_phone}, "search.open_name": {"q": "trần văn", "list": "running"},
        "page.deep": {"list": "closed", "after": deep}, "page.rows200": {"list": "running", "rows": "200"},
        "filter.procedure": {"list": "closed", "procedure": "1.004873"}, "filter.office": {"list": "closed", "office": f"{tenant.code}.12"},
        "filter.rare": {"list": "running", "office": f"{tenant.code}.12", "procedure": "1.004859", "channel": "post"},
        "order.submitted": {"list": "office", "sort": "-submitted"}, "order.changed": {"list": "running", "sort": "-changed"},
    }  # fmt: skip
    return told


def officials(tenant: Tenant) -> dict[str, User]:
    """Somebody of the whole authority, whose lists are the longest, and a clerk of one office."""
    everywhere, clerk = person("chi"), person("ha")
    with inside(tenant):
        office = Office.objects.order_by("-code")[0]
        Membership.objects.get_or_create(user=clerk, office=office, role=Role.CLERK)
    return {"everywhere": everywhere, "office": clerk}


def measure(house: House, tenant: Tenant, size: Size) -> None:
    """On one connection."""
    with inside(tenant):
        count = Dossier.objects.count()
    for who, official in officials(tenant).items():
        told = headers(tenant, official)
        for name, query in asked(tenant, official).items():
            found = Answers()
            hammer(Target(f"{house.base}/mot-cua/?{urlencode(query)}", told), 1, size.seconds / 2, found)
            tell(f"worklist.{who}.{name}.p95", "ms", found.p95, MOST, dossiers=count, p50=round(found.p50, 1))
        say(f"{who} done")
        _same_queries(told, who)


def _same_queries(told: dict[str, str], who: str) -> None:
    """Two hundred rows cost the queries of twenty-five."""
    few, many = (
        counted(Page(f"{who}.{rows}", f"/mot-cua/?list=running&rows={rows}", told, aim=1)) for rows in (25, 200)
    )
    tell(f"worklist.{who}.queries.rows200", "statements", many, Limit("25 rows", few))
