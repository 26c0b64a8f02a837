"""The record of a procedure: names, texts, steps, legal basis; read by auditors, written group by group."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.permissions import permission
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.record_fields import LineField, LinesField, WholeField, WordsField
from procedures.manage.record_forms import PartForm, Raw, listed
from procedures.manage.record_saving import Group, edited
from procedures.manage.wordbook import key_from
from procedures.models import Procedure
from procedures.queries.catalogue import AUDIENCES, LIFE_EVENTS
from procedures.queries.wording import CHANNEL_NAMES

LEVELS = {
    "commune": gettext_lazy("Cấp xã"),
    "province": gettext_lazy("Cấp tỉnh"),
    "ministry": gettext_lazy("Cấp bộ"),
}
OTHER = "+"


class GeneralForm(PartForm):
    """What the procedure is called and whom it is for."""

    name = WordsField(label=gettext_lazy("Tên thủ tục"), rows=2)
    sector = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"))
    sector_name = WordsField(label=gettext_lazy("Tên lĩnh vực khác"), required=False)
    government_level = forms.ChoiceField(
        label=gettext_lazy("Cấp thực hiện"), choices=LEVELS.items(), widget=forms.RadioSelect
    )
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Đối tượng thực hiện"), choices=AUDIENCES.items(), widget=forms.CheckboxSelectMultiple
    )
    life_events = forms.MultipleChoiceField(
        label=gettext_lazy("Sự kiện trong đời"), choices=LIFE_EVENTS.items(), widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Cách nộp hồ sơ"), choices=CHANNEL_NAMES.items(), widget=forms.CheckboxSelectMultiple
    )
    keywords = LinesField(
        label=gettext_lazy("Từ khóa"),
        required=False,
        help_text=gettext_lazy("Mỗi dòng một từ khóa, như người dân hay gọi."),
    )
    decision_no = LineField(label=gettext_lazy("Quyết định công bố"), required=False)
    retention_years = WholeField(1, 200, label=gettext_lazy("Lưu hồ sơ (năm)"), required=False)

    def shown(self, raw: Raw) -> dict[str, Any]:
        return {**super().shown(raw), "sector": _key(raw.get("sector"))}

    def fit(self) -> None:
        rows = (
            Procedure.objects.order_by("sector_name").values_list("sector", "sector_name", "sector_name_en").distinct()
        )
        self.sectors = {key: {"vi": name, "en": english} for key, name, english in rows}
        known = self.raw.get("sector")
        if isinstance(known, Mapping) and _key(known) and isinstance(known.get("name"), Mapping):
            self.sectors[_key(known)] = dict(known["name"])
        field = self.fields["sector"]
        field.choices = [  # type: ignore[attr-defined]
            *((key, name.get("vi") or key) for key, name in self.sectors.items()), (OTHER, _("Lĩnh vực khác")),
        ]  # fmt: skip
        for name in ("life_events", "audience", "channels"):
            self.offer(name, self.fields[name].choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("sector") == OTHER and not told.get("sector_name") and "sector_name" not in self.errors:
            self.add_error("sector_name", _("Hãy nhập tên lĩnh vực."))
        return told

    def part(self) -> Any:
        made = super().part()
        new = made.pop("sector_name", None)
        key = self.cleaned_data["sector"]
        known = self.raw.get("sector")
        if key == OTHER:
            made["sector"] = {"key": key_from(new["vi"], self.sectors), "name": new}
        elif key != _key(known):
            made["sector"] = {"key": key, "name": self.sectors[key]}
        else:
            made["sector"] = known
        return made


def _key(sector: object) -> str:
    return str(sector.get("key") or "") if isinstance(sector, Mapping) else ""


class ContentForm(PartForm):
    summary = WordsField(label=gettext_lazy("Giới thiệu ngắn"), rows=4, required=False)
    conditions = WordsField(label=gettext_lazy("Yêu cầu, điều kiện"), rows=5, required=False)
    competent = WordsField(label=gettext_lazy("Cơ quan có thẩm quyền"), required=False)
    performing = WordsField(label=gettext_lazy("Cơ quan trực tiếp thực hiện"), required=False)
    cooperating = WordsField(label=gettext_lazy("Cơ quan phối hợp"), required=False)
    AGENCIES = ("competent", "performing", "cooperating")

    def shown(self, raw: Raw) -> dict[str, Any]:
        agencies = raw.get("agencies")
        return {**super().shown(raw), **(agencies if isinstance(agencies, Mapping) else {})}

    def part(self) -> Any:
        made = super().part()
        known = self.raw.get("agencies")
        told = {
            **(known if isinstance(known, Mapping) else {}),
            **{name: made.pop(name, None) for name in self.AGENCIES},
        }
        made["agencies"] = {name: value for name, value in told.items() if value}
        return made

    def place_of(self, steps: Any) -> str:
        return str(steps[1]) if steps[:1] == ["agencies"] and len(steps) > 1 else super().place_of(steps)


class StepTextForm(PartForm):
    legend, add = gettext_lazy("Các bước, theo thứ tự"), gettext_lazy("Thêm một bước")
    text = WordsField(label=pgettext_lazy("trình tự thực hiện", "Bước"), rows=2)

    def __init__(self, data: Any = None, raw: object = None, **told: Any) -> None:
        super().__init__(data, {"text": raw} if raw is not None else None, **told)

    def part(self) -> Any:
        return self.cleaned_data["text"]


class StepsForm(PartForm):
    rows = {"steps": StepTextForm}


class LawForm(PartForm):
    legend, add = gettext_lazy("Văn bản"), gettext_lazy("Thêm một văn bản")
    number = LineField(label=gettext_lazy("Số, ký hiệu"))
    title = WordsField(label=gettext_lazy("Tên văn bản"), required=False)


class LawsForm(PartForm):
    rows = {"legal_basis": LawForm}


class NoteForm(PartForm):
    fee_note = WordsField(
        label=gettext_lazy("Ghi chú về phí, lệ phí"), rows=4, required=False,
        help_text=gettext_lazy("Hiện ở trang thủ tục. Ghi chú không thay cho mức thu: hệ thống chỉ thu theo các khoản đã ghi."),
    )  # fmt: skip


GENERAL = (
    "name", "sector", "government_level", "audience", "life_events", "channels", "keywords", "decision_no", "retention_years",
)  # fmt: skip
PAGE = "manage_draft_record"
NOTE = Group(NoteForm, ("fee_note",), "manage_draft_fees", gettext_lazy("Ghi chú về phí, lệ phí"))
# By their place in the address.
GROUPS: Mapping[str, Group] = {
    "chung": Group(GeneralForm, GENERAL, PAGE, gettext_lazy("Tên và phân loại")),
    "noi-dung": Group(
        ContentForm, ("summary", "conditions", "agencies"), PAGE, gettext_lazy("Giới thiệu, điều kiện, cơ quan")
    ),
    "trinh-tu": Group(StepsForm, ("steps",), PAGE, gettext_lazy("Trình tự thực hiện")),
    "can-cu": Group(LawsForm, ("legal_basis",), PAGE, gettext_lazy("Căn cứ pháp lý")),
}


@never_cache
@require_safe
@permission("manage.view")
def record(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    raw = draft.definition
    told = {
        "draft": draft, "raw": raw, "steps_told": listed(raw, "steps"), "laws": listed(raw, "legal_basis"), "level": LEVELS.get(raw.get("government_level"), ""),
        "audience": _named(raw, "audience", AUDIENCES), "events": _named(raw, "life_events", LIFE_EVENTS),
        "channels": _named(raw, "channels", CHANNEL_NAMES),
    }  # fmt: skip
    return draft_page(request, code, "manage/draft/record.html", "manage_draft_record", **told)


def _named(raw: Raw, name: str, names: Mapping[str, Any]) -> str:
    found = raw.get(name)
    return ", ".join(str(names.get(key, key)) for key in found) if isinstance(found, list) else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def record_edit(request: HttpRequest, code: str, group: str) -> HttpResponse:
    if group not in GROUPS:
        raise Http404
    return edited(request, draft_at(code), GROUPS[group])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def fee_note(request: HttpRequest, code: str) -> HttpResponse:
    return edited(request, draft_at(code), NOTE)
