"""The three clocks of a dossier as officials read them: acceptance, the whole, the present step; each with its reasons."""

import datetime
from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.moments import now
from procedures import clock
from procedures.models import Alarm, Apology, Dossier, Extension
from procedures.models.lifecycle import RUNNING, State
from procedures.queries import stages, units
from procedures.queries.clocks import acceptance_of, pauses_of, shown_calendar, shown_due
from procedures.queries.explanations import Explained, explained


@dataclass(frozen=True)
class Face:
    """One clock: what it counts, when it ends, how it stands, why; `lines` add up."""

    title: str
    moment: datetime.datetime | None
    state: str
    lines: list[Explained] = field(default_factory=list)


@dataclass(frozen=True)
class Faces:
    clocks: list[Face]
    # When everything would be done by the route's hours; whether that is too late.
    done_at: datetime.datetime | None = None
    too_late: bool = False
    extensions: list[Extension] = field(default_factory=list)
    apology: Apology | None = None
    alarms: list[Alarm] = field(default_factory=list)


def faces_of(dossier: Dossier) -> Faces:
    """Everything about time on an official's page of one dossier."""
    running = dossier.state in RUNNING
    stage = stages.stage_of(dossier) if running else None
    calendar = shown_calendar(dossier.office, stage.since) if stage else None
    faces = [
        face
        for face in (_acceptance(dossier), _whole(dossier), _step(dossier, stage, calendar), _return(dossier))
        if face
    ]
    told = stages.forecast_of(dossier, stage, now(), calendar) if stage and dossier.due_at else None
    done = told.done_at if told else None
    return Faces(
        faces,
        done_at=done,
        too_late=bool(done and dossier.due_at and done > dossier.due_at),
        extensions=list(dossier.extensions.all()) if dossier.extended_by else [],
        apology=dossier.apologies.select_related("office").first() if dossier.apologised_at else None,
        alarms=list(dossier.alarms.filter(effect=Alarm.Effect.DONE).order_by("-fired_at")[:10]),
    )


def _acceptance(dossier: Dossier) -> Face | None:
    due = dossier.acceptance_due_at
    if due is None or dossier.submitted_at is None:
        return None
    calendar = shown_calendar(dossier.receiving_office, dossier.submitted_at)
    lines = explained(acceptance_of(dossier, dossier.submitted_at, calendar), _("Hạn tiếp nhận: %(when)s."))
    waiting = dossier.state == State.SUBMITTED
    return Face(_("Tiếp nhận"), due, clock.state(due, now(), paused=False) if waiting else "over", lines)


def _whole(dossier: Dossier) -> Face | None:
    if dossier.accepted_at is None:
        return None
    if dossier.state in RUNNING:
        state: str = clock.state(dossier.due_at, now(), paused=False)
    else:
        state = "over" if dossier.decided_at or dossier.closed_at else "paused"
    return Face(_("Cả hồ sơ"), dossier.due_at, state, explained(shown_due(dossier)))


def _return(dossier: Dossier) -> Face | None:
    """Of the desk that hands the result over where it is not the one that received."""
    office = dossier.return_office
    if office is None or dossier.state not in units.DECIDED or not units.is_returned_elsewhere(dossier):
        return None
    since = units.return_since(dossier)
    if since is None:
        return None
    due = units.return_due(since, shown_calendar(office, since))
    state = clock.state(due.moment, now(), paused=False) if dossier.state == State.DONE else "over"
    lines = explained(due, _("Hạn trả kết quả ở nơi nhận: %(when)s."))
    return Face(_("Trả kết quả ở %(office)s") % {"office": office.title}, due.moment, state, lines)


def _step(dossier: Dossier, stage: stages.Stage | None, calendar: clock.Calendar | None) -> Face | None:
    if stage is None or stage.step is None or calendar is None:
        return None
    name = stage.step.name.read(get_language() or "vi")
    if stage.step.excluded:
        return Face(_("Bước: %(name)s") % {"name": name}, None, "paused")
    due = stages.step_clock(stage, calendar, pauses_of(dossier))
    state = clock.state(due.moment, now(), paused=False)
    return Face(
        _("Bước: %(name)s") % {"name": name}, due.moment, state, explained(due, _("Hết giờ của bước: %(when)s."))
    )
