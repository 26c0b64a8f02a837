"""Results that nobody collected, and results that run out: what time has to do about them, and the clerk's list."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.models import User
from portal.moments import now, today
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Consignment, Dossier, FollowUp, Paper, Renewal
from procedures.models.lifecycle import State
from procedures.queries.dossiers import at_offices

Kind = FollowUp.Kind
PER_PAGE = 50
RESULTS = (Paper.Kind.RESULT, Paper.Kind.REFUSAL)
# The gravest first, each with the setting that says after how many days it comes.
COLLECTING = (
    (Kind.ARCHIVE, "uncollected_archive_days"),
    (Kind.SECOND, "uncollected_second_days"),
    (Kind.FIRST, "uncollected_first_days"),
)
# Who was told the graver is not told the lesser: a beat that was away for weeks sends one reminder.
COVERED = {
    Kind.ARCHIVE: (Kind.ARCHIVE,),
    Kind.SECOND: (Kind.ARCHIVE, Kind.SECOND),
    Kind.FIRST: (Kind.ARCHIVE, Kind.SECOND, Kind.FIRST),
}


@dataclass
class Waiting:
    """A result on the shelf: for how many days, and what was done about it, oldest first."""

    dossier: Dossier
    days: int
    told: list[FollowUp] = field(default_factory=list)

    @property
    def archived(self) -> bool:
        return any(one.kind == Kind.ARCHIVE for one in self.told)


def days_of(name: str) -> int:
    return int(current_tenant().setting(name))


def uncollected() -> QuerySet[Dossier]:
    """Decided, not handed over, and not just being given to the post."""
    posted = Consignment.objects.filter(dossier=OuterRef("pk"), state=Consignment.State.WAITING)
    rows: QuerySet[Dossier] = Dossier.objects.filter(state=State.DONE).exclude(Exists(posted))
    return rows


def to_remind(kind: str, setting: str) -> QuerySet[Dossier]:
    """Whose time has come for this and who was told neither this nor anything graver of the paper that holds now."""
    days = days_of(setting)
    rows = uncollected().filter(decided_at__lte=now() - datetime.timedelta(days=days))
    told = FollowUp.objects.filter(paper__dossier=OuterRef("pk"), paper__revoked_at=None, kind__in=COVERED[Kind(kind)])
    signed = Paper.objects.filter(dossier=OuterRef("pk"), kind__in=RESULTS, revoked_at=None, signed_at__isnull=False)
    return rows.filter(Exists(signed)).exclude(Exists(told)).order_by("decided_at", "pk") if days else rows.none()


def to_renew() -> QuerySet[Paper]:
    """Results in a citizen's hands that run out soon, nobody was reminded of and nobody renews."""
    days = days_of("renewal_days")
    rows: QuerySet[Paper] = Paper.objects.filter(
        kind=Paper.Kind.RESULT, revoked_at=None, valid_until__gte=today(), valid_until__lte=today() + datetime.timedelta(days=days),
        dossier__state=State.RETURNED,
    )  # fmt: skip
    reminded = FollowUp.objects.filter(paper=OuterRef("pk"), kind=Kind.RENEW)
    return rows.exclude(Exists(reminded)).exclude(Exists(renewing())).order_by("valid_until", "pk")


def renewing() -> QuerySet[Renewal]:
    """What was filed to renew the outer paper and has not come to nothing."""
    over = [State.DRAFT, State.REFUSED, State.WITHDRAWN, State.ENDED]
    return Renewal.objects.filter(paper=OuterRef("pk")).exclude(dossier__state__in=over)


def shelf_of(clerk: User, *, archived: bool, after: int = 0) -> tuple[list[Waiting], int | None]:
    """What waits to be collected at a clerk's offices, longest first; where the next page begins."""
    offices = offices_of(clerk, "dossier.hand_over")
    rows = uncollected().exclude(Q(owner=clerk) | Q(submitter=clerk))
    if offices is not None:
        rows = rows.filter(at_offices(offices) | Q(return_office_id__in=offices))
    away = Exists(FollowUp.objects.filter(paper__dossier=OuterRef("pk"), paper__revoked_at=None, kind=Kind.ARCHIVE))
    rows = rows.filter(away) if archived else rows.exclude(away)
    found = list(
        rows.select_related("procedure", "receiving_office", "office", "owner")
        .defer("answers")
        .order_by("decided_at", "pk")[after : after + PER_PAGE + 1]
    )
    return _told(found[:PER_PAGE]), (after + PER_PAGE if len(found) > PER_PAGE else None)


def _told(dossiers: list[Dossier]) -> list[Waiting]:
    waiting = {d.pk: Waiting(d, (now() - d.decided_at).days) for d in dossiers if d.decided_at}
    rows = FollowUp.objects.filter(paper__dossier__in=waiting, paper__revoked_at=None).select_related("paper")
    for row in rows.defer("paper__data").order_by("at"):
        waiting[row.paper.dossier_id].told.append(row)
    return list(waiting.values())
