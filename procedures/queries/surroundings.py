"""What the authority's rows say around a definition: who works where it is offered, what is open there, what is in hand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Count, Q

from payments.models import Account
from portal.models import Membership, Office
from portal.moments import today
from portal.queries import open_offices
from portal.roles import PERMISSIONS
from procedures.models import Dossier, Offering, Procedure
from procedures.models.lifecycle import FINAL
from procedures.schema.advice import Place, Surroundings
from procedures.schema.definition import Definition


def surroundings_of(code: str, definition: Definition | None = None) -> Surroundings:
    """Seven queries, however many offices offer it; one for a procedure that is not there yet; one more where it names another."""
    named = definition.result_template.renewed_by if definition and definition.result_template else ""
    return replace(_rows_around(code), offered=_offered(named) if named else None)


def _offered(code: str) -> dict[str, int]:
    rows = Procedure.objects.filter(code=code, current__isnull=False)
    places = Count("offerings", filter=Q(offerings__office__in=open_offices()))
    return dict(rows.annotate(places=places).values_list("code", "places"))


def _rows_around(code: str) -> Surroundings:
    procedure = Procedure.objects.filter(code=code).select_related("current").first()
    if procedure is None:
        return Surroundings(today=today())
    rows = Offering.objects.filter(procedure=procedure, office__in=open_offices())
    offerings = list(rows.select_related("office").order_by("office__code"))
    offices = {office.pk: office for office in Office.objects.only("pk", "code", "parent_id")}
    roles, hands, accounts = (
        _roles(),
        _hands(),
        set(Account.objects.filter(is_active=True).values_list("office_id", flat=True)),
    )
    in_hand = Dossier.objects.filter(procedure=procedure).exclude(state__in=FINAL)
    return Surroundings(
        places=tuple(
            _place(
                one,
                roles[None] | roles[one.office_id],
                hands.get(one.office_id, 0),
                bool(accounts & {None, *_above(one.office_id, offices)}),
            )
            for one in offerings
        ),
        published=procedure.current.parsed if procedure.current else None,
        open_dossiers=in_hand.count(),
        roles_at={office.code: roles[None] | roles[office.pk] for office in offices.values()},
        today=today(),
    )


def _roles() -> dict[int | None, frozenset[str]]:
    """The roles held today, by office; those of the whole authority under None."""
    held: dict[int | None, set[str]] = defaultdict(set)
    rows = Membership.objects.filter(Q(until=None) | Q(until__gte=today()), user__is_active=True)
    for office, role in rows.values_list("office_id", "role").distinct():
        held[office].add(role)
    return defaultdict(frozenset, {office: frozenset(roles) for office, roles in held.items()})


def _hands() -> dict[int | None, int]:
    """How many people prepare or decide, by office."""
    rows = Membership.objects.filter(Q(until=None) | Q(until__gte=today()), user__is_active=True)
    drafting = rows.filter(role__in=PERMISSIONS["dossier.prepare"]).order_by()
    return dict(drafting.values_list("office_id").annotate(count=Count("user_id", distinct=True)))


def _above(office: int | None, offices: dict[int, Office]) -> Iterable[int]:
    """The office and those above it, where its fees may be paid (payments.queries.accounts_of)."""
    while office is not None:
        yield office
        office = offices[office].parent_id


def _place(offering: Offering, roles: frozenset[str], hands: int, has_account: bool) -> Place:
    office = offering.office
    return Place(
        code=office.code, name=office.name, kind=office.kind, roles=roles, hands=hands, has_account=has_account,
        online_open=offering.online_open, pays_online=offering.pays_online,
        returns_online=offering.returns_online, blank_forms=offering.blank_forms,
    )  # fmt: skip
