"""Pages of the ground: theme, language, the platform's door, and what is said when something is missing or broken."""

import re
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal import again
from portal.models import Tenant
from portal.permissions import permission
from portal.queries import active_tenants
from portal.roles import PUBLIC
from portal.text import sort_key

COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
THEME_NAMES = ("brand", "brand_ink", "brand_soft", "accent")


@permission(PUBLIC)
@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def theme(request: HttpRequest, version: int) -> HttpResponse:
    """A tenant's colours as a style sheet of its own: no inline style is allowed anywhere."""
    tenant = getattr(request, "tenant", None)
    colours = tenant.theme if tenant else {}
    lines = [
        f"--{name.replace('_', '-')}:{colours[name]}"
        for name in THEME_NAMES
        if COLOUR.match(str(colours.get(name, "")))
    ]
    return HttpResponse(f":root{{{';'.join(lines)}}}", content_type="text/css; charset=utf-8")


# Without a token, so that the switch can stand in pages kept for everybody: all that a forged request could do is to
# change the language, and the cookie it sets is told to browsers by this host alone (SameSite).
@csrf_exempt
@permission(PUBLIC)
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    code, target = request.POST.get("language", ""), request.POST.get("next", "/")
    if code not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=31536000,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
        httponly=True,
    )
    return response


@permission(PUBLIC)
@require_safe
def platform_home(request: HttpRequest) -> HttpResponse:
    tenants = sorted(active_tenants(), key=lambda one: (one.kind != Tenant.Kind.PROVINCE, sort_key(one.name)))
    _host, colon, number = request.get_host().partition(":")
    return render(request, "platform/home.html", {"tenants": tenants, "port": colon + number})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes for what is missing and for what is another's."""
    return HttpResponse(
        render_to_string("404.html", {"tenant": getattr(request, "tenant", None), "language": get_language()}),
        status=404,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse((Path(settings.BASE_DIR) / "templates" / "500.html").read_bytes(), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return again.token_failed(request)
