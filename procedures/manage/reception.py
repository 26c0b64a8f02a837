"""How an office lets people in: numbers at the door, slots to book; both are for the office to want."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.models import Office
from portal.permissions import permission
from procedures.actions import queue
from procedures.manage.fields import OfficeForm
from procedures.manage.frame import administrator, shown
from procedures.models import Reception


class ReceptionForm(OfficeForm):
    numbers_open = forms.BooleanField(label=gettext_lazy("Cấp số thứ tự tại quầy"), required=False)
    windows = forms.IntegerField(label=gettext_lazy("Số quầy"), min_value=1, max_value=50)
    booking_open = forms.BooleanField(label=gettext_lazy("Cho người dân đặt lịch hẹn"), required=False)
    slot_minutes = forms.IntegerField(label=gettext_lazy("Mỗi lượt hẹn (phút)"), min_value=5, max_value=240)
    capacity = forms.IntegerField(label=gettext_lazy("Số người mỗi lượt"), min_value=1, max_value=100)
    days_ahead = forms.IntegerField(label=gettext_lazy("Đặt trước tối đa (ngày)"), min_value=0, max_value=60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def reception(request: HttpRequest, code: str) -> HttpResponse:
    office = get_object_or_404(Office, code=code)
    row = Reception.objects.filter(office=office).first() or Reception(office=office)
    form = ReceptionForm(request.POST or None, initial={name: getattr(row, name) for name in ReceptionForm.base_fields})
    if request.method == "POST" and form.is_valid():
        queue.settle(office, administrator(request), **form.cleaned_data)
        messages.success(request, _("Đã lưu."))
        return redirect("manage_office", code)
    title = _("Xếp hàng và đặt lịch: %(name)s") % {"name": office.title}
    return shown(
        request, "manage/form.html", "manage_offices", form=form, title=title, back="manage_office", back_to=code
    )
