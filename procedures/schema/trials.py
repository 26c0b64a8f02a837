"""Test cases that an administrator writes: given this profile and these answers, these papers, this fee, this date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from procedures.schema.reading import Node, Sentence, Text, gettext_noop
from procedures.schema.record import CHANNELS, REGISTRIES

OWNER_KINDS = ("citizen", "business", "organisation")
# What a trial may say of the owner besides: as the population registry would.
PERSON = ("birth_date", "gender", "province", "commune", "nationality")
ITEMS = ("papers", "fee", "route", "due", "case")
EVERY_FEE = 10**15


@dataclass(frozen=True)
class Given:
    """Who files what, how, when and where; without an office the first that offers the procedure."""

    channel: str = "online"
    owner_kind: str = "citizen"
    verified: bool = True
    on: datetime | None = None
    office: str | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    registries: tuple[str, ...] = ()
    person: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expects:
    """What must come out; None is not asked."""

    papers: tuple[str, ...] | None = None
    fee: int | None = None
    route: tuple[str, ...] | None = None
    due: datetime | None = None
    case: str | None = None


@dataclass(frozen=True)
class Trial:
    key: str
    name: Text
    given: Given = Given()
    expects: Expects = Expects()


# One fact by the name of its item: keys of papers and steps as a set and a list, đồng, a moment, a case; None is unknown.
Fact: TypeAlias = tuple[str, ...] | int | datetime | str | None


@dataclass(frozen=True)
class Outcome:
    """How a trial went: a sentence of what was expected and of what was found, for each item that was asked."""

    trial: Trial
    passed: bool
    expected: Mapping[str, Sentence]
    found: Mapping[str, Sentence]
    failed: tuple[str, ...] = ()


def read_trial(node: Node) -> Trial:
    node.holds_only("key", "name", "given", "expects")
    return Trial(
        node.at("key").key(), node.at("name").text(), _read_given(node.at("given")), _read_expects(node.at("expects"))
    )


def _read_given(node: Node) -> Given:
    if node.absent or not node.holds_only(*Given.__dataclass_fields__):
        return Given()
    answers, person = node.at("answers"), node.at("person")
    for part in (answers, person):
        if not part.absent and not isinstance(part.value, dict):
            part.wrong(gettext_noop("Ở đây phải là một đối tượng { }."))
    if not person.absent:
        person.holds_only(*PERSON)
    return Given(
        channel=node.at("channel").option(CHANNELS, "online"),
        owner_kind=node.at("owner_kind").option(OWNER_KINDS, "citizen"),
        verified=node.at("verified").boolean(True),
        on=_moment(node.at("on")),
        office=node.at("office").word() or None,
        answers=answers.value if isinstance(answers.value, dict) else {},
        registries=node.at("registries").options(REGISTRIES),
        person={name: person.at(name).word() for name in PERSON if not person.at(name).absent},
    )


def _read_expects(node: Node) -> Expects:
    if node.absent or not node.holds_only(*Expects.__dataclass_fields__):
        return Expects()
    papers, route = node.at("papers"), node.at("route")
    return Expects(
        papers=None if papers.absent else papers.words(),
        fee=node.at("fee").optional_integer(high=EVERY_FEE),
        route=None if route.absent else route.words(),
        due=_moment(node.at("due")),
        case=node.at("case").word() or None,
    )


def _moment(node: Node) -> datetime | None:
    """A moment of the office's own clock, without a zone: 2026-11-23T09:00."""
    if node.absent:
        return None
    try:
        read = datetime.fromisoformat(node.value) if isinstance(node.value, str) else None
    except ValueError:
        read = None
    if read is None or read.tzinfo is not None:
        node.wrong(gettext_noop("Ở đây phải là ngày giờ dạng 2026-11-23T09:00."))
        return None
    return read


def judge(trial: Trial, found: Mapping[str, Fact]) -> Outcome:
    """Hold what was found against what the trial expects."""
    asked = {name: fact for name in ITEMS if (fact := getattr(trial.expects, name)) is not None}
    failed = tuple(name for name, fact in asked.items() if not _same(name, fact, found.get(name)))
    return Outcome(
        trial,
        not failed,
        {name: _told(name, fact) for name, fact in asked.items()},
        {name: _told(name, found.get(name)) for name in asked},
        failed,
    )


def _same(name: str, expected: Fact, found: Fact) -> bool:
    """Papers in any order; everything else exactly."""
    if name == "papers" and isinstance(expected, tuple) and isinstance(found, tuple):
        return set(expected) == set(found)
    return expected == found


SAID: Mapping[str, str] = {
    "papers": gettext_noop("Giấy tờ: %(what)s"),
    "fee": gettext_noop("Phí, lệ phí: %(what)s đồng"),
    "route": gettext_noop("Quy trình: %(what)s"),
    "due": gettext_noop("Hạn trả: %(what)s"),
    "case": gettext_noop("Trường hợp: %(what)s"),
}
UNKNOWN: Mapping[str, str] = {
    "papers": gettext_noop("Giấy tờ: không xác định được"),
    "fee": gettext_noop("Phí, lệ phí: chưa tính được từ câu trả lời"),
    "route": gettext_noop("Quy trình: không có"),
    "due": gettext_noop("Hạn trả: không có thời hạn"),
    "case": gettext_noop("Trường hợp: không có trường hợp nào phù hợp"),
}
NOTHING: Mapping[str, str] = {
    "papers": gettext_noop("Giấy tờ: không cần giấy nào"),
    "route": gettext_noop("Quy trình: không có bước nào"),
}


def _told(name: str, fact: Fact) -> Sentence:
    if fact is None:
        return Sentence(UNKNOWN[name], {})
    if fact == ():
        return Sentence(NOTHING[name], {})
    return Sentence(SAID[name], {"what": _written(fact)})


def _written(fact: Fact) -> str:
    if isinstance(fact, tuple):
        return ", ".join(fact)
    if isinstance(fact, datetime):
        return f"{fact:%H:%M %d/%m/%Y}"
    return f"{fact:,}".replace(",", ".") if isinstance(fact, int) else str(fact)
