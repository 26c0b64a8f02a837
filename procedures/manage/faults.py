"""Why a paper is not good: the reasons that officials choose from, as the authority words them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.permissions import permission
from portal.text import fold
from procedures.actions import judging
from procedures.manage.frame import administrator, shown
from procedures.queries.judging import all_faults
from procedures.schema.paper_faults import OTHER, Fault


class FaultForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Lý do"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Lý do (tiếng Anh)"), max_length=200, required=False)
    todo = forms.CharField(
        label=gettext_lazy("Người nộp cần làm gì"), max_length=500,
        help_text=gettext_lazy("In nguyên văn trên phiếu yêu cầu bổ sung; cán bộ sửa được cho từng hồ sơ."),
    )  # fmt: skip
    todo_en = forms.CharField(label=gettext_lazy("Người nộp cần làm gì (tiếng Anh)"), max_length=500, required=False)
    position = forms.IntegerField(label=gettext_lazy("Thứ tự"), min_value=1, max_value=999, initial=100)

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


def _fault(key: str) -> Fault:
    found = next((one for one in all_faults() if one.key == key and key != OTHER), None)
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
@permission("manage.view")
def faults(request: HttpRequest) -> HttpResponse:
    return shown(
        request, "manage/faults.html", "manage_faults", faults=[one for one in all_faults() if one.key != OTHER]
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def fault_add(request: HttpRequest) -> HttpResponse:
    form = FaultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = fold(form.cleaned_data["name"]).replace(" ", "-")[:40].strip("-")
        if not key or any(one.key == key for one in all_faults()):
            form.add_error("name", _("Đã có lý do này."))
        else:
            judging.keep_fault(administrator(request), key, **form.cleaned_data)
            messages.success(request, _("Đã thêm lý do."))
            return redirect("manage_faults")
    return _form(request, form, _("Thêm lý do giấy tờ chưa đạt"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def fault_change(request: HttpRequest, fault: str) -> HttpResponse:
    known = _fault(fault)
    told = {
        "name": known.name.vi, "name_en": known.name.en, "todo": known.todo.vi, "todo_en": known.todo.en, "position": known.position,
    }  # fmt: skip
    form = FaultForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        judging.keep_fault(administrator(request), fault, **form.cleaned_data)
        messages.success(request, _("Đã lưu lý do. Nhận xét và yêu cầu đã gửi giữ nguyên lời cũ."))
        return redirect("manage_faults")
    return _form(request, form, _("Sửa lý do giấy tờ chưa đạt"))


def _form(request: HttpRequest, form: FaultForm, title: str) -> HttpResponse:
    return shown(request, "manage/form.html", "manage_faults", form=form, title=title, back="manage_faults")


@never_cache
@require_POST
@permission("manage.change")
def fault_switch(request: HttpRequest, fault: str) -> HttpResponse:
    known = _fault(fault)
    judging.switch_fault(administrator(request), fault, on=not known.active)
    messages.success(request, _("Đã ngừng dùng lý do.") if known.active else _("Đã dùng lại lý do."))
    return redirect("manage_faults")
