"""Who is there, who is away, whose turn it is: what assignment asks before it gives a dossier to anybody."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from portal.kept import for_seconds
from portal.models import Membership, Office, User
from portal.moments import today
from portal.queries import offices_of, open_offices
from portal.roles import Role
from procedures.models import Absence, AssignmentRule, Dossier, Procedure, Turn, WorkTransfer
from procedures.models.hands import ROLES
from procedures.models.lifecycle import PAUSED, RUNNING
from procedures.queries.answers import clean_answers
from procedures.schema.record import RouteStep

IN_HAND = (*RUNNING, *PAUSED)
PLACE_OF_ROLE = {key: place for place, (key, _title) in enumerate(ROLES)}
HANDS = (Role.CLERK, Role.OFFICER, Role.HEAD)
SECONDS = 10.0
NEVER = datetime.datetime.min.replace(tzinfo=timezone.get_fixed_timezone(0))


# ---- absence ----


def absences_on(day: datetime.date) -> QuerySet[Absence]:
    return Absence.objects.filter(called_off_at=None, first_day__lte=day, last_day__gte=day)


def away(people: Collection[int] | None = None) -> dict[int, Absence]:
    """Who is away today, by account, with the one who stands in."""
    rows = absences_on(today()).select_related("person", "cover")
    return {row.person_id: row for row in (rows if people is None else rows.filter(person__in=people))}


def away_shown() -> dict[int, Absence]:
    """The same for lists, some seconds old."""
    return for_seconds(("away", today()), SECONDS, lambda: away())


def covered_by(person: User) -> QuerySet[Absence]:
    """For whom somebody stands in today."""
    return absences_on(today()).filter(cover=person)


def absences_of(people: Iterable[int]) -> list[Absence]:
    """What is still to come or going on, soonest first."""
    rows = Absence.objects.filter(person__in=list(people), called_off_at=None, last_day__gte=today())
    return list(rows.select_related("person", "cover", "entered_by"))


# ---- people of an office ----


def holders(role: str, office_id: int) -> list[User]:
    """Those who hold a role at an office today."""
    held = Membership.objects.filter(role=role).filter(Q(until=None) | Q(until__gte=today()))
    keys = held.filter(Q(office=None) | Q(office_id=office_id)).values("user_id")
    return list(User.objects.filter(is_active=True, pk__in=keys).only("full_name").order_by("pk"))


def staff_at(offices: set[int] | None) -> dict[int, User]:
    """Everybody who works at desks of these offices (None: of all), by account."""
    rows = Membership.objects.filter(role__in=HANDS, user__is_active=True).filter(Q(until=None) | Q(until__gte=today()))
    if offices is not None:
        rows = rows.filter(Q(office=None) | Q(office_id__in=offices))
    people = User.objects.filter(pk__in=rows.values("user_id")).only("full_name").order_by("full_name", "pk")
    return {one.pk: one for one in people}


def posts_of(staff: Collection[int], offices: set[int] | None) -> dict[int, str]:
    """What each of them is at these offices (None: at any), in words."""
    rows = Membership.objects.filter(user__in=staff, role__in=HANDS).filter(Q(until=None) | Q(until__gte=today()))
    if offices is not None:
        rows = rows.filter(Q(office=None) | Q(office_id__in=offices))
    held = set(rows.values_list("user_id", "role"))
    return {one: ", ".join(str(role.label) for role in HANDS if (one, role) in held) for one in staff}


def led_by(head: User) -> dict[int, User]:
    """Whose absence and work a head may settle."""
    offices = offices_of(head, "work.lead")
    return staff_at(offices) if offices is None or offices else {}


def load_of(people: Collection[int]) -> dict[int, int]:
    """How many open dossiers lie with each."""
    rows = Dossier.objects.filter(assignee__in=people, state__in=IN_HAND).order_by()
    return dict(rows.values_list("assignee").annotate(n=Count("pk")))


def left_behind(offices: set[int] | None) -> list[tuple[User, int]]:
    """Those who hold open dossiers of these offices and no role there any more."""
    rows = Dossier.objects.filter(state__in=IN_HAND).exclude(assignee=None).order_by()
    if offices is not None:
        rows = rows.filter(Q(office__in=offices) | Q(receiving_office__in=offices) | Q(processing_office__in=offices))
    gone = rows.exclude(assignee__in=list(staff_at(None)))
    counted = dict(gone.values_list("assignee").annotate(n=Count("pk")))
    people = User.objects.only("full_name").in_bulk(counted)
    return [(people[key], counted[key]) for key in sorted(counted)]


# ---- rules ----


@dataclass(frozen=True)
class Matter:
    """What a rule is asked about: the step's role and office, the procedure and its sector, the commune it concerns."""

    role: str
    office: Office
    procedure_id: int
    sector: str
    commune: str
    # Nobody handles their own dossier, and where two must look, the one who prepared it is not the second.
    not_for: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    person: User
    load: int
    given_at: datetime.datetime | None = None
    stands_in_for: str = ""


@dataclass(frozen=True)
class Choice:
    """Who would get it, the next one first, and why nobody would: `pool` (no rule, whoever takes it), `absent`, `nobody`."""

    rule: AssignmentRule | None = None
    candidates: list[Candidate] = field(default_factory=list)
    absent: list[Absence] = field(default_factory=list)
    why: str = ""


def office_of_step(competent: Office, step: RouteStep) -> Office | None:
    """Where a step is done: the competent office, a named one, or the nearest of a kind; None where there is none."""
    if step.office:
        return open_offices().filter(code=step.office).first()
    if not step.office_kind or competent.kind == step.office_kind:
        return competent
    near = list(open_offices().filter(kind=step.office_kind).order_by("code"))
    below = [one for one in near if one.parent_id == competent.pk]
    above = [one for one in near if one.pk == competent.parent_id]
    return next(iter([*below, *above, *(one for one in near if one.parent_id is None)]), None)


@dataclass(frozen=True)
class Foreseen:
    """A step of a route, where it would be done, and who would get it."""

    step: RouteStep
    office: Office | None
    choice: Choice


def foreseen(procedure: Procedure, competent: Office, commune: str) -> list[Foreseen]:
    """Who would get a dossier of this procedure at this office now, step by step; nothing is written."""
    route = procedure.current.parsed.route if procedure.current else ()
    return [_foreseen(procedure, competent, commune or competent.commune_code, step) for step in route]


def _foreseen(procedure: Procedure, competent: Office, commune: str, step: RouteStep) -> Foreseen:
    office = office_of_step(competent, step)
    if office is None:
        return Foreseen(step, None, Choice(why="office"))
    return Foreseen(step, office, choose(Matter(step.role, office, procedure.pk, procedure.sector, commune)))


def matter_of(dossier: Dossier, step: RouteStep, office: Office) -> Matter:
    barred = {dossier.owner_id, dossier.submitter_id}
    if step.four_eyes:
        barred.add(dossier.proposal.get("by_id"))
    return Matter(
        role=step.role, office=office, procedure_id=dossier.procedure_id, sector=dossier.procedure.sector,
        commune=commune_of(dossier), not_for=frozenset(key for key in barred if key is not None),
    )  # fmt: skip


def commune_of(dossier: Dossier) -> str:
    """The commune of the first address on the form, else that of the competent office."""
    answers = clean_answers(dossier)
    fields = (one for section in dossier.version.parsed.sections for one in section.fields if one.type == "address")
    told = (answers.get(one.key) for one in fields)
    found = next((one["commune"] for one in told if isinstance(one, dict) and one.get("commune")), "")
    return str(found or dossier.office.commune_code)


def rules() -> list[AssignmentRule]:
    """In the order in which they are asked, role by role: as they were placed, else the narrowest first."""
    found = AssignmentRule.objects.select_related("office", "procedure")
    return sorted(found, key=lambda one: (PLACE_OF_ROLE.get(one.role, 0), one.position, width(one), one.pk))


def width(rule: AssignmentRule) -> tuple[bool, ...]:
    """How wide a rule is, the narrowest first: a procedure before a sector, then a commune, then an office."""
    return not rule.procedure_id, not rule.sector, not rule.commune, not rule.office_id


def rule_for(matter: Matter) -> AssignmentRule | None:
    return first_that_fits(rules(), matter)


def first_that_fits(found: Iterable[AssignmentRule], matter: Matter) -> AssignmentRule | None:
    return next((one for one in found if one.role == matter.role and _fits(one, matter)), None)


def _fits(rule: AssignmentRule, matter: Matter) -> bool:
    return (
        rule.office_id in (None, matter.office.pk)
        and rule.procedure_id in (None, matter.procedure_id)
        and rule.sector in ("", matter.sector)
        and rule.commune in ("", matter.commune)
    )


def choose(matter: Matter) -> Choice:
    """By rule, then among those present the one with the least in hand, then the one who waited longest."""
    rule = rule_for(matter)
    there = {one.pk: one for one in holders(matter.role, matter.office.pk) if one.pk not in matter.not_for}
    gone = away(there)
    if rule is None:
        return Choice(absent=list(gone.values()), why=_why(there, gone))
    named = {key: there[key] for key in rule.people if key in there} if rule.people else there
    found = _present(named, there, gone)
    absent = [gone[key] for key in named if key in gone]
    return Choice(rule, _ordered(found), absent, "" if found else ("absent" if named else "nobody"))


def _why(there: dict[int, User], gone: dict[int, Absence]) -> str:
    if not there:
        return "nobody"
    return "absent" if len(gone) == len(there) else "pool"


def _present(named: dict[int, User], there: dict[int, User], gone: dict[int, Absence]) -> dict[int, tuple[User, str]]:
    """Those of the rule who are there, and for those who are not, whoever stands in and is there."""
    found = {key: (person, "") for key, person in named.items() if key not in gone}
    for key in named:
        cover = gone[key].cover_id if key in gone else None
        if cover in there and cover not in gone and cover not in found:
            found[cover] = (there[cover], named[key].full_name)
    return found


def _ordered(found: dict[int, tuple[User, str]]) -> list[Candidate]:
    loads = load_of(found)
    turns = dict(Turn.objects.filter(person__in=found).values_list("person_id", "given_at"))
    made = [Candidate(one, loads.get(key, 0), turns.get(key), whose) for key, (one, whose) in found.items()]
    return sorted(made, key=lambda one: (one.load, one.given_at or NEVER, one.person.pk))


def last_at(dossier: Dossier, step_key: str) -> int | None:
    """Who had the dossier last while it stood at a step, as its events tell."""
    here, had = "", {}
    passages = dossier.events.filter(step__in=("route", "assign", "take_over")).values_list("step", "facts")
    for name, facts in passages:
        here = facts.get("step", "") if name == "route" else here
        if facts.get("to_id"):
            had[here] = facts["to_id"]
    return had.get(step_key)


# ---- handing over ----


def transfers_for(head: User) -> list[WorkTransfer]:
    """The last ones of the people whom a head leads."""
    offices = offices_of(head, "work.lead")
    rows = WorkTransfer.objects.select_related("person", "asked_by")
    known = rows if offices is None else rows.filter(Q(asked_by=head) | Q(person__in=list(led_by(head))))
    return list(known[:20])


def open_work_of(person: int, offices: set[int] | None = None) -> QuerySet[Dossier]:
    """What lies with somebody and is not finished, the nearest due first."""
    rows: QuerySet[Dossier] = Dossier.objects.filter(assignee=person, state__in=IN_HAND)
    if offices is not None:
        rows = rows.filter(Q(office__in=offices) | Q(receiving_office__in=offices) | Q(processing_office__in=offices))
    return rows.order_by("due_at", "pk")
