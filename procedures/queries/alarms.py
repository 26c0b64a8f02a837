"""Which moments wait for a dossier: derived from its state and clock, never typed in."""

import datetime
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from portal.models import AuditEntry, Office, User
from portal.moments import now
from portal.queries import offices_of
from portal.tenancy import current_tenant
from procedures import clock, forecast
from procedures.models import Alarm, Dossier
from procedures.models.dossier import ALARMED
from procedures.models.lifecycle import State
from procedures.queries import stages, units
from procedures.queries.clocks import calendar_of, clock_start, pauses_of, terms_of

Kind = Alarm.Kind
Moments = dict[str, datetime.datetime]
# What concerns the desk that hands the result over.
AT_RETURN = (Kind.RETURN_SOON, Kind.RETURN_OVERDUE)
SHOWN_FOR = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Times:
    """The moments by kind of alarm; when the present step is due; from when on an apology is due."""

    alarms: Moments = field(default_factory=dict)
    step_due_at: datetime.datetime | None = None
    apology_due_at: datetime.datetime | None = None


class Calendars:
    """Each office's calendar of a year, fetched once for a run over many dossiers."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], clock.Calendar] = {}

    def of(self, dossier: Dossier, moment: datetime.datetime, *, receiving: bool = False) -> clock.Calendar:
        return self.at(dossier.receiving_office if receiving else dossier.office, moment)

    def at(self, office: Office, moment: datetime.datetime) -> clock.Calendar:
        key = (office.pk, moment.year)
        if key not in self.known:
            self.known[key] = calendar_of(office, moment)
        return self.known[key]


def times_of(dossier: Dossier, calendars: Calendars) -> Times:
    try:
        return BY_STATE[State(dossier.state)](dossier, calendars) if dossier.state in BY_STATE else Times()
    except clock.NoWorkingTime:
        return Times()


def _submitted(dossier: Dossier, calendars: Calendars) -> Times:
    moments: Moments = {}
    if dossier.acceptance_due_at:
        moments[Kind.UNANSWERED] = dossier.acceptance_due_at
    hours = unopened_hours(dossier.receiving_office.code)
    if dossier.submitted_at and hours:
        days = calendars.of(dossier, dossier.submitted_at, receiving=True)
        moment = forecast.after(days, dossier.submitted_at, hours)
        if moment:
            moments[Kind.UNOPENED] = moment
    return Times(moments)


def _waiting(dossier: Dossier, _calendars: Calendars) -> Times:
    if dossier.supplement_due_at is None:
        return Times()
    asked = dossier.events.filter(step="ask_supplement").order_by("-number").first()
    moments: Moments = {Kind.LAPSE: dossier.supplement_due_at}
    if asked:
        moments[Kind.SUPPLEMENT_SOON] = asked.occurred_at + (dossier.supplement_due_at - asked.occurred_at) * 4 / 5
    return Times(moments)


def _running(dossier: Dossier, calendars: Calendars) -> Times:
    start, stage = clock_start(dossier), stages.stage_of(dossier)
    if start is None or stage is None:
        return Times()
    days, pauses = calendars.of(dossier, start), pauses_of(dossier)
    step_due = stages.step_clock(stage, days, pauses).moment
    moments: Moments = {Kind.STEP_OVERDUE: step_due} if step_due else {}
    if dossier.due_at is None:
        return Times(moments, step_due)
    if terms_of(dossier).silence_is_consent:
        return Times({**moments, Kind.SILENCE: dossier.due_at}, step_due)
    percent = int(current_tenant().setting("dossier_warning_percent"))
    moments[Kind.WARNING] = forecast.part_way(days, start, dossier.due_at, percent, pauses)
    moments[Kind.OVERDUE] = dossier.due_at
    missed = stages.forecast_of(dossier, stage, now(), days).missed_from
    missed = min(missed, dossier.due_at) if missed else dossier.due_at
    moments[Kind.APOLOGY] = missed
    return Times(moments, step_due, missed)


def _decided(dossier: Dossier, calendars: Calendars) -> Times:
    """A desk that did not receive it must hand the result over: warned in time, told of when it is late."""
    since, office = units.return_since(dossier), dossier.return_office
    if since is None or office is None or not units.is_returned_elsewhere(dossier):
        return Times()
    days = calendars.at(office, since)
    due = units.return_due(since, days).moment
    if due is None:
        return Times()
    percent = int(current_tenant().setting("dossier_warning_percent"))
    return Times({Kind.RETURN_SOON: forecast.part_way(days, since, due, percent), Kind.RETURN_OVERDUE: due})


BY_STATE = {
    State.SUBMITTED: _submitted,
    State.SUPPLEMENT_REQUESTED: _waiting,
    State.ACCEPTED: _running,
    State.PROCESSING: _running,
    State.DONE: _decided,
}


def unopened_hours(office_code: str) -> int:
    """After how many working hours a dossier that nobody opened is told of; nought: never."""
    own = current_tenant().setting("unopened_hours_of")
    return int(own.get(office_code, current_tenant().setting("unopened_hours")))


def untimed() -> QuerySet[Dossier]:
    """Open dossiers to which something happened that their alarms have not followed yet."""
    rows: QuerySet[Dossier] = Dossier.objects.filter(state__in=ALARMED)
    return rows.exclude(timed_events=F("event_count"))


def waiting() -> QuerySet[Alarm]:
    """What is due now, the earliest first."""
    return Alarm.objects.filter(fired_at=None, due_at__lte=now()).order_by("due_at", "pk")


def was_opened(dossier: Dossier) -> bool:
    """Whether an official has looked at it."""
    looks = AuditEntry.objects.filter(object=f"dossier:{dossier.reference}", action="look")
    looks = looks.exclude(facts__purpose="earlier")  # only named on another dossier's page
    return looks.exclude(actor__in=[p for p in (dossier.owner_id, dossier.submitter_id) if p]).exists()


def told_lately(person: User) -> QuerySet[Alarm]:
    """What time has done lately to the dossiers of a person's offices, newest first."""
    rows = Alarm.objects.filter(effect=Alarm.Effect.DONE, fired_at__gte=now() - SHOWN_FOR)
    offices = offices_of(person, "dossier.view")
    if offices is not None:
        rows = rows.filter(
            Q(dossier__office__in=offices)
            | Q(dossier__receiving_office__in=offices)
            | Q(dossier__return_office__in=offices, kind__in=AT_RETURN)
        )
    rows = rows.exclude(dossier__owner=person).exclude(dossier__submitter=person)
    return rows.select_related("dossier__procedure", "dossier__office").order_by("-fired_at", "-pk")
