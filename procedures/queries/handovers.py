"""The hand-overs of a dossier, from its events: who gave it to whom, at which minute, and whether that was in time (Mẫu 05)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.models import Office
from portal.roles import Role
from procedures import clock
from procedures.forecast import early_on_time_late
from procedures.models import Dossier, DossierEvent
from procedures.models.lifecycle import NOTES, STEPS
from procedures.queries.clocks import calendar_of, pauses_of
from procedures.schema.definition import RouteStep

# Who gives and who takes: the person acting, the citizen, the desk, the office that settles, whom the event names, whoever
# made the list of papers, or nobody (time stands still).
ACTOR, CITIZEN, DESK, OFFICE, NAMED, LISTER, NOBODY = "actor", "citizen", "desk", "office", "named", "lister", ""
HANDS = {
    "submit": (CITIZEN, DESK),
    "register": (CITIZEN, ACTOR),
    "accept": (DESK, ACTOR),
    "refuse": (ACTOR, CITIZEN),
    "ask_supplement": (ACTOR, CITIZEN),
    "supply": (CITIZEN, DESK),
    "route": (ACTOR, NAMED),
    "assign": (ACTOR, NAMED),
    "take_over": (NAMED, ACTOR),
    "give_papers": (ACTOR, NAMED),
    "take_papers": (LISTER, ACTOR),
    "refuse_papers": (ACTOR, LISTER),
    "ask_payment": (ACTOR, CITIZEN),
    "payment_received": (CITIZEN, DESK),
    "suspend": (ACTOR, NOBODY),
    "resume": (ACTOR, NOBODY),
    "ask_opinion": (ACTOR, NAMED),
    "give_opinion": (ACTOR, OFFICE),
    "decide": (ACTOR, DESK),
    "send_back": (ACTOR, OFFICE),
    "hand_over": (DESK, CITIZEN),
    "withdraw": (ACTOR, CITIZEN),
    "lapse": (DESK, CITIZEN),
}
RESULTS: dict[str, str | Promise] = {
    "early": gettext_lazy("Trước hạn"),
    "on_time": gettext_lazy("Đúng hạn"),
    "late": gettext_lazy("Quá hạn"),
}
Party = tuple[str, str]


@dataclass(frozen=True)
class HandOver:
    """One row of the control slip; parties are (name, office)."""

    giver: Party
    taker: Party
    at: datetime.datetime
    result: str = ""
    note: str = ""

    def told(self) -> dict[str, Any]:
        return {
            "giver": self.giver[0],
            "giver_office": self.giver[1],
            "taker": self.taker[0],
            "taker_office": self.taker[1],
            "at": self.at,
            "result": self.result,
            "note": self.note,
        }


class _Slip:
    """One reading of a dossier's events, from the first to the last."""

    def __init__(self, dossier: Dossier, events: list[DossierEvent]) -> None:
        self.dossier, self.events = dossier, events
        self.steps = {step.key: step for step in dossier.version.parsed.route}
        self.offices = dict(Office.objects.filter(code__in=_codes(events)).values_list("code", "name"))
        self.calendar = calendar_of(dossier.office, dossier.accepted_at)
        self.pauses = pauses_of(dossier)
        self.since: datetime.datetime | None = None
        self.step = ""
        # Where it is processed now, and who made each list of papers.
        self.here = dossier.office.name
        self.listers: dict[str, Party] = {}

    def rows(self) -> list[HandOver]:
        return [self.row(event, *HANDS[event.step]) for event in self.events if event.step in HANDS]

    def row(self, event: DossierEvent, giver: str, taker: str) -> HandOver:
        result = self.result(event)
        row = HandOver(self.party(event, giver), self.party(event, taker), event.occurred_at, result, self.note(event))
        self.go_on(event)
        return row

    def go_on(self, event: DossierEvent) -> None:
        """What later rows need to know of this one."""
        if event.step == "route":
            self.since, self.step = event.occurred_at, event.facts.get("step", "")
            self.here = self.offices.get(event.facts.get("office", ""), self.dossier.office.name)
        if event.step == "give_papers":
            self.listers[str(event.facts.get("list"))] = self.actor(event)

    def party(self, event: DossierEvent, who: str) -> Party:
        if who == ACTOR:
            return self.actor(event)
        if who == CITIZEN:
            receiver = event.facts.get("receiver", "") if event.step == "hand_over" else ""
            return receiver or self.dossier.owner_name, pgettext("bên giao nhận", "Người dân")
        if who == DESK:
            return _("Bộ phận một cửa"), self.dossier.receiving_office.name
        if who == OFFICE:
            return _("Đơn vị giải quyết"), self.dossier.office.name
        if who == LISTER:
            return self.listers.get(str(event.facts.get("list")), ("–", ""))
        return self.named(event) if who == NAMED else ("–", "")

    def actor(self, event: DossierEvent) -> Party:
        if event.actor is None:
            return pgettext("ai làm", "Hệ thống"), ""
        if event.actor_role == Role.CITIZEN:
            return event.actor.full_name, pgettext("bên giao nhận", "Người dân")
        if event.step in ("give_opinion", "give_papers"):
            told = event.facts.get("office") or event.facts.get("from_office") or ""
            return event.actor.full_name, self.offices.get(told, told)
        at_desk = event.actor_role in (Role.CLERK, Role.CASHIER)
        return event.actor.full_name, self.dossier.receiving_office.name if at_desk else self.here

    def named(self, event: DossierEvent) -> Party:
        """Whom the event names; else the step's own role, at the office that does it."""
        facts = event.facts
        code = facts.get("office") or facts.get("to_office") or ""
        office = self.offices.get(code, code) or self.dossier.office.name
        name = facts.get("to") or facts.get("instead_of") or facts.get("from")
        step = self.steps.get(facts.get("step", ""))
        role = str(Role(step.role).label) if step and step.role in Role.values else ""
        return (name if isinstance(name, str) and name else role or _("Chưa giao cho ai")), office

    def note(self, event: DossierEvent) -> str:
        """What was done, with the step that it went to, the reason, and that it was entered late."""
        step = self.steps.get(event.facts.get("step", ""))
        known = STEPS.get(event.step)
        title = step.name.read("vi") if step else str(known.title if known else NOTES[event.step])
        late = _("Nhập muộn") if event.entered_late else ""
        return ". ".join(filter(None, [title, event.reason, late]))

    def result(self, event: DossierEvent) -> str:
        """In time or not: acceptance by its own term, the decision by the whole dossier's, a step by its hours."""
        if event.step in ("accept", "refuse"):
            return _compared(self.dossier.acceptance_due_at, event.occurred_at)
        if event.step == "decide":
            return _compared(self.dossier.due_at or self.dossier.promised_at, event.occurred_at)
        step = self.steps.get(self.step)
        if event.step != "route" or self.since is None or step is None or not step.hours:
            return ""
        return _compared(self.due_of(step, self.since), event.occurred_at, by="moment")

    def due_of(self, step: RouteStep, since: datetime.datetime) -> datetime.datetime | None:
        rule = clock.Rule(span=clock.Span(step.hours, clock.Unit.hour), counting="hours")
        return clock.due(rule, self.calendar, since, self.pauses).moment


def _compared(due: datetime.datetime | None, at: datetime.datetime, by: Any = "day") -> str:
    return str(RESULTS[early_on_time_late(due, at, by)]) if due else ""


def _codes(events: list[DossierEvent]) -> set[str]:
    told = {event.facts.get(name) for event in events for name in ("office", "to_office")}
    return {code for code in told if isinstance(code, str) and code}


def hand_overs(dossier: Dossier, events: list[DossierEvent]) -> list[HandOver]:
    """Every passage from hand to hand, oldest first."""
    return _Slip(dossier, events).rows()


def cooperating(dossier: Dossier, events: list[DossierEvent]) -> list[str]:
    """The offices beside the one that settles: as the record names them, and those that had the dossier or gave an opinion."""
    named = dossier.version.parsed.agencies.cooperating.read("vi")
    others = Office.objects.filter(code__in=_codes(events)).exclude(pk=dossier.office_id).values_list("name", flat=True)
    return [*filter(None, [named]), *(name for name in others if name != named)]
