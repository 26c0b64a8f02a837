"""Sections, fields, columns and choices as forms: each type of field asks only for what applies to it."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.manage.blocks import BLOCKS
from procedures.manage.record_conditions import FormulaField
from procedures.manage.record_fields import LineField, WholeField, WordsField, cleaned
from procedures.manage.record_forms import Data, PartForm, Raw
from procedures.manage.wordbook import (
    APPLIES,
    AUTOCOMPLETE,
    GIVES,
    NEVER_REQUIRED,
    NOT_IN_TABLES,
    PRECISIONS,
    REGISTRIES,
    TYPES,
    key_from,
    type_name,
)
from procedures.schema.dates import TODAY, is_date
from procedures.schema.form import FILE_KINDS, LONGEST, MOST_ITEMS, USUAL_ITEMS, USUAL_LENGTH
from procedures.schema.messages import Invalid
from procedures.schema.numbers import MOST_DIGITS, read_decimal
from procedures.schema.reading import KEY

# A label that no page could show is a slip of the paste; the help may be long.
LONGEST_LABEL = 1000


class LabelField(WordsField):
    def clean(self, value: Any) -> dict[str, str]:
        told = super().clean(value)
        for text in told.values():
            if len(text) > LONGEST_LABEL:
                raise ValidationError(
                    _("Dài %(got)s ký tự; chỉ được tối đa %(most)s ký tự. Phần giải thích hãy để ở ô Hướng dẫn.")
                    % {"got": len(text), "most": LONGEST_LABEL}
                )
        return told


class KeyField(LineField):
    """The name under which answers are kept and sent through the API; made from the label where it is left empty."""

    def clean(self, value: Any) -> str:
        key = str(super().clean(value))
        if key and not KEY.fullmatch(key):
            raise ValidationError(_("Mã gồm chữ thường không dấu, số và gạch dưới, bắt đầu bằng chữ, tối đa 40 ký tự."))
        return key


class DayBound(LineField):
    """`today`, or a day written as people do."""

    def prepare_value(self, value: Any) -> Any:
        if value == TODAY:
            return _("hôm nay")
        return "/".join(reversed(value.split("-"))) if isinstance(value, str) and is_date(value) else value

    def clean(self, value: Any) -> str | None:
        text = str(super().clean(value)).casefold()
        if text in ("", TODAY, _("hôm nay"), "hôm nay"):
            return TODAY if text else None
        day = "-".join(f"{part:0>2}" for part in reversed(text.replace("-", "/").split("/")))
        if not is_date(day):
            raise ValidationError(_("Hãy nhập “hôm nay” hoặc một ngày như 31/12/2026."))
        return day


class DecimalBound(LineField):
    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        try:
            return read_decimal(text, MOST_DIGITS).rstrip("0").rstrip(".") if text else None
        except Invalid as wrong:
            raise ValidationError(_("Hãy nhập một số như 120,5.")) from wrong


class JoinedField(LineField):
    """Words with answers in between: `{ho_ten}, sinh năm {nam_sinh}`."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "".join(one if isinstance(one, str) else f"{{{one.get('field', '')}}}" for one in value)

    def clean(self, value: Any) -> Any:
        pieces = re.split(r"\{([a-z0-9_.]+)\}", str(super().clean(value)))
        return [{"field": one} if number % 2 else one for number, one in enumerate(pieces) if one]


class ChoiceForm(PartForm):
    legend = gettext_lazy("Các câu trả lời")
    add = gettext_lazy("Thêm câu trả lời")
    label = LabelField(label=gettext_lazy("Câu trả lời"))
    own_words = forms.BooleanField(
        label=gettext_lazy("Người dân tự ghi thêm (như “Khác: …”)"), required=False, initial=False
    )
    value = LineField(label=gettext_lazy("Mã lưu trữ"), required=False)

    def fit(self) -> None:
        """Codes are nobody's business unless asked for; those that are kept stay as they are."""
        if not self.around.get("codes"):
            self.fields["value"].widget = forms.HiddenInput()


class SectionForm(PartForm):
    title = LabelField(
        label=gettext_lazy("Tên phần"), help_text=gettext_lazy("Người dân thấy ở đầu trang, ví dụ “Người yêu cầu”.")
    )
    help = WordsField(label=gettext_lazy("Lời dẫn đầu trang"), required=False, rows=3)
    one_question_per_page = forms.BooleanField(
        label=gettext_lazy("Mỗi câu hỏi một trang"), required=False, initial=False,
        help_text=gettext_lazy("Hợp với vài câu hỏi khó; phần dài nên để chung một trang."),
    )  # fmt: skip
    key = KeyField(label=gettext_lazy("Mã"), required=False)


class FieldForm(PartForm):
    """`around` tells: kind (the type now chosen), inside (a column of a table), papers, codes, taken (keys of others)."""

    rows: ClassVar[Mapping[str, type[PartForm]]] = {"choices": ChoiceForm}
    label = LabelField(label=gettext_lazy("Câu hỏi hoặc nhãn"))
    help = WordsField(label=gettext_lazy("Hướng dẫn"), required=False, rows=3)
    required = forms.BooleanField(label=gettext_lazy("Bắt buộc trả lời"), required=False, initial=False)
    max_length = WholeField(1, LONGEST, label=gettext_lazy("Số ký tự tối đa"), required=False)
    precision = forms.ChoiceField(
        label=gettext_lazy("Cần biết đến đâu"), choices=list(PRECISIONS.items()), initial="day"
    )
    min = WholeField(-(10**15), label=gettext_lazy("Nhỏ nhất"), required=False)
    max = WholeField(-(10**15), label=gettext_lazy("Lớn nhất"), required=False)
    digits = WholeField(1, MOST_DIGITS, label=gettext_lazy("Số chữ số sau dấu phẩy"), required=False)
    unit = WordsField(label=gettext_lazy("Đơn vị"), required=False, help_text=gettext_lazy("Ví dụ m², người, bản."))
    min_items = WholeField(0, MOST_ITEMS, label=gettext_lazy("Ít nhất"), required=False)
    max_items = WholeField(1, MOST_ITEMS, label=gettext_lazy("Nhiều nhất"), required=False)
    accept = forms.MultipleChoiceField(
        label=gettext_lazy("Nhận các loại tệp"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(kind, kind.upper()) for kind in FILE_KINDS],
    )  # fmt: skip
    max_mb = WholeField(1, 200, label=gettext_lazy("Mỗi tệp tối đa (MB)"), required=False)
    paper = forms.ChoiceField(
        label=gettext_lazy("Là giấy tờ nào của hồ sơ"), required=False,
        help_text=gettext_lazy("Để cán bộ và người dân biết giấy nào đã có."),
    )  # fmt: skip
    accept_old = forms.BooleanField(
        label=gettext_lazy("Nhận cả số chứng minh nhân dân cũ (9 chữ số)"), required=False, initial=False
    )
    registry = forms.ChoiceField(
        label=gettext_lazy("Lấy sẵn từ"), required=False,
        help_text=gettext_lazy("Điền sẵn và xác minh khi người dân đăng nhập; cơ sở dữ liệu không trả lời thì người dân tự điền."),
    )  # fmt: skip
    autocomplete = forms.ChoiceField(
        label=gettext_lazy("Trình duyệt gợi ý"), required=False, choices=list(AUTOCOMPLETE.items())
    )
    searchable = forms.BooleanField(
        label=gettext_lazy("Cán bộ tìm hồ sơ được theo câu trả lời này"), required=False, initial=False,
        help_text=gettext_lazy("Câu trả lời được giữ ở dạng đọc được để tìm; đừng chọn cho điều riêng tư."),
    )  # fmt: skip
    gives = forms.ChoiceField(
        label=gettext_lazy("Kết quả là"), required=False, choices=list(GIVES.items()), initial="number",
        widget=forms.Select(attrs={"data-retype": "yes"}),
    )  # fmt: skip
    formula = FormulaField(
        label=gettext_lazy("Cách tính"),
        required=False,
        rows=2,
        help_text=gettext_lazy("Viết như dien_tich * don_gia; tên các trường ở dưới."),
    )
    joined = JoinedField(
        label=gettext_lazy("Ghép từ"),
        required=False,
        help_text=gettext_lazy("Viết như {ho_ten}, sinh năm {nam_sinh}; tên các trường ở dưới."),
    )
    starts = forms.ChoiceField(label=gettext_lazy("Tính từ ngày"), required=False)
    days = FormulaField(
        label=gettext_lazy("Cộng thêm số ngày"),
        required=False,
        help_text=gettext_lazy("Một số, hoặc cách tính từ các trường."),
    )
    key = KeyField(label=gettext_lazy("Mã"), required=False)

    def __init__(
        self, data: Data | None = None, raw: object = None, *, around: Raw, check: bool = True, prefix: str = ""
    ) -> None:
        self.kind, self.given = str(around["kind"]), _given(data, raw)
        super().__init__(data, raw, around=around, check=check, prefix=prefix)
        if "choices" not in APPLIES[self.kind]:
            self.lists = {}

    def fit(self) -> None:
        applies = self.applies()
        for name in [one for one in self.fields if one in PROPERTIES and one not in applies]:
            del self.fields[name]
        if self.kind in NEVER_REQUIRED:
            del self.fields["required"]
        for bound in ("min", "max"):
            if bound in self.fields and self.kind in BOUNDS:
                self.fields[bound] = BOUNDS[self.kind](
                    label=DAY_LABELS[bound] if self.kind == "date" else self.fields[bound].label, required=False
                )
        if "registry" in self.fields:
            self.offer("registry", [("", _("Không; người dân tự điền")), *self._registries()])
        if "starts" in self.fields:
            self.offer("starts", [("", "–"), *self.around.get("dates", ())])
        if "paper" in self.fields:
            self.offer("paper", [("", _("Không phải giấy tờ trong danh sách")), *self.around.get("papers", ())])
        if self.kind == "computed":
            self.order_fields(COMPUTED)
        self._usual()

    def applies(self) -> tuple[str, ...]:
        """A computed field is worked out in one of three ways, by what it gives."""
        others = {name for way, names in WAYS.items() if way != WAY.get(self.given, "formula") for name in names}
        return tuple(name for name in APPLIES[self.kind] if self.kind != "computed" or name not in others)

    def _registries(self) -> list[tuple[str, Any]]:
        return [(key, name) for key, (name, kinds) in REGISTRIES.items() if self.kind in kinds]

    def _usual(self) -> None:
        """What holds where nothing is written down."""
        usual = {
            "max_length": USUAL_LENGTH.get(self.kind, 500),
            "max_items": USUAL_ITEMS.get(self.kind),
            "accept": list(FILE_KINDS[:3]),
            "max_mb": 10,
            "digits": 2,
        }
        for name, value in usual.items():
            if name in self.fields and value is not None:
                self.fields[name].initial = value

    def clean_key(self) -> str:
        key = self.cleaned_data.get("key") or str(self.raw.get("key") or "")
        label = (self.cleaned_data.get("label") or {}).get("vi", "")
        key = key or key_from(label, self.around.get("taken", ()))
        if key != self.raw.get("key") and key in self.around.get("taken", ()):
            raise ValidationError(_("Khóa “%(key)s” đã được dùng. Hãy chọn khóa khác.") % {"key": key})
        return key

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "choices" in self.lists and not self.lists["choices"].forms:
            self.add_error(None, _("Cần ít nhất một câu trả lời để chọn."))
        low, high = told.get("min_items"), told.get("max_items")
        if low is not None and high is not None and low > high:
            self.add_error("max_items", _("Nhiều nhất phải không nhỏ hơn ít nhất."))
        return told

    def part(self) -> dict[str, Any]:
        """What the type has no use for is left out; a choice without a code gets one from its words."""
        made: dict[str, Any] = {"key": "", **super().part(), "type": self.kind}
        dropped = {name for name in (*PROPERTIES, "matches") if name not in self.applies()} - (
            {"matches"} if self.kind == "person_id" else set()
        )
        if self.kind != "group":
            dropped.add("fields")
        for name in dropped:
            made.pop(name, None)
        if "choices" in made:
            made["choices"] = with_codes(made["choices"])
        return made


# The ways in which a computed field is worked out.
WAYS = {"formula": ("formula", "unit"), "joined": ("joined",), "starts": ("starts", "days")}
COMPUTED = ("label", "help", "gives", "formula", "joined", "starts", "days", "unit", "key")
WAY = {"text": "joined", "date": "starts"}


def _given(data: Data | None, raw: object) -> str:
    known = raw.get("gives") if isinstance(raw, Mapping) else None
    return str((data.get("gives") if data is not None else None) or known or "number")


PROPERTIES = {name for names in APPLIES.values() for name in names}
BOUNDS: Mapping[str, type[LineField]] = {"date": DayBound, "decimal": DecimalBound}
DAY_LABELS = {"min": gettext_lazy("Không sớm hơn"), "max": gettext_lazy("Không muộn hơn")}


def with_codes(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    taken = {str(one.get("value") or "") for one in choices}
    made = []
    for one in choices:
        value = one.get("value") or key_from(str(one.get("label", {}).get("vi", "")), taken, "lua_chon")
        taken.add(value)
        made.append({"value": value, **{name: told for name, told in one.items() if name != "value"}})
    return made


class NewFieldForm(forms.Form):
    """The first two things about a field; the rest is asked on its own page."""

    label = forms.CharField(
        label=gettext_lazy("Câu hỏi hoặc nhãn"),
        max_length=LONGEST_LABEL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Câu trả lời là"), widget=forms.RadioSelect, choices=[])

    def __init__(self, *args: Any, inside: bool = False, **told: Any) -> None:
        super().__init__(*args, **told)
        offered = [(kind, type_name(kind)) for kind in TYPES if not (inside and kind in NOT_IN_TABLES)]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]

    def clean_label(self) -> str:
        return cleaned(str(self.cleaned_data["label"]))


class NewSectionForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("Tên phần"),
        max_length=LONGEST_LABEL,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    block = forms.ChoiceField(label=gettext_lazy("Bắt đầu từ"), widget=forms.RadioSelect, choices=[], initial="")

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        empty = ("", _("Phần trống, tự thêm trường"))
        self.fields["block"].required = False
        self.fields["block"].choices = [empty, *((key, name) for key, (name, _raw) in BLOCKS.items())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("block") and not cleaned(str(told.get("title") or "")) and "title" not in self.errors:
            self.add_error("title", _("Hãy đặt tên cho phần, hoặc chọn một khối soạn sẵn."))
        return told
