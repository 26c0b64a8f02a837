"""Terms of the clock as boxes: the procedure's own, and what a channel or a case has otherwise."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.manage.record_fields import HourField, SpanField, WholeField
from procedures.manage.record_forms import PartForm, Raw
from procedures.queries.wording import CHANNEL_NAMES
from procedures.schema.record import CHANNELS

TRIGGERS = {
    "accepted": gettext_lazy("Khi tiếp nhận hồ sơ đầy đủ, hợp lệ"),
    "accepted_and_paid": gettext_lazy("Khi đã tiếp nhận và đã nộp đủ phí, lệ phí"),
}
COUNTINGS = {
    "legal_day": gettext_lazy("Theo ngày: ngày tiếp nhận không tính, hết giờ làm việc của ngày cuối là hết hạn"),
    "hours": gettext_lazy("Theo giờ làm việc, kể từ lúc tiếp nhận; tám giờ là một ngày"),
}
MODES = {
    "pause": gettext_lazy("Đồng hồ dừng, rồi chạy tiếp khi bổ sung xong"),
    "restart": gettext_lazy("Tính lại từ đầu khi bổ sung xong"),
}
AS_USUAL = ("", gettext_lazy("Như quy tắc chung"))
TERMS = (
    "trigger", "cutoff", "counting", "supplement_mode", "max_supplements", "supplement_deadline", "acceptance",
    "max_extension", "silence_is_consent",
)  # fmt: skip
SILENCE = {"": AS_USUAL[1], "yes": gettext_lazy("Coi là đồng ý"), "no": gettext_lazy("Không coi là đồng ý")}


class ChangeForm(PartForm):
    """Only what differs is filled in."""

    legend, add = gettext_lazy("Cách tính riêng"), gettext_lazy("Thêm cách tính riêng")
    trigger = forms.ChoiceField(
        label=gettext_lazy("Thời hạn bắt đầu"), choices=[AS_USUAL, *TRIGGERS.items()], required=False
    )
    cutoff = HourField(label=gettext_lazy("Giờ chốt trong ngày"), required=False)
    counting = forms.ChoiceField(
        label=gettext_lazy("Cách tính"), choices=[AS_USUAL, *COUNTINGS.items()], required=False
    )
    supplement_mode = forms.ChoiceField(
        label=gettext_lazy("Khi yêu cầu bổ sung"), choices=[AS_USUAL, *MODES.items()], required=False
    )
    max_supplements = WholeField(0, 20, label=gettext_lazy("Số lần yêu cầu bổ sung tối đa"), required=False)
    max_extension = WholeField(0, 1000, label=gettext_lazy("Được gia hạn thêm tối đa"), required=False)
    supplement_deadline = SpanField(label=gettext_lazy("Hạn để người dân bổ sung"), required=False)
    acceptance = SpanField(label=gettext_lazy("Hạn tiếp nhận hoặc từ chối hồ sơ trực tuyến"), required=False)
    silence_is_consent = forms.ChoiceField(
        label=gettext_lazy("Quá hạn mà không trả lời"), choices=SILENCE.items(), required=False
    )

    def shown(self, raw: Raw) -> dict[str, Any]:
        told = raw.get("silence_is_consent")
        silence = ("yes" if told else "no") if isinstance(told, bool) else ""
        return {**super().shown(raw), "silence_is_consent": silence}

    def part(self) -> Any:
        made = super().part()
        silence = made.pop("silence_is_consent", "")
        return made | ({"silence_is_consent": silence == "yes"} if silence else {})


class ChannelClockForm(ChangeForm):
    legend, add = gettext_lazy("Cách nộp có cách tính riêng"), gettext_lazy("Thêm cách tính riêng cho một cách nộp")
    channel = forms.ChoiceField(label=gettext_lazy("Cách nộp"), choices=[("", "–"), *CHANNEL_NAMES.items()])
    field_order = ("channel",)


def clocks_shown(clocks: object) -> list[dict[str, Any]]:
    """By channel, as rows."""
    told = clocks if isinstance(clocks, Mapping) else {}
    return [{"channel": name, **told[name]} for name in CHANNELS if isinstance(told.get(name), Mapping)]


def clocks_kept(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["channel"]: {key: value for key, value in row.items() if key != "channel"} for row in rows}


def refuse_twice(forms_here: list[PartForm]) -> None:
    """One row a channel."""
    known: set[str] = set()
    for form in forms_here:
        channel = str(form["channel"].value() or "")
        if channel in known:
            form.add_error("channel", _("Cách nộp này đã có một dòng."))
        known.add(channel)
