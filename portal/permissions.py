"""The guard on every route. One without a declaration does not serve; the declaration is a name in roles.PERMISSIONS."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal import again
from portal.queries import memberships_of
from portal.roles import FOR_EVERY_ACCOUNT, PERMISSIONS, PUBLIC, Role
from portal.tenancy import OutsideTenant, current_scope, inside, known_tenant


def may(user: Any, permission: str) -> bool:
    """Whether a person holds, at the current tenant, one of the roles that a permission names."""
    if permission == PUBLIC:
        return True
    if not getattr(user, "is_active", False):
        return False
    if permission in FOR_EVERY_ACCOUNT:
        return True
    if permission == "platform.view":
        return bool(user.is_operator)
    return bool(roles_of(user) & PERMISSIONS[permission])


def roles_of(user: Any) -> frozenset[Role]:
    """The roles of a person at the current tenant; asked anew in every request, so that a change holds at once."""
    return frozenset(Role(m.role) for m in memberships_of(user))


def permission_of(view: Any) -> str | None:
    found = getattr(view, "permission", None) or getattr(getattr(view, "cls", None), "permission", None)
    return cast("str | None", found)


V = TypeVar("V", bound=Callable[..., HttpResponse])


def permission(name: str) -> Callable[[V], V]:
    """Declare what a page asks for. Anonymous people go to sign in; a stranger gets the 404 of a missing page."""
    if name != PUBLIC and name not in PERMISSIONS:
        raise KeyError(f"{name} is not in the permission table.")

    def declare(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = _refusal(request, name)
            return refusal if refusal is not None else view(request, *args, **kwargs)

        guarded.permission = name  # type: ignore[attr-defined]
        return cast(V, guarded)

    return declare


def _refusal(request: HttpRequest, name: str) -> HttpResponse | None:
    if name == PUBLIC:
        return None
    if not request.user.is_authenticated:
        return again.sign_in_first(request)
    if not _scoped_may(request, name):
        raise Http404
    if needs_second_factor(name) and not request.user.is_verified():  # type: ignore[attr-defined]
        return redirect("second_factor")
    return None


def _scoped_may(request: HttpRequest | Request, name: str) -> bool:
    """The same question inside a view with short transactions, where the tenant's rows are not open yet."""
    try:
        current_scope()
    except OutsideTenant:
        tenant = known_tenant()
        if tenant is None:
            return name in FOR_EVERY_ACCOUNT or (name == "platform.view" and may(request.user, name))
        with inside(tenant):
            return may(request.user, name)
    return may(request.user, name)


def needs_second_factor(name: str) -> bool:
    """Officials prove themselves twice; citizens are known to the identity provider."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and name not in FOR_EVERY_ACCOUNT and name != PUBLIC


class Declared(BasePermission):
    """The API's side of the same table: `permission = "name"` on the view class, or `permissions = {"POST": "name"}`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        name = getattr(view, "permissions", {}).get(request.method) or permission_of(view)
        if name is None:
            return False
        if name == PUBLIC:
            return True
        if not request.user or not request.user.is_authenticated:
            return False
        if not _scoped_may(request, name):
            raise Http404
        return not needs_second_factor(name) or bool(request.user.is_verified())  # type: ignore[attr-defined]
