"""Booking a slot at an office's counter, seeing it, giving it back; and the board of the waiting room."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import User
from portal.moments import HERE
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.text import ALPHABET, random_code
from procedures.actions import queue
from procedures.models import Appointment, Procedure, Reception
from procedures.models.form_messages import sentence
from procedures.public.limits import too_many
from procedures.queries.queue import SLOT, appointment_by, board, bookable, is_movable, reception_of, slots_of
from procedures.schema import identity
from procedures.schema.messages import Invalid
from procedures.workflow import NotAllowed

MOST_A_MINUTE = 10
INPUT = {"class": "input"}
CODE = rf"^[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}$"


class SlotForm(forms.Form):
    use_required_attribute = False
    slot = forms.ChoiceField(
        label=gettext_lazy("Giờ hẹn"), error_messages={"required": gettext_lazy("Hãy chọn giờ hẹn.")}
    )

    def __init__(self, reception: Reception, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.days = slots_of(reception)
        free = [slot for _day, slots in self.days for slot in slots if slot.free]
        self.fields["slot"].choices = [(slot.key, slot.key) for slot in free]  # type: ignore[attr-defined]
        self.fields["slot"].error_messages["invalid_choice"] = _("Giờ này vừa hết chỗ. Hãy chọn giờ khác.")


class BookForm(SlotForm):
    # Drawn with the page, so that pressing twice books once.
    code = forms.RegexField(CODE, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Họ và tên"), max_length=200, error_messages={"required": gettext_lazy("Hãy nhập họ và tên.")},
        widget=forms.TextInput(attrs={**INPUT, "autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Điện thoại"), max_length=20, required=False,
        widget=forms.TextInput(attrs={**INPUT, "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    procedure = forms.CharField(
        label=gettext_lazy("Mã thủ tục"), max_length=40, required=False, help_text=gettext_lazy("Nếu bạn biết, ví dụ 1.001193."),
        widget=forms.TextInput(attrs=INPUT),
    )  # fmt: skip

    def clean_phone(self) -> str:
        typed = str(self.cleaned_data["phone"]).strip()
        try:
            return identity.phone(typed) if typed else ""
        except Invalid as wrong:
            raise forms.ValidationError(sentence(wrong.messages[""], str(self.fields["phone"].label))) from wrong

    def clean_procedure(self) -> Procedure | None:
        typed = str(self.cleaned_data["procedure"]).strip()
        found = Procedure.objects.filter(code=typed).exclude(current=None).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(_("Không có thủ tục nào mang mã này. Có thể để trống."))
        return found


@permission(PUBLIC)
@never_cache
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    return render(request, "public/booking_offices.html", {"offices": bookable()})


@permission(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, code: str) -> HttpResponse:
    reception = reception_of(code, booking_open=True)
    form = BookForm(
        reception,
        request.POST if request.method == "POST" else None,
        initial={"code": random_code(), **_known(request)},
    )
    context = {"office": reception.office, "form": form}
    if form.is_bound and too_many(request, "booking", MOST_A_MINUTE):
        return render(request, "public/booking.html", {**context, "waiting": True}, status=429)
    made = _already(request) or (_booked(reception, form) if form.is_valid() else None)
    return redirect("booking_one", made.code) if made else render(request, "public/booking.html", context)


def _known(request: HttpRequest) -> dict[str, str]:
    """Who is signed in need not type what we know."""
    me = request.user
    return {"name": me.full_name, "phone": me.phone} if isinstance(me, User) else {}


def _already(request: HttpRequest) -> Appointment | None:
    """What this very page booked before: its button was pressed twice, or one went back to it."""
    made = Appointment.objects.filter(code=request.POST.get("code") or None).first()
    if made and made.starts_at.astimezone(HERE).strftime(SLOT) != request.POST.get("slot"):
        messages.info(request, _("Bạn đã đặt lịch này rồi. Muốn đến vào giờ khác, hãy đổi giờ."))
    return made


def _booked(reception: Reception, form: BookForm) -> Appointment | None:
    try:
        return queue.book(reception, **form.cleaned_data)
    except NotAllowed as refusal:
        form.add_error("slot", str(refusal))
        return None


@permission(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment(request: HttpRequest, code: str) -> HttpResponse:
    """What was booked, for whoever holds the code; cancelled by a second press of a button."""
    one, wrong = appointment_by(code), ""
    if request.method == "POST":
        try:
            queue.cancel(one)
            return redirect("booking_one", one.code)
        except NotAllowed as refusal:
            wrong = str(refusal)
    return render(request, "public/booking_one.html", {"one": one, "wrong": wrong, "movable": is_movable(one)})


@permission(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another time for what was booked."""
    one = appointment_by(code)
    reception = reception_of(one.office.code, booking_open=True)
    form = SlotForm(reception, request.POST if request.method == "POST" else None)
    waiting = form.is_bound and too_many(request, "booking", MOST_A_MINUTE)
    if not waiting and form.is_valid():
        try:
            queue.move(one, reception, form.cleaned_data["slot"])
            messages.success(request, _("Đã đổi giờ hẹn."))
            return redirect("booking_one", one.code)
        except NotAllowed as refusal:
            form.add_error("slot", str(refusal))
    facts = {"one": one, "form": form, "waiting": waiting}
    return render(request, "public/booking_change.html", facts, status=429 if waiting else 200)


@permission(PUBLIC)
@never_cache
@require_safe
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The board of the waiting room: it loads itself anew every ten seconds, with or without scripts."""
    reception = reception_of(code, numbers_open=True)
    answer = render(request, "public/queue_board.html", {"office": reception.office, **board(reception.office)})
    answer.headers["Refresh"] = "10"
    return answer
