"""Keeping the levels that follow from what is configured, with the date and the cause of every change."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from portal import audit
from portal.actions import show_changes
from portal.models import User
from portal.moments import now
from procedures.models import LevelChange, Offering, Procedure
from procedures.queries.levels import Derived, Ground, Standing, derive, ground, moved_at

AT_ONCE = 200


@dataclass(frozen=True)
class Cause:
    """What moved the levels, as the journal names it: an act, what it was about, and whose act it was."""

    action: str
    about: str
    actor: User | None = None


def settle(procedure: Procedure, cause: Cause | None = None) -> None:
    """Derive one procedure's levels anew; without a cause it was published or withdrawn."""
    row = Procedure.objects.select_for_update(of=("self",)).select_related("current").filter(pk=procedure.pk)
    _note(cause or _publication(procedure), since := now(), _keep(derive(row, ground()), since))
    procedure.refresh_from_db(fields=["level"])


def _publication(procedure: Procedure) -> Cause:
    version = procedure.current
    act = "procedure.publish" if version else "procedure.withdraw"
    return Cause(act, f"procedure:{procedure.code}", version.published_by if version else None)


@transaction.atomic
def settle_all(cause: Cause | None = None) -> None:
    """After a change that many procedures feel: an account, an office, a new day."""
    around, since, changed = ground(), now(), 0
    for found in _all(around):
        changed += _keep(found, since)
    _note(cause or Cause("level.day", "levels"), since, changed)
    if changed:
        show_changes()


def _all(around: Ground) -> Iterator[list[Derived]]:
    """Everything, in pieces: each locked before it is read, in one order, so that a publication meanwhile counts too."""
    keys = list(Procedure.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        rows = Procedure.objects.select_for_update(of=("self",)).select_related("current").order_by("pk")
        yield derive(rows.filter(pk__in=keys[start : start + AT_ONCE]), around)


def _keep(found: list[Derived], since: datetime) -> int:
    """Write what differs; how many offerings changed."""
    begun = set(_begun(found).values_list("pk", flat=True))
    changed = [
        (offering, stands)
        for one in found
        for offering, stands in one.offerings
        if (offering.level, offering.lacks) != (stands.level, stands.kept) or offering.pk not in begun
    ]
    LevelChange.objects.bulk_create(
        LevelChange(offering=offering, level=stands.level, lacks=stands.kept, since=since)
        for offering, stands in changed
    )
    _write(changed)
    _write_procedures(found)
    return len(changed)


def _begun(found: list[Derived]) -> QuerySet[Offering]:
    """Those with a history; a new one begins its own even at the level that every new one has."""
    history = LevelChange.objects.filter(offering=OuterRef("pk"))
    return Offering.objects.filter(Exists(history), procedure__in=[one.procedure.pk for one in found]).order_by()


def _write(changed: list[tuple[Offering, Standing]]) -> None:
    """One statement for each different standing, however many offerings share it."""
    together: dict[Standing, list[int]] = defaultdict(list)
    for offering, stands in changed:
        together[stands].append(offering.pk)
    for stands, keys in together.items():
        Offering.objects.filter(pk__in=keys).update(level=stands.level, lacks=stands.kept)


def _write_procedures(found: list[Derived]) -> None:
    together: dict[int, list[int]] = defaultdict(list)
    for one in found:
        if one.procedure.level != one.level:
            together[one.level].append(one.procedure.pk)
    for level, keys in together.items():
        Procedure.objects.filter(pk__in=keys).update(level=level)


def _note(cause: Cause, since: datetime, changed: int) -> None:
    """One entry of the journal for all that moved at this moment, by which the history tells its cause."""
    if changed:
        audit.record(
            cause.actor, "level.change", moved_at(since), cause=cause.action, about=cause.about, changed=changed
        )
