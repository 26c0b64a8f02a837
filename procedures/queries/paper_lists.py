"""Lists of papers between offices: which wait for whom, which papers can go on one, where the papers of a dossier have been."""

from typing import Any, cast

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404

from portal.models import Office, User
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Channel, Dossier, GivenPaper, PaperList, PaperListItem
from procedures.queries.worklist import OPEN, rows_for

PERMISSION = "papers.hand"
MOST_SHOWN = 50
COUNT_SECONDS = 10
TONES = {"waiting": "pending", "taken": "good", "refused": "refused"}


def lists_for(person: User) -> QuerySet[PaperList]:
    """What a person's offices gave or are to receive."""
    rows: QuerySet[PaperList] = PaperList.objects.all()
    held = offices_of(person, "dossier.view")
    if held is not None:
        rows = rows.filter(Q(from_office_id__in=held) | Q(to_office_id__in=held))
    return rows.select_related("from_office", "to_office", "given_by", "received_by")


def one_list(person: User, key: int) -> PaperList:
    found = lists_for(person).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def waiting_for(person: User) -> QuerySet[PaperList]:
    """Open lists that this person can answer: given to one of their offices by somebody else."""
    held = offices_of(person, PERMISSION)
    rows = lists_for(person).filter(received_at=None).exclude(given_by=person)
    return (rows if held is None else rows.filter(to_office_id__in=held)).order_by("given_at")


def counted_waiting(person: User) -> int:
    """For the frame of every page; some seconds old."""
    return cast("int", cache.get_or_set(counted_key(person), waiting_for(person).count, COUNT_SECONDS))


def counted_key(person: User) -> str:
    return f"paper-lists:{current_tenant().pk}:{person.pk}"


def with_counts(rows: QuerySet[PaperList]) -> list[PaperList]:
    counted = rows.annotate(many=Count("items"), refused=Count("items", filter=Q(items__state="refused")))
    return list(counted[:MOST_SHOWN])


def items_of(paper_list: PaperList) -> list[PaperListItem]:
    return list(paper_list.items.select_related("dossier__procedure"))


def lists_of(dossier: Dossier) -> list[PaperListItem]:
    """Where the papers of a dossier have been, oldest first."""
    rows = PaperListItem.objects.filter(dossier=dossier)
    found = list(rows.select_related("paper_list__from_office", "paper_list__to_office").order_by("pk"))
    for one in found:
        one.tone = TONES[one.state]  # type: ignore[attr-defined]
    return found


def to_give(person: User, references: list[str] | None = None) -> list[Dossier]:
    """Open dossiers with papers that are on no open list; those never given come without being asked for."""
    on_list = PaperListItem.objects.filter(dossier=OuterRef("pk"))
    rows = rows_for(person).filter(state__in=OPEN).exclude(Exists(on_list.filter(state="waiting")))
    if references:
        rows = rows.filter(reference__in=references[:MOST_SHOWN])
    else:
        counted = GivenPaper.objects.filter(dossier=OuterRef("pk"))
        rows = rows.filter(Exists(counted), channel__in=(Channel.COUNTER, Channel.POST))
        rows = rows.exclude(Exists(on_list.filter(state="taken")))
    rows = rows.select_related("procedure", "office", "receiving_office")
    return list(rows.order_by("accepted_at", "pk")[:MOST_SHOWN])


def receivers_for(dossiers: list[Dossier]) -> list[Office]:
    """The offices that these dossiers belong to."""
    found: dict[int, Office] = {}
    for one in dossiers:
        found |= {one.office_id: one.office, one.receiving_office_id: one.receiving_office}
    return list(found.values())


def papers_on(dossiers: list[Dossier]) -> dict[int, list[dict[str, Any]]]:
    """What was counted at reception, by dossier."""
    told: dict[int, list[dict[str, Any]]] = {}
    for row in GivenPaper.objects.filter(dossier__in=dossiers):
        count = {"originals": row.originals, "certified": row.certified, "copies": row.copies}
        if sum(count.values()):
            told.setdefault(row.dossier_id, []).append({"name": row.title, **count})
    return told
