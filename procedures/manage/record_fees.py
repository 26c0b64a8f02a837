"""What a procedure costs, written by an administrator: items, rates from a day on, bands, formulas, exemptions."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.templatetags.ui import text
from procedures.manage.fields import DayField
from procedures.manage.record_conditions import ConditionField, FormulaField
from procedures.manage.record_fields import LineField, MoneyField, WholeField, WordsField
from procedures.manage.record_forms import PartForm, Raw, listed
from procedures.queries.record import KINDS, MOMENTS
from procedures.queries.wording import CHANNEL_NAMES
from procedures.schema.record import CHANNELS, COPIES

ALL = ""
COMBINATIONS = {
    "first": gettext_lazy("Chỉ mức đầu tiên có điều kiện đúng"),
    "largest": gettext_lazy("Mức có lợi nhất cho người dân"),
    "add": gettext_lazy("Cộng tất cả các mức"),
}
COUNTABLE = ("number", "money", "decimal", "computed", "group", "file")
MOST_LABEL = 80


def countable(raw: Raw) -> list[tuple[str, str]]:
    """What an amount can be multiplied by: copies, numbers, and tables by their rows."""
    form = raw.get("form")
    sections = listed(form, "sections") if isinstance(form, Mapping) else []
    asked = [one for section in sections for one in listed(section, "fields") if one.get("type") in COUNTABLE]
    named = [(str(one.get("key")), (text(one.get("label")) or str(one.get("key")))[:MOST_LABEL]) for one in asked]
    return [("", "–"), (COPIES, _("số bản")), *(pair for pair in named if pair[0] != COPIES)]


class LawFields(PartForm):
    """A part that names its law in two boxes."""

    def shown(self, raw: Raw) -> dict[str, Any]:
        law = raw.get("law")
        known = law if isinstance(law, Mapping) else {}
        return {**super().shown(raw), "law_number": known.get("number"), "law_title": known.get("title")}

    def part(self) -> Any:
        made = super().part()
        law = {"number": made.pop("law_number", ""), "title": made.pop("law_title", None)}
        made.pop("law", None)
        return made | ({"law": {name: value for name, value in law.items() if value}} if any(law.values()) else {})

    def place_of(self, steps: Any) -> str:
        if steps[:1] == ["law"]:
            return "law_title" if "title" in steps else "law_number"
        return super().place_of(steps)


class BandForm(PartForm):
    legend, add = gettext_lazy("Các bậc, từ thấp đến cao"), gettext_lazy("Thêm một bậc")
    to = WholeField(label=gettext_lazy("Đến hết"), required=False, help_text=gettext_lazy("Bậc cuối để trống."))
    base = MoneyField(label=gettext_lazy("Mức thu của bậc"), required=False)
    each = MoneyField(label=gettext_lazy("Cộng thêm"), required=False)
    per = WholeField(1, label=gettext_lazy("cho mỗi … đơn vị vượt bậc trước"), required=False)


class AmountForm(PartForm):
    """One way to reckon, for all channels or for one."""

    legend, add = gettext_lazy("Số tiền"), gettext_lazy("Thêm mức cho một cách nộp")
    drawing, folded = "manage/draft/amount.html", ("each", "of", "formula", "floor", "cap", "bands")
    channel = forms.ChoiceField(
        label=gettext_lazy("Cách nộp"), required=False,
        choices=[(ALL, gettext_lazy("Mọi cách nộp")), *CHANNEL_NAMES.items()],
    )  # fmt: skip
    base = MoneyField(label=gettext_lazy("Số tiền cố định (đồng)"), required=False)
    each = MoneyField(label=gettext_lazy("Cộng cho mỗi đơn vị (đồng)"), required=False)
    of = forms.ChoiceField(label=gettext_lazy("Đơn vị tính theo"), required=False)
    formula = FormulaField(label=gettext_lazy("Công thức"), required=False)
    floor = MoneyField(label=gettext_lazy("Ít nhất (đồng)"), required=False)
    cap = MoneyField(label=gettext_lazy("Nhiều nhất (đồng)"), required=False)
    rows = {"bands": BandForm}

    def fit(self) -> None:
        self.offer("of", countable(self.around))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        says = any(told.get(name) is not None for name in ("base", "each", "formula")) or self.lists["bands"].forms
        if not says and not self.errors:
            self.add_error("base", _("Hãy nhập số tiền; 0 nghĩa là không thu."))
        return told

    def amount(self) -> Any:
        """A plain number where nothing else is said."""
        made = super().part()
        made.pop("channel", None)
        base = self.cleaned_data.get("base") or 0
        rest = {name: value for name, value in made.items() if name != "base"}
        return {**({"base": base} if base else {}), **rest} if rest else base


class RateForm(LawFields):
    legend, add = gettext_lazy("Mức thu"), gettext_lazy("Thêm mức thu từ một ngày khác")
    drawing, folded = "manage/draft/rate.html", ("law_number",)
    since = DayField(
        label=gettext_lazy("Áp dụng từ ngày"), required=False,
        help_text=gettext_lazy("Mức đầu tiên có thể để trống: áp dụng từ trước đến nay."),
    )  # fmt: skip
    law_number = LineField(label=gettext_lazy("Căn cứ: số, ký hiệu"), required=False)
    law_title = WordsField(label=gettext_lazy("Căn cứ: tên văn bản"), required=False)
    rows = {"amounts": AmountForm}

    def shown(self, raw: Raw) -> dict[str, Any]:
        return {**super().shown(raw), "since": raw.get("from")}

    def listed(self, name: str) -> list[Any]:
        return amounts_shown(self.raw.get("amount")) if self.raw else []

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        chosen = [one["channel"].value() or ALL for one in self.lists["amounts"].forms]
        if not chosen:
            self.add_error(None, _("Mức thu này chưa có số tiền."))
        if len(set(chosen)) < len(chosen):
            self.add_error(None, _("Mỗi cách nộp chỉ có một số tiền."))
        return told

    def part(self) -> Any:
        made = super().part()
        made.pop("amounts", None)
        since: datetime.date | None = made.pop("since", None)
        amounts = {one.cleaned_data["channel"]: one.amount() for one in self.lists["amounts"].forms}  # type: ignore[attr-defined]
        made["amount"] = amounts_kept(amounts, made.get("amount"))
        return {**made, "from": since.isoformat()} if since else {k: v for k, v in made.items() if k != "from"}

    def blame(self, path: str, text: str) -> None:
        """`amount.online.base` is at the row of that channel, `amount.base` at the row of all."""
        steps = path.split(".")
        if steps[0] != "amount":
            super().blame("since" if steps[0] == "from" else path, text)
            return
        channel, rest = (steps[1], steps[2:]) if steps[1:2] and steps[1] in CHANNELS else (ALL, steps[1:])
        forms_here = self.lists["amounts"].forms
        found = [one for one in forms_here if (one["channel"].value() or ALL) == channel] or forms_here
        (found[0].blame(".".join(rest), text) if found else self.add_error(None, text))


def amounts_shown(amount: object) -> list[dict[str, Any]]:
    """Rows of one amount each: one for all channels, or one for each that has its own."""
    if not (isinstance(amount, Mapping) and amount and set(amount) <= set(CHANNELS)):
        return [] if amount is None else [_row(ALL, amount)]
    told = [amount[name] for name in CHANNELS if name in amount]
    if len(told) == len(CHANNELS) and all(one == told[0] for one in told):
        return [_row(ALL, told[0])]
    return [_row(name, amount[name]) for name in CHANNELS if amount.get(name) is not None]


def _row(channel: str, amount: object) -> dict[str, Any]:
    return {"channel": channel, **(amount if isinstance(amount, Mapping) else {"base": amount})}


def amounts_kept(amounts: Mapping[str, Any], before: object) -> Any:
    """As a definition says it: one amount, or one by channel; what has not changed stays as it was written."""
    own = {name: amounts.get(name, amounts.get(ALL)) for name in CHANNELS if name in amounts or ALL in amounts}
    made = amounts[ALL] if set(amounts) == {ALL} else own
    same = {row["channel"]: row for row in amounts_shown(before)} == {
        row["channel"]: row for row in amounts_shown(made)
    }
    return before if same else made


class ExemptForm(LawFields):
    legend, add = gettext_lazy("Miễn, giảm"), gettext_lazy("Thêm trường hợp miễn, giảm")
    drawing, folded = "manage/draft/exempt.html", ("since", "until", "law_number")
    name = WordsField(label=gettext_lazy("Ai được miễn, giảm"))
    when = ConditionField(label=gettext_lazy("Điều kiện"))
    share = WholeField(
        1, 100, label=gettext_lazy("Giảm (%)"), required=False, help_text=gettext_lazy("Để trống là miễn toàn bộ.")
    )
    off = MoneyField(label=gettext_lazy("hoặc giảm số tiền (đồng)"), required=False)
    proof = forms.ChoiceField(label=gettext_lazy("Giấy tờ chứng minh"), required=False)
    since = DayField(label=gettext_lazy("Từ ngày"), required=False)
    until = DayField(label=gettext_lazy("Đến hết ngày"), required=False)
    law_number = LineField(label=gettext_lazy("Căn cứ: số, ký hiệu"), required=False)
    law_title = WordsField(label=gettext_lazy("Căn cứ: tên văn bản"), required=False)

    def fit(self) -> None:
        papers = [
            (str(one.get("key")), text(one.get("name")) or str(one.get("key"))) for one in listed(self.around, "papers")
        ]
        self.offer("proof", [("", "–"), *papers])

    def shown(self, raw: Raw) -> dict[str, Any]:
        return {**super().shown(raw), "since": raw.get("from")}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("since") and told.get("until") and told["until"] < told["since"]:
            self.add_error("until", _("Ngày kết thúc trước ngày bắt đầu."))
        return told

    def part(self) -> Any:
        made = super().part()
        since, until = made.pop("since", None), made.pop("until", None)
        days = {"from": since, "until": until}
        rest = {name: value for name, value in made.items() if name not in days}
        return rest | {name: day.isoformat() for name, day in days.items() if day}

    def place_of(self, steps: Any) -> str:
        return "since" if steps[:1] == ["from"] else super().place_of(steps)


class FeeForm(LawFields):
    name = WordsField(label=gettext_lazy("Tên khoản thu"))
    kind = forms.ChoiceField(label=pgettext_lazy("khoản thu", "Loại"), choices=KINDS.items(), widget=forms.RadioSelect)
    when_due = forms.ChoiceField(
        label=gettext_lazy("Nộp khi nào"), choices=MOMENTS.items(), widget=forms.RadioSelect, initial="submission"
    )
    when = ConditionField(label=gettext_lazy("Chỉ thu khi"), required=False)
    law_number = LineField(label=gettext_lazy("Căn cứ: số, ký hiệu"), required=False)
    law_title = WordsField(label=gettext_lazy("Căn cứ: tên văn bản"), required=False)
    combine = forms.ChoiceField(
        label=gettext_lazy("Khi nhiều mức miễn, giảm cùng đúng"), choices=COMBINATIONS.items(), widget=forms.RadioSelect,
        initial="first",
    )  # fmt: skip
    rows = {"rates": RateForm, "exempt": ExemptForm}

    def shown(self, raw: Raw) -> dict[str, Any]:
        usual = {name: self.base_fields[name].initial for name in ("when_due", "combine")}
        return {**usual, **super().shown(raw)}

    def listed(self, name: str) -> list[Any]:
        """The rate that the fee begins with comes first, then those from a day on."""
        if name != "rates":
            return list(super().listed(name))
        first = [{"amount": self.raw["amount"]}] if "amount" in self.raw else []
        return [*first, *listed(self.raw, "rates")] or [{"amount": 0}][: 0 if self.raw else 1]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        rates = self.lists["rates"].forms
        if not rates:
            self.add_error(None, _("Khoản thu phải có ít nhất một mức thu."))
        for form in rates[1:]:
            if form.is_valid() and not form.cleaned_data.get("since"):
                form.add_error("since", _("Mức thu sau phải có ngày bắt đầu áp dụng."))
        self._overlapping([one for one in rates if one.is_valid() and one.cleaned_data.get("since")])
        if rates and rates[0].is_valid() and told.get("law_number"):
            begins, own = rates[0].cleaned_data, told["law_number"]
            if not begins.get("since") and begins.get("law_number") not in ("", own):
                rates[0].add_error("law_number", _("Mức đầu tiên theo căn cứ của khoản thu; hãy ghi căn cứ ở đó."))
        return told

    def _overlapping(self, dated: list[PartForm]) -> None:
        known: dict[datetime.date, PartForm] = {}
        for form in dated:
            day = form.cleaned_data["since"]
            if day in known:
                form.add_error("since", _("Đã có một mức thu khác bắt đầu từ ngày này."))
            known[day] = form

    def part(self) -> Any:
        made = super().part()
        rates = sorted((dict(one) for one in made.pop("rates", [])), key=lambda one: str(one.get("from") or ""))
        made.pop("amount", None)
        if rates and "from" not in rates[0]:
            first = rates.pop(0)
            made["amount"] = first["amount"]
            if "law" in first and "law" not in made:
                made["law"] = first["law"]
        return made | ({"rates": rates} if rates else {})

    def blame(self, path: str, text: str) -> None:
        """The first amount stands in the first row of the rates."""
        steps = path.split(".")
        begins = "amount" in self.part()
        if steps[0] == "amount":
            self.lists["rates"].blame(["0", *steps], text)
        elif steps[0] == "rates" and len(steps) > 1 and steps[1].isdigit():
            self.lists["rates"].blame([str(int(steps[1]) + begins), *steps[2:]], text)
        else:
            super().blame(path, text)
