"""Linked filings as a desk sees them: what can be filed together at the counter, and what it took in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import get_language

from portal.crypto import keyed_hash
from portal.models import User
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Agreement, Dossier, JointFiling, JointPart, Offering, Package
from procedures.models.lifecycle import State
from procedures.queries.joint import PartStands, word_of
from procedures.schema.packages import read_parts

MOST_SHOWN = 10
Stand = JointPart.State


def joint_procedures() -> set[int]:
    """Procedures that are filed as packages today."""
    return set(Package.objects.filter(is_open=True).values_list("procedure_id", flat=True))


@dataclass(frozen=True)
class Planned:
    """One part of a package before it is filed: its name, and who settles it (None: this authority)."""

    title: str
    authority: str


def planned(offering: Offering) -> list[Planned]:
    """The parts that an offering files together; none where it is a procedure like any other. One or two queries."""
    package = Package.objects.filter(procedure=offering.procedure_id, is_open=True).first()
    if package is None:
        return []
    parts = read_parts(package.parts)
    codes = [part.agreement for part in parts if part.agreement]
    held = {one.code: one.partner for one in Agreement.objects.filter(code__in=codes).select_related("partner")}
    language = get_language() or "vi"
    return [Planned(part.title.read(language), held.get(part.agreement, current_tenant()).title) for part in parts]


def filings_at(clerk: User) -> QuerySet[JointFiling]:
    """Joint filings that the clerk's offices took in on paper; one's own are for others to look at."""
    rows = JointFiling.objects.exclude(taken_by=None)
    rows = rows.exclude(form__owner=clerk).exclude(form__submitter=clerk)
    offices = offices_of(clerk, "dossier.register")
    if offices is not None:
        rows = rows.filter(Q(form__receiving_office_id__in=offices) | Q(form__office_id__in=offices))
    return rows.select_related("form__procedure__current", "form__office", "form__receiving_office", "form__version", "form__owner", "taken_by")  # fmt: skip


def filing_at(clerk: User, reference: str) -> JointFiling:
    found = filings_at(clerk).filter(form__reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def taken_in(clerk: User) -> list[JointFiling]:
    """The newest that are not over."""
    return list(filings_at(clerk).filter(closed_at=None)[:MOST_SHOWN])


def similar_filings(clerk: User, offering: Offering, personal_id: str) -> list[Dossier]:
    """The forms of a person's joint filings of the same package that are still open."""
    if not personal_id:
        return []
    rows = filings_at(clerk).filter(closed_at=None, form__procedure=offering.procedure_id)
    return [one.form for one in rows.filter(form__contact_id_hash=keyed_hash(personal_id, "dossier_id"))[:5]]


@dataclass(frozen=True)
class PartRow:
    """One part as a page lists it."""

    title: str
    authority: str
    # `stands` is the state by its name, `state` the badge that it wears.
    stands: str
    state: str
    word: str
    due: datetime | None
    firm: bool
    after: str
    problem: str
    # Of its dossier, where this authority has it.
    reference: str


def rows_of(parts: list[PartStands]) -> list[PartRow]:
    language = get_language() or "vi"
    titles = {one.part.key: one.part.title.read(language) for one in parts}
    return [_row(one, titles) for one in parts]


def _row(one: PartStands, titles: dict[str, str]) -> PartRow:
    over = one.row.state in (Stand.DONE, Stand.FAILED, Stand.BLOCKED)
    own = one.row.partner_id == current_tenant().pk
    waiting = one.row.state == Stand.WAITING
    return PartRow(
        title=titles[one.part.key], authority=one.office or one.row.partner.title, stands=one.state, state=TONE.get(one.state, one.state), word=word_of(one.state),
        due=None if over else one.until, firm=one.firm, after=", ".join(titles[key] for key in one.part.after) if waiting else "",
        problem=one.row.problem, reference=str(one.row.told.get("reference", "")) if own else "",
    )  # fmt: skip


# How a part that is no dossier yet looks as a badge.
TONE = {
    Stand.WAITING.value: "draft", Stand.SENT.value: "submitted", Stand.OPEN.value: "processing", Stand.DONE.value: "done", Stand.FAILED.value: "failed", Stand.BLOCKED.value: "paused",
}  # fmt: skip


def tracked_filing(reference: str) -> JointFiling | None:
    """By its reference alone, as anybody asks who was given it."""
    rows = JointFiling.objects.filter(form__reference=reference, form__state=State.DRAFT)
    return rows.select_related("form__procedure", "form__office").first()
