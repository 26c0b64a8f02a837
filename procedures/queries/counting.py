"""How many wait in every list: read once for all who work for the same offices, kept some seconds, no further than anybody reads."""

from hashlib import sha256
from typing import Any, cast

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from portal.models import User
from portal.moments import now
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Dossier
from procedures.queries.dossiers import desk_dossiers
from procedures.queries.hands import covered_by
from procedures.queries.lists import LISTS, OPEN

COUNTS_SECONDS = 10
# So long the last numbers are shown while one reader counts anew: with a hundred thousand open dossiers that takes a while.
KEPT_SECONDS = 120
# Beyond this a list says “999+”: the number would tell nothing more.
MOST = 999
SHARED = [one for one in LISTS.values() if one.is_open and one.counted and not one.personal]


def counts_for(person: User) -> dict[str, int]:
    """How many wait in every list of open dossiers; some seconds old, except after what the person did (forget_counts)."""
    return cast("dict[str, int]", cache.get_or_set(_key(person), lambda: counted_for(person), COUNTS_SECONDS))


def forget_counts(person: User) -> None:
    """Who did something sees the lists counted anew, and so do colleagues."""
    cache.delete_many([_key(person), _key_of_offices(person)])


def _key(person: User) -> str:
    return f"desk-counts:{current_tenant().pk}:{person.pk}"


def _key_of_offices(person: User) -> str:
    held = offices_of(person, "dossier.view")
    offices = "all" if held is None else sha256(repr(sorted(held)).encode()).hexdigest()[:24]
    return f"desk-counts:{current_tenant().pk}:offices:{offices}"


def counted_for(person: User) -> dict[str, int]:
    rows = desk_dossiers(person).exclude(owner=person).exclude(submitter=person)
    shared, own = _shared(person), _counted(person, desk_dossiers(person).filter(Q(owner=person) | Q(submitter=person)))
    covers = covered_by(person).exists()
    return {
        **{key: max(count - own[key], 0) for key, count in shared.items()},
        "mine": _most(rows.filter(LISTS["mine"].holds(person)).order_by()),
        "covered": _most(rows.filter(LISTS["covered"].holds(person)).order_by()) if covers else 0,
        # News stops being counted where it is more than is shown.
        "changed": _most(rows.filter(LISTS["changed"].holds(person)).order_by("-changed_at")),
    }


def _shared(person: User) -> dict[str, int]:
    """What waits at the offices of a person, own dossiers of that person included."""
    key = _key_of_offices(person)
    kept: tuple[Any, dict[str, int]] | None = cache.get(key)
    if kept and ((now() - kept[0]).total_seconds() < COUNTS_SECONDS or not cache.add(f"{key}:anew", 1, COUNTS_SECONDS)):
        return kept[1]
    told = _counted(person, desk_dossiers(person))
    cache.set(key, (now(), told), KEPT_SECONDS)
    return told


def _counted(person: User, rows: QuerySet[Dossier]) -> dict[str, int]:
    """Open ones in one reading of their index."""
    asked = {one.key: Count("pk", filter=one.holds(person)) for one in SHARED}
    return rows.filter(state__in=OPEN).aggregate(**asked)


def _most(rows: QuerySet[Dossier]) -> int:
    return rows[: MOST + 1].count()
