"""Keeping the due column equal to what the clock says, and pausing and resuming it."""

import datetime

from portal.moments import now
from procedures.models import Dossier, DueChange, Pause
from procedures.queries.clocks import acceptance_due, due_of


def settle_due(dossier: Dossier) -> None:
    """Derive the due moment anew; while the clock stands still there is none, so a paused dossier is never overdue."""
    due = due_of(dossier).moment
    if due == dossier.due_at:
        return
    dossier.due_at = due
    dossier.save(update_fields=["due_at"])
    DueChange.objects.create(dossier=dossier, due_at=due, since=now())


def settle_acceptance_due(dossier: Dossier) -> None:
    """The same for the moment until which an online dossier must be accepted or refused."""
    if dossier.submitted_at is None:
        return
    dossier.acceptance_due_at = acceptance_due(dossier, dossier.submitted_at)
    dossier.save(update_fields=["acceptance_due_at"])


def pause(dossier: Dossier, kind: str, since: datetime.datetime) -> None:
    Pause.objects.create(dossier=dossier, kind=kind, started_at=since)
    settle_due(dossier)


def resume(dossier: Dossier, until: datetime.datetime) -> None:
    for row in Pause.objects.filter(dossier=dossier, ended_at=None):
        row.ended_at = until
        row.save(update_fields=["ended_at"])
    settle_due(dossier)
