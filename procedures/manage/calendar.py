"""The working calendar: national days, an authority's or office's own, and what a change would move before it is made."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import Office
from portal.moments import today
from portal.permissions import permission
from portal.queries import open_offices
from procedures.actions import calendars
from procedures.actions.calendars import Change
from procedures.calendars import days_off, make_up_days
from procedures.manage.fields import DayField, OfficeField, OfficeForm, office_named
from procedures.manage.frame import administrator, shown
from procedures.manage.offices import CALENDARS
from procedures.models import CalendarDay
from procedures.models.lifecycle import State
from procedures.queries.explanations import day_name

YEARS = (2018, 2035)
MOST_SHOWN = 100


class SourceForm(OfficeForm):
    source = forms.CharField(
        label=gettext_lazy("Văn bản làm căn cứ"), max_length=300,
        help_text=gettext_lazy("Số, ký hiệu, ngày và cơ quan ban hành. Được ghi vào mọi hồ sơ có hạn thay đổi."),
    )  # fmt: skip


class DayForm(SourceForm):
    day = DayField(label=gettext_lazy("Ngày"))
    kind = forms.ChoiceField(label=gettext_lazy("Ngày này"), choices=CalendarDay.Kind.choices, widget=forms.RadioSelect)
    office = OfficeField(label=gettext_lazy("Áp dụng cho"), required=False, empty_label=gettext_lazy("Toàn cơ quan"))
    name = forms.CharField(
        label=gettext_lazy("Tên gọi"), max_length=200, help_text=gettext_lazy("Ví dụ: Nghỉ lễ Quốc khánh (hoán đổi).")
    )
    field_order = ("day", "kind", "office", "name", "source")

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise forms.ValidationError(
                _("Năm phải từ %(first)s đến %(last)s.") % {"first": YEARS[0], "last": YEARS[1]}
            )
        return day


class HoursForm(SourceForm):
    calendar = forms.ChoiceField(
        label=gettext_lazy("Ngày làm việc trong tuần"), choices=list(CALENDARS.items()), widget=forms.RadioSelect
    )
    field_order = ("calendar", "source")


@never_cache
@require_safe
@permission("manage.view")
def calendar(request: HttpRequest) -> HttpResponse:
    office = office_named(request.GET.get("office", ""))
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and YEARS[0] <= int(asked) <= YEARS[1] else today().year
    context = {
        "year": year,
        "office": office,
        "rows": _days(year, office),
        "offices": open_offices(),
        "years": range(today().year - 2, today().year + 3),
    }
    return shown(request, "manage/calendar.html", "manage_calendar", **context)


def _days(year: int, office: Office | None) -> list[dict[str, Any]]:
    """Every day of a year that is not like its weekday; the nearer rule stands: office, authority, nation."""
    found = {day: _row(day, "off", name) for day, name in days_off(year).items()}
    found |= {day: _row(day, "working", name) for day, name in make_up_days(year).items()}
    own = CalendarDay.objects.filter(day__year=year).filter(Q(office=None) | Q(office=office)).select_related("office")
    for row in sorted(own, key=lambda row: row.office_id or 0):
        found[row.day] = {**_row(row.day, row.kind, row.name), "own": row, "source": row.source}
    return [found[day] for day in sorted(found)]


def _row(day: datetime.date, kind: str, name: str) -> dict[str, Any]:
    return {"day": day, "kind": kind, "word": str(CalendarDay.Kind(kind).label), "name": day_name(name, day.year)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def day_add(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST or None, initial={"kind": CalendarDay.Kind.OFF})
    return _weighed(request, form, lambda told: calendars.keep_day(CalendarDay(**told)), _("Thêm ngày vào lịch"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def day_drop(request: HttpRequest, key: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay.objects.select_related("office"), pk=key)
    title = _("Bỏ ngày %(day)s khỏi lịch riêng") % {"day": f"{day.day:%d/%m/%Y}"}
    return _weighed(
        request, SourceForm(request.POST or None), lambda told: calendars.drop_day(day, told["source"]), title
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def hours(request: HttpRequest, code: str) -> HttpResponse:
    office = get_object_or_404(Office, code=code)
    form = HoursForm(request.POST or None, initial={"calendar": office.calendar})

    def change(told: dict[str, Any]) -> Change:
        return calendars.keep_hours(office, told["calendar"], told["source"], today())

    return _weighed(request, form, change, _("Ngày làm việc của %(name)s") % {"name": office.title})


def _weighed(
    request: HttpRequest, form: forms.Form, change: Callable[[dict[str, Any]], Change], title: str
) -> HttpResponse:
    """First what the change would move, then, once that is confirmed, the change."""
    if request.method != "POST" or not form.is_valid():
        return shown(
            request,
            "manage/form.html",
            "manage_calendar",
            form=form,
            title=title,
            back="manage_calendar",
            send=_("Xem hồ sơ bị ảnh hưởng"),
        )
    if request.POST.get("confirmed") != "yes":
        moves = calendars.foresee(change(form.cleaned_data))
        context = {
            "form": form,
            "title": title,
            "moves": moves[:MOST_SHOWN],
            "total": len(moves),
            "submitted": State.SUBMITTED,
        }
        return shown(request, "manage/calendar_moves.html", "manage_calendar", **context)
    moves = calendars.carry_out(change(form.cleaned_data), administrator(request))
    said = ngettext("Đã lưu lịch. %(n)s hồ sơ có hạn mới.", "Đã lưu lịch. %(n)s hồ sơ có hạn mới.", len(moves))
    messages.success(request, said % {"n": len(moves)})
    return redirect("manage_calendar")
