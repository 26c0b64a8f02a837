"""What the ground reads: people, roles, offices."""

import datetime

from django.db.models import Q, QuerySet

from portal.models import Membership, Office, Tenant, User
from portal.moments import today
from portal.roles import PERMISSIONS
from portal.tenancy import current_tenant
from portal.text import fold, sort_key


def memberships_of(user: User) -> list[Membership]:
    """The roles that a person holds today at the current tenant, asked once per request and person."""
    kept: dict[int, list[Membership]] = user.__dict__.setdefault("_memberships_by_tenant", {})
    tenant = current_tenant()
    if tenant.pk not in kept:
        rows = Membership.objects.filter(user=user).filter(Q(until=None) | Q(until__gte=today()))
        kept[tenant.pk] = list(rows.select_related("office"))
    return kept[tenant.pk]


def offices_of(user: User, permission: str) -> set[int] | None:
    """The offices at which a person may do something; None means everywhere in the authority."""
    held = [m for m in memberships_of(user) if m.role in PERMISSIONS[permission]]
    if any(m.office_id is None for m in held):
        return None
    return {m.office_id for m in held if m.office_id is not None}


def people_who(permission: str, office_id: int) -> QuerySet[User]:
    """Those who may do something at an office today."""
    held = Membership.objects.filter(role__in=PERMISSIONS[permission]).filter(Q(until=None) | Q(until__gte=today()))
    at_office = held.filter(Q(office=None) | Q(office_id=office_id))
    return User.objects.filter(is_active=True, pk__in=at_office.values("user_id"))


def open_offices(day: datetime.date | None = None) -> QuerySet[Office]:
    """The offices that are there on a day."""
    when = day or today()
    return Office.objects.filter(Q(closed_on=None) | Q(closed_on__gt=when)).filter(
        Q(opened_on=None) | Q(opened_on__lte=when)
    )


def officials(words: str = "", role: str = "", office_id: int | None = None) -> list[tuple[User, list[Membership]]]:
    """Everybody who holds or held a role here, by given name, with the roles of today; found without diacritics."""
    rows = Membership.objects.select_related("user", "office").defer(*SEALED).order_by("role", "office__code")
    people: dict[int, tuple[User, list[Membership]]] = {}
    for row in rows:
        held = people.setdefault(row.user_id, (row.user, []))[1]
        if row.until is None or row.until >= today():
            held.append(row)
    wanted = fold(words).split()
    found = [one for one in people.values() if all(word in fold(one[0].full_name) for word in wanted)]
    if role or office_id:
        found = [one for one in found if any(_fits(m, role, office_id) for m in one[1])]
    return sorted(found, key=lambda one: _by_given_name(one[0].full_name))


# Encrypted columns: a list needs none of them, and opening them for thousands of people takes its time.
SEALED = ("user__personal_id", "user__birth_date", "user__phone", "user__email")


def _fits(row: Membership, role: str, office_id: int | None) -> bool:
    return (not role or row.role == role) and (not office_id or row.office_id == office_id)


def _by_given_name(full_name: str) -> str:
    """People are listed by their last word, as in every Vietnamese roll."""
    family, _space, given = full_name.rpartition(" ")
    return sort_key(f"{given} {family}")


def tenant_by_host(host: str) -> Tenant | None:
    return Tenant.objects.filter(host=host, is_active=True).first()


def active_tenants() -> QuerySet[Tenant]:
    return Tenant.objects.filter(is_active=True).order_by("slug")
