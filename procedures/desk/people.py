"""Colleagues that a dossier can be given to."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.kept import for_seconds
from portal.models import Membership, Office, User
from portal.moments import today
from portal.queries import offices_of
from portal.roles import Role
from procedures.models import Absence, Dossier
from procedures.queries.hands import away_shown

# A choice shows a name and roles; nothing sealed is opened for it.
COLUMNS = ("tenant_id", "role", "user_id", "user__full_name")
SECONDS = 10.0
HANDS = (Role.CLERK, Role.OFFICER, Role.HEAD)


def _held(offices: set[int] | None) -> list[Membership]:
    rows = Membership.objects.filter(role__in=HANDS, user__is_active=True).filter(Q(until=None) | Q(until__gte=today()))
    if offices is not None:
        rows = rows.filter(Q(office=None) | Q(office_id__in=offices))
    return list(rows.select_related("user").only(*COLUMNS).order_by("user__full_name", "role")[:300])


def colleagues(person: User) -> list[tuple[str, str]]:
    """Those of the official's own offices, as choices: several roles are one line.

    Some seconds old, since every page of a list offers them; who is chosen is looked up again (`colleague`).
    """
    held = offices_of(person, "dossier.route")
    name = ("colleagues", get_language(), None if held is None else frozenset(held))
    return for_seconds(name, SECONDS, lambda: _choices(_held(held)))


def at_dossier(dossier: Dossier, role: str = "", offices: Iterable[Office] = ()) -> list[tuple[str, str]]:
    """Those who may handle this dossier (nobody their own), in a role if one is named; with further offices, theirs too."""
    own = (dossier.owner_id, dossier.submitter_id)
    held = [m for m in _held(dossier.offices | {one.pk for one in offices}) if m.user_id not in own]
    return _choices([m for m in held if not role or m.role == role])


def colleague(dossier: Dossier, key: str, role: str = "", offices: Iterable[Office] = ()) -> User | None:
    """The one who was chosen, if that one may handle the dossier."""
    return User.objects.get(pk=int(key)) if key and key in dict(at_dossier(dossier, role, offices)) else None


def _choices(held: list[Membership]) -> list[tuple[str, str]]:
    """Name, roles, and until when somebody is away."""
    roles: dict[int, list[str]] = {}
    names, gone = {m.user_id: m.user.full_name for m in held}, away_shown()
    for m in held:
        label = str(Role(m.role).label)
        if label not in roles.setdefault(m.user_id, []):
            roles[m.user_id].append(label)
    return [(str(key), f"{name} ({', '.join(roles[key])}){_away(gone.get(key))}") for key, name in names.items()]


def _away(absence: Absence | None) -> str:
    return " – " + _("vắng đến %(day)s") % {"day": f"{absence.last_day:%d/%m}"} if absence else ""
