"""What other offices were asked about a dossier: the requests of an office, the answers at a dossier."""

import datetime

from django.db.models import F, QuerySet
from django.http import Http404

from portal.kept import for_seconds
from portal.models import Office, User
from portal.moments import now
from portal.queries import offices_of, open_offices
from procedures import clock
from procedures.models import Attachment, Dossier, Opinion
from procedures.queries.clocks import calendar_of
from procedures.queries.hands import IN_HAND

SHOWN = 100
SECONDS = 10.0


def asked_of(person: User) -> QuerySet[Opinion]:
    """What the offices of a person were asked; nobody answers about their own dossier."""
    offices = offices_of(person, "opinion.answer")
    rows = Opinion.objects.select_related("dossier__procedure", "dossier__office", "office", "asked_by", "answered_by")
    mine = rows if offices is None else rows.filter(office__in=offices)
    return mine.exclude(dossier__owner=person).exclude(dossier__submitter=person)


def waiting_for(person: User) -> QuerySet[Opinion]:
    """Those still to be answered, the nearest due first."""
    return (
        asked_of(person)
        .filter(answered_at=None, withdrawn_at=None, dossier__state__in=IN_HAND)
        .order_by("due_at", "pk")
    )


def waiting_count(person: User) -> int:
    """Some seconds old: it stands on every page."""
    return for_seconds(("opinions", person.pk), SECONDS, lambda: waiting_for(person).order_by().count())


def done_for(person: User) -> QuerySet[Opinion]:
    return asked_of(person).exclude(answered_at=None).order_by("-answered_at", "pk")


def opinion_for(person: User, key: int) -> Opinion:
    found = asked_of(person).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def opinions_at(dossier: Dossier) -> list[Opinion]:
    rows = Opinion.objects.filter(dossier=dossier).select_related("office", "asked_by", "answered_by")
    return list(rows.order_by(F("answered_at").asc(nulls_first=True), "due_at", "pk"))


def files_for(opinion: Opinion) -> list[Attachment]:
    """What the asked office may open: what was chosen for it, once it was found clean."""
    clean = Attachment.objects.filter(dossier=opinion.dossier, removed_at=None, status=Attachment.Status.CLEAN)
    return list(clean.filter(pk__in=opinion.files))


def askable(dossier: Dossier) -> list[Office]:
    """Every other office that is there today."""
    here = dossier.processing_office_id or dossier.office_id
    return list(open_offices().exclude(pk=here).order_by("code"))


def due_for(office: Office, asked: datetime.datetime, days: int) -> tuple[datetime.datetime, datetime.datetime]:
    """When an answer is due by the office's own calendar, and when it is reminded once: a working day before, or halfway."""
    calendar = calendar_of(office, asked)
    due = _after(calendar, asked, days)
    return due, (_after(calendar, asked, days - 1) if days > 1 else asked + (due - asked) / 2)


def _after(calendar: clock.Calendar, asked: datetime.datetime, days: int) -> datetime.datetime:
    rule = clock.Rule(span=clock.Span(days, clock.Unit.working_day))
    return clock.due(rule, calendar, asked).moment or asked + datetime.timedelta(days=days)


def still_awaited(dossier: Dossier, at: datetime.datetime | None = None) -> bool:
    """Whether an answer may still come in time; what is late is not waited for."""
    return Opinion.objects.filter(dossier=dossier, answered_at=None, withdrawn_at=None, due_at__gt=at or now()).exists()
