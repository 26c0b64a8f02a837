"""The calculator beside the fees: answers in, every amount out with the explanation that a citizen will read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy, ngettext

from portal.moments import today
from procedures.manage.fields import DayField
from procedures.manage.record_answers import BUTTONS, Tried
from procedures.manage.record_conditions import conditions_of
from procedures.manage.record_fees import FeeForm
from procedures.manage.record_forms import PartForm
from procedures.manage.record_places import place_at
from procedures.manage.record_rows import Kind, Row, rows_of
from procedures.models import VersionDraft
from procedures.queries import versions, wording
from procedures.queries.form_fields import summary_of
from procedures.queries.record import KINDS, MOMENTS
from procedures.queries.rehearsal import Sound, sound
from procedures.queries.wording import CHANNEL_NAMES, OWNER_KINDS
from procedures.schema import parts
from procedures.schema.conditions import reads
from procedures.schema.definition import Definition, Fee
from procedures.schema.fees import fees_due, known_total

TRY = "-try"


class AskedForm(forms.Form):
    """How, when and for whom the dossier of the calculation is filed."""

    channel = forms.ChoiceField(label=gettext_lazy("Nộp bằng cách"))
    day = DayField(label=gettext_lazy("Ngày nộp"))
    owner_kind = forms.ChoiceField(label=gettext_lazy("Chủ hồ sơ"), choices=OWNER_KINDS.items())

    def __init__(self, asked: Mapping[str, Any], raw: Mapping[str, Any]) -> None:
        channels = [key for key in CHANNEL_NAMES if key in (raw.get("channels") or [])] or list(CHANNEL_NAMES)
        usual = {"channel": channels[0], "day": today().isoformat(), "owner_kind": "citizen"}
        told = {f"calc-{name}": asked.get(f"calc-{name}") or value for name, value in usual.items()}
        super().__init__(told, prefix="calc")
        self.fields["channel"].choices = [(key, CHANNEL_NAMES[key]) for key in channels]  # type: ignore[attr-defined]


def calculated(request: HttpRequest, draft: VersionDraft, form: PartForm | None) -> dict[str, Any]:
    """By the draft as it is kept, with the fee as it is typed where one is being written."""
    typed = request.POST if request.method == "POST" else request.GET
    read = sound(_as_typed(draft, form))
    asked = AskedForm(typed, draft.definition)
    if read.definition is None or not asked.is_valid():
        return {"asked": asked, "calculable": False}
    told = asked.cleaned_data
    profile = {
        "channel": told["channel"],
        "owner_kind": told["owner_kind"],
        "verified": True,
        "day": told["day"].isoformat(),
    }
    data = MultiValueDict(dict(typed.lists())) if any(name.startswith("calc-") for name in typed) else None
    tried = Tried(read.definition, profile, data=data, only=deciding(read.definition))
    answers, errors = tried.read()
    lines = fees_due(read.definition, answers, told["channel"], profile=profile)
    return {
        "asked": asked, "calculable": True, "questions": tried.sections(errors), "fees": lines, "sum": known_total(lines),
        "wrong_answers": summary_of(errors), "left_out": _left_out(draft, read), "unsaved": form is not None,
    }  # fmt: skip


def _as_typed(draft: VersionDraft, form: PartForm | None) -> Mapping[str, Any]:
    known: Mapping[str, Any] = draft.definition
    if form is None or not form.is_bound or not form.is_valid():
        return known
    key = str(form.raw.get("key") or "khoan_thu_dang_soan")
    return parts.put(draft.definition, f"fees.{key}", {"key": key, **form.part()})


def _left_out(draft: VersionDraft, read: Sound) -> list[str]:
    """Fees that could not be reckoned, because something in them is wrong."""
    return [place_at(draft, one).title for one in read.left_out if one.startswith("fees.")]


def deciding(definition: Definition) -> set[str]:
    """The questions on which an amount depends, directly or through the conditions of other questions."""
    graph = definition.form.dependencies()
    found: set[str] = set()
    waiting = [key for fee in definition.fees for key in _named(fee)]
    while waiting:
        key = waiting.pop()
        if key in graph and key not in found:
            found.add(key)
            waiting += graph[key]
    return found


def _named(fee: Fee) -> list[str]:
    conditions = [fee.when, *(one.when for one in fee.exempt)]
    asked = [one.field for part in conditions for one in reads(part)]
    for amount in fee.amounts():
        asked += [one.field for one in reads(amount.formula)] + ([amount.of] if amount.of else [])
    return [key.partition(".")[0] for key in asked]


def around(request: HttpRequest, draft: VersionDraft, _form: PartForm | None) -> dict[str, Any]:
    rows = rows_of(draft, "fees", versions.problems_of(draft))
    read = sound(draft.definition).definition
    known = {fee.key: fee for fee in read.fees} if read else {}
    said = conditions_of(draft.definition)
    note = draft.definition.get("fee_note")
    listed = [_listed(row, known.get(row.key), read, said(row.part.get("when"))) for row in rows]
    return {"items": listed, "note": note, **calculated(request, draft, None)}


def _listed(row: Row, fee: Fee | None, read: Definition | None, when: str) -> dict[str, Any]:
    """A fee as a line of the list; what it costs today by channel, where it can be read."""
    amounts, rates = [], 0
    if fee is not None and read is not None:
        amounts = [(CHANNEL_NAMES[key], wording.amount(fee.by(key, today()), read)) for key in read.channels]
        rates = len(fee.rates)
    told = {words for _name, words in amounts}
    exempt = row.part.get("exempt")
    count = len(exempt) if isinstance(exempt, list) else 0
    return {
        "row": row, "kind": KINDS.get(str(row.part.get("kind")), ""), "moment": MOMENTS.get(str(row.part.get("when_due") or "submission"), ""),
        "amounts": [("", told.pop())] if len(told) == 1 else amounts, "rates": rates, "when": when,
        "exempt": ngettext("%(n)s mức miễn, giảm", "%(n)s mức miễn, giảm", count) % {"n": count} if count else "",
    }  # fmt: skip


FEES = Kind(
    "fees", "manage_draft_fees", gettext_lazy("Phí, lệ phí"), FeeForm, gettext_lazy("Thêm khoản thu"),
    listing="manage/draft/fees.html", template="manage/draft/fee.html", around=around, beside=calculated,
    tries=(TRY,), stays=BUTTONS, prefix="fee",
)  # fmt: skip
