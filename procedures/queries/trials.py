"""Runs the test cases of a definition with the office's real calendar, as a dossier would be judged."""

import datetime
from typing import Any

from portal.models import Office
from portal.moments import HERE, now
from portal.queries import open_offices
from procedures import clock
from procedures.models import Offering
from procedures.queries.clocks import rule_for, shown_calendar
from procedures.queries.profiles import with_age
from procedures.schema.definition import Definition
from procedures.schema.fees import fees_due, known_total
from procedures.schema.papers import papers_for
from procedures.schema.trials import Fact, Outcome, Trial, judge


def run_all(definition: Definition, code: str) -> list[Outcome]:
    """How every trial of a definition goes; `code` says whose offices count where a trial names none."""
    return [judge(trial, facts) for trial, facts in zip(definition.trials, facts_of(definition, code), strict=True)]


def facts_of(definition: Definition, code: str) -> list[dict[str, Fact]]:
    """What comes of every trial, whatever it expects."""
    offices = _offices(definition, code) if definition.trials else {}
    return [found(definition, trial, offices.get(trial.given.office)) for trial in definition.trials]


def found(definition: Definition, trial: Trial, office: Office | None) -> dict[str, Fact]:
    """What comes of a trial's answers: papers to bring, fee of all items, route, due moment, case."""
    given, start = trial.given, _moment(trial.given.on)
    profile = _profile(trial, office, start.date())
    case = definition.case_for(given.answers, profile)
    papers = papers_for(definition, given.answers, given.registries, profile=profile)
    lines = fees_due(definition, given.answers, given.channel, profile=profile)
    due = _due(definition, given.channel, case.key if case else None, office, start)
    return {
        "papers": tuple(paper.key for paper in papers if paper.mandatory and not paper.replaced),
        "fee": known_total(lines),
        "route": tuple(step.key for step in definition.route_for(given.answers, profile)),
        "due": due,
        "case": case.key if case else None,
    }


def _profile(trial: Trial, office: Office | None, day: datetime.date) -> dict[str, Any]:
    given = trial.given
    where = {"office": office.code} if office else {}
    return {
        "channel": given.channel, "owner_kind": given.owner_kind, "verified": given.verified, "day": day.isoformat(),
        **with_age(given.person, day), **where,
    }  # fmt: skip


def _moment(told: datetime.datetime | None) -> datetime.datetime:
    return told.replace(tzinfo=HERE) if told else now()


def _due(
    definition: Definition, channel: str, case: str | None, office: Office | None, start: datetime.datetime
) -> datetime.datetime | None:
    """The due moment of a dossier accepted, and paid, at that moment; as the office's clock shows it."""
    rule = rule_for(definition, channel, case)
    if office is None or rule.span is None:
        return None
    try:
        moment = clock.due(rule, shown_calendar(office, start), start).moment
    except (ValueError, OverflowError):  # an office that never works, or a day beyond every calendar
        return None
    return moment.astimezone(HERE).replace(tzinfo=None) if moment else None


def _offices(definition: Definition, code: str) -> dict[str | None, Office]:
    """The offices that trials name, and under None the first that offers the procedure (else the authority's first)."""
    named = {trial.given.office for trial in definition.trials if trial.given.office}
    offices: dict[str | None, Office] = {office.code: office for office in Office.objects.filter(code__in=named)}
    offered = Offering.objects.filter(procedure__code=code, office__in=open_offices()).select_related("office")
    first = offered.order_by("office__code").first()
    usual = first.office if first else open_offices().order_by("code").first()
    return {**offices, None: usual} if usual else offices
