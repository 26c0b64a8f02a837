"""Dossiers as somebody may see them: one's own, or those of the offices one works for."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from portal.models import User
from portal.queries import offices_of
from procedures.models import Dossier, DossierEvent
from procedures.models.lifecycle import FINAL, State

# Read once by each process (ProcedureVersion.parsed), not with every row.
LARGE = "version__definition"
SHOWN = ("version", "procedure", "office", "receiving_office", "owner", "submitter", "assignee")


def own_dossiers(person: User) -> QuerySet[Dossier]:
    """A person's own at this authority (inside it), or everywhere (as_person)."""
    mine: QuerySet[Dossier] = Dossier.objects.filter(Q(owner=person) | Q(submitter=person))
    return mine.select_related("procedure", "office").order_by("-created_at")


def own_dossier(person: User, reference: str) -> Dossier:
    """One's own dossier; anything else does not exist."""
    rows = Dossier.objects.select_related("version", "procedure", "office").defer(LARGE)
    mine = rows.filter(Q(owner=person) | Q(submitter=person))
    return known(_one(mine, reference), person)


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
    return rows if offices is None else rows.filter(Q(office_id__in=offices) | Q(receiving_office_id__in=offices))


def desk_dossier(official: User, reference: str, permission: str = "dossier.view") -> Dossier:
    found = _one(desk_dossiers(official, permission).select_related(*SHOWN).defer(LARGE), reference)
    if official.pk in (found.owner_id, found.submitter_id):
        raise Http404
    return found


def _one(rows: QuerySet[Dossier], reference: str) -> Dossier:
    found = rows.filter(reference=reference.upper()).first()
    if found is None:
        raise Http404
    return found


def open_dossiers(rows: QuerySet[Dossier]) -> QuerySet[Dossier]:
    return rows.exclude(state__in=[*FINAL, State.DRAFT])


def passages_of(dossier: Dossier) -> list[DossierEvent]:
    """Every passage, oldest first, without the names of those who act: the owner is told their role."""
    return list(dossier.events.all())


def timeline_of(dossier: Dossier) -> list[Any]:
    """Every passage with its actor, oldest first."""
    return list(dossier.events.select_related("actor"))
