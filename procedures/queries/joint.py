"""Liên thông as one authority knows it: its agreements, its packages, its joint filings and what others told of their parts."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from portal.models import User
from portal.moments import now
from portal.tenancy import current_tenant
from procedures import clock
from procedures.calendars import calendar_for
from procedures.models import Agreement, Dossier, JointFiling, JointPart, Offering, PartDossier, Procedure
from procedures.models.lifecycle import State
from procedures.queries.clocks import span_of
from procedures.schema.definition import Definition, Span
from procedures.schema.packages import Part, Stretch, critical, read_parts, stretches

Stand = JointPart.State
# Questions that a form works out or asks of the person's hand are not answered from elsewhere.
NOT_ASKED = ("computed",)


def forms_of(codes: Iterable[str]) -> dict[str, Definition]:
    """Definitions of procedures that this authority receives online, by code."""
    rows = Procedure.objects.filter(code__in=list(codes), offerings__level__gte=3, offerings__online_open=True)
    found = rows.exclude(current=None).select_related("current").distinct()
    return {row.code: row.current.parsed for row in found if row.current}


def questions_of(definition: Definition) -> list[dict[str, Any]]:
    """What a form asks, as it is told to another authority."""
    return [
        {
            "key": one.key,
            "label": {"vi": one.label.vi, "en": one.label.en},
            "type": one.type,
            "required": bool(one.required),
            "hangs": one.when is not None or section.when is not None,
        }
        for section in definition.sections
        for one in section.fields
        if one.type not in NOT_ASKED
    ]


def described(agreement: Agreement) -> dict[str, Any]:
    """The agreed procedures as the sender needs to know them: names, times, the questions that may be answered."""
    return {
        code: {**described_form(definition), "questions": _allowed(definition, agreement.fields.get(code, ()))}
        for code, definition in forms_of(agreement.procedures).items()
    }


def _allowed(definition: Definition, keys: Iterable[str]) -> list[dict[str, Any]]:
    kept = set(keys)
    return [one for one in questions_of(definition) if one["key"] in kept]


def described_form(definition: Definition) -> dict[str, Any]:
    terms = definition.clock_for("online", None)
    return {
        "name": {"vi": definition.name("vi"), "en": definition.name("en")},
        "time": _span(definition.time_for("online")),
        "acceptance": _span(terms.acceptance),
        "questions": questions_of(definition),
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return {"amount": span.amount, "unit": span.unit} if span else None


def offering_for(code: str, office: str = "", around: str = "") -> Offering | None:
    """Where a part is received: at the named office, else at or below the office around which it is filed, else the first."""
    rows = Offering.objects.filter(procedure__code=code, level__gte=3, online_open=True, office__closed_on=None)
    rows = rows.exclude(procedure__current=None).select_related("procedure__current", "office")
    if office:
        return rows.filter(office__code=office).first()
    near = rows.filter(Q(office__code=around) | Q(office__parent__code=around)).order_by("office__code").first()
    return near or rows.order_by("office__code").first()


def parts_of(filing: JointFiling) -> tuple[Part, ...]:
    """The parts as they were when it was filed, each after what it waits for."""
    return read_parts(filing.parts)


def filing_of(person: User, reference: str) -> JointFiling | None:
    """One's own joint filing; another's does not exist."""
    mine = Q(form__owner=person) | Q(form__submitter=person)
    rows = JointFiling.objects.filter(mine, form__reference=reference.upper())
    return rows.select_related("form__procedure", "form__version", "form__office").first()


def filings_of(person: User, most: int = 10) -> list[JointFiling]:
    """One's joint filings, newest first, each with its rows: two queries for any number."""
    mine = Q(form__owner=person) | Q(form__submitter=person)
    rows = JointFiling.objects.filter(mine).select_related("form__procedure", "form__office")
    return list(rows.prefetch_related("rows")[:most])


@dataclass(frozen=True)
class PartStands:
    """One part for a page: what it is, who has it, how it stands, when it is expected, whether the whole waits for it."""

    part: Part
    row: JointPart
    since: datetime.datetime | None
    until: datetime.datetime | None
    firm: bool
    decides: bool

    @property
    def state(self) -> str:
        """The state of its dossier where it has one, else its own."""
        told: str = self.row.told.get("state", "")
        return told if told and self.row.state in (Stand.OPEN, Stand.DONE) else self.row.state

    @property
    def office(self) -> str:
        told = self.row.told.get("office") or {}
        return str((told.get("en") if (get_language() or "vi").startswith("en") else "") or told.get("vi") or "")


@dataclass(frozen=True)
class Whole:
    """A joint filing for a page: its parts in order, the day on which all of it is expected, what that hangs on."""

    filing: JointFiling
    parts: list[PartStands] = field(default_factory=list)
    expected: datetime.datetime | None = None
    path: list[PartStands] = field(default_factory=list)


def whole(filing: JointFiling) -> Whole:
    """How the filing stands: known ends as they were told, the others reckoned from the times of their procedures."""
    parts = parts_of(filing)
    rows = {row.key: row for row in filing.rows.select_related("partner")}
    live = {part.key: part.after for part in parts if rows[part.key].state not in (Stand.FAILED, Stand.BLOCKED)}
    after = {key: tuple(one for one in before if one in live) for key, before in live.items()}
    spans = _spans(parts)
    known = {key: found for key in live if (found := _known(rows[key])) is not None}
    reckoned = stretches(after, known, lambda key, since: _lasts(spans.get(key), since), now())
    chain = critical(after, reckoned)
    shown = [_stands(part, rows[part.key], reckoned, known, chain) for part in parts]
    ends = [one.until for one in reckoned.values()]
    told = [one for one in ends if one is not None]
    sure = bool(ends) and len(told) == len(ends)
    return Whole(filing, shown, max(told) if sure else None, [one for one in shown if one.decides])


def _stands(
    part: Part, row: JointPart, reckoned: dict[str, Stretch], known: dict[str, Stretch], chain: list[str]
) -> PartStands:
    found = reckoned.get(part.key)
    decides = part.key in chain and len(chain) > 0
    return PartStands(part, row, found.since if found else row.begun_at, found.until if found else row.ended_at, part.key in known, decides)  # fmt: skip


def _known(row: JointPart) -> Stretch | None:
    """What the authority that has it told: the end that was, or the due moment that stands."""
    since = row.begun_at or row.sent_at
    if row.state == Stand.DONE and since is not None:
        return Stretch(since, moment_of(row, "decided_at") or row.ended_at)
    due = moment_of(row, "due_at")
    return Stretch(since, due) if due is not None and since is not None else None


def moment_of(row: JointPart, name: str) -> datetime.datetime | None:
    told = row.told.get(name)
    return parse_datetime(told) if told else None


def _spans(parts: Sequence[Part]) -> dict[str, list[clock.Span]]:
    """How long each part takes: until it is accepted, and from then on; by this authority's record or the partner's word."""
    own = forms_of([part.procedure for part in parts if not part.agreement])
    codes = [part.agreement for part in parts if part.agreement]
    theirs = {one.code: one.described for one in Agreement.objects.filter(code__in=codes, sends=True)}
    found: dict[str, list[clock.Span]] = {}
    for part in parts:
        known = own.get(part.procedure)
        told = described_form(known) if known else theirs.get(part.agreement, {}).get(part.procedure)
        spans = [told["acceptance"], told["time"]] if told else []
        found[part.key] = [span for one in spans if one and (span := span_of(Span(one["amount"], one["unit"])))]
    return found


def _lasts(spans: Sequence[clock.Span] | None, since: datetime.datetime) -> datetime.datetime | None:
    """By the national calendar: a part that is not begun has no office yet whose own days could count."""
    moment: datetime.datetime | None = since
    days = calendar_for(range(since.year, since.year + 3))
    for number, span in enumerate(spans or ()):
        if moment is not None:
            moment = clock.due(clock.Rule(span=span, counting="legal_day" if number else "hours"), days, moment).moment
    return moment if spans else None


def siblings_for(filing: JointFiling, part: Part) -> list[dict[str, Any]]:
    """What the authority of one part may know of the others: by its own agreement, and of each by that part's."""
    agreements = {one.code: one for one in Agreement.objects.filter(sends=True, code__in=[p.agreement for p in parts_of(filing) if p.agreement])}  # fmt: skip
    own = agreements.get(part.agreement)
    if part.agreement and (own is None or not own.tells_siblings):
        return []
    rows = {row.key: row for row in filing.rows.select_related("partner")}
    return [
        _sibling(one, rows[one.key], agreements.get(one.agreement))
        for one in parts_of(filing)
        if one.key != part.key and one.key in rows
    ]


def _sibling(part: Part, row: JointPart, agreement: Agreement | None) -> dict[str, Any]:
    tells_due = agreement is None or "due" in agreement.tells_back
    return {
        "title": {"vi": part.title.vi, "en": part.title.en},
        "authority": {"vi": row.partner.name, "en": row.partner.name_en},
        "state": row.told.get("state") or row.state,
        "due_at": row.told.get("due_at", "") if tells_due else "",
    }


@dataclass(frozen=True)
class Family:
    """Why a dossier is part of something larger, for the officials who have it."""

    part: PartDossier
    siblings: list[dict[str, Any]]


def family_of(dossier: Dossier) -> Family | None:
    """Asked only of a dossier that says so."""
    if not dossier.joint_code or dossier.state == State.DRAFT:
        return None
    part = PartDossier.objects.select_related("sender").filter(dossier=dossier).first()
    if part is None:
        return None
    told = [{**one, "due_at": parse_datetime(one["due_at"]) if one.get("due_at") else None} for one in part.siblings]
    return Family(part, [{**one, "word": word_of(one["state"])} for one in told])


def word_of(state: str) -> str:
    """A state in words: of a dossier, or of a part that is none yet."""
    if state in State.values:
        return str(State(state).label)
    return str(Stand(state).label) if state in Stand.values else state


def here(filing: JointFiling) -> list[str]:
    """References of the parts' dossiers that this authority itself has."""
    own = [row for row in filing.rows.all() if row.partner_id == current_tenant().pk]
    return [row.told["reference"] for row in own if row.told.get("reference")]
