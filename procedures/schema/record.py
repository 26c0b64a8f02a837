"""The parts of a procedure's record: time, clock, cases, papers, fees, route, results."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from procedures.schema.conditions import Condition, read_condition
from procedures.schema.reading import NO_TEXT, Node, Text, gettext_noop

# A procedure's.
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,29}")
CHANNELS = ("online", "counter", "post")
LEVELS = ("commune", "province", "ministry")
AUDIENCES = ("citizen", "business", "household_business", "foreigner", "organisation")
UNITS = ("working_day", "calendar_day", "hour", "month")
TRIGGERS = ("accepted", "accepted_and_paid")
COUNTINGS = ("legal_day", "hours")
SUPPLEMENT_MODES = ("pause", "restart")
REGISTRIES = ("population", "business")
# What a field can be filled in from: by registry, and from the account of whoever files.
REGISTRY_FIELDS: Mapping[str, tuple[str, ...]] = {
    "population": ("full_name", "personal_id", "gender", "birth_date", "residence", "nationality"),
    "business": ("tax_code", "name", "address", "representative"),
    "account": ("phone", "email"),
}
OFFICE_KINDS = ("centre", "department", "commune")
ROLES = ("clerk", "officer", "head", "cashier")
COPIES = "copies"
SECTOR_LIMIT = 200
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Span(NamedTuple):
    """A legal time: so many of a unit."""

    amount: int
    unit: str


A_MONTH = Span(30, "calendar_day")
A_WORKING_DAY = Span(8, "hour")


@dataclass(frozen=True)
class Times:
    """Legal time per channel; None where none is stated."""

    online: Span | None = None
    counter: Span | None = None
    post: Span | None = None

    def by(self, channel: str) -> Span | None:
        return {"online": self.online, "counter": self.counter, "post": self.post}[channel]


@dataclass(frozen=True)
class ClockTerms:
    """When the clock starts and how it treats supplements (decree 118/2025 and the procedure's own law)."""

    trigger: str = "accepted"
    cutoff: str | None = None
    counting: str = "legal_day"
    supplement_mode: str = "pause"
    max_supplements: int = 1
    # By how much a head may extend the time, in the unit of the time itself; nought where the law allows none.
    max_extension: int = 0
    supplement_deadline: Span = A_MONTH
    silence_is_consent: bool = False
    acceptance: Span = A_WORKING_DAY


# Terms that a channel or a case has otherwise than the procedure.
ClockChange: TypeAlias = Mapping[str, Any]
NO_CHANGE: ClockChange = {}


@dataclass(frozen=True)
class Case:
    """A variant of the procedure with its own papers, time or clock; the first whose condition holds applies."""

    key: str
    name: Text
    when: Condition | None = None
    papers: tuple[str, ...] | None = None
    times: Times | None = None
    clock: ClockChange = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    key: str
    name: Text
    note: Text = NO_TEXT
    originals: int = 0
    copies: int = 0
    mandatory: bool = True
    when: Condition | None = None
    present_only: bool = False
    replaced_by: str | None = None
    blank_form: bool = False


@dataclass(frozen=True)
class RouteStep:
    """A step inside: by whom, at the competent office unless another is named (by code, or any of a kind), and when.

    `four_eyes`: who prepared the draft does not lead it past this step. `opinions_excluded`: while other offices are
    asked for their opinion at this step, the clock stands still until the last answer, at most until their deadline.
    """

    key: str
    name: Text
    role: str
    hours: int = 0
    excluded: bool = False
    reason: Text = NO_TEXT
    office: str | None = None
    office_kind: str | None = None
    when: Condition | None = None
    four_eyes: bool = False
    opinions_excluded: bool = False


class Law(NamedTuple):
    number: str
    title: Text


@dataclass(frozen=True)
class Result:
    key: str
    name: Text
    code: str = ""


class ResultLine(NamedTuple):
    label: Text
    value: str


@dataclass(frozen=True)
class ResultTemplate:
    title: Text
    lines: tuple[ResultLine, ...] = ()
    validity_months: int | None = None
    # Code of the procedure that renews it; without one, the same procedure does.
    renewed_by: str = ""


class Sector(NamedTuple):
    key: str
    name: Text


@dataclass(frozen=True)
class Agencies:
    competent: Text = NO_TEXT
    performing: Text = NO_TEXT
    cooperating: Text = NO_TEXT


def read_sector(node: Node) -> Sector:
    node.holds_only("key", "name")
    return Sector(node.at("key").key(), node.at("name").text(SECTOR_LIMIT))


def read_span(node: Node) -> Span | None:
    if node.absent or not node.holds_only("amount", "unit"):
        return None
    return Span(node.at("amount").integer(1, low=0, high=10_000), node.at("unit").option(UNITS))


def read_times(node: Node) -> Times | None:
    """Per channel, or one span for all of them."""
    if node.absent:
        return None
    if not node.at("amount").absent or not node.at("unit").absent:
        span = read_span(node)
        return Times(span, span, span)
    node.holds_only(*CHANNELS)
    return Times(*(read_span(node.at(channel)) for channel in CHANNELS))


def read_clock(node: Node) -> ClockTerms:
    usual = ClockTerms()
    if node.absent or not node.holds_only(*ClockTerms.__dataclass_fields__):
        return usual
    return ClockTerms(
        trigger=node.at("trigger").option(TRIGGERS, usual.trigger),
        cutoff=None if node.at("cutoff").absent else node.at("cutoff").matching(TIME_OF_DAY),
        counting=node.at("counting").option(COUNTINGS, usual.counting),
        supplement_mode=node.at("supplement_mode").option(SUPPLEMENT_MODES, usual.supplement_mode),
        max_supplements=node.at("max_supplements").integer(usual.max_supplements, high=20),
        max_extension=node.at("max_extension").integer(usual.max_extension, high=1000),
        supplement_deadline=read_span(node.at("supplement_deadline")) or usual.supplement_deadline,
        silence_is_consent=node.at("silence_is_consent").boolean(),
        acceptance=read_span(node.at("acceptance")) or usual.acceptance,
    )


def read_clocks(node: Node) -> dict[str, ClockChange]:
    """By channel, what differs there."""
    if node.absent or not node.holds_only(*CHANNELS):
        return {}
    return {channel: read_clock_change(node.at(channel)) for channel in CHANNELS if not node.at(channel).absent}


def read_clock_change(node: Node) -> ClockChange:
    terms = read_clock(node)
    named = node.value if isinstance(node.value, dict) else {}
    return {name: getattr(terms, name) for name in ClockTerms.__dataclass_fields__ if named.get(name) is not None}


def read_case(node: Node) -> Case:
    node.holds_only("key", "name", "when", "papers", "time", "clock")
    papers = node.at("papers")
    return Case(
        key=node.at("key").key(),
        name=node.at("name").text(),
        when=read_condition(node.at("when")),
        papers=None if papers.absent else papers.words(),
        times=read_times(node.at("time")),
        clock=read_clock_change(node.at("clock")),
    )


def read_paper(node: Node) -> Paper:
    node.holds_only(*Paper.__dataclass_fields__)
    return Paper(
        key=node.at("key").key(),
        name=node.at("name").text(),
        note=node.at("note").optional_text(),
        originals=node.at("originals").integer(high=100),
        copies=node.at("copies").integer(high=100),
        mandatory=node.at("mandatory").boolean(True),
        when=read_condition(node.at("when")),
        present_only=node.at("present_only").boolean(),
        replaced_by=node.at("replaced_by").optional_option(REGISTRIES),
        blank_form=node.at("blank_form").boolean(),
    )


def read_step(node: Node) -> RouteStep:
    node.holds_only(*RouteStep.__dataclass_fields__)
    return RouteStep(
        key=node.at("key").key(),
        name=node.at("name").text(),
        role=node.at("role").option(ROLES),
        hours=node.at("hours").integer(high=100_000),
        excluded=node.at("excluded").boolean(),
        reason=node.at("reason").optional_text(),
        office=node.at("office").word() or None,
        office_kind=node.at("office_kind").optional_option(OFFICE_KINDS),
        when=read_condition(node.at("when")),
        four_eyes=node.at("four_eyes").boolean(),
        opinions_excluded=node.at("opinions_excluded").boolean(),
    )


def read_law(node: Node) -> Law:
    node.holds_only("number", "title")
    number = node.at("number").word()
    if not number:
        node.at("number").wrong(gettext_noop("Thiếu số hiệu văn bản."))
    return Law(number, node.at("title").optional_text())


def read_result(node: Node) -> Result:
    node.holds_only("key", "name", "code")
    return Result(node.at("key").key(), node.at("name").text(), node.at("code").word())


def read_result_template(node: Node) -> ResultTemplate | None:
    if node.absent or not node.holds_only("title", "lines", "validity_months", "renewed_by"):
        return None
    lines = tuple(_read_line(item) for item in node.at("lines").items())
    months, other = node.at("validity_months").optional_integer(low=1, high=1200), node.at("renewed_by")
    return ResultTemplate(node.at("title").text(), lines, months, "" if other.absent else other.matching(CODE))


def _read_line(node: Node) -> ResultLine:
    node.holds_only("label", "value")
    return ResultLine(node.at("label").text(), node.at("value").word())


def read_agencies(node: Node) -> Agencies:
    if node.absent or not node.holds_only("competent", "performing", "cooperating"):
        return Agencies()
    return Agencies(*(node.at(key).optional_text() for key in ("competent", "performing", "cooperating")))
