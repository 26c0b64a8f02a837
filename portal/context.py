"""What every page knows: the authority, the person, the language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from portal import kept
from portal.permissions import roles_of
from portal.tenancy import OutsideTenant, current_scope

MENU_SECONDS = 5.0


def frame(request: HttpRequest) -> dict[str, Any]:
    tenant = getattr(request, "tenant", None)
    user = getattr(request, "user", None)
    me = user if user is not None and user.is_authenticated else None
    return {
        "tenant": tenant,
        "theme_href": _theme(tenant.version) if tenant else None,
        "language": getattr(request, "LANGUAGE_CODE", "vi"),
        "me": me,
        "roles": _roles(me),
        "demo": settings.DEMO,
        "mail_preview_url": settings.MAIL_PREVIEW_URL,
    }


def _theme(version: int) -> str | None:
    try:
        return reverse("theme", args=[version])
    except NoReverseMatch:
        return None


def _roles(me: Any) -> set[str]:
    """The person's roles here; none where the rows are not open (a page shown by a view with short transactions)."""
    try:
        current_scope()
    except OutsideTenant:
        return set()
    if me is None:
        return set()
    # Only the menu reads them; what a person may do is asked anew in every request (portal.permissions).
    return kept.for_seconds(("roles", me.pk), MENU_SECONDS, lambda: {role.value for role in roles_of(me)})
