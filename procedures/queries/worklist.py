"""A page of an official's list: narrowed, ordered and paged by key, never by offset."""

import datetime
import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime

from portal.kept import by_version
from portal.models import Office, User
from portal.queries import offices_of
from procedures.models import Dossier, DossierEvent, Offering, Procedure
from procedures.queries import wanted as asked
from procedures.queries.counting import counted_for, counts_for, forget_counts
from procedures.queries.dossiers import desk_dossiers
from procedures.queries.lists import LISTS, OPEN, List, first_list, routes, routes_of, step_name
from procedures.queries.searching import found as found_by
from procedures.queries.wanted import PAGE, Wanted, wanted_of

__all__ = [
    "LISTS", "OPEN", "PAGE", "List", "Page", "Wanted", "counted_for", "counts_for", "earlier_dossiers", "first_list", "forget_counts", "group_of",
    "last_event", "matching", "offices_for", "page_of", "procedures_for", "routes", "routes_of", "rows_for", "rows_of", "step_name",
    "unpaid_dossiers", "wanted_of",
]  # fmt: skip
# What a row of a list needs: nothing of it is encrypted. What a procedure or office is called, besides.
COLUMNS = (
    "reference", "number", "state", "owner_name", "step_key", "due_at", "acceptance_due_at", "supplement_due_at", "submitted_at",
    "decided_at", "closed_at", "withdrawal_asked_at", "fee_total", "fee_paid_at", "channel", "version_id", "tenant_id", "resumes_to",
    "outcome", "procedure_id", "office_id", "assignee_id", "owner_id", "submitter_id", "receiving_office_id", "processing_office_id", "accepted_at",
    "changed_at", "changed_by_id", "event_count", "last_step",
)  # fmt: skip
CHOICE = ("tenant_id", "code", "name", "name_en")
# Of so many offices each is read in its own order; who works for more reads the order of all.
FEW_OFFICES = 6
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page:
    """Rows in order, and the keys of the pages before and after (None where there is none)."""

    rows: list[Dossier] = field(default_factory=list)
    previous: str | None = None
    following: str | None = None


def rows_for(person: User) -> QuerySet[Dossier]:
    """What a person's offices hold, without what is their own: others handle that."""
    return _not_own(desk_dossiers(person), person)


def _not_own(rows: QuerySet[Dossier], person: User) -> QuerySet[Dossier]:
    return rows.exclude(owner=person).exclude(submitter=person)


def page_of(person: User, wanted: Wanted) -> Page:
    backwards = bool(wanted.before)
    key = _read_key(wanted.before or wanted.after)
    descending = wanted.newest_first != backwards
    # Django's plain ordering is PostgreSQL's: empty moments last going up, first going down, so one is the other's mirror.
    order = [f"-{wanted.by}", "-pk"] if descending else [wanted.by, "pk"]
    beyond = _beyond(wanted.by, *key, descending) if key is not None else Q()
    found = _first(person, wanted, beyond, order)
    more, found = len(found) > wanted.size, found[: wanted.size]
    if backwards:
        found.reverse()
    name_rows(found)
    return _page(found, wanted, before=more if backwards else key is not None, after=more if not backwards else True)


def _first(person: User, wanted: Wanted, beyond: Q, order: list[str]) -> list[Dossier]:
    """One row more than a page. Keys are found first, by an index alone; then these rows are read, and no others."""
    parts = [rows.filter(beyond).order_by(*order)[: wanted.size + 1] for rows in parts_of(person, wanted)]
    keys: Any = parts[0].values("pk") if len(parts) == 1 else _merged(parts, wanted, order)
    return list(Dossier.objects.filter(pk__in=keys).only(*COLUMNS, wanted.by).order_by(*order))


def _merged(parts: list[QuerySet[Dossier]], wanted: Wanted, order: list[str]) -> list[int]:
    rows = [part.values_list("pk", wanted.by) for part in parts]
    both = rows[0].union(*rows[1:], all=True).order_by(*(name.replace("pk", "id") for name in order))
    return [pk for pk, _moment in both[: wanted.size + 1]]


def rows_of(person: User, wanted: Wanted) -> QuerySet[Dossier]:
    """Everything that a page is a part of."""
    offices = offices_of(person, "dossier.view")
    rows = rows_for(person).filter(wanted.list.holds(person)).filter(_narrowed(wanted))
    return rows.filter(found_by(wanted.q, offices)) if wanted.q else rows


def parts_of(person: User, wanted: Wanted) -> list[QuerySet[Dossier]]:
    """The same in parts that are each read in order: what is closed is too much to be sorted."""
    offices = offices_of(person, "dossier.view")
    if wanted.list.is_open and wanted.list.parts() and not wanted.q:
        return [rows_of(person, wanted).filter(part) for part in wanted.list.parts()]
    # News is read from the newest on, and soon there is a page of it, whatever the office.
    whole = wanted.list.is_open or wanted.list.key == "changed" or wanted.office or wanted.q
    if whole or offices is None or not 0 < len(offices) <= FEW_OFFICES:
        return [rows_of(person, wanted)]
    rows = (
        _not_own(Dossier.objects.exclude(state="draft"), person)
        .filter(wanted.list.holds(person))
        .filter(_narrowed(wanted))
    )
    others = rows.exclude(office_id__in=offices)
    received = others.filter(receiving_office_id__in=offices).exclude(receiving_office=F("office"))
    passed = others.filter(processing_office_id__in=offices).exclude(receiving_office_id__in=offices)
    # What is collected here and was neither received nor settled here.
    here = others.filter(return_office_id__in=offices, state__in=("done", "returned"))
    returned = here.exclude(receiving_office_id__in=offices).exclude(
        processing_office_id__isnull=False, processing_office_id__in=offices
    )
    return [*(rows.filter(office_id=office) for office in sorted(offices)), received, passed, returned]


def _narrowed(wanted: Wanted) -> Q:
    office = _by_code("office", Office, wanted.office) if wanted.office else None
    procedure = _by_code("procedure", Procedure, wanted.procedure) if wanted.procedure else None
    return asked.narrowing(wanted, office, procedure)


def _by_code(name: str, model: type[M], code: str) -> int | None:
    known: dict[str, int] = by_version((name, "codes"), lambda: dict(model._default_manager.values_list("code", "pk")))
    return known.get(code)


def name_rows(rows: list[Dossier]) -> None:
    """Tell the rows their procedures, offices and people: joined in, the database read and sorted whole lists for it."""
    procedures = _known("procedure", Procedure, {row.procedure_id for row in rows})
    offices = _known("office", Office, {row.office_id for row in rows})
    keys = {key for row in rows for key in (row.assignee_id, row.changed_by_id) if key}
    people = User.objects.only("full_name").in_bulk(keys) if keys else {}
    for row in rows:
        row.procedure, row.office = procedures[row.procedure_id], offices[row.office_id]
        row.assignee = people.get(row.assignee_id) if row.assignee_id else None
        row.changed_by = people.get(row.changed_by_id) if row.changed_by_id else None


def _known(name: str, model: type[M], keys: set[int]) -> dict[int, M]:
    found: dict[int, M] = by_version(name, dict)
    missing = keys - found.keys()
    if missing:
        found.update(model._default_manager.only(*CHOICE).in_bulk(missing))
    return found


def _page(rows: list[Dossier], wanted: Wanted, *, before: bool, after: bool) -> Page:
    if not rows:
        return Page()
    first, last = (_key(row, wanted.by) for row in (rows[0], rows[-1]))
    return Page(rows, first if before else None, last if after else None)


def _key(row: Dossier, by: str) -> str:
    moment: datetime.datetime | None = getattr(row, by)
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{row.pk}" if moment else f"_{row.pk}"


def _read_key(text: str) -> tuple[datetime.datetime | None, int] | None:
    found = re.fullmatch(r"([0-9T:.Z-]*)_([0-9]{1,18})", text)
    if found is None:
        return None
    try:
        moment = parse_datetime(found[1]) if found[1] else None
    except ValueError:
        return None
    return (None, int(found[2])) if not found[1] else ((moment, int(found[2])) if moment and moment.tzinfo else None)


def _beyond(by: str, moment: datetime.datetime | None, pk: int, descending: bool) -> Q:
    """Rows after this key in the order of the page. The bound that stands alone is what an index starts at."""
    if descending:
        if moment is None:
            return Q(**{f"{by}__isnull": True}, pk__lt=pk) | Q(**{f"{by}__isnull": False})
        return Q(**{f"{by}__lte": moment}) & (Q(**{f"{by}__lt": moment}) | Q(pk__lt=pk))
    if moment is None:
        return Q(**{f"{by}__isnull": True}, pk__gt=pk)
    return Q(**{by: moment}, pk__gt=pk) | Q(**{f"{by}__gt": moment}) | Q(**{f"{by}__isnull": True})


def matching(q: str, person: User, permission: str) -> Q:
    """What an official looks for among the dossiers of some offices."""
    return found_by(q, offices_of(person, permission))


# ---- what a list can be narrowed by ----
# Asked of what is offered, not of the dossiers themselves: those are many, and every page of a list asks.


def offices_for(person: User) -> list[Office]:
    """The offices whose dossiers a person handles."""
    held = offices_of(person, "dossier.view")
    return by_version(("offices", _group(held)), lambda: _offices(held))


def group_of(person: User) -> frozenset[int] | None:
    """The offices as a key of what is kept for all who work for the same; None for those of the whole authority."""
    return _group(offices_of(person, "dossier.view"))


def _group(held: set[int] | None) -> frozenset[int] | None:
    return None if held is None else frozenset(held)


def _offices(held: set[int] | None) -> list[Office]:
    rows = Office.objects.filter(Exists(Offering.objects.filter(office=OuterRef("pk"))))
    return list((rows if held is None else rows.filter(pk__in=held)).only(*CHOICE))


def procedures_for(person: User) -> list[Procedure]:
    """What is done at the offices of a person; a one-stop centre receives for others too."""
    held = offices_of(person, "dossier.view")
    return by_version(("procedures", _group(held)), lambda: _procedures(held))


def _procedures(held: set[int] | None) -> list[Procedure]:
    rows = Offering.objects.filter(procedure=OuterRef("pk"))
    if held is not None and not Office.objects.filter(pk__in=held, kind=Office.Kind.CENTRE).exists():
        rows = rows.filter(office_id__in=held)
    return list(Procedure.objects.filter(Exists(rows)).only(*CHOICE, "current_id").order_by("name"))


def earlier_dossiers(person: User, dossier: Dossier, most: int = 5) -> list[Dossier]:
    """What the same person filed before, as far as this official may see it."""
    if not dossier.contact_id_hash:
        return []
    same = rows_for(person).filter(contact_id_hash=dossier.contact_id_hash).exclude(pk=dossier.pk)
    found = list(same.only(*COLUMNS).order_by("-submitted_at")[:most])
    name_rows(found)
    return found


def last_event(dossier: Dossier) -> DossierEvent | None:
    return dossier.events.select_related("actor").order_by("-number").first()


def unpaid_dossiers(person: User, permission: str) -> QuerySet[Dossier]:
    """Fees that are open at the offices of a cashier, the oldest first."""
    rows = _not_own(desk_dossiers(person, permission), person)
    return (
        rows.filter(state__in=OPEN)
        .filter(fee_total__gt=0, fee_paid_at=None)
        .select_related("procedure", "office", "assignee")
        .order_by(F("submitted_at").asc(), "pk")
    )
