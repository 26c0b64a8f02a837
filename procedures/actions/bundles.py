"""Taking bundles of procedures in, and giving them out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from procedures.actions import catalogue
from procedures.models import Procedure, ProcedureVersion
from procedures.models.form_messages import problem_sentence
from procedures.queries.surroundings import surroundings_of
from procedures.queries.trials import run_all
from procedures.schema import bundle
from procedures.schema.advice import Surroundings, advise
from procedures.schema.definition import Definition
from procedures.schema.reading import Problem

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
WORDS: dict[str, str | Promise] = {
    NEW: gettext_lazy("Thủ tục mới"),
    CHANGED: gettext_lazy("Phiên bản mới"),
    SAME: gettext_lazy("Không thay đổi"),
    REFUSED: gettext_lazy("Không nhận"),
}
# So many are published in one transaction: few enough to lose little, many enough to go fast.
AT_ONCE = 200


@dataclass(frozen=True)
class Fault:
    """What is wrong with a bundle, where, in the reader's language."""

    place: str
    sentence: str


@dataclass(frozen=True)
class Entry:
    """What taking in one procedure would do, or why it is refused."""

    code: str
    definition: Definition | None
    effect: str
    version: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def word(self) -> str:
        return str(WORDS[self.effect])


@dataclass(frozen=True)
class Plan:
    """What taking in a bundle would do; `faults` are those for which it is no bundle at all."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def refused(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.effect == REFUSED)

    @property
    def to_publish(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.effect in (NEW, CHANGED))

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        return (*self.faults, *(fault for entry in self.refused for fault in entry.faults))


class Unsound(Exception):
    """A bundle that is not taken in: nothing was changed; `plan.all_faults` says why."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("\n".join(f"{fault.place or '.'}: {fault.sentence}" for fault in plan.all_faults))


class _Twice(ValueError):
    """An object names something twice, so that one of the two would be lost without a word."""


def plan_for(text: str) -> Plan:
    """Read a bundle and say for each procedure what taking it in would do; changes nothing."""
    entries, faults = read(text)
    read_ones = [entry.definition for entry in entries if entry.definition is not None]
    known = _known([*(one.code for one in read_ones), *filter(None, map(_named, read_ones))])
    # What a procedure names may come in the same bundle; where it is offered follows when the offices are told.
    there = {code: 1 for code, (current, _newest) in known.items() if current} | {one.code: 1 for one in read_ones}
    return Plan(tuple(_entry(one, known, there) for one in entries), faults)


def _named(definition: Definition) -> str:
    return definition.result_template.renewed_by if definition.result_template else ""


def read(text: str) -> tuple[list[bundle.Entry], tuple[Fault, ...]]:
    """The procedures of a bundle, sound or not; faults where it is no bundle at all. Asks nothing of any authority."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except _Twice as twice:
        return [], (Fault("", _("Mục “%(key)s” xuất hiện hai lần trong một đối tượng.") % {"key": twice}),)
    except (ValueError, RecursionError) as error:
        return [], (Fault("", _not_json(error)),)
    entries, problems = bundle.read(data)
    return list(entries), _told(problems)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _value in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1)[:60])
    return made


def _refuse(constant: str) -> None:
    """NaN and Infinity are no JSON."""
    raise ValueError(constant)


def _not_json(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("Tệp không phải là JSON hợp lệ (dòng %(line)s, cột %(column)s).") % place
    return _("Tệp không phải là JSON hợp lệ.")


def _told(problems: Sequence[Problem]) -> tuple[Fault, ...]:
    return tuple(Fault(one.path, problem_sentence(one)) for one in problems)


def _known(codes: list[str]) -> dict[str, tuple[ProcedureVersion | None, int]]:
    """By code: what is published, and the number of the newest version, also of what was withdrawn."""
    rows = Procedure.objects.filter(code__in=codes).select_related("current").annotate(newest=Max("versions__number"))
    return {row.code: (row.current, row.newest or 0) for row in rows}


def _entry(read: bundle.Entry, known: dict[str, tuple[ProcedureVersion | None, int]], there: dict[str, int]) -> Entry:
    definition = read.definition
    if definition is None:
        return Entry(read.code, None, REFUSED, faults=_told(read.problems))
    current, newest = known.get(definition.code, (None, 0))
    if current is not None and current.definition == definition.raw:
        return Entry(definition.code, definition, SAME, current.number)
    if faults := tuple(_unready(definition, f"procedures[{read.number}]", there, is_new=newest == 0)):
        return Entry(definition.code, definition, REFUSED, faults=faults)
    return Entry(definition.code, definition, CHANGED if newest else NEW, newest + 1)


def _unready(definition: Definition, place: str, there: dict[str, int], *, is_new: bool) -> Iterator[Fault]:
    """What stops every publication: advice that would hurt citizens, and test cases that fail."""
    around = Surroundings() if is_new else surroundings_of(definition.code)
    for one in advise(definition, replace(around, offered=there)):
        if one.stops:
            yield Fault(f"{place}.{one.address}", problem_sentence(Problem(one.address, one.sentence)))
    for outcome in run_all(definition, definition.code):
        if not outcome.passed:
            said = _("Ca thử “%(name)s” không cho kết quả như mong đợi.") % {"name": outcome.trial.name.read("vi")}
            yield Fault(f"{place}.trials.{outcome.trial.key}", said)


@transaction.atomic
def take_in(text: str, actor: User | None, *, whole: bool = False) -> Plan:
    """Publish what a bundle holds, each procedure whole or not at all; what is refused stops no other.

    With `whole` one refused procedure stops all. Open dossiers keep the version that they were filed under.
    Raises Unsound where nothing is taken in.
    """
    plan = plan_for(text)
    if plan.faults or (whole and plan.refused):
        raise Unsound(plan)
    for part in in_parts(plan.to_publish):
        publish(part, actor)
    return plan


def in_parts(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), AT_ONCE):
        yield entries[start : start + AT_ONCE]


@transaction.atomic
def publish(entries: Sequence[Entry], actor: User | None) -> None:
    """Publish planned entries: new procedures together, others one by one. Done twice, it is done once."""
    found = [(entry.effect, entry.definition) for entry in entries if entry.definition is not None]
    new = [definition for effect, definition in found if effect == NEW]
    try:
        with transaction.atomic():
            if new:
                catalogue.publish_new(new, actor)
    except IntegrityError:
        # Somebody was faster with one of them: each for itself, so that what is there already stays as it is.
        for definition in new:
            catalogue.publish(dict(definition.raw), person=actor)
    for effect, definition in found:
        if effect == CHANGED:
            catalogue.publish(dict(definition.raw), person=actor)


def given_out(code: str = "") -> dict[str, Any]:
    """The bundle of what is published, or of one procedure."""
    rows = ProcedureVersion.objects.filter(pk__in=Procedure.objects.values("current_id"))
    if code:
        rows = rows.filter(procedure__code=code)
    return bundle.pack([row.definition for row in rows.order_by("procedure__code")])


def as_text(content: dict[str, Any]) -> str:
    """As it is kept in git: readable, and the same bytes for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
