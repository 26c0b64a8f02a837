"""What an official tells when a dossier changes hands: taking it over, returning it."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from procedures.actions.processing import earlier_steps
from procedures.desk.forms import StepForm, text


class TakeForm(StepForm):
    reason = text(
        gettext_lazy("Lý do nhận thay"), rows=2, required=False, most=300,
        help_text=gettext_lazy("Đồng nghiệp đang giữ hồ sơ đọc được lý do này."),
    )  # fmt: skip

    def arrange(self) -> None:
        """Nobody has to say why they take what nobody has."""
        if self.dossier.assignee is None:
            del self.fields["reason"]
            return
        reason, held = self.fields["reason"], {"name": self.dossier.assignee.full_name}
        reason.required = True
        reason.error_messages["required"] = _("Hồ sơ đang ở %(name)s; hãy nêu lý do nhận thay.") % held

    def told(self) -> dict[str, Any]:
        return {**super().told(), "instead_of": self.dossier.assignee_id}


class ReturnForm(StepForm):
    step = forms.ChoiceField(label=gettext_lazy("Trả lại bước"), widget=forms.RadioSelect)
    reason = text(
        gettext_lazy("Lý do trả lại"),
        rows=3,
        help_text=gettext_lazy("Nêu cần làm lại gì; lý do được ghi lại và không sửa được."),
    )

    def arrange(self) -> None:
        language = get_language() or "vi"
        steps = earlier_steps(self.dossier)
        self.fields["step"].choices = [(one.key, one.name.read(language)) for one in steps]  # type: ignore[attr-defined]
        if steps:
            self.initial["step"] = steps[0].key

    def told(self) -> dict[str, Any]:
        return {"step_key": self.cleaned_data["step"], "reason": self.cleaned_data["reason"]}
