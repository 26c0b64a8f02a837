"""What the ground reads: people, roles, offices."""

import datetime

from django.db.models import Q, QuerySet

from portal.models import Membership, Office, Tenant, User
from portal.moments import today
from portal.roles import PERMISSIONS
from portal.tenancy import current_tenant


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
    return Office.objects.filter(Q(closed_on=None) | Q(closed_on__gt=when)).filter(Q(opened_on=None) | Q(opened_on__lte=when))


def tenant_by_host(host: str) -> Tenant | None:
    return Tenant.objects.filter(host=host, is_active=True).first()


def active_tenants() -> QuerySet[Tenant]:
    return Tenant.objects.filter(is_active=True).order_by("slug")
