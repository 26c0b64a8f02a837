"""Taking bundles of procedures in, and giving them out."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from procedures.actions import catalogue
from procedures.models import Procedure, ProcedureVersion
from procedures.models.form_messages import problem_sentence
from procedures.schema import bundle
from procedures.schema.definition import Definition

NEW, CHANGED, SAME = "new", "changed", "same"
WORDS: dict[str, str | Promise] = {
    NEW: gettext_lazy("Thủ tục mới"),
    CHANGED: gettext_lazy("Phiên bản mới"),
    SAME: gettext_lazy("Không thay đổi"),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a bundle, where, in the reader's language."""

    place: str
    sentence: str


@dataclass(frozen=True)
class Entry:
    """What taking in one procedure would do."""

    definition: Definition
    effect: str
    version: int

    @property
    def word(self) -> str:
        return str(WORDS[self.effect])


@dataclass(frozen=True)
class Plan:
    """What taking in a bundle would do, and everything that stands against it."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


class Unsound(Exception):
    """A bundle that cannot be taken in: nothing was changed; `plan.faults` says why."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("\n".join(f"{fault.place or '.'}: {fault.sentence}" for fault in plan.faults))


def plan_for(text: str) -> Plan:
    """Read a bundle and say what it would do; changes nothing."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Plan((), (Fault("", _not_json(error)),))
    definitions, problems = bundle.unpack(data)
    faults = tuple(Fault(one.path, problem_sentence(one)) for one in problems)
    known = {p.code: p for p in Procedure.objects.select_related("current")}
    return Plan(tuple(_entry(one, known.get(one.code)) for one in definitions), faults)


def _not_json(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("Tệp không phải là JSON hợp lệ (dòng %(line)s, cột %(column)s).") % place
    return _("Tệp không phải là JSON hợp lệ.")


def _entry(definition: Definition, known: Procedure | None) -> Entry:
    if known is None or known.current is None:
        return Entry(definition, NEW, 1)
    if known.current.definition == definition.raw:
        return Entry(definition, SAME, known.current.number)
    return Entry(definition, CHANGED, known.current.number + 1)


@transaction.atomic
def take_in(text: str, actor: User | None) -> Plan:
    """Publish what a bundle holds, all of it or nothing; open dossiers keep the version that they were filed under."""
    plan = plan_for(text)
    if not plan.is_sound:
        raise Unsound(plan)
    for entry in plan.entries:
        if entry.effect != SAME:
            catalogue.publish(dict(entry.definition.raw), person=actor)
    return plan


def given_out(code: str = "") -> dict[str, Any]:
    """The bundle of what is published, or of one procedure."""
    rows = ProcedureVersion.objects.filter(pk__in=Procedure.objects.values("current_id"))
    if code:
        rows = rows.filter(procedure__code=code)
    return bundle.pack([row.definition for row in rows.order_by("procedure__code")])


def as_text(content: dict[str, Any]) -> str:
    """As it is kept in git: readable, and the same bytes for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
