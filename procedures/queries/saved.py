"""Lists under a name, and what of a list is new to a person."""

from collections.abc import Iterable
from typing import cast

from django.core.cache import cache
from django.db.models import Q, QuerySet

from portal.models import User
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures.models import Dossier, DossierLook, FirstView, SavedView

SAVED_SECONDS = 10


def views_of(person: User) -> QuerySet[SavedView]:
    """One's own, and what colleagues share with the offices that one works for."""
    offices = offices_of(person, "desk.view")
    shared = Q(office__isnull=False) if offices is None else Q(office_id__in=offices)
    return SavedView.objects.filter(Q(person=person) | shared).order_by("name", "pk")


def saved_for(person: User) -> list[tuple[str, str]]:
    """Their names and addresses for the frame of every page; what colleagues share may be some seconds old."""
    read = views_of(person).values_list("name", "query")
    return cast("list[tuple[str, str]]", cache.get_or_set(_key(person), lambda: list(read), SAVED_SECONDS))


def forget_saved(person: User) -> None:
    cache.delete(_key(person))


def _key(person: User) -> str:
    return f"saved-views:{current_tenant().pk}:{person.pk}"


def first_view(person: User) -> SavedView | None:
    """What the day begins with, as long as it is one's own or still shared."""
    chosen = FirstView.objects.filter(person=person).values("view_id")
    return views_of(person).filter(pk__in=chosen).first()


def news_of(person: User, rows: Iterable[Dossier]) -> dict[int, int]:
    """Dossier → how many events this person has not seen; those without news are left out."""
    told = list(rows)
    looks = DossierLook.objects.filter(person=person, dossier__in=[row.pk for row in told])
    known = dict(looks.values_list("dossier_id", "events"))
    fresh = ((row, row.event_count - known.get(row.pk, 0)) for row in told if row.changed_by_id != person.pk)
    return {row.pk: count for row, count in fresh if count > 0}
