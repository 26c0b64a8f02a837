"""How many wait in every list: counted by indexes alone, kept some seconds, no further than anybody reads."""

from django.core.cache import cache
from django.db.models import Count, QuerySet

from portal.models import User
from portal.tenancy import current_tenant
from procedures.models import Dossier
from procedures.queries.dossiers import desk_dossiers
from procedures.queries.lists import LISTS, OPEN

COUNTS_SECONDS = 10
# Beyond this a list says “999+”: the number would tell nothing more.
MOST = 999


def counts_for(person: User) -> dict[str, int]:
    """How many wait in every list of open dossiers; some seconds old, except after what the person did (forget_counts)."""
    key = _key(person)
    kept: dict[str, int] | None = cache.get(key)
    if kept is None:
        kept = counted_for(person)
        cache.set(key, kept, COUNTS_SECONDS)
    return kept


def forget_counts(person: User) -> None:
    cache.delete(_key(person))


def _key(person: User) -> str:
    return f"desk-counts:{current_tenant().pk}:{person.pk}"


def counted_for(person: User) -> dict[str, int]:
    """Open ones in one reading of their index; news stops being counted where it is more than is shown."""
    rows = desk_dossiers(person).exclude(owner=person).exclude(submitter=person)
    asked = [one for one in LISTS.values() if one.is_open and one.counted]
    told = rows.filter(state__in=OPEN).aggregate(**{one.key: Count("pk", filter=one.holds(person)) for one in asked})
    return {**told, "changed": _most(rows.filter(LISTS["changed"].holds(person)))}


def _most(rows: QuerySet[Dossier]) -> int:
    return rows.order_by("-changed_at")[: MOST + 1].count()
