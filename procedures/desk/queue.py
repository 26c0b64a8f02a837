"""The queue at the desk: numbers at the door, the next one called by a key, the intake opened from a called number."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import audit
from portal.permissions import permission
from procedures.actions import queue
from procedures.desk.frame import official, shown
from procedures.models import Reception, Ticket
from procedures.queries.queue import appointment_by, at_window, expected, in_line, receptions_for
from procedures.workflow import NotAllowed


class WindowForm(forms.Form):
    window = forms.IntegerField(min_value=1, max_value=99)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.register")
def line(request: HttpRequest) -> HttpResponse:
    """Whom I serve, who waits, who is expected; call, finish, absent."""
    offices = receptions_for(official(request))
    if not offices:
        return shown(request, "desk/queue.html", {"offices": []}, current="desk_queue")
    here = _here(request, offices)
    if request.method == "POST":
        return _done(request, here)
    appointments = expected(here.office)
    for one in appointments:
        audit.look(official(request), f"appointment:{one.pk}", "queue", None)
    context = {
        "offices": offices, "here": here, "current": at_window(official(request), here.office), "waiting": list(in_line(here.office)[:50]),
        "window": _window(request), "windows": range(1, here.windows + 1), "appointments": appointments,
    }  # fmt: skip
    return shown(request, "desk/queue.html", context, current="desk_queue")


def _here(request: HttpRequest, offices: list[Reception]) -> Reception:
    """The office that the page is about; with one, that."""
    asked = request.GET.get("don-vi") or request.POST.get("office")
    return next((one for one in offices if one.office.code == asked), offices[0])


def _window(request: HttpRequest) -> int:
    """The window at which the clerk sits, remembered for the session."""
    form = WindowForm(request.POST)
    if form.is_valid():
        request.session["window"] = form.cleaned_data["window"]
    return int(request.session.get("window", 1))


def _done(request: HttpRequest, here: Reception) -> HttpResponse:
    deed, person = request.POST.get("deed", ""), official(request)
    current = at_window(person, here.office)
    try:
        if deed == "next":
            called = queue.call_next(here.office, person, _window(request))
            messages.success(request, _("Mời số %(number)s.") % {"number": called.number})
        elif deed in (Ticket.State.DONE, Ticket.State.ABSENT) and current is not None:
            queue.finish(current, deed)
        elif deed == "give":
            made = queue.take_number(here)
            messages.success(request, _("Đã cấp số %(number)s.") % {"number": made.number})
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    return redirect(f"{reverse('desk_queue')}?don-vi={here.office.code}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("dossier.register")
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """A screen at the door, signed in by the clerk: one button for a number, a box for the code of an appointment."""
    here = next((one for one in receptions_for(official(request)) if one.office.code == code), None)
    if here is None:
        raise Http404
    context: dict[str, Any] = {"here": here}
    if request.method == "POST":
        context |= _number(request, here)
    return shown(request, "desk/kiosk.html", {**context, "waiting": in_line(here.office).count()}, current="desk_queue")


def _number(request: HttpRequest, here: Reception) -> dict[str, Any]:
    typed = request.POST.get("code", "").strip()
    try:
        booked = appointment_by(typed) if typed else None
        if booked is not None and (booked.office_id != here.office_id or booked.cancelled_at):
            raise Http404
        return {"ticket": queue.take_number(here, booked)}
    except Http404:
        return {"wrong": _("Không có lịch hẹn nào ở đây mang mã này."), "typed": typed}
    except NotAllowed as refusal:
        return {"wrong": str(refusal), "typed": typed}
