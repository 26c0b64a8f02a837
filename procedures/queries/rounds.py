"""What changed in the answers between two rounds, field by field, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.utils.translation import get_language, ngettext, pgettext

from procedures.models import AnswerRound, Dossier
from procedures.models.lifecycle import State
from procedures.queries.results import shown
from procedures.schema.form import Field, Form
from procedures.schema.reading import Text

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Change:
    """One field: its question and both answers in words; `word` says what happened to it."""

    key: str
    label: Text
    before: str
    after: str

    @property
    def word(self) -> str:
        if not self.before:
            return pgettext("so sánh", "Thêm")
        return pgettext("so sánh", "Sửa") if self.after else pgettext("so sánh", "Bỏ")


@dataclass(frozen=True)
class Round:
    """What the answer to the n-th supplement request changed; nothing where only papers came."""

    number: int
    since: datetime
    changes: tuple[Change, ...]


def kept_rounds(dossier: Dossier) -> list[AnswerRound]:
    """None was asked, none was kept: a dossier without supplements costs nothing here."""
    return list(AnswerRound.objects.filter(dossier=dossier)) if dossier.supplement_count else []


def filed_answers(dossier: Dossier, rounds: list[AnswerRound]) -> Mapping[str, Any]:
    """The answers that were sent in. While the citizen mends them, what stands half done is nobody else's business."""
    if dossier.state == State.SUPPLEMENT_REQUESTED and rounds:
        return cast("Mapping[str, Any]", rounds[-1].answers)
    return cast("Mapping[str, Any]", dossier.answers)


def changes_of(dossier: Dossier, rounds: list[AnswerRound]) -> list[Round]:
    """Every answered round with its changes, the latest first."""
    if not rounds:
        return []
    after = [*(one.answers for one in rounds[1:]), filed_answers(dossier, rounds)]
    told = [
        Round(one.round, one.kept_at, compared(_form(dossier, one), one.answers, dossier.version.parsed.form, later))
        for one, later in zip(rounds, after, strict=True)
    ]
    waiting = dossier.state == State.SUPPLEMENT_REQUESTED
    return list(reversed(told[:-1] if waiting else told))


def _form(dossier: Dossier, kept: AnswerRound) -> Form:
    version = dossier.version if kept.version_id == dossier.version_id else kept.version
    form: Form = version.parsed.form
    return form


def compared(old: Form, before: Mapping[str, Any], new: Form, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The fields whose answers differ, in the order of the newer form, then those that only the older one had."""
    keys = [*new.index, *(key for key in old.index if key not in new.index)]
    found = (_change(key, old.index.get(key), before.get(key), new.index.get(key), after.get(key)) for key in keys)
    return tuple(one for one in found if one is not None)


def _change(key: str, old: Field | None, before: Any, new: Field | None, after: Any) -> Change | None:
    field = new or old
    if field is None or field.type in ("info", "computed") or before == after:
        return None
    return Change(key, field.label, _said(old, before), _said(new, after))


def _said(field: Field | None, value: Any) -> str:
    if field is None:
        return ""
    if field.type == "file":
        return ngettext("%(n)s tệp", "%(n)s tệp", len(value)) % {"n": len(value)} if value else ""
    return shown(field, value, get_language() or "vi")
