"""Papers of a procedure and the cases that ask for some of them or have a time of their own."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.templatetags.ui import text
from procedures.manage.record_clock import ChangeForm
from procedures.manage.record_conditions import ConditionField, conditions_of
from procedures.manage.record_fields import SpanField, WholeField, WordsField
from procedures.manage.record_forms import PartForm, Raw
from procedures.manage.record_rows import Kind, rows_of
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.schema.record import CHANNELS

REGISTRIES = {
    "": gettext_lazy("Không, luôn phải nộp"),
    "population": gettext_lazy("Cơ sở dữ liệu quốc gia về dân cư"),
    "business": gettext_lazy("Cơ sở dữ liệu đăng ký doanh nghiệp"),
}


class PaperForm(PartForm):
    name = WordsField(label=gettext_lazy("Tên giấy tờ"), rows=2)
    note = WordsField(label=gettext_lazy("Ghi chú cho người dân"), rows=2, required=False)
    originals = WholeField(0, 100, label=gettext_lazy("Số bản chính"), initial=0, required=False)
    copies = WholeField(0, 100, label=gettext_lazy("Số bản sao"), initial=0, required=False)
    mandatory = forms.BooleanField(label=gettext_lazy("Bắt buộc nộp"), initial=True, required=False)
    present_only = forms.BooleanField(
        label=gettext_lazy("Chỉ xuất trình để đối chiếu, không nộp"), initial=False, required=False
    )
    blank_form = forms.BooleanField(label=gettext_lazy("Có mẫu đơn để tải về"), initial=False, required=False)
    replaced_by = forms.ChoiceField(
        label=gettext_lazy("Cơ sở dữ liệu trả lời thay"), choices=REGISTRIES.items(), required=False
    )
    when = ConditionField(label=gettext_lazy("Chỉ cần khi"), required=False)


class CaseClockForm(ChangeForm):
    legend = gettext_lazy("Cách tính thời hạn riêng của trường hợp này")


class CaseForm(PartForm):
    name = WordsField(label=gettext_lazy("Tên trường hợp"))
    when = ConditionField(
        label=gettext_lazy("Áp dụng khi"), required=False,
        help_text=gettext_lazy("Trường hợp đầu tiên có điều kiện đúng sẽ áp dụng. Trường hợp cuối thường không có điều kiện."),
    )  # fmt: skip
    own_papers = forms.BooleanField(label=gettext_lazy("Chỉ cần các giấy tờ đánh dấu dưới đây"), required=False)
    papers = forms.MultipleChoiceField(
        label=pgettext_lazy("thành phần hồ sơ", "Giấy tờ"), required=False, widget=forms.CheckboxSelectMultiple
    )
    online = SpanField(label=gettext_lazy("Thời hạn riêng khi nộp trực tuyến"), required=False)
    counter = SpanField(label=gettext_lazy("Thời hạn riêng khi nộp tại quầy"), required=False)
    post = SpanField(label=gettext_lazy("Thời hạn riêng khi nộp qua bưu chính"), required=False)

    rows = {"clock": CaseClockForm}

    def listed(self, name: str) -> list[Any]:
        return [self.raw[name]] if self.raw.get(name) else []

    def fit(self) -> None:
        listed = self.around.get("papers")
        rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        self.offer("papers", [(str(one.get("key")), text(one.get("name")) or str(one.get("key"))) for one in rows])

    def shown(self, raw: Raw) -> dict[str, Any]:
        return {**super().shown(raw), **spans_shown(raw.get("time")), "own_papers": raw.get("papers") is not None}

    def part(self) -> Any:
        made = super().part()
        own, papers = made.pop("own_papers", False), made.pop("papers", [])
        spans = {name: made.pop(name, None) for name in CHANNELS}
        made |= {"papers": papers} if own else {}
        made.pop("time", None)
        clocks = made.pop("clock", [])
        made |= {"clock": clocks[0]} if clocks and clocks[0] else {}
        return made | ({"time": stated} if (stated := spans_kept(spans)) else {})

    def place_of(self, steps: Any) -> str:
        return time_place(steps) or super().place_of(steps)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if len(self.lists["clock"].forms) > 1:
            self.add_error(None, _("Mỗi trường hợp chỉ có một cách tính riêng."))
        return told

    def blame(self, path: str, text: str) -> None:
        super().blame(path.replace("clock.", "clock.0.", 1) if path.startswith("clock.") else path, text)


def spans_shown(time: object) -> dict[str, Any]:
    """Times by channel; one span for all channels is shown at each."""
    if not isinstance(time, dict):
        return {}
    return (
        dict.fromkeys(CHANNELS, time)
        if "amount" in time or "unit" in time
        else {name: time.get(name) for name in CHANNELS}
    )


def spans_kept(spans: dict[str, Any]) -> dict[str, Any]:
    return {name: span for name, span in spans.items() if span}


def time_place(steps: Any) -> str:
    """`time.online.amount` belongs to the box of that channel."""
    return str(steps[1]) if steps[:1] == ["time"] and len(steps) > 1 and steps[1] in CHANNELS else ""


def _both(_request: HttpRequest, draft: VersionDraft, _form: PartForm | None) -> dict[str, Any]:
    """Papers and cases stand on one page."""
    problems, raw = versions.problems_of(draft), draft.definition
    papers = rows_of(draft, "papers", problems)
    names = {row.key: text(row.part.get("name")) for row in papers}
    said = conditions_of(raw)
    return {
        "papers": [{"row": row, "when": said(row.part.get("when"))} for row in papers],
        "cases": [
            {"row": row, "when": said(row.part.get("when")), "papers": _named(row.part.get("papers"), names)}
            for row in rows_of(draft, "cases", problems)
        ],
    }


def _named(keys: object, names: dict[str, str]) -> list[str]:
    return [names.get(str(key), str(key)) for key in keys] if isinstance(keys, list) else []


TITLE = gettext_lazy("Giấy tờ và trường hợp")
LISTING = "manage/draft/papers.html"
PAPERS = Kind(
    "papers", "manage_draft_papers", TITLE, PaperForm, gettext_lazy("Thêm giấy tờ"), listing=LISTING, around=_both
)
CASES = Kind(
    "cases", "manage_draft_papers", TITLE, CaseForm, gettext_lazy("Thêm trường hợp"), listing=LISTING, around=_both
)
