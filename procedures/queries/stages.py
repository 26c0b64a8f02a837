"""The clock of the present step, and the forecast that follows from the hours of the route's steps."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from procedures import clock
from procedures.forecast import Forecast, Work, forecast
from procedures.models import Dossier, Pause
from procedures.queries.clocks import calendar_of
from procedures.queries.profiles import profile_of
from procedures.schema.definition import RouteStep


@dataclass(frozen=True)
class Stage:
    """Where a dossier stands on its route (no step: accepted and not yet passed on), since when, and what is left."""

    step: RouteStep | None
    since: datetime.datetime
    rest: int

    @property
    def hours(self) -> int:
        return 0 if self.step is None or self.step.excluded else self.step.hours


def steps_of(dossier: Dossier) -> tuple[RouteStep, ...]:
    """The steps of the procedure's route that this dossier passes by its answers."""
    definition = dossier.version.parsed
    if all(step.when is None for step in definition.route):
        return definition.route
    return definition.route_for(dossier.answers, profile_of(dossier))


def stage_of(dossier: Dossier) -> Stage | None:
    """None before acceptance."""
    if dossier.accepted_at is None:
        return None
    steps = steps_of(dossier)
    here = next((n for n, step in enumerate(steps) if step.key == dossier.step_key), None)
    after = steps if here is None else steps[here + 1 :]
    since = dossier.accepted_at
    if here is not None:
        last = dossier.events.filter(step="route").order_by("-number").values_list("occurred_at", flat=True).first()
        since = max(last or since, since)
    return Stage(steps[here] if here is not None else None, since, sum(s.hours for s in after if not s.excluded))


def step_clock(stage: Stage, calendar: clock.Calendar, pauses: Sequence[clock.Pause]) -> clock.Due:
    """When the present step is due, in working hours since it began; what stops the whole clock stops this one too."""
    if not stage.hours:
        return clock.Due(None, ())
    stops = [one for one in pauses if one.reason != Pause.Kind.EXCLUDED]
    rule = clock.Rule(clock.Span(stage.hours, clock.Unit.hour))
    return clock.due(rule, calendar, stage.since, stops)


def forecast_of(
    dossier: Dossier, stage: Stage, at: datetime.datetime, calendar: clock.Calendar | None = None
) -> Forecast:
    """Whether what the route still asks for fits into the time that is left, as things stand at a moment."""
    days = calendar or calendar_of(dossier.office, stage.since)
    work = Work(stage.since, stage.hours, stage.rest)
    return forecast(days, work, dossier.due_at, at, dossier.accepted_at or stage.since)
