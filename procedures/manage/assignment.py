"""Rules of assignment: who gets what, narrowest first, and a try-out that writes nothing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.models import Office, User
from portal.permissions import permission
from portal.queries import open_offices
from procedures.actions import hands as deeds
from procedures.manage.fields import OfficeField, OfficeForm
from procedures.manage.frame import administrator, shown, tried
from procedures.models import AssignmentRule, Procedure
from procedures.models.hands import ROLES
from procedures.queries import hands

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


@never_cache
@require_safe
@permission("manage.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in the order in which they are asked, and who would get a dossier now."""
    form = TryForm(request.GET if "procedure" in request.GET else None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    steps = hands.foreseen(told["procedure"], told["office"], told["commune"]) if told else []
    context = {"rows": _rows(), "form": form, "tried": bool(told), "steps": steps}
    return shown(request, "manage/assignment.html", "manage_assignment", **context)


def _rows() -> list[dict[str, Any]]:
    found = hands.rules()
    people = User.objects.only("full_name").in_bulk({key for one in found for key in one.people})
    fields, places, gone = dict(sectors()), dict(communes()), hands.away(people)
    return [
        {
            "rule": one, "sector": fields.get(one.sector, one.sector), "commune": places.get(one.commune, one.commune),
            "people": [(people[key].full_name, gone.get(key)) for key in one.people if key in people],
        }
        for one in found
    ]  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def rule_add(request: HttpRequest) -> HttpResponse:
    """Role and office first (they say who can be named), then the rest."""
    asked = request.POST or request.GET
    scope = ScopeForm(asked if "role" in asked else None)
    if not (scope.is_bound and scope.is_valid()):
        return shown(request, "manage/assignment_scope.html", "manage_assignment", form=scope)
    role, office = scope.cleaned_data["role"], scope.cleaned_data["office"]
    staff = hands.holders(role, office.pk) if office else []
    form = RuleForm(request.POST or None, staff=staff, initial={"role": role, "office": office})
    if form.is_valid() and tried(form, lambda: deeds.add_rule(administrator(request), **form.cleaned_data)) is not None:
        messages.success(request, _("Đã thêm quy tắc. Hồ sơ đến bước từ bây giờ được giao theo quy tắc này."))
        return redirect("manage_assignment")
    context = {"form": form, "role": dict(ROLES)[role], "office": office}
    return shown(request, "manage/assignment_rule.html", "manage_assignment", **context)


@require_POST
@permission("manage.change")
def rule_drop(request: HttpRequest, key: int) -> HttpResponse:
    rule = get_object_or_404(AssignmentRule.objects.select_related("office", "procedure"), pk=key)
    deeds.drop_rule(rule, administrator(request))
    messages.success(request, _("Đã bỏ quy tắc. Hồ sơ đã giao vẫn ở người đang giữ."))
    return redirect("manage_assignment")
