"""What a head tells when a date cannot be kept: an extension by decision, or the one apology."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.moments import now
from portal.queries import open_offices
from procedures.actions.apologies import new_moment
from procedures.desk.forms import StepForm, text
from procedures.models import Apology
from procedures.queries.clocks import form_channel, terms_of
from procedures.queries.wording import span as span_words
from procedures.workflow import NotAllowed


class ExtendForm(StepForm):
    amount = forms.IntegerField(label=gettext_lazy("Gia hạn thêm"), min_value=1, max_value=1000)
    decision = text(
        gettext_lazy("Văn bản quyết định gia hạn"),
        most=100,
        help_text=gettext_lazy("Số, ký hiệu và ngày, ví dụ: 45/QĐ-UBND ngày 16/11/2026."),
    )
    reason = text(
        gettext_lazy("Lý do"), rows=3, help_text=gettext_lazy("Người dân đọc được nguyên văn, cùng hạn cũ và hạn mới.")
    )

    def arrange(self) -> None:
        dossier = self.dossier
        time = dossier.version.parsed.time_for(form_channel(dossier.channel), dossier.case)
        left = max(0, terms_of(dossier).max_extension - dossier.extended_by)
        told = {"left": left, "time": span_words(time) if time else "–"}
        words = _("Thời hạn của thủ tục là %(time)s; còn được gia hạn tối đa %(left)s, theo cùng đơn vị.")
        self.fields["amount"].help_text = words % told


class OfficeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class ApologyForm(StepForm):
    cause = forms.ChoiceField(
        label=gettext_lazy("Nguyên nhân"), choices=Apology.Cause.choices, widget=forms.RadioSelect
    )
    office = OfficeChoice(label=gettext_lazy("Đơn vị chịu trách nhiệm"), queryset=None, empty_label=None)
    new_day = forms.DateField(
        label=gettext_lazy("Hẹn lại vào ngày"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Một ngày làm việc. Chỉ được hẹn lại một lần, nên hãy chọn ngày chắc chắn giữ được."),
    )
    reason = text(
        gettext_lazy("Lý do cụ thể"),
        rows=3,
        help_text=gettext_lazy("Người dân đọc được nguyên văn trên Phiếu xin lỗi (Mẫu 04)."),
    )

    def arrange(self) -> None:
        self.fields["office"].queryset = open_offices()  # type: ignore[attr-defined]
        self.initial["office"] = self.dossier.office_id

    def clean_new_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["new_day"]
        if day.year > now().year + 2:
            raise forms.ValidationError(_("Ngày hẹn lại quá xa."))
        try:
            new_moment(self.dossier, day)
        except NotAllowed as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return day
