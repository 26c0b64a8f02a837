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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.models import Office
from portal.moments import today
from portal.permissions import permission
from portal.queries import open_offices
from procedures import clock
from procedures.actions import calendars
from procedures.actions.calendars import Change
from procedures.calendars import days_off, make_up_days, read_slots, write_slots
from procedures.manage.fields import DayField, OfficeField, OfficeForm, office_named
from procedures.manage.frame import administrator, shown
from procedures.manage.offices import WEEKDAYS
from procedures.models import CalendarChange, CalendarDay
from procedures.models.lifecycle import State
from procedures.queries import oversight
from procedures.queries.clocks import calendar_of
from procedures.queries.explanations import day_name
from procedures.workflow import NotAllowed

YEARS = (2018, 2035)
MOST_CHANGES = 5


class SlotsField(forms.CharField):
    """Hours of a day: 7:00-11:30 13:30-17:00; empty is off. Kept as two digits each."""

    def __init__(self, **told: Any) -> None:
        super().__init__(max_length=60, required=False, **told)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value) or "").replace("–", "-").replace(",", " ").replace(";", " ")
        try:
            slots = read_slots(typed)
            clock.Calendar({0: slots})
        except ValueError:
            raise forms.ValidationError(
                _("Viết giờ như 07:00-11:30 13:30-17:00: đóng sau mở, các buổi không chồng nhau.")
            ) from None
        return write_slots(slots)


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
    slots = SlotsField(
        label=gettext_lazy("Giờ làm việc riêng của ngày này"),
        help_text=gettext_lazy("Ví dụ nửa ngày: 07:00-11:30. Để trống nếu làm theo giờ thường lệ."),
    )
    field_order = ("day", "kind", "slots", "office", "name", "source")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("slots") and told.get("kind") == CalendarDay.Kind.OFF:
            self.add_error("slots", _("Ngày nghỉ không có giờ làm việc."))
        return told

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if not YEARS[0] <= day.year <= YEARS[1]:
            raise forms.ValidationError(
                _("Năm phải từ %(first)s đến %(last)s.") % {"first": YEARS[0], "last": YEARS[1]}
            )
        return day


class HoursForm(SourceForm):
    """An office's own week from a day on."""

    since = DayField(label=gettext_lazy("Áp dụng từ ngày"))

    def __init__(self, *args: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        for number, name in enumerate(WEEKDAYS):
            help_text = _("Ví dụ 07:00-11:30 13:30-17:00; để trống nếu nghỉ.") if not number else ""
            self.fields[f"day_{number}"] = SlotsField(label=name, help_text=help_text)
        self.order_fields(["since", *(f"day_{number}" for number in range(7)), "source"])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and not any(told.get(f"day_{number}") for number in range(7)):
            self.add_error("day_0", _("Phải có ít nhất một ngày làm việc trong tuần."))
        if told.get("since") and told["since"] < today():
            self.add_error("since", _("Không đổi giờ của những ngày đã qua."))
        return told

    @property
    def week(self) -> dict[int, str]:
        return {number: self.cleaned_data[f"day_{number}"] for number in range(7)}


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
        "changes": CalendarChange.objects.select_related("office")[:MOST_CHANGES],
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
    week = calendar_of(office).week_of(today())
    known = {f"day_{number}": write_slots(week.get(number, ())) for number in range(7)}
    form = HoursForm(request.POST or None, initial={"since": today(), **known})

    def change(told: dict[str, Any]) -> Change:
        return calendars.keep_hours(office, form.week, told["source"], told["since"])

    return _weighed(request, form, change, _("Giờ làm việc của %(name)s") % {"name": office.title})


def _weighed(
    request: HttpRequest, form: forms.Form, change: Callable[[dict[str, Any]], Change], title: str
) -> HttpResponse:
    """First what the change would move, then, once that is confirmed, the change."""
    foresight = _foreseen(form, change) if request.method == "POST" and form.is_valid() else None
    if foresight is not None and request.POST.get("confirmed") == "yes":
        row = calendars.carry_out(change(form.cleaned_data), administrator(request))
        messages.success(request, _said(row))
        return redirect("manage_calendar_change", row.pk)
    if foresight is None:
        told = {"form": form, "title": title, "back": "manage_calendar", "send": _("Xem hồ sơ bị ảnh hưởng")}
        return shown(request, "manage/form.html", "manage_calendar", **told)
    context = {"form": form, "title": title, "foresight": foresight, "submitted": State.SUBMITTED}
    return shown(request, "manage/calendar_moves.html", "manage_calendar", **context)


def _said(row: CalendarChange) -> str:
    if row.ended_at is None:
        return _("Đã lưu lịch. Hạn của các hồ sơ đang mở được tính lại lần lượt.")
    said = ngettext("Đã lưu lịch. %(n)s hồ sơ có hạn mới.", "Đã lưu lịch. %(n)s hồ sơ có hạn mới.", row.moved)
    return said % {"n": row.moved}


def _foreseen(form: forms.Form, change: Callable[[dict[str, Any]], Change]) -> calendars.Foresight | None:
    """Which dossiers move; nothing where the change cannot be made, and then the form says why."""
    try:
        return calendars.foresee(change(form.cleaned_data))
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None


@never_cache
@require_safe
@permission("manage.view")
def change(request: HttpRequest, key: int) -> HttpResponse:
    """How far a change has come with the open dossiers; the page asks again by itself while it goes on."""
    row = get_object_or_404(CalendarChange.objects.select_related("office", "made_by"), pk=key)
    stuck = oversight.given_up().filter(kind="move_calendar", payload__change=row.pk).exists()
    return shown(request, "manage/calendar_change.html", "manage_calendar", row=row, stuck=stuck)


@require_POST
@permission("manage.change")
def change_again(request: HttpRequest, key: int) -> HttpResponse:
    row = get_object_or_404(CalendarChange, pk=key)
    try:
        calendars.again(row, administrator(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("manage_calendar_change", row.pk)
