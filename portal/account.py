"""Signing in through the identity provider, the second factor, signing out, one's own details."""

import logging
from importlib import import_module
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_otp import devices_for_user
from django_otp import login as verify_session
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal import actions, audit, confirming
from portal.models import User
from portal.moments import now
from portal.people import account_of
from portal.permissions import permission
from portal.roles import PUBLIC
from portal.tenancy import inside, short_transactions

log = logging.getLogger(__name__)
BACKEND = "portal.people.ByIdentityProvider"


def _provider() -> Any:
    """The port of the identity provider; named in the settings, since it lives a storey above."""
    return import_module(settings.IDENTITY_PROVIDER)


def _target(request: HttpRequest, wanted: str | None) -> str:
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("account")


@permission(PUBLIC)
@never_cache
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    request.session["next"] = _target(request, request.GET.get("next"))
    return render(request, "account/sign_in.html")


@permission(PUBLIC)
@never_cache
@require_safe
@short_transactions
def sign_in_begin(request: HttpRequest) -> HttpResponse:
    provider = _provider()
    try:
        answer: HttpResponse = provider.begin(request, request.build_absolute_uri(reverse("sign_in_back")))
    except provider.SignInFailed:
        log.warning("identity provider not reached")
        return render(request, "account/sign_in_failed.html", {"reason": "away"}, status=503)
    return answer


@permission(PUBLIC)
@never_cache
@require_safe
@short_transactions
def sign_in_back(request: HttpRequest) -> HttpResponse:
    """The provider's answer is checked (state, nonce, PKCE, signature) before anybody is signed in."""
    provider = _provider()
    target = request.session.get("next")
    try:
        claims = provider.complete(request)
    except provider.SignInFailed as error:
        log.warning("sign-in refused: %s", type(error.__cause__ or error).__name__)
        return render(request, "account/sign_in_failed.html", {"reason": "refused"}, status=400)
    with inside(request.tenant):  # type: ignore[attr-defined]
        user = account_of(claims)
        if not user.is_active:
            return render(request, "account/sign_in_failed.html", {"reason": "closed"}, status=403)
        audit.record(user, "sign_in", f"user:{user.pk}", subject=user)
    open_session(request, user)
    return redirect(_target(request, target))


def open_session(request: HttpRequest, user: User) -> None:
    """Sign a person in under a new session id, bound to this host."""
    login(request, user, backend=BACKEND)
    request.session["host"] = request.get_host().split(":")[0].lower()
    request.session["began"] = request.session["used"] = now().timestamp()
    confirming.note_sign_in(request)


@permission(PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Bạn đã đăng xuất."))
    return redirect("home")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Mã 6 chữ số"),
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@permission("account")
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up a code generator once, then prove it at each sign-in. django-otp slows guessing and takes a code once only."""
    confirmed = list(devices_for_user(request.user))
    device = confirmed[0] if confirmed else _new_device(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _accept(device, form.cleaned_data["code"]):
            verify_session(request, device)
            confirming.note(request)
            return redirect(_target(request, request.session.get("next")))
        form.add_error("code", _("Mã không đúng hoặc đã dùng. Hãy đợi mã mới trên điện thoại rồi nhập lại."))
    picture = None if confirmed else segno.make(device.config_url).svg_data_uri(scale=5)
    return render(
        request,
        "account/second_factor.html",
        {"form": form, "picture": picture, "key": device.config_url if picture else ""},
    )


@permission("account")
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    """The same person still? By a new code of the second factor, else by signing in anew; then back to `next`."""
    if "next" in request.GET:
        request.session["next"] = _target(request, request.GET["next"])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if any(_accept(device, form.cleaned_data["code"]) for device in devices_for_user(request.user)):
            confirming.note(request)
            return redirect(_target(request, request.session.get("next")))
        form.add_error("code", _("Mã không đúng hoặc đã dùng. Hãy đợi mã mới trên điện thoại rồi nhập lại."))
    told = {"form": form, "by_code": confirming.has_device(request), "minutes": confirming.MINUTES}
    return render(request, "account/confirm.html", told)


def _new_device(request: HttpRequest) -> TOTPDevice:
    device, _made = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": "totp"})
    return device


def _accept(device: Any, code: str) -> bool:
    allowed, _why = device.verify_is_allowed()
    if not allowed or not device.verify_token(code):
        return False
    if not device.confirmed:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return True


class DetailsForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("Số điện thoại"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    language = forms.ChoiceField(label=gettext_lazy("Ngôn ngữ của thông báo"), choices=settings.LANGUAGES)


@permission("account")
@never_cache
def details(request: HttpRequest) -> HttpResponse:
    """Where and in which language we may write to a person."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard above lets nobody else through
    known = {"phone": user.phone, "email": user.email, "language": user.language}
    form = DetailsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        actions.change_details(user, **form.cleaned_data)
        messages.success(request, _("Đã lưu."))
        return redirect("account_details")
    return render(request, "account/details.html", {"form": form})
