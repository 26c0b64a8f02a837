"""The officials' lists: which dossiers wait for what, searched, filtered and paged by key, never by offset."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from portal.crypto import keyed_hash
from portal.kept import by_version
from portal.models import Office, User
from portal.moments import midnight, now, today
from portal.queries import offices_of
from portal.roles import Role
from portal.tenancy import current_tenant
from portal.text import fold
from procedures.clock import SOON
from procedures.models import Dossier, DossierEvent, Offering, Procedure, ProcedureVersion
from procedures.models.lifecycle import FINAL, RUNNING, State
from procedures.queries.dossiers import desk_dossiers
from procedures.queries.hands import covered_by
from procedures.schema import identity
from procedures.schema.messages import Invalid
from procedures.schema.reading import Text, shown

PAGE = 25
MOST_COUNTED = 5000
# What a row of a list needs: nothing of it is encrypted. What a procedure or office is called, besides.
COLUMNS = (
    "reference", "number", "state", "owner_name", "step_key", "due_at", "acceptance_due_at", "supplement_due_at", "submitted_at",
    "decided_at", "closed_at", "withdrawal_asked_at", "fee_total", "fee_paid_at", "channel", "version_id", "tenant_id", "resumes_to",
    "outcome", "procedure_id", "office_id", "assignee_id", "owner_id", "submitter_id", "receiving_office_id",
    "processing_office_id",
)  # fmt: skip
# Named, not excluded, so that the index by state answers.
OPEN = tuple(state for state in State.values if state not in FINAL and state != State.DRAFT)
CHOICE = ("tenant_id", "code", "name", "name_en")
WORDS = 6
COUNTS_SECONDS = 10
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class List:
    """One list: what belongs in it (for this official, now) and by which moment it is read."""

    key: str
    title: Any
    holds: Callable[[User], Q]
    by: str = "due_at"
    newest_first: bool = False


def _running(_person: User) -> Q:
    return Q(state__in=RUNNING)


def _late(_person: User) -> Q:
    return Q(state__in=RUNNING, due_at__lt=now()) | Q(state=State.SUBMITTED, acceptance_due_at__lt=now())


def _today(_person: User) -> Q:
    moments = (now(), midnight(today() + datetime.timedelta(days=1)))
    return Q(state__in=RUNNING, due_at__range=moments) | Q(state=State.SUBMITTED, acceptance_due_at__range=moments)


def _unpaid(_person: User) -> Q:
    return Q(state=State.PAYMENT_DUE) | Q(state=State.SUBMITTED, fee_total__gt=0, fee_paid_at=None)


LISTS = {
    one.key: one
    for one in (
        List("new", _("Mới nộp"), lambda person: Q(state=State.SUBMITTED), by="acceptance_due_at"),
        List("mine", _("Việc của tôi"), lambda person: Q(state__in=RUNNING, assignee=person)),
        List(
            "covered",
            _("Làm thay đồng nghiệp"),
            lambda person: Q(state__in=RUNNING, assignee__in=covered_by(person).values("person")),
        ),
        List("unassigned", _("Chưa giao cho ai"), lambda person: Q(state__in=RUNNING, assignee=None)),
        List("running", _("Đang xử lý"), _running),
        List("to_sign", _("Chờ ký"), lambda person: Q(state=State.PROCESSING) & last_steps_of_heads()),
        List("today", _("Hết hạn hôm nay"), _today),
        List("soon", _("Sắp đến hạn"), lambda person: Q(state__in=RUNNING, due_at__range=(now(), now() + SOON))),
        List("overdue", _("Quá hạn"), _late),
        List(
            "supplement", _("Chờ bổ sung"), lambda person: Q(state=State.SUPPLEMENT_REQUESTED), by="supplement_due_at"
        ),
        List("payment", _("Chờ nộp tiền"), _unpaid, by="submitted_at"),
        List("suspended", _("Tạm dừng"), lambda person: Q(state=State.SUSPENDED), by="accepted_at"),
        List(
            "withdrawal",
            _("Đề nghị rút"),
            lambda person: Q(withdrawal_asked_at__isnull=False) & Q(state__in=OPEN),
            by="withdrawal_asked_at",
        ),
        List("to_return", _("Chờ trả kết quả"), lambda person: Q(state=State.DONE), by="decided_at"),
        List("closed", _("Đã xong"), lambda person: Q(state__in=FINAL), by="submitted_at", newest_first=True),
        List("all", _("Tất cả"), lambda person: Q(), by="submitted_at", newest_first=True),
    )
}
FIRST = {Role.CLERK: "new", Role.OFFICER: "mine", Role.HEAD: "to_sign", Role.CASHIER: "payment"}


def first_list(roles: Iterable[str]) -> str:
    """Where an official's day begins."""
    held = set(roles)
    return next((key for role, key in FIRST.items() if role in held), "running")


@dataclass(frozen=True)
class Wanted:
    """What an official asked to see, as the address of the page says it."""

    list: List
    q: str = ""
    office: str = ""
    procedure: str = ""
    step: str = ""
    after: str = ""
    before: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.office or self.procedure or self.step)


@dataclass(frozen=True)
class Page:
    """Rows in order, and the keys of the pages before and after (None where there is none)."""

    rows: list[Dossier] = field(default_factory=list)
    previous: str | None = None
    following: str | None = None


def wanted_of(asked: Mapping[str, str], roles: Iterable[str]) -> Wanted:
    q = asked.get("q", "").strip()[:200]
    key = asked.get("list") or ("all" if q else first_list(roles))
    told = {name: asked.get(name, "").strip()[:100] for name in ("office", "procedure", "step", "after", "before")}
    return Wanted(LISTS.get(key, LISTS["running"]), q=q, **told)


def rows_for(person: User) -> QuerySet[Dossier]:
    """What a person's offices hold, without what is their own: others handle that."""
    return desk_dossiers(person).exclude(owner=person).exclude(submitter=person)


def page_of(person: User, wanted: Wanted) -> Page:
    rows = _narrowed(rows_for(person).filter(wanted.list.holds(person)), wanted)
    backwards = bool(wanted.before)
    key = _read_key(wanted.before or wanted.after)
    descending = wanted.list.newest_first != backwards
    if key is not None:
        rows = rows.filter(_beyond(wanted.list.by, *key, descending))
    # Django's plain ordering is PostgreSQL's: empty moments last going up, first going down, so one is the other's mirror.
    order = [f"-{wanted.list.by}", "-pk"] if descending else [wanted.list.by, "pk"]
    found = list(rows.only(*COLUMNS, wanted.list.by).order_by(*order)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    _name(found)
    return _page(found, wanted, before=more if backwards else key is not None, after=more if not backwards else True)


def _name(rows: list[Dossier]) -> None:
    """Tell the rows their procedures, offices and people: joined in, the database read and sorted whole lists for it."""
    procedures = _known("procedure", Procedure, {row.procedure_id for row in rows})
    offices = _known("office", Office, {row.office_id for row in rows})
    people = User.objects.only("full_name").in_bulk({row.assignee_id for row in rows if row.assignee_id})
    for row in rows:
        row.procedure, row.office = procedures[row.procedure_id], offices[row.office_id]
        row.assignee = people.get(row.assignee_id) if row.assignee_id else None


def _known(name: str, model: type[M], keys: set[int]) -> dict[int, M]:
    found: dict[int, M] = by_version(name, dict)
    missing = keys - found.keys()
    if missing:
        found.update(model._default_manager.only(*CHOICE).in_bulk(missing))
    return found


def _page(rows: list[Dossier], wanted: Wanted, *, before: bool, after: bool) -> Page:
    if not rows:
        return Page()
    first, last = (_key(row, wanted.list.by) for row in (rows[0], rows[-1]))
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
    """Rows after this key in the order of the page."""
    if descending:
        tied = Q(**{by: moment}, pk__lt=pk) if moment else Q(**{f"{by}__isnull": True}, pk__lt=pk)
        return tied | (Q(**{f"{by}__lt": moment}) if moment else Q(**{f"{by}__isnull": False}))
    if moment is None:
        return Q(**{f"{by}__isnull": True}, pk__gt=pk)
    return Q(**{by: moment}, pk__gt=pk) | Q(**{f"{by}__gt": moment}) | Q(**{f"{by}__isnull": True})


def _narrowed(rows: QuerySet[Dossier], wanted: Wanted) -> QuerySet[Dossier]:
    if wanted.office:
        rows = rows.filter(office__code=wanted.office)
    if wanted.procedure:
        rows = rows.filter(procedure__code=wanted.procedure)
    if wanted.step:
        rows = rows.filter(step_key=wanted.step)
    return rows.filter(matching(wanted.q)) if wanted.q else rows


def matching(q: str) -> Q:
    """By number, reference, personal id or telephone exactly; else by every word, with or without diacritics."""
    exact = Q(number=q.upper()) | Q(reference=q.upper())
    digits = re.sub(r"[\s.\-+()]", "", q)
    if digits.isdigit() and len(digits) >= 9:
        exact |= Q(contact_id_hash=keyed_hash(digits, "dossier_id")) | Q(
            contact_phone_hash=keyed_hash(_telephone(q), "dossier_phone")
        )
    words = Q()
    for word in fold(q).split()[:WORDS]:
        words &= Q(search__contains=word)
    return exact | words


def _telephone(q: str) -> str:
    try:
        return identity.phone(q)
    except Invalid:
        return q


def counts_for(person: User) -> dict[str, int]:
    """How many wait in every list of open dossiers; some seconds old, except after what the person did (forget_counts)."""
    key = _counts_key(person)
    kept: dict[str, int] | None = cache.get(key)
    if kept is None:
        kept = counted_for(person)
        cache.set(key, kept, COUNTS_SECONDS)
    return kept


def forget_counts(person: User) -> None:
    cache.delete(_counts_key(person))


def _counts_key(person: User) -> str:
    return f"desk-counts:{current_tenant().pk}:{person.pk}"


def counted_for(person: User) -> dict[str, int]:
    """In one query that stops at some thousands."""
    asked = [one for one in LISTS.values() if one.key not in ("closed", "all")]
    rows = rows_for(person).filter(state__in=OPEN)[:MOST_COUNTED]
    return dict(rows.aggregate(**{one.key: Count("pk", filter=one.holds(person)) for one in asked}))


# ---- routes: the steps of every version, kept, since a published version never changes ----
_routes: dict[int, tuple[tuple[str, Text, str], ...]] = {}


def routes() -> dict[int, tuple[tuple[str, Text, str], ...]]:
    """Version → its steps as (key, name, role), for the versions of this authority."""
    here = list(ProcedureVersion.objects.values_list("pk", flat=True))
    missing = [pk for pk in here if pk not in _routes]
    if len(_routes) > 20_000:
        _routes.clear()
    for pk, steps in (
        ProcedureVersion.objects.filter(pk__in=missing).values_list("pk", "definition__route") if missing else ()
    ):
        _routes[pk] = tuple((step["key"], _text(step["name"]), step.get("role", "")) for step in steps or ())
    return {pk: _routes[pk] for pk in here if pk in _routes}


def _text(raw: Mapping[str, str | None]) -> Text:
    """As the whole definition would read it, without reading the whole."""
    return Text(shown(raw.get("vi") or ""), shown(raw.get("en") or ""))


def last_steps_of_heads() -> Q:
    """A dossier stands at the last step of its route and that step is the head's: it waits for a signature."""
    return by_version("last_steps_of_heads", _last_steps_of_heads)


def _last_steps_of_heads() -> Q:
    by_key: dict[str, list[int]] = {}
    for pk, steps in routes().items():
        if steps and steps[-1][2] == Role.HEAD:
            by_key.setdefault(steps[-1][0], []).append(pk)
    found = Q(pk__in=[])
    for key, versions in by_key.items():
        found |= Q(step_key=key, version_id__in=versions)
    return found


def step_name(dossier: Dossier, language: str) -> str:
    if not dossier.step_key:
        return ""
    steps = routes_of(dossier.version_id)
    return next((name.read(language) for key, name, _role in steps if key == dossier.step_key), "")


def routes_of(version_id: int) -> tuple[tuple[str, Text, str], ...]:
    return _routes.get(version_id) or routes().get(version_id, ())


# ---- what a list can be narrowed by ----
# Asked of what is offered, not of the dossiers themselves: those are many, and every page of a list asks.


def offices_for(person: User) -> list[Office]:
    """The offices whose dossiers a person handles."""
    held = offices_of(person, "dossier.view")
    return by_version(("offices", _group(held)), lambda: _offices(held))


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
    _name(found)
    return found


def last_event(dossier: Dossier) -> DossierEvent | None:
    return dossier.events.select_related("actor").order_by("-number").first()


def unpaid_dossiers(person: User, permission: str) -> QuerySet[Dossier]:
    """Fees that are open at the offices of a cashier, the oldest first."""
    rows = desk_dossiers(person, permission).exclude(owner=person).exclude(submitter=person)
    return (
        rows.filter(state__in=OPEN)
        .filter(fee_total__gt=0, fee_paid_at=None)
        .select_related("procedure", "office", "assignee")
        .order_by(F("submitted_at").asc(), "pk")
    )
