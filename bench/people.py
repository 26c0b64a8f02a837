"""Who asks: visitors without a session, and the demo's people with one of theirs."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from portal.models import Tenant, User

TOKEN = "c" * 32
GZIP = {"Accept-Encoding": "gzip"}


def person(subject: str) -> User:
    found: User = User.objects.get(issuer=settings.VNEID_ISSUER, subject=subject)
    return found


def headers(tenant: Tenant, who: User | None = None) -> dict[str, str]:
    """What a browser at the tenant's host sends, signed in or not."""
    told = {"Host": f"{tenant.host}:{settings.PORT}", **GZIP}
    if who is None:
        return told
    cookies = f"{settings.SESSION_COOKIE_NAME}={_session(tenant, who)}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    return {**told, "Cookie": cookies, "X-CSRFToken": TOKEN}


def _session(tenant: Tenant, who: User) -> str:
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(who.pk)
    session[BACKEND_SESSION_KEY] = "portal.people.ByIdentityProvider"
    session[HASH_SESSION_KEY] = who.get_session_auth_hash()
    session["host"] = tenant.host
    session.save()
    return str(session.session_key)
