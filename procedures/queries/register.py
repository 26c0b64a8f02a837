"""The register of results of the offices that a person may see: every number, what became of it, found without a full scan."""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from portal.models import User
from portal.moments import HERE, today
from portal.queries import offices_of
from portal.text import fold
from procedures.models import Paper, Signing

PER_PAGE = 50
LAST = "\uffff"
STATES: dict[str, Any] = {
    "valid": lambda: Q(revoked_at=None) & (Q(valid_until=None) | Q(valid_until__gte=today())),
    "expired": lambda: Q(revoked_at=None, valid_until__lt=today()),
    "revoked": lambda: Q(revoked_at__isnull=False, replaced_by=None),
    "replaced": lambda: Q(revoked_at__isnull=False, replaced_by__isnull=False),
}


@dataclass(frozen=True)
class Asked:
    """What is looked for; `before` is the key of the last row of the page before."""

    number: str = ""
    name: str = ""
    procedure: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    state: str = ""
    before: tuple[datetime.datetime, int] | None = None

    @property
    def narrowed(self) -> bool:
        return replace(self, before=None) != Asked()


def registered(person: User, asked: Asked) -> QuerySet[Paper]:
    """Newest first. Names and numbers are found by their beginning, which an index answers under row-level security."""
    offices = offices_of(person, "results.view")
    rows: QuerySet[Paper] = Paper.objects.filter(office__isnull=False)
    rows = rows if offices is None else rows.filter(office_id__in=offices)
    rows = rows.exclude(Q(dossier__owner=person) | Q(dossier__submitter=person))
    if asked.number:
        rows = rows.filter(number__gte=asked.number, number__lt=asked.number + LAST)
    if asked.name:
        begins = fold(asked.name)
        rows = rows.filter(holder__gte=begins, holder__lt=begins + LAST)
    if asked.procedure:
        rows = rows.filter(dossier__procedure__code=asked.procedure)
    if asked.since:
        rows = rows.filter(signed_at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(signed_at__lt=_midnight(asked.until + datetime.timedelta(days=1)))
    if asked.state in STATES:
        rows = rows.filter(STATES[asked.state]())
    return (
        rows.select_related("dossier__procedure", "office", "replaced_by")
        .defer("data", "dossier__answers")
        .order_by("-signed_at", "-pk")
    )


def page_of(person: User, asked: Asked) -> tuple[list[Paper], tuple[datetime.datetime, int] | None]:
    """A page, and where the next begins."""
    rows = registered(person, asked)
    if asked.before:
        at, pk = asked.before
        rows = rows.filter(Q(signed_at__lt=at) | Q(signed_at=at, pk__lt=pk))
    found = list(rows[: PER_PAGE + 1])
    last = found[PER_PAGE - 1] if len(found) > PER_PAGE else None
    return found[:PER_PAGE], ((last.signed_at, last.pk) if last is not None and last.signed_at else None)


def free_numbers(person: User) -> list[Signing]:
    """Numbers that were taken for a paper that nobody signed: each is the next one given out in its series."""
    offices = offices_of(person, "results.view")
    rows = Signing.objects.filter(is_free=True)
    rows = rows if offices is None else rows.filter(dossier__office_id__in=offices)
    return list(rows.order_by("series", "place")[:20])


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), HERE)
