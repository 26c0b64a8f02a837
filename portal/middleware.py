"""From a request's host to a tenant, a language, a bound session and one transaction."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation

from portal.health import live, metrics, ready
from portal.models import Tenant
from portal.moments import now
from portal.queries import tenant_by_host
from portal.tenancy import inside, knowing
from portal.views import not_found

Next = Callable[[HttpRequest], HttpResponse]
PROBES = {"/health/live": live, "/health/ready": ready, "/metrics": metrics}
PLATFORM_HOSTS = {"localhost", "127.0.0.1"}
# Elsewhere visitors and programs are answered in their own terms, whatever they ask for.
PAGES_OF_PERSONS = ("/mot-cua/", "/quan-tri/", "/tai-khoan/")
TENANT_SECONDS = 1.0
# Seconds after which one signs in anew, however busy: a working day and its evening.
LONGEST_SESSION = 12 * 3600
_tenants: dict[str, tuple[float, Tenant | None]] = {}


def probes(get_response: Next) -> Next:
    """Answer the probes before any host is looked at: they come by address, not by name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        return probe(request) if probe else get_response(request)

    return middleware


def no_null_character(get_response: Next) -> Next:
    """No address of ours holds a null character, and PostgreSQL takes none: there is no such page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = "%00" in request.META.get("QUERY_STRING", "") and request.path.startswith(PAGES_OF_PERSONS)
        if "\0" in request.path or asked:
            return not_found(request, Http404())
        return get_response(request)

    return middleware


def _tenant_of(host: str) -> Tenant | None:
    """The tenant of a host, at most a second old: asked in every request of every process."""
    kept = _tenants.get(host)
    if kept is None or time.monotonic() - kept[0] > TENANT_SECONDS:
        if len(_tenants) > 2000:
            _tenants.clear()
        kept = _tenants[host] = (time.monotonic(), tenant_by_host(host))
    return kept[1]


def tenant_of_host(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        host = request.get_host().split(":")[0].lower()
        tenant = _tenant_of(host)
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            request.urlconf = "portal.platform_urls" if host in PLATFORM_HOSTS else "portal.nowhere_urls"
        with knowing(tenant):
            return get_response(request)

    return middleware


def language(get_response: Next) -> Next:
    """Vietnamese unless the person chose English here; the browser's own wish is not asked, so that pages can be cached."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "vi")
        code = chosen if chosen in dict(settings.LANGUAGES) else "vi"
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def session_of_host(get_response: Next) -> Next:
    """A session counts only at the host where it began. It ends when nobody used it for a while, or after a working day."""

    def middleware(request: HttpRequest) -> HttpResponse:
        host = request.get_host().split(":")[0].lower()
        if request.session.get("host", host) != host or _age(request, "began") > LONGEST_SESSION:
            logout(request)
        if _age(request, "used") > settings.SESSION_COOKIE_AGE / 20:  # not with every look: each time is a write
            request.session["used"] = now().timestamp()
        return get_response(request)

    return middleware


def _age(request: HttpRequest, what: str) -> float:
    """Seconds since a session began or was last used; none for one that does not know."""
    since = request.session.get(what)
    return now().timestamp() - since if since is not None else 0.0


def words_for_refusals(get_response: Next) -> Next:
    """A browser that asks for what only takes forms (a page reloaded, an address kept) is shown a page, not its own error."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content and "text/html" in request.headers.get("accept", ""):
            response.content = not_found(request, Http404()).content
        return response

    return middleware


class TenantTransaction:
    """Run each view wholly inside its tenant: one transaction, rolled back whole when it fails."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        tenant: Tenant | None = getattr(request, "tenant", None)
        if tenant is None or getattr(getattr(view, "cls", view), "short_transactions", False):
            return None
        with inside(tenant):
            response: HttpResponse = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
            return response
