"""Controls of the designer of the record: texts in two languages, spans of time, lists of words, days and hours."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.templatetags.ui import number
from procedures.schema.reading import ITEM_LIMIT, TEXT_LIMIT, WORD_LIMIT
from procedures.schema.record import UNITS

LONG_ROWS = 4
GROUPED = re.compile(r"(-?)(?:[0-9]{1,20}|[0-9]{1,3}(?:[., ][0-9]{3}){1,6})")  # 25000, 25.000; never 1.5
UNIT_NAMES = {
    "working_day": gettext_lazy("ngày làm việc"),
    "calendar_day": pgettext_lazy("đơn vị thời hạn", "ngày"),
    "hour": gettext_lazy("giờ làm việc"),
    "month": pgettext_lazy("đơn vị thời hạn", "tháng"),
}


def cleaned(text: str) -> str:
    """As it is kept: composed letters, one kind of line break, no blank ends, no null characters."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()


def not_longer(text: str, most: int) -> None:
    if len(text) > most:
        raise ValidationError(
            _("Dài %(got)s ký tự; chỉ được tối đa %(most)s ký tự. Hãy viết ngắn lại.")
            % {"got": number(len(text)), "most": number(most)}
        )


class TwoLanguages(forms.MultiWidget):
    """The Vietnamese text and beside it the English one; `name_vi` and `name_en`."""

    template_name = "manage/draft/widgets/two.html"
    use_fieldset = True

    def __init__(self, rows: int = 1) -> None:
        box: Any = forms.TextInput if rows == 1 else forms.Textarea
        told = {"class": "input", "autocomplete": "off"} | ({"rows": str(rows)} if rows > 1 else {})
        super().__init__({lang: box({**told, "lang": lang}) for lang in ("vi", "en")})

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, Mapping):
            return [str(value.get(lang) or "") for lang in ("vi", "en")]
        return [str(value or ""), ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The first box carries the field's own id, so that a list of faults leads to it."""
        context: dict[str, Any] = super().get_context(name, self.decompress(value), attrs)
        for box, end in zip(context["widget"]["subwidgets"], ("", "_en"), strict=True):
            box["attrs"]["id"] = f"id_{name}{end}"
            box["attrs"].pop("required", None)
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {lang: str(data.get(f"{name}_{lang}") or "") for lang in ("vi", "en")}


class WordsField(forms.Field):
    """A text of the definition, {"vi", "en"}; its Vietnamese is what counts, English is dropped where it is empty."""

    def __init__(self, *, rows: int = 1, **told: Any) -> None:
        super().__init__(widget=TwoLanguages(rows), **told)

    def clean(self, value: Any) -> dict[str, str]:
        texts = {lang: cleaned(text) for lang, text in dict(value or {}).items()}
        for text in texts.values():
            not_longer(text, TEXT_LIMIT)
        if not texts.get("vi") and (self.required or texts.get("en")):
            raise ValidationError(_("Hãy nhập nội dung tiếng Việt."))
        return {lang: text for lang, text in texts.items() if text}


class LineField(forms.CharField):
    """A short word of one line: a number of a document, a code."""

    def __init__(self, **told: Any) -> None:
        widget = told.pop("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(max_length=WORD_LIMIT, widget=widget, **told)

    def to_python(self, value: Any) -> str:
        return cleaned(str(value or ""))


class LinesField(forms.CharField):
    """Words, one on each line."""

    def __init__(self, **told: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": "4", "autocomplete": "off"}), **told)

    def prepare_value(self, value: Any) -> str:
        return "\n".join(str(word) for word in value) if isinstance(value, list | tuple) else str(value or "")

    def clean(self, value: Any) -> Any:
        words = [cleaned(word) for word in str(value or "").splitlines()]
        found = list(dict.fromkeys(word for word in words if word))
        for word in found:
            not_longer(word, WORD_LIMIT)
        if len(found) > ITEM_LIMIT:
            raise ValidationError(_("Nhiều nhất %(most)s dòng.") % {"most": number(ITEM_LIMIT)})
        return found


class WholeField(forms.IntegerField):
    """A whole number within bounds; written with dots or spaces as people do."""

    def __init__(self, low: int = 0, high: int = 10**15, **told: Any) -> None:
        self.low, self.high = low, high
        box = forms.TextInput(attrs={"class": "input w-8", "inputmode": "numeric", "autocomplete": "off"})
        super().__init__(widget=box, **told)

    def clean(self, value: Any) -> int | None:
        text = cleaned(str(value if value is not None else "")).replace("\u00a0", "")
        if not text:
            if self.required:
                raise ValidationError(_("Hãy nhập một số."))
            return None
        found = GROUPED.fullmatch(text)
        if found and found[1] and self.low >= 0:
            raise ValidationError(_("Không được là số âm; bạn đã nhập %(got)s.") % {"got": text[:40]})
        digits = re.sub(r"[., ]", "", text)
        if not found or not self.low <= int(digits) <= self.high:
            raise ValidationError(
                _("Phải là số nguyên từ %(low)s đến %(high)s; bạn đã nhập “%(got)s”.")
                % {"low": number(self.low), "high": number(self.high), "got": text[:40]}
            )
        return int(digits)


class MoneyField(WholeField):
    """Đồng, shown in groups of three."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if type(value) is int else value


class SpanBoxes(forms.MultiWidget):
    """How many, and of what; `name_amount` and `name_unit`."""

    template_name = "manage/draft/widgets/span.html"

    def __init__(self) -> None:
        units = [("", "–"), *UNIT_NAMES.items()]
        amount = forms.TextInput({"class": "input w-4", "inputmode": "numeric", "autocomplete": "off"})
        super().__init__({"amount": amount, "unit": forms.Select({"class": "input"}, choices=units)})

    def decompress(self, value: Any) -> list[str]:
        if not isinstance(value, Mapping):
            return ["", ""]
        return [str(value.get("amount", "")), str(value.get("unit", ""))]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, self.decompress(value), attrs)
        for box, end in zip(context["widget"]["subwidgets"], ("", "_unit"), strict=True):
            box["attrs"]["id"] = f"id_{name}{end}"
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return {part: str(data.get(f"{name}_{part}") or "") for part in ("amount", "unit")}

    def id_for_label(self, id_: str) -> str:
        return id_


class SpanField(forms.Field):
    """{"amount", "unit"}, or nothing where no time is stated."""

    def __init__(self, **told: Any) -> None:
        super().__init__(widget=SpanBoxes(), **told)

    def clean(self, value: Any) -> dict[str, Any] | None:
        told = dict(value or {})
        amount = WholeField(0, 10_000, required=False).clean(told.get("amount"))
        unit = told.get("unit", "")
        if amount is None and not unit and not self.required:
            return None
        if amount is None:
            raise ValidationError(_("Hãy nhập số lượng; 0 nghĩa là trong ngày."))
        if unit not in UNITS:
            raise ValidationError(_("Hãy chọn đơn vị thời hạn."))
        return {"amount": amount, "unit": unit}


class HourField(forms.RegexField):
    """A time of day, 15:00."""

    def __init__(self, **told: Any) -> None:
        wrong = {"invalid": gettext_lazy("Giờ viết dạng 15:00.")}
        box = forms.TextInput(attrs={"type": "time", "class": "input w-8"})
        super().__init__(regex=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", error_messages=wrong, widget=box, **told)


class MomentField(forms.DateTimeField):
    """A day and an hour, by the browser's own control or typed as 2026-11-23 09:00."""

    def __init__(self, **told: Any) -> None:
        box = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "input"})
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%H:%M %d/%m/%Y"], widget=box, **told)

    def clean(self, value: Any) -> datetime.datetime | None:
        found: datetime.datetime | None = super().clean(value)
        if found is not None and not 2000 <= found.year <= 2100:
            raise ValidationError(_("Năm phải từ 2000 đến 2100."))
        return found
