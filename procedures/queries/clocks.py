"""From rows to the plain clock: an office's calendar, a dossier's rule, its pauses, its due moment and why."""

import datetime
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.kept import by_version
from portal.models import Office
from portal.moments import now
from procedures import clock
from procedures.calendars import OFFICE_HOURS, POLICE_HOURS, calendar_for, read_slots
from procedures.models import ONLINE_CHANNELS, CalendarDay, Dossier, OfficeHours, Pause
from procedures.schema.definition import ClockTerms, Definition, Span
from procedures.workflow import NotAllowed

HOURS = {"weekdays": OFFICE_HOURS, "weekdays_and_saturday_morning": POLICE_HOURS}
YEARS_AROUND = 3


def calendar_of(office: Office, around: datetime.datetime | None = None) -> clock.Calendar:
    """The office's calendar for some years around a moment: national days, then the authority's, then its own."""
    year = (around or now()).year
    rows = CalendarDay.objects.filter(Q(office=None) | Q(office=office)).order_by("office_id")
    overlay = {row.day: row for row in sorted(rows, key=lambda row: row.office_id or 0)}
    working = {day: row for day, row in overlay.items() if row.kind == CalendarDay.Kind.WORKING}
    return calendar_for(
        range(year - YEARS_AROUND, year + YEARS_AROUND + 1),
        HOURS[office.calendar],
        more_days_off={day: row.name for day, row in overlay.items() if row.kind == CalendarDay.Kind.OFF},
        more_make_up_days={day: row.name for day, row in working.items()},
        special_slots={day: read_slots(row.slots) for day, row in working.items() if row.slots},
        changes=[(row.since, week_of(row)) for row in OfficeHours.objects.filter(office=office)],
    )


def week_of(row: OfficeHours) -> dict[int, clock.Slots]:
    return {int(day): read_slots(slots) for day, slots in row.week.items()}


def in_words() -> NotAllowed:
    """What a person is told where a calendar has no working day in a year."""
    return NotAllowed(_("Lịch của đơn vị này không có ngày làm việc nào trong một năm nên không tính được hạn."))


def shown_calendar(office: Office, around: datetime.datetime) -> clock.Calendar:
    """The same, kept while the authority changes nothing: for pages that explain, never for a due moment that is written."""
    key = ("calendar", office.pk, office.calendar, around.year)
    return by_version(key, lambda: calendar_of(office, around))


def form_channel(channel: str) -> str:
    """Rules know three channels; the three kinds of online are one to them."""
    return "online" if channel in ONLINE_CHANNELS else channel


def span_of(span: Span | None) -> clock.Span | None:
    return clock.Span(span.amount, clock.Unit(span.unit)) if span else None


def rule_of(dossier: Dossier) -> clock.Rule:
    return rule_for(dossier.version.parsed, form_channel(dossier.channel), dossier.case)


def rule_for(definition: Definition, channel: str, case: str | None) -> clock.Rule:
    """How long a procedure takes by this channel in this case, and how that is counted."""
    terms = definition.clock_for(channel, case)
    return clock.Rule(
        span=span_of(definition.time_for(channel, case)),
        counting="hours" if terms.counting == "hours" else "legal_day",
        cutoff=datetime.time.fromisoformat(terms.cutoff) if terms.cutoff else None,
        supplement_mode="restart" if terms.supplement_mode == "restart" else "pause",
    )


def terms_of(dossier: Dossier) -> ClockTerms:
    """The clock's terms for its channel and case."""
    return dossier.version.parsed.clock_for(form_channel(dossier.channel), dossier.case)


def clock_start(dossier: Dossier) -> datetime.datetime | None:
    """When the clock began: at acceptance, or, where the law says so, when the fee was paid as well."""
    if dossier.accepted_at is None:
        return None
    if terms_of(dossier).trigger == "accepted_and_paid" and dossier.fee_total:
        return max(dossier.accepted_at, dossier.fee_paid_at) if dossier.fee_paid_at else None
    return dossier.accepted_at


def pauses_of(dossier: Dossier) -> list[clock.Pause]:
    return [clock.Pause(row.started_at, row.ended_at, row.kind) for row in Pause.objects.filter(dossier=dossier)]


def extensions_of(dossier: Dossier) -> list[clock.Extension]:
    """In the order of their decisions; nearly always none, and then nothing is asked."""
    if not dossier.extended_by:
        return []
    return [clock.Extension(row.decided_at, row.amount, row.decision) for row in dossier.extensions.all()]


def due_of(
    dossier: Dossier, pauses: Sequence[clock.Pause] | None = None, calendar: clock.Calendar | None = None
) -> clock.Due:
    """The due moment, derived from events, calendar and rule every time; the column keeps it for lists.

    Raises NotAllowed where the office's calendar has no working day in a year.
    """
    start = clock_start(dossier)
    if start is None:
        return clock.Due(None, ())
    stands = pauses_of(dossier) if pauses is None else list(pauses)
    days, until = calendar or calendar_of(dossier.office, start), dossier.decided_at or now()
    try:
        return clock.due(rule_of(dossier), days, start, stands, extensions=extensions_of(dossier), until=until)
    except clock.NoWorkingTime as reason:
        raise in_words() from reason


def shown_due(dossier: Dossier) -> clock.Due:
    """The due moment and its explanation for a page."""
    start = clock_start(dossier)
    return due_of(dossier, calendar=shown_calendar(dossier.office, start) if start else None)


def acceptance_due(
    dossier: Dossier, submitted_at: datetime.datetime, calendar: clock.Calendar | None = None
) -> datetime.datetime | None:
    """Until when an online dossier must be accepted or refused."""
    days = calendar or calendar_of(dossier.receiving_office, submitted_at)
    return acceptance_of(dossier, submitted_at, days).moment


def acceptance_of(dossier: Dossier, submitted_at: datetime.datetime, calendar: clock.Calendar) -> clock.Due:
    """The acceptance clock with its explanation. Raises NotAllowed as `due_of` does."""
    rule = clock.Rule(span=span_of(terms_of(dossier).acceptance), counting="hours")
    try:
        return clock.due(rule, calendar, submitted_at)
    except clock.NoWorkingTime as reason:
        raise in_words() from reason


def supplement_due(dossier: Dossier, asked_at: datetime.datetime) -> datetime.datetime:
    rule = clock.Rule(span=span_of(terms_of(dossier).supplement_deadline))
    try:
        moment = clock.due(rule, calendar_of(dossier.office, asked_at), asked_at).moment
    except clock.NoWorkingTime as reason:
        raise in_words() from reason
    return moment or asked_at + datetime.timedelta(days=30)
