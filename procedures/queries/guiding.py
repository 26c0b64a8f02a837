"""Which questions decide over papers, fees and time of a procedure, and what follows from the answers: before any sign-in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.moments import today
from procedures.queries.wording import condition, said
from procedures.schema.conditions import Condition, reads
from procedures.schema.definition import Definition, Field, Span
from procedures.schema.fees import FeeLine, fees_due
from procedures.schema.fields import Context, clean
from procedures.schema.form import plan
from procedures.schema.messages import Invalid, Message
from procedures.schema.papers import RequiredPaper, papers_for
from procedures.schema.settle import scope, walk

SKIPPED = "-"
CHOICE, YES_NO, NUMBER, COUNT, THERE = "choice", "yes_no", "number", "count", "there"
ASKED_AS = {
    "choice": CHOICE,
    "yes_no": YES_NO,
    "declaration": YES_NO,
    "number": NUMBER,
    "money": NUMBER,
    "group": COUNT,
    "file": THERE,
}
MOST_ROWS = 50
# Stands for a paper that somebody says they have: it is there, and nothing else is known of it.
SOMETHING = ["guide"]


@dataclass(frozen=True)
class Question:
    key: str
    kind: str
    label: str
    help: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """Answers as the schema reads them; what was skipped; what cannot be an answer, with the reason."""

    answers: dict[str, Any] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    wrong: dict[str, Message] = field(default_factory=dict)


@dataclass(frozen=True)
class Perhaps:
    """A paper of which the answers do not tell whether it is needed."""

    name: str
    rule: str


@dataclass(frozen=True)
class Outcome:
    """What this person needs, exactly; `perhaps` and `is_open` tell what stays open because something was not answered."""

    case: str
    papers: list[RequiredPaper]
    perhaps: list[Perhaps]
    fees: tuple[FeeLine, ...]
    time: Span | None
    is_open: bool


def decisive(definition: Definition) -> list[Field]:
    """The fields that papers, cases, fees and exemptions ask about, and those that decide whether these are asked."""
    index, wanted = definition.form.index, set(_read_by(definition))
    behind = definition.form.dependencies()
    waiting = [key for key in wanted if key in index]
    while waiting:
        more = [key for key in behind[waiting.pop()] if key not in wanted]
        wanted.update(more)
        waiting += more
    return [one for key, one in index.items() if key in wanted]


def _read_by(definition: Definition) -> Iterator[str]:
    for rule in _rules(definition):
        for operand in reads(rule):
            yield operand.field.partition(".")[0]
    for fee in definition.fees:
        for amount in fee.amounts():
            if amount.of:
                yield amount.of.partition(".")[0]
            yield from (operand.field.partition(".")[0] for operand in reads(amount.formula))


def _rules(definition: Definition) -> Iterator[Condition | None]:
    yield from (case.when for case in definition.cases)
    yield from (paper.when for paper in definition.papers)
    for fee in definition.fees:
        yield fee.when
        yield from (one.when for one in fee.exempt)


def read(definition: Definition, told: Mapping[str, str]) -> Given:
    """What an address tells, judged as the form would judge it; what nobody asks about is left out."""
    answers: dict[str, Any] = {}
    wrong: dict[str, Message] = {}
    skipped = {key for key, value in told.items() if value == SKIPPED}
    for one in decisive(definition):
        value = told.get(one.key, "")
        if not value or value == SKIPPED or one.type not in ASKED_AS:
            continue
        try:
            answers[one.key] = _answer(one, value)
        except Invalid as error:
            wrong[one.key] = next(iter(error.messages.values()))
    return Given({key: value for key, value in answers.items() if value is not None}, frozenset(skipped), wrong)


def _answer(one: Field, value: str) -> Any:
    match ASKED_AS[one.type]:
        case "count":
            return [{}] * min(int(value), MOST_ROWS) if value.isascii() and value.isdecimal() else None
        case "there":
            return SOMETHING if value == "yes" else []
        case "yes_no":
            return value == "yes" if value in ("yes", "no") else None
        case _:
            return clean(one, value, Context(today=today()))


def next_question(definition: Definition, given: Given, profile: Mapping[str, Any]) -> Question | None:
    """The first open one, in the order of the form; only what applies by the answers so far is asked."""
    return next((question(one) for one in _open(definition, given, profile) if one.key not in given.skipped), None)


def _open(definition: Definition, given: Given, profile: Mapping[str, Any]) -> Iterator[Field]:
    shown = _shown(definition, given.answers, profile)
    for one in decisive(definition):
        if one.key in shown and one.type in ASKED_AS and one.key not in given.answers:
            yield one


def _shown(definition: Definition, answers: Mapping[str, Any], profile: Mapping[str, Any]) -> set[str]:
    """The fields that somebody with these answers would see."""
    shown: set[str] = set()

    def take(one: Field, seen: Any) -> Any:
        shown.add(one.key)
        return answers.get(one.key)

    walk(plan(definition.form), scope({}, profile), take)
    return shown


def question(one: Field) -> Question:
    kind = ASKED_AS[one.type]
    label = said(one.label)
    if kind == COUNT:
        label = _("%(what)s: có bao nhiêu?") % {"what": label}
    if kind == THERE:
        label = _("Bạn có “%(paper)s” không?") % {"paper": label}
    options = [(choice.value, said(choice.label)) for choice in one.choices]
    if kind in (YES_NO, THERE):
        options = [("yes", _("Có")), ("no", _("Không"))]
    return Question(one.key, kind, label, said(one.help), options)


def outcome(definition: Definition, given: Given, channel: str, profile: Mapping[str, Any]) -> Outcome:
    """Papers, fees and time that follow; online the population registry answers for whoever signs in with VNeID."""
    answers, everything = given.answers, {"day": today().isoformat(), **profile, "channel": channel}
    registries = {"population"} if everything.get("verified") and channel == "online" else set()
    case = definition.case_for(answers, everything)
    papers = list(papers_for(definition, answers, registries, profile=everything))
    unknown = definition.asks_profile - {f"profile.{name}" for name in everything}
    open_keys = {one.key for one in _open(definition, given, everything)} | _unasked(definition) | unknown
    return Outcome(
        case=said(case.name) if case and len(definition.cases) > 1 else "",
        papers=papers,
        perhaps=list(_perhaps(definition, {paper.key for paper in papers}, open_keys)),
        fees=fees_due(definition, answers, channel, profile=everything),
        time=definition.time_for(channel, case.key if case else None),
        is_open=bool(open_keys),
    )


def _unasked(definition: Definition) -> set[str]:
    """What decides but is not asked here: dates, addresses and whatever else would put a person's data into an address."""
    return {one.key for one in decisive(definition) if one.type not in (*ASKED_AS, "computed", "info")}


def _perhaps(definition: Definition, needed: set[str], open_keys: set[str]) -> Iterator[Perhaps]:
    for paper in definition.papers:
        asked = {key for one in reads(paper.when) for key in (one.field, one.field.partition(".")[0])}
        if paper.key not in needed and asked & open_keys:
            yield Perhaps(said(paper.name), condition(paper.when, definition))


def for_the_form(definition: Definition, told: Mapping[str, str]) -> dict[str, Any]:
    """Answers that can stand in the form as they are: choices, yes or no, numbers."""
    answers = read(definition, told).answers
    kinds = {one.key: ASKED_AS.get(one.type) for one in decisive(definition)}
    return {key: value for key, value in answers.items() if kinds[key] in (CHOICE, YES_NO, NUMBER)}
