"""Where demonstration dossiers live: an authority's offices, calendars, offers and people, each found once."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from django.conf import settings
from django.db.models import QuerySet

from portal.models import Membership, Office, Tenant, User
from portal.moments import now, today
from procedures import clock
from procedures.models import Dossier, Offering
from procedures.queries.clocks import calendar_of
from procedures.schema.definition import Definition
from procedures.workflow import is_own

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


@dataclass
class World:
    """`chance` is seeded, so that the same day of the calendar always gives the same past."""

    tenant: Tenant
    chance: Random
    offices: dict[str, Office] = field(default_factory=dict)
    offerings: dict[tuple[str, str], Offering] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    posts: dict[tuple[int, str], list[Membership]] = field(default_factory=lambda: defaultdict(list))
    calendars: dict[tuple[int, int], clock.Calendar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read inside the tenant."""
        self.offices = {office.code: office for office in Office.objects.select_related("parent")}
        self.offerings = {(o.procedure.code, o.office.code): o for o in _offerings()}
        users = {user.pk: user for user in User.objects.filter(issuer=settings.VNEID_ISSUER)}
        self.people = {user.subject: user for user in users.values()}
        for held in Membership.objects.exclude(office=None).order_by("pk"):
            held.user = users[held.user_id]
            self.posts[held.office_id or 0, held.role].append(held)

    def official(self, office: Office, role: str, dossier: Dossier | None = None) -> User:
        """Somebody who holds a role at an office today, and whose own dossier it is not."""
        held = [m for m in self.posts[office.pk, role] if m.until is None or m.until >= today()]
        free = [m.user for m in held if dossier is None or not is_own(dossier, m.user)]
        if not free:
            raise LookupError(f"{self.tenant.slug}: nobody is {role} at {office.code} on {today()}.")
        return free[0]

    def forget_roles(self) -> None:
        """Roles are kept for a request; here years pass."""
        for person in self.people.values():
            person.__dict__.pop("_memberships_by_tenant", None)

    def calendar(self, office: Office, moment: datetime.datetime) -> clock.Calendar:
        key = (office.pk, moment.year)
        if key not in self.calendars:
            self.calendars[key] = calendar_of(office, moment)
        return self.calendars[key]

    def opening(self, office: Office, moment: datetime.datetime) -> datetime.datetime:
        """The moment itself while the office is open; else some while after it opens again."""
        opens = self.calendar(office, moment).next_opening(moment)
        return opens if opens == moment else opens + MINUTE * self.chance.randint(4, 110)

    def soon(self, office: Office, least: float, most: float) -> datetime.datetime:
        """So many hours from now, at the earliest when the office works."""
        return self.opening(office, now() + HOUR * self.chance.uniform(least, most))

    def desk_of(self, office: Office) -> Office:
        """The one-stop desk that takes paper for an office: its own, the province's or the ministry's, else itself."""
        own = [o for o in self.offices.values() if o.parent_id == office.pk and o.kind == Office.Kind.CENTRE]
        if own or office.parent_id or office.kind != Office.Kind.DEPARTMENT:
            return own[0] if own else office
        return next((o for o in self.offices.values() if o.kind == Office.Kind.CENTRE and o.parent_id is None), office)


def _offerings() -> QuerySet[Offering]:
    return Offering.objects.select_related("procedure__current", "office__parent")


def definition_of(offering: Offering) -> Definition:
    if offering.procedure.current is None:
        raise LookupError(f"{offering.procedure.code} was never published.")
    return offering.procedure.current.parsed
