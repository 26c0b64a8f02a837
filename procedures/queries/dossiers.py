"""Dossiers as somebody may see them: one's own, or those of the offices one works for."""

from copy import copy
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from portal.kept import by_version
from portal.models import Office, User
from portal.queries import offices_of
from procedures.models import Dossier, DossierEvent, Procedure, ProcedureVersion
from procedures.models.lifecycle import FINAL, State

PEOPLE = ("owner", "submitter", "assignee")
M = TypeVar("M", bound=Model)


def own_dossiers(person: User) -> QuerySet[Dossier]:
    """A person's own at this authority (inside it), or everywhere (as_person)."""
    mine: QuerySet[Dossier] = Dossier.objects.filter(Q(owner=person) | Q(submitter=person))
    return mine.select_related("procedure", "office").order_by("-created_at")


def own_dossier(person: User, reference: str) -> Dossier:
    """One's own dossier; anything else does not exist."""
    return known(_one(Dossier.objects.filter(Q(owner=person) | Q(submitter=person)), reference), person)


def known(dossier: Dossier, person: User) -> Dossier:
    """Do not fetch again who asks, nor the office where it is both that receives and that decides."""
    for role in ("owner", "submitter"):
        if getattr(dossier, f"{role}_id") == person.pk:
            setattr(dossier, role, person)
    if dossier.receiving_office_id == dossier.office_id:
        dossier.receiving_office = dossier.office
    return dossier


def desk_dossiers(official: User, permission: str = "dossier.view") -> QuerySet[Dossier]:
    """What an official's offices hold; drafts are nobody's business, and one's own dossiers are for others to handle."""
    rows: QuerySet[Dossier] = Dossier.objects.exclude(state=State.DRAFT)
    offices = offices_of(official, permission)
    return rows if offices is None else rows.filter(at_offices(offices))


def at_offices(offices: set[int]) -> Q:
    """Whose people handle a dossier (Dossier.offices, asked of the database)."""
    returned = Q(return_office_id__in=offices, state__in=(State.DONE, State.RETURNED))
    return (
        Q(office_id__in=offices) | Q(receiving_office_id__in=offices) | Q(processing_office_id__in=offices) | returned
    )


def desk_dossier(official: User, reference: str, permission: str = "dossier.view") -> Dossier:
    found = _one(desk_dossiers(official, permission).select_related(*PEOPLE), reference)
    if official.pk in (found.owner_id, found.submitter_id):
        raise Http404
    return found


def _one(rows: QuerySet[Dossier], reference: str) -> Dossier:
    found = first_of(rows.filter(reference=reference.upper()))
    if found is None:
        raise Http404
    return found


def first_of(rows: QuerySet[Dossier]) -> Dossier | None:
    """The one row of a reference, complete."""
    found = list(rows.order_by()[:1])
    return completed(found[0]) if found else None


def completed(dossier: Dossier) -> Dossier:
    """With its version, procedure and offices, which each process keeps while the authority changes nothing."""
    dossier.version = _kept(ProcedureVersion.objects.defer("definition"), dossier.version_id)
    dossier.procedure = _kept(Procedure.objects.all(), dossier.procedure_id)
    dossier.office = _kept(Office.objects.all(), dossier.office_id)
    if dossier.receiving_office_id:
        dossier.receiving_office = _kept(Office.objects.all(), dossier.receiving_office_id)
    if dossier.processing_office_id:
        dossier.processing_office = _kept(Office.objects.all(), dossier.processing_office_id)
    return dossier


def _kept(rows: QuerySet[M], key: int) -> M:
    """A copy: what a request does to it is nobody else's."""
    return copy(by_version((rows.model, key), lambda: rows.get(pk=key)))


def open_dossiers(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return rows.exclude(state__in=[*FINAL, State.DRAFT])


def passages_of(dossier: Dossier) -> list[DossierEvent]:
    """Every passage, oldest first, without the names of those who act: the owner is told their role."""
    return list(dossier.events.all())


def timeline_of(dossier: Dossier) -> list[Any]:
    """Every passage with its actor, oldest first."""
    return list(dossier.events.select_related("actor"))
