"""Offices: added, renamed, dissolved with their successors."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import actions
from portal.models import Office, OfficeSuccession
from portal.models.tenant import agency_code
from portal.moments import today
from portal.permissions import permission
from portal.text import fold
from procedures.actions import offices as closing
from procedures.manage.fields import DayField, OfficeField, OfficeForm, OfficesField
from procedures.manage.frame import administrator, shown, tried
from procedures.models import OfficeHours

CALENDARS = {
    "weekdays": gettext_lazy("Thứ Hai đến thứ Sáu"),
    "weekdays_and_saturday_morning": gettext_lazy("Thứ Hai đến thứ Sáu và sáng thứ Bảy"),
}


WEEKDAYS = (
    gettext_lazy("Thứ Hai"), gettext_lazy("Thứ Ba"), gettext_lazy("Thứ Tư"), gettext_lazy("Thứ Năm"), gettext_lazy("Thứ Sáu"),
    gettext_lazy("Thứ Bảy"), gettext_lazy("Chủ nhật"),
)  # fmt: skip


class ChangeForm(OfficeForm):
    name = forms.CharField(label=gettext_lazy("Tên đơn vị"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Tên tiếng Anh"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=Office.Kind.choices)
    parent = OfficeField(label=gettext_lazy("Đơn vị cấp trên"), required=False, empty_label=gettext_lazy("Không có"))
    address = forms.CharField(label=gettext_lazy("Địa chỉ"), max_length=300, required=False)
    phone = forms.CharField(label=gettext_lazy("Điện thoại"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("Thư điện tử"), required=False)
    commune_code = forms.RegexField(
        label=gettext_lazy("Mã xã, phường"), regex=r"^\d{5}$", required=False, help_text=gettext_lazy("Năm chữ số.")
    )

    def __init__(self, *args: Any, office: Office | None = None, **told: Any) -> None:
        self.office = office
        super().__init__(*args, **told)

    def clean_parent(self) -> Office | None:
        """An office never stands above itself, however far up."""
        parent: Office | None = self.cleaned_data["parent"]
        above = parent
        while above is not None and self.office is not None:
            if above.pk == self.office.pk:
                raise forms.ValidationError(_("Đơn vị không thể là cấp trên của chính mình."))
            above = above.parent
        return parent


class AddForm(ChangeForm):
    code = forms.CharField(
        label=gettext_lazy("Mã định danh"),
        max_length=35,
        validators=[agency_code],
        help_text=gettext_lazy("Theo Quyết định 20/2020/QĐ-TTg, ví dụ H58.30. Không đổi được về sau."),
    )
    opened_on = DayField(label=gettext_lazy("Hoạt động từ ngày"))
    calendar = forms.ChoiceField(
        label=gettext_lazy("Ngày làm việc"),
        choices=list(CALENDARS.items()),
        widget=forms.RadioSelect,
        initial="weekdays",
    )
    field_order = ("code", "name", "name_en", "kind", "parent", "opened_on", "calendar")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Office.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Mã này đã có."))
        return code


class DissolveForm(OfficeForm):
    closed_on = DayField(
        label=gettext_lazy("Giải thể từ ngày"), help_text=gettext_lazy("Từ ngày này đơn vị không nhận hồ sơ mới.")
    )
    successors = OfficesField(
        label=gettext_lazy("Đơn vị kế thừa"),
        help_text=gettext_lazy("Nhận nhiệm vụ và hồ sơ còn dở của đơn vị giải thể."),
    )


@never_cache
@require_safe
@permission("manage.view")
def offices(request: HttpRequest) -> HttpResponse:
    words = fold(request.GET.get("q", "")).split()
    rows = Office.objects.select_related("parent").annotate(
        people=Count(
            "memberships__user", distinct=True, filter=Q(memberships__until=None) | Q(memberships__until__gte=today())
        )
    )
    found = [one for one in rows if all(word in fold(f"{one.code} {one.name} {one.name_en}") for word in words)]
    context = {
        "open": [one for one in found if not _is_closed(one)],
        "closed": [one for one in found if _is_closed(one)],
        "calendars": CALENDARS,
    }
    return shown(request, "manage/offices.html", "manage_offices", **context)


def _is_closed(office: Office) -> bool:
    return office.closed_on is not None and office.closed_on <= today()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def office_add(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office = actions.add_office(administrator(request), **form.cleaned_data)
        messages.success(request, _("Đã thêm đơn vị."))
        return redirect("manage_office", office.code)
    return shown(
        request, "manage/form.html", "manage_offices", form=form, title=_("Thêm đơn vị"), back="manage_offices"
    )


def _week(row: OfficeHours) -> list[tuple[str, str]]:
    return [(str(WEEKDAYS[int(day)]), slots) for day, slots in sorted(row.week.items())]


@never_cache
@require_safe
@permission("manage.view")
def office(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Office.objects.select_related("parent"), code=code)
    context = {
        "office": found,
        "is_closed": _is_closed(found),
        "calendar": CALENDARS.get(found.calendar, found.calendar),
        "own_hours": [(row.since, _week(row)) for row in found.own_hours.all()],
        "successors": [
            row.successor for row in OfficeSuccession.objects.filter(office=found).select_related("successor")
        ],
        "predecessors": [
            row.office for row in OfficeSuccession.objects.filter(successor=found).select_related("office")
        ],
        "people": found.memberships.filter(Q(until=None) | Q(until__gte=today()))
        .select_related("user")
        .order_by("role"),
        "days": found.calendar_days.filter(day__gte=today()).order_by("day"),
        "offerings": found.offerings.select_related("procedure").order_by("procedure__code"),
    }
    return shown(request, "manage/office.html", "manage_offices", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def office_change(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Office, code=code)
    known = {name: getattr(found, name) for name in ChangeForm.base_fields}
    form = ChangeForm(request.POST or None, initial=known, office=found)
    if request.method == "POST" and form.is_valid():
        actions.change_office(found, administrator(request), **form.cleaned_data)
        messages.success(request, _("Đã lưu."))
        return redirect("manage_office", code)
    title = _("Sửa %(name)s") % {"name": found.title}
    return shown(
        request, "manage/form.html", "manage_offices", form=form, title=title, back="manage_office", back_to=code
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def office_dissolve(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Office, code=code)
    form = DissolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told, actor = form.cleaned_data, administrator(request)
        if tried(form, lambda: closing.dissolve(found, actor, **told) or found):
            messages.success(request, _("Đã ghi nhận việc giải thể. Hồ sơ cũ vẫn giữ nguyên ở đơn vị này."))
            return redirect("manage_office", code)
    return shown(request, "manage/office_dissolve.html", "manage_offices", form=form, office=found)
