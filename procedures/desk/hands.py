"""Who works here and who is away: days of absence with their cover, and all work of one given to others at once."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import NotPossible
from portal.models import User
from portal.permissions import may, permission
from portal.queries import offices_of
from procedures.actions import hands as deeds
from procedures.actions import transfers
from procedures.desk.forms import text
from procedures.desk.frame import official, shown
from procedures.models import Absence, WorkTransfer
from procedures.queries import hands

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


class AbsenceForm(forms.Form):
    use_required_attribute = False
    first_day = forms.DateField(label=gettext_lazy("Vắng từ ngày"), widget=DAY, input_formats=DAY_FORMATS)
    last_day = forms.DateField(
        label=gettext_lazy("Đến hết ngày"), widget=DAY, input_formats=DAY_FORMATS,
        help_text=gettext_lazy("Từ ngày hôm sau việc lại được giao như thường, không phải làm gì thêm."),
    )  # fmt: skip
    cover = forms.TypedChoiceField(
        label=gettext_lazy("Người làm thay"), required=False, coerce=int, empty_value=None,
        widget=forms.Select(attrs={"class": "input"}),
        help_text=gettext_lazy("Thấy hồ sơ đang mở của người vắng và được giao việc mới thay họ."),
    )  # fmt: skip

    def __init__(self, colleagues: dict[int, User], data: Any = None) -> None:
        super().__init__(data)
        self.colleagues = colleagues
        told = [(key, one.full_name) for key, one in colleagues.items()]
        self.fields["cover"].choices = [("", _("Không ai, giao cho những người khác")), *told]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "cover": self.colleagues.get(self.cleaned_data["cover"])}


class TransferForm(forms.Form):
    use_required_attribute = False
    to = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Giao cho"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Một người nhận tất cả; nhiều người thì chia đều."),
        error_messages={"required": gettext_lazy("Chọn ít nhất một người.")},
    )  # fmt: skip
    reason = text(gettext_lazy("Lý do"), rows=2, most=300, help_text=gettext_lazy("Ghi ở từng hồ sơ được giao."))

    def __init__(self, colleagues: dict[int, User], posts: dict[int, str], data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].widget.attrs["class"] = "input"
        self.colleagues, gone = colleagues, hands.away()
        told = [(key, f"{one.full_name} ({posts[key]})") for key, one in colleagues.items() if key not in gone]
        self.fields["to"].choices = told  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        return {"to": [self.colleagues[key] for key in self.cleaned_data["to"]], "reason": self.cleaned_data["reason"]}


@never_cache
@require_safe
@permission("work.own")
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues with what they have in hand; who is away and who stands in; what was handed over."""
    me = official(request)
    offices = offices_of(me, "work.own")
    mine, led = hands.staff_at(offices), hands.led_by(me)
    loads, gone, posts = hands.load_of(mine), hands.away(mine), hands.posts_of(mine, offices)
    rows = [
        {
            "person": one, "post": posts[key], "load": loads.get(key, 0), "absence": gone.get(key),
            "leads": key in led, "is_me": key == me.pk,
        }
        for key, one in mine.items()
    ]  # fmt: skip
    leads = may(me, "work.lead")
    context = {
        "rows": rows, "absences": hands.absences_of(mine), "led": led, "me": me, "leads": leads,
        "left": hands.left_behind(offices_of(me, "work.lead")) if leads else [],
        "transfers": hands.transfers_for(me) if leads else [],
    }  # fmt: skip
    return shown(request, "desk/hands.html", context, current="desk_hands")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("work.own")
def absence(request: HttpRequest, key: int) -> HttpResponse:
    me = official(request)
    person = me if key == me.pk else hands.led_by(me).get(key)
    if person is None:
        raise Http404
    colleagues = hands.staff_at(offices_of(person, "work.own"))
    colleagues.pop(person.pk, None)
    form = AbsenceForm(colleagues, request.POST if request.method == "POST" else None)
    if form.is_valid() and _tried(form, lambda: deeds.enter_absence(person, me, **form.told())):
        messages.success(request, _("Đã ghi ngày vắng mặt của %(name)s.") % {"name": person.full_name})
        return redirect("desk_hands")
    context = {"person": person, "form": form, "load": hands.load_of([person.pk]).get(person.pk, 0)}
    return shown(request, "desk/absence.html", context, current="desk_hands")


@require_POST
@permission("work.own")
def absence_off(request: HttpRequest, key: int) -> HttpResponse:
    me = official(request)
    row = get_object_or_404(Absence.objects.select_related("person"), pk=key)
    if row.person_id != me.pk and row.person_id not in hands.led_by(me):
        raise Http404
    try:
        deeds.call_off_absence(row, me)
        messages.success(request, _("Đã kết thúc lần vắng mặt của %(name)s.") % {"name": row.person.full_name})
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_hands")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("work.lead")
def transfer(request: HttpRequest, key: int) -> HttpResponse:
    me = official(request)
    offices = offices_of(me, "work.lead")
    count = hands.open_work_of(key, offices).count()
    person = hands.led_by(me).get(key) or (User.objects.filter(pk=key).first() if count else None)
    if person is None:
        raise Http404
    colleagues = {pk: one for pk, one in hands.staff_at(offices).items() if pk != key}
    posts = hands.posts_of(colleagues, offices)
    form = TransferForm(colleagues, posts, request.POST if request.method == "POST" else None)
    if form.is_valid() and (row := _tried(form, lambda: transfers.ask(person, me, **form.told()))):
        return redirect("desk_transfer_result", row.pk)
    context = {"person": person, "form": form, "count": count, "back": _back(me, key)}
    return shown(request, "desk/transfer.html", context, current="desk_hands")


@never_cache
@require_safe
@permission("work.lead")
def transfer_result(request: HttpRequest, key: int) -> HttpResponse:
    me = official(request)
    row = next((one for one in hands.transfers_for(me) if one.pk == key), None)
    if row is None:
        raise Http404
    names = User.objects.only("full_name").in_bulk(row.to)
    given = [(names[one].full_name, row.given.get(str(one), 0)) for one in row.to if one in names]
    context = {"row": row, "given": given, "back": _back(me, row.person_id), **_how_far(row)}
    return shown(request, "desk/transfer_result.html", context, current="desk_hands")


def _how_far(row: WorkTransfer) -> dict[str, Any]:
    """What was given, what stayed under each reason, and what is still to come; a long list of what stayed is cut off."""
    done, stayed = sum(row.given.values()), defaultdict(list)
    for one in row.stayed:
        stayed[one["reason"]].append(one)
    rest = max(row.total - done - len(row.stayed), 0)
    left = 0 if row.finished_at else max(rest, 1)
    told = {"done": done, "stayed": dict(stayed), "stayed_all": row.total - done, "tried": row.total - left}
    return {**told, "left": left, "untold": rest if row.finished_at else 0}


def _back(me: User, person: int) -> str:
    """An administrator came from the person's page."""
    return reverse("desk_hands") if may(me, "work.own") else reverse("manage_person", args=[person])


def _tried(form: forms.Form, deed: Any) -> Any:
    """What came of it; where it cannot be done the form says why."""
    try:
        return deed()
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return None


urlpatterns = [
    path("nhan-luc/", people, name="desk_hands"),
    path("nhan-luc/<int:key>/vang-mat/", absence, name="desk_absence"),
    path("nhan-luc/vang-mat/<int:key>/thoi/", absence_off, name="desk_absence_off"),
    path("nhan-luc/<int:key>/ban-giao/", transfer, name="desk_transfer"),
    path("nhan-luc/ban-giao/<int:key>/", transfer_result, name="desk_transfer_result"),
]
