"""The definition of a procedure: one object behind page, form, papers, fees, route, clock and API."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from procedures.schema.conditions import Answers, holds, reads
from procedures.schema.consistency import find_contradictions
from procedures.schema.form import Choice, Field, Form, Section, read_form
from procedures.schema.reading import (
    DefinitionError,
    Node,
    Problem,
    Sentence,
    Text,
    gettext_noop,
    is_too_deep,
    unstorable,
)
from procedures.schema.record import (
    AUDIENCES,
    CHANNELS,
    CODE,
    LEVELS,
    NO_CHANGE,
    Agencies,
    Case,
    ClockChange,
    ClockTerms,
    Law,
    Paper,
    Result,
    ResultLine,
    ResultTemplate,
    RouteStep,
    Sector,
    Span,
    Times,
    read_agencies,
    read_case,
    read_clock,
    read_clocks,
    read_law,
    read_paper,
    read_result,
    read_result_template,
    read_sector,
    read_step,
    read_times,
)
from procedures.schema.rules import rules_of
from procedures.schema.settle import NOTHING, scope, settle
from procedures.schema.tariff import Amount, Exemption, Fee, read_fee
from procedures.schema.trials import Trial, read_trial

__all__ = [
    "Agencies",
    "Amount",
    "Case",
    "Choice",
    "ClockTerms",
    "Definition",
    "DefinitionError",
    "Exemption",
    "Fee",
    "Field",
    "Form",
    "Law",
    "Paper",
    "Problem",
    "Result",
    "ResultLine",
    "ResultTemplate",
    "RouteStep",
    "Section",
    "Sector",
    "Sentence",
    "Span",
    "Text",
    "Times",
    "Trial",
    "glance",
    "parse",
]

# The longest name in the national list has 1,094 characters.
NAME_LIMIT = 1_200
# National codes are d.dddddd with an optional provincial suffix; older and local ones differ, so only the address is guarded.


@dataclass(frozen=True)
class Definition:
    code: str
    title: Text
    sector: Sector
    government_level: str
    audience: tuple[str, ...]
    life_events: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: Text
    steps: tuple[Text, ...]
    conditions: Text
    decision_no: str
    channels: tuple[str, ...]
    times: Times
    clock: ClockTerms
    clocks: Mapping[str, ClockChange]
    cases: tuple[Case, ...]
    papers: tuple[Paper, ...]
    form: Form
    fees: tuple[Fee, ...]
    fee_note: Text
    legal_basis: tuple[Law, ...]
    results: tuple[Result, ...]
    result_template: ResultTemplate | None
    route: tuple[RouteStep, ...]
    agencies: Agencies
    retention_years: int | None
    trials: tuple[Trial, ...]
    raw: Mapping[str, object] = field(repr=False, compare=False)

    def name(self, lang: str = "vi") -> str:
        return self.title.read(lang)

    @staticmethod
    def text(obj: Text | Mapping[str, str] | None, lang: str = "vi") -> str:
        """Reads a text in a language, whether parsed or still raw; English falls back to Vietnamese."""
        if isinstance(obj, Mapping):
            obj = Text(obj.get("vi") or "", obj.get("en") or "")
        return obj.read(lang) if obj is not None else ""

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.form.sections

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)

    def field(self, key: str) -> Field:
        """The field of that key; `members.full_name` reads a column of a group."""
        outer, _, inner = key.partition(".")
        found = self.form.index[outer]
        return next(one for one in found.fields if one.key == inner) if inner else found

    def paper(self, key: str) -> Paper:
        return self._papers[key]

    @cached_property
    def _papers(self) -> dict[str, Paper]:
        return {paper.key: paper for paper in self.papers}

    def case_for(self, answers: Answers, profile: Answers = NOTHING) -> Case | None:
        """The first case whose condition holds."""
        seen = scope(settle(self.form, answers, profile), profile)
        return next((case for case in self.cases if holds(case.when, seen)), None)

    def time_for(self, channel: str, case: str | None = None) -> Span | None:
        """The legal time by this channel in this case; None where none is stated."""
        for one in self.cases:
            if one.key == case and one.times is not None and one.times.by(channel) is not None:
                return one.times.by(channel)
        return self.times.by(channel)

    def clock_for(self, channel: str, case: str | None = None) -> ClockTerms:
        """The terms of the clock: the procedure's, as the channel and then the case change them."""
        own = next((one.clock for one in self.cases if one.key == case), NO_CHANGE)
        changes = {**self.clocks.get(channel, NO_CHANGE), **own}
        return replace(self.clock, **changes) if changes else self.clock

    def route_for(self, answers: Answers, profile: Answers = NOTHING) -> tuple[RouteStep, ...]:
        """The steps that a dossier with these answers passes."""
        if all(step.when is None for step in self.route):
            return self.route
        seen = scope(settle(self.form, answers, profile), profile)
        return tuple(step for step in self.route if holds(step.when, seen))

    @cached_property
    def asks_profile(self) -> frozenset[str]:
        """What its rules ask about the filing: `profile.age` and the like."""
        asked = (one.field for rule in rules_of(self) for one in reads(rule.part))
        return frozenset(field for field in asked if field.startswith("profile."))


def glance(data: object) -> Definition:
    """What can be read of a definition that is still being written; its faults are `parse`'s to tell."""
    return _read(Node({} if is_too_deep(data) else data, "", []))


def parse(data: object) -> Definition:
    """Reads a definition and everything that is wrong with it; raises DefinitionError with all of it at once."""
    problems: list[Problem] = []
    if is_too_deep(data):
        Node(None, "", problems).wrong(gettext_noop("Dữ liệu lồng nhau quá sâu."))
        raise DefinitionError(problems)
    for path in unstorable(data):
        Node(None, path, problems).wrong(gettext_noop("Có ký tự rỗng, ký tự hỏng hoặc số vô hạn: không lưu được."))
    if problems:
        raise DefinitionError(problems)
    node = Node(copy.deepcopy(data), "", problems)
    if not node.holds_only(*KNOWN):
        raise DefinitionError(problems)
    made = _read(node)
    problems.extend(find_contradictions(made))
    if problems:
        raise DefinitionError(problems)
    return made


KNOWN = (
    *(name for name in Definition.__dataclass_fields__ if name not in ("title", "times", "raw")),
    "name",
    "time",
)


def _read(node: Node) -> Definition:
    return Definition(
        code=node.at("code").matching(CODE),
        title=node.at("name").text(NAME_LIMIT),
        sector=read_sector(node.at("sector")),
        government_level=node.at("government_level").option(LEVELS),
        audience=node.at("audience").options(AUDIENCES),
        life_events=node.at("life_events").words(),
        keywords=node.at("keywords").words(),
        summary=node.at("summary").optional_text(),
        steps=tuple(item.text() for item in node.at("steps").items()),
        conditions=node.at("conditions").optional_text(),
        decision_no=node.at("decision_no").word(),
        channels=node.at("channels").options(CHANNELS),
        times=read_times(node.at("time")) or Times(),
        clock=read_clock(node.at("clock")),
        clocks=read_clocks(node.at("clocks")),
        cases=tuple(read_case(item) for item in node.at("cases").items(100)),
        papers=tuple(read_paper(item) for item in node.at("papers").items()),
        form=read_form(node.at("form")),
        fees=tuple(read_fee(item) for item in node.at("fees").items(100)),
        fee_note=node.at("fee_note").optional_text(),
        legal_basis=tuple(read_law(item) for item in node.at("legal_basis").items()),
        results=tuple(read_result(item) for item in node.at("results").items(100)),
        result_template=read_result_template(node.at("result_template")),
        route=tuple(read_step(item) for item in node.at("route").items(100)),
        agencies=read_agencies(node.at("agencies")),
        retention_years=node.at("retention_years").optional_integer(low=1, high=200),
        trials=tuple(read_trial(item) for item in node.at("trials").items(200)),
        raw=node.value if isinstance(node.value, dict) else {},
    )
