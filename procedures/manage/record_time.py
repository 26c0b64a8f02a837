"""Legal time and the clock: what is stated for each channel, how it is counted, and a moment tried on the real clock."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.moments import HERE, now
from portal.permissions import permission
from portal.templatetags.ui import text
from procedures import clock
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.record_clock import (
    COUNTINGS,
    MODES,
    TERMS,
    TRIGGERS,
    ChannelClockForm,
    clocks_kept,
    clocks_shown,
    refuse_twice,
)
from procedures.manage.record_fields import HourField, MomentField, SpanField, WholeField
from procedures.manage.record_forms import PartForm, Raw, listed
from procedures.manage.record_papers import spans_kept, spans_shown
from procedures.manage.record_saving import Group, after_all, edited
from procedures.models import VersionDraft
from procedures.queries import wording
from procedures.queries.rehearsal import Sound, foreseen, offices_for, sound
from procedures.queries.wording import CHANNEL_NAMES
from procedures.schema.definition import Definition
from procedures.schema.record import CHANNELS

TRY = "-try"


class TimeForm(PartForm):
    online = SpanField(label=gettext_lazy("Thời hạn khi nộp trực tuyến"), required=False)
    counter = SpanField(label=gettext_lazy("Thời hạn khi nộp tại quầy"), required=False)
    post = SpanField(label=gettext_lazy("Thời hạn khi nộp qua bưu chính"), required=False)
    trigger = forms.ChoiceField(
        label=gettext_lazy("Thời hạn bắt đầu"), choices=TRIGGERS.items(), widget=forms.RadioSelect, initial="accepted"
    )
    cutoff = HourField(
        label=gettext_lazy("Giờ chốt trong ngày"), required=False,
        help_text=gettext_lazy("Hồ sơ nhận sau giờ này được tính như nhận đầu ngày làm việc kế tiếp. Để trống nếu không có."),
    )  # fmt: skip
    counting = forms.ChoiceField(
        label=gettext_lazy("Cách tính"), choices=COUNTINGS.items(), widget=forms.RadioSelect, initial="legal_day"
    )
    supplement_mode = forms.ChoiceField(
        label=gettext_lazy("Khi yêu cầu bổ sung"), choices=MODES.items(), widget=forms.RadioSelect, initial="pause"
    )
    max_supplements = WholeField(0, 20, label=gettext_lazy("Số lần yêu cầu bổ sung tối đa"), initial=1)
    max_extension = WholeField(
        0, 1000, label=gettext_lazy("Được gia hạn thêm tối đa"), initial=0,
        help_text=gettext_lazy("Theo đơn vị của thời hạn (ngày làm việc, ngày, giờ, tháng); 0 nếu pháp luật không cho gia hạn."),
    )  # fmt: skip
    supplement_deadline = SpanField(
        label=gettext_lazy("Hạn để người dân bổ sung"), initial={"amount": 30, "unit": "calendar_day"}
    )
    acceptance = SpanField(
        label=gettext_lazy("Hạn tiếp nhận hoặc từ chối hồ sơ trực tuyến"), initial={"amount": 8, "unit": "hour"}
    )
    silence_is_consent = forms.BooleanField(
        label=gettext_lazy("Quá hạn mà cơ quan không trả lời thì coi là đồng ý"), initial=False, required=False
    )
    CLOCK = TERMS
    rows = {"clocks": ChannelClockForm}

    def shown(self, raw: Raw) -> dict[str, Any]:
        terms = raw.get("clock")
        known = {name: terms[name] for name in self.CLOCK if name in terms} if isinstance(terms, Mapping) else {}
        usual = {name: self.base_fields[name].initial for name in self.CLOCK}
        return {**usual, **known, **spans_shown(raw.get("time"))}

    def part(self) -> Any:
        told = self.cleaned_data
        before = self.raw.get("clock")
        known = before if isinstance(before, Mapping) else {}
        terms = {name: value for name, value in known.items() if name not in self.CLOCK}
        for name in self.CLOCK:
            value = told.get(name)
            if value not in (None, "") and (name in known or value != self.fields[name].initial):
                terms[name] = value
        clocks = clocks_kept(self.lists["clocks"].parts())
        spans = spans_kept({name: told.get(name) for name in CHANNELS})
        return {**self.raw, "time": spans, "clock": terms, "clocks": clocks or None}

    def listed(self, name: str) -> list[Any]:
        return clocks_shown(self.raw.get(name))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        refuse_twice([one for one in self.lists["clocks"].forms if one.is_valid()])
        return told

    def blame(self, path: str, text: str) -> None:
        """`clocks.online.cutoff` stands in the row of that channel."""
        steps = path.split(".")
        rows = [one for one in self.lists["clocks"].forms if steps[1:2] == [one["channel"].value()]]
        (rows[0].blame(".".join(steps[2:]), text) if steps[0] == "clocks" and rows else super().blame(path, text))

    def place_of(self, steps: Any) -> str:
        inside = steps[:1] in (["time"], ["clock"]) and len(steps) > 1
        return str(steps[1]) if inside else super().place_of(steps)


class TryForm(forms.Form):
    """A moment to try on the clock."""

    at = MomentField(label=gettext_lazy("Tiếp nhận lúc"))
    office = forms.ChoiceField(label=gettext_lazy("Tại"))
    channel = forms.ChoiceField(label=gettext_lazy("Nộp bằng cách"))
    case = forms.ChoiceField(label=gettext_lazy("Trường hợp"), required=False)

    def __init__(self, asked: Mapping[str, Any], draft: VersionDraft) -> None:
        self.offices = {office.code: office for office in offices_for(draft.code)}
        usual = {"at": f"{now().astimezone(HERE):%Y-%m-%dT%H:%M}", "office": next(iter(self.offices), "")}
        told = {name: str(asked.get(name) or "") for name in ("at", "office", "channel", "case")}
        channels = [key for key in CHANNEL_NAMES if key in (draft.definition.get("channels") or [])] or list(
            CHANNEL_NAMES
        )
        super().__init__(
            {**told, **{name: told[name] or value for name, value in {**usual, "channel": channels[0]}.items()}}
        )
        choices = {
            "office": [(code, f"{code} – {office.title}") for code, office in self.offices.items()],
            "channel": [(key, CHANNEL_NAMES[key]) for key in channels],
            "case": [
                ("", "–"),
                *((str(one.get("key")), text(one.get("name"))) for one in listed(draft.definition, "cases")),
            ],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


def tried(request: HttpRequest, draft: VersionDraft, form: PartForm | None) -> dict[str, Any]:
    """The preview: by the draft as it is kept, or as it was typed just now."""
    raw = draft.definition
    if form is not None and form.is_bound and form.is_valid():
        raw = after_all(raw, {name: form.part().get(name) for name in ("time", "clock", "clocks")})
    asked = TryForm(request.POST if request.method == "POST" else request.GET, draft)
    return {"asked": asked, "tried": _due(sound(raw), asked), "terms": _terms(sound(raw).definition)}


def _due(read: Sound, asked: TryForm) -> dict[str, Any]:
    if not asked.is_valid() or read.definition is None:
        return {}
    told = asked.cleaned_data
    start: datetime.datetime = told["at"]
    try:
        found = foreseen(read.definition, asked.offices[told["office"]], start, told["channel"], told["case"])
    except clock.NoWorkingTime:
        return {"refused": _("Lịch của đơn vị này không có ngày làm việc nào trong một năm nên không tính được hạn.")}
    except (OverflowError, ValueError):
        return {"refused": _("Hạn nằm ngoài khoảng mà lịch tính được.")}
    span = wording.span(read.definition.time_for(told["channel"], told["case"] or None))
    return {"foreseen": found, "span": span, "left_out": read.left_out}


def _terms(definition: Definition | None) -> list[dict[str, Any]]:
    """The clock in words, for those who only read."""
    if definition is None:
        return []
    terms = definition.clock
    rows = [
        (_("Thời hạn bắt đầu"), TRIGGERS[terms.trigger]),
        (_("Giờ chốt trong ngày"), terms.cutoff or _("Không có")),
        (_("Cách tính"), COUNTINGS[terms.counting]),
        (_("Khi yêu cầu bổ sung"), MODES[terms.supplement_mode]),
        (_("Số lần yêu cầu bổ sung tối đa"), terms.max_supplements),
        (_("Được gia hạn thêm tối đa"), terms.max_extension),
        (_("Hạn để người dân bổ sung"), wording.span(terms.supplement_deadline)),
        (_("Hạn tiếp nhận hoặc từ chối hồ sơ trực tuyến"), wording.span(terms.acceptance)),
        (_("Quá hạn coi là đồng ý"), _("Có") if terms.silence_is_consent else _("Không")),
    ]
    return [{"label": label, "value": str(value)} for label, value in rows]


TIME = Group(
    TimeForm,
    ("time", "clock", "clocks"),
    "manage_draft_time",
    gettext_lazy("Sửa thời hạn"),
    "manage/draft/time_edit.html",
    tried,
    (TRY,),
)


@never_cache
@require_safe
@permission("manage.view")
def time(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    told = tried(request, draft, None)
    definition = sound(draft.definition).definition
    spans = [(CHANNEL_NAMES[key], wording.span(definition.times.by(key))) for key in CHANNELS] if definition else []
    own = [one for one in definition.cases if one.times] if definition else []
    cases = [
        (wording.said(one.name), [(CHANNEL_NAMES[key], wording.span(span)) for key in CHANNELS if one.times and (span := one.times.by(key))], one.key)
        for one in own
    ]  # fmt: skip
    context = {"draft": draft, "spans": spans, "cases": cases, **told}
    return draft_page(request, code, "manage/draft/time.html", "manage_draft_time", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def time_edit(request: HttpRequest, code: str) -> HttpResponse:
    return edited(request, draft_at(code), TIME)
