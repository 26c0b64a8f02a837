"""What an administrator tells of a rule of assignment."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Office, User
from portal.queries import open_offices
from procedures.manage.fields import OfficeField, OfficeForm
from procedures.models import Procedure
from procedures.models.hands import ROLES

EVERYWHERE = gettext_lazy("Mọi đơn vị")


class ProcedureCodeField(forms.CharField):
    """A procedure that is offered, by its code."""

    def __init__(self, **told: Any) -> None:
        super().__init__(max_length=30, help_text=gettext_lazy("Ví dụ 1.004873"), **told)

    def clean(self, value: Any) -> Procedure | None:
        code = str(super().clean(value) or "").strip()
        found = Procedure.objects.select_related("current").filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("Không có thủ tục mang mã này."))
        return found


class ScopeForm(OfficeForm):
    """First step: whose rule it is; the people to choose from follow from role and office."""

    role = forms.ChoiceField(label=gettext_lazy("Vai trò của bước"), choices=ROLES, initial="officer")
    office = OfficeField(label=gettext_lazy("Đơn vị"), required=False, empty_label=EVERYWHERE)


class RuleForm(ScopeForm):
    procedure = ProcedureCodeField(label=gettext_lazy("Mã thủ tục"), required=False)
    sector = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)
    commune = forms.ChoiceField(
        label=gettext_lazy("Xã, phường của hồ sơ"), required=False,
        help_text=gettext_lazy("Theo địa chỉ đầu tiên trên đơn; không có thì theo đơn vị giải quyết."),
    )  # fmt: skip
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Giao cho"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Không chọn ai thì mọi người giữ vai trò này lần lượt nhận, ai ít việc hơn nhận trước."),
    )  # fmt: skip

    def __init__(self, *args: Any, staff: list[User], **told: Any) -> None:
        super().__init__(*args, **told)
        self.fields["sector"].choices = [("", _("Mọi lĩnh vực")), *sectors()]  # type: ignore[attr-defined]
        self.fields["commune"].choices = [("", _("Mọi xã, phường")), *communes()]  # type: ignore[attr-defined]
        self.fields["people"].choices = [(one.pk, one.full_name) for one in staff]  # type: ignore[attr-defined]
        if not staff:
            del self.fields["people"]
        for name in ("role", "office"):
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("procedure") and told.get("sector"):
            self.add_error("sector", _("Chọn một thủ tục hoặc một lĩnh vực, không cả hai."))
        return {"people": [], **told}


class TryForm(OfficeForm):
    procedure = ProcedureCodeField(label=gettext_lazy("Mã thủ tục"))
    office = OfficeField(label=gettext_lazy("Đơn vị giải quyết"))
    commune = forms.ChoiceField(label=gettext_lazy("Xã, phường của hồ sơ"), required=False)

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.fields["commune"].choices = [("", _("Theo đơn vị giải quyết")), *communes()]  # type: ignore[attr-defined]


def sectors() -> list[tuple[str, str]]:
    rows = Procedure.objects.exclude(sector="").order_by("sector_name").values_list("sector", "sector_name").distinct()
    return list(rows)


def communes() -> list[tuple[str, str]]:
    rows = open_offices().filter(kind=Office.Kind.COMMUNE).exclude(commune_code="").order_by("name")
    return [(one.commune_code, one.title) for one in rows]
