"""Public pages are the same for everybody who is not signed in: one rendering serves them all, without a query."""

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from portal.models import Tenant
from portal.tenancy import inside

V = TypeVar("V", bound=Callable[..., HttpResponse])
# A change that is published shows at once (it makes a new version); only what counts by the day waits this long.
SECONDS_HERE = 300
SECONDS_IN_BROWSERS = 20


def public_page(*parameters: str) -> Callable[[V], V]:
    """Keep a page for visitors without a session, under authority, version, language and address.

    `parameters` names what the page reads from its query; an address with others is answered, but not kept, so that
    nobody fills the cache with invented ones.
    """

    def declare(view: V) -> V:
        @wraps(view)
        def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            tenant: Tenant = request.tenant  # type: ignore[attr-defined]
            if not _is_anonymous(request):
                return _private(_answer(view, tenant, request, *args, **kwargs))
            if set(request.GET) - set(parameters):
                return _public(_answer(view, tenant, request, *args, **kwargs))
            return _from_cache(request, tenant, lambda: _answer(view, tenant, request, *args, **kwargs))

        kept.short_transactions = True  # type: ignore[attr-defined]
        return cast(V, kept)

    return declare


def _is_anonymous(request: HttpRequest) -> bool:
    """Without a session's cookie; the session itself is not opened to find out."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def _answer(
    view: Callable[..., HttpResponse], tenant: Tenant, request: HttpRequest, *args: object, **kwargs: object
) -> HttpResponse:
    with inside(tenant):
        return view(request, *args, **kwargs)


def _from_cache(request: HttpRequest, tenant: Tenant, answer: Callable[[], HttpResponse]) -> HttpResponse:
    language = getattr(request, "LANGUAGE_CODE", "vi")
    address = hashlib.sha256(request.get_full_path().encode()).hexdigest()
    key = f"whole:{tenant.pk}:{tenant.version}:{language}:{address}"
    packed = cache.get(key)
    if packed is None:
        response = answer()
        if response.status_code != 200 or response.cookies:
            return _public(response)
        packed = (response.headers["Content-Type"], gzip.compress(response.content, 6))
        cache.set(key, packed, SECONDS_HERE)
    return _public(_unpacked(request, *packed))


def _unpacked(request: HttpRequest, kind: str, packed: bytes) -> HttpResponse:
    """Nothing secret is in a page for everybody, so it may be sent as it was compressed once."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(packed, content_type=kind, headers={"Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(packed), content_type=kind)


def _public(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    patch_cache_control(response, public=True, max_age=SECONDS_IN_BROWSERS)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response
