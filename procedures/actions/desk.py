"""What officials keep for themselves: what they have seen, and their lists under a name."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from portal import audit
from portal.models import Office, User
from portal.moments import now
from procedures.models import Dossier, DossierLook, FirstView, SavedView
from procedures.workflow import NotAllowed

MOST_VIEWS = 30
LONGEST_QUERY = 1000


def seen(person: User, dossiers: Iterable[Dossier]) -> None:
    """An official saw these as they stand now: until somebody does something more, they are not news."""
    rows = [DossierLook(person=person, dossier=one, events=one.event_count, at=now()) for one in dossiers]
    DossierLook.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "person", "dossier"], update_fields=["events", "at"]
    )


@transaction.atomic
def save_view(person: User, name: str, query: str, *, office: Office | None = None, first: bool = False) -> SavedView:
    """Keep a list under a name; the same name again is the same view, changed. `office` shares it there."""
    if len(query) > LONGEST_QUERY:
        raise NotAllowed(_("Danh sách có quá nhiều điều kiện để lưu."))
    known = SavedView.objects.filter(person=person, name=name).first()
    if known is None and SavedView.objects.filter(person=person).count() >= MOST_VIEWS:
        raise NotAllowed(_("Mỗi người lưu tối đa %(most)s danh sách. Hãy xóa bớt.") % {"most": MOST_VIEWS})
    view, _made = SavedView.objects.update_or_create(
        person=person, name=name, defaults={"query": query, "office": office, "made_at": now()}
    )
    if first:
        begin_with(person, view)
    audit.record(person, "desk.save_view", f"view:{view.pk}", name=name, shared=office.code if office else "")
    return view


def begin_with(person: User, view: SavedView | None) -> None:
    """Which list a person's day begins with; none: by role, as for everybody."""
    if view is None:
        FirstView.objects.filter(person=person).delete()
    else:
        FirstView.objects.update_or_create(person=person, defaults={"view": view})


@transaction.atomic
def remove_view(person: User, view: SavedView) -> None:
    """One's own; whoever began the day with it begins it as everybody does."""
    if view.person_id != person.pk:
        raise NotAllowed(_("Chỉ người đã lưu mới xóa được danh sách này."))
    audit.record(person, "desk.remove_view", f"view:{view.pk}", name=view.name)
    view.delete()
