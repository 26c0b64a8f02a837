"""What must hold before anything serves: every model a tenant's or declared global, every route declared, safe settings."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from portal.isolation import is_tenant_owned
from portal.permissions import permission_of
from portal.roles import PERMISSIONS, PUBLIC
from portal.tenancy import TenantManager, TenantOwned

# The tables that no tenant owns: authorities, accounts, national definitions, sessions, second factors, Django's own lists.
GLOBAL = frozenset(
    {
        "portal.Tenant",
        "portal.User",
        "procedures.NationalDefinition",
        "auth.Group",
        "auth.Permission",
        "contenttypes.ContentType",
        "sessions.Session",
        "otp_totp.TOTPDevice",
        "otp_static.StaticDevice",
        "otp_static.StaticToken",
    }
)
URLCONFS = ("portal.urls", "portal.platform_urls", "portal.nowhere_urls")


@register(Tags.models)
def models_have_an_owner(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    return [told for model in apps.get_models() for told in judge_model(model)]


def judge_model(model: Any) -> Iterator[CheckMessage]:
    if not is_tenant_owned(model):
        if model._meta.label not in GLOBAL and not model._meta.proxy:
            yield Error(
                f"{model._meta.label} is neither a tenant's (TenantOwned) nor on the list of global tables.",
                id="portal.E001",
            )
        return
    if not issubclass(model, TenantOwned):
        yield Error(f"{model._meta.label} has a tenant but is not TenantOwned.", id="portal.E002")
    elif not all(
        isinstance(m, TenantManager) for m in (model._default_manager, model._base_manager, *model._meta.managers)
    ):
        yield Error(
            f"{model._meta.label} has a manager that does not ask for the tenant (class Meta(TenantOwned.Meta)).",
            id="portal.E003",
        )


@register(Tags.urls)
def routes_are_declared(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    return [told for urlconf in URLCONFS for route, pattern in routes(urlconf) for told in judge_route(route, pattern)]


def routes(urlconf: str) -> Iterator[tuple[str, URLPattern]]:
    yield from _below(get_resolver(urlconf).url_patterns, "")


def _below(patterns: list[Any], start: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, here)
        else:
            yield here, pattern


def judge_route(route: str, pattern: URLPattern) -> Iterator[CheckMessage]:
    names = declared(pattern.callback)
    if not names or not all(name == PUBLIC or name in PERMISSIONS for name in names):
        yield Error(f"/{route} declares no permission of portal/roles.py.", id="portal.E004")
    if not pattern.name:
        yield Error(f"/{route} has no name.", id="portal.E005")


def declared(view: Any) -> set[str]:
    """The permissions that a view declares: one, or for the API one by method."""
    by_method = getattr(getattr(view, "cls", None), "permissions", {})
    return {name for name in (permission_of(view), *by_method.values()) if name}


@register(Tags.security, deploy=True)
def settings_are_safe(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Outside the demo nothing is left open that the demo leaves open."""
    wrong = []
    if "django.contrib.admin" in settings.INSTALLED_APPS:
        wrong.append(Error("django.contrib.admin passes every permission by.", id="portal.E006"))
    if not settings.DEMO:
        wanted = {"SECOND_FACTOR_REQUIRED": True, "SECURE_COOKIES": True, "DEBUG": False}
        wrong += [
            Error(f"{name} must be {value} outside the demo.", id="portal.E007")
            for name, value in wanted.items()
            if getattr(settings, name) is not value
        ]
    return list(wrong)
