"""Speaks OpenID Connect to VNeID, with Authlib's client over our limits."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoIntegration, DjangoOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from integrations.unavailable import Unavailable
from integrations.vneid import Claims, SignInFailed
from portal import http

SECONDS = 5.0
KEEP_DISCOVERY = 3600
GENDERS = {"1": "male", "nam": "male", "male": "male", "2": "female", "nữ": "female", "female": "female"}
DATES = ("%d/%m/%Y", "%Y%m%d", "%Y-%m-%d")
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


class _Session(http.Session, OAuth2Session):  # type: ignore[misc]
    seconds = SECONDS


class _App(DjangoOAuth2App):  # type: ignore[misc]
    client_cls = _Session


def begin(request: HttpRequest, redirect_uri: str) -> HttpResponse:
    answer: HttpResponse = _client().authorize_redirect(request, redirect_uri)
    return answer


def complete(request: HttpRequest) -> Claims:
    client = _client()
    expected = {
        "iss": {"essential": True, "value": settings.VNEID_ISSUER},
        "aud": {"essential": True, "value": settings.VNEID_CLIENT_ID},
    }
    try:
        token = client.authorize_access_token(request, claims_options=expected)
        proven = token["userinfo"]
        told = client.userinfo(token=token)
        return _claims(proven, told)
    except http.Unreachable as error:
        raise SignInFailed("the identity provider was not reached", away=True) from error
    # OSError: what requests raises for an HTTP error that Authlib passes on.
    except (http.Refused, AuthlibBaseError, JoseError, OSError, LookupError, ValueError, TypeError) as error:
        raise SignInFailed("the identity provider's answer does not hold") from error


def leave(return_to: str) -> str:
    end = _discovery().get("end_session_endpoint")
    if not end:
        return return_to
    return f"{end}?{urlencode({'client_id': settings.VNEID_CLIENT_ID, 'post_logout_redirect_uri': return_to})}"


def check() -> str:
    try:
        _read_discovery()
    except SignInFailed as error:
        raise Unavailable("vneid") from error
    return ""


def _client() -> Any:
    """Made anew for each sign-in: the provider's keys are read each time, so a change of keys is never noticed late."""
    metadata = {name: value for name, value in _discovery().items() if name in (*NEEDED, "issuer")}
    return _App(
        DjangoIntegration("vneid"),
        "vneid",
        client_id=settings.VNEID_CLIENT_ID,
        client_secret=settings.VNEID_CLIENT_SECRET,
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
        id_token_signing_alg_values_supported=["RS256"],
        **metadata,
    )


def _discovery() -> dict[str, Any]:
    key = f"vneid:discovery:{settings.VNEID_ISSUER}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _read_discovery()
        cache.set(key, known, KEEP_DISCOVERY)
    return known


def _read_discovery() -> dict[str, Any]:
    issuer = settings.VNEID_ISSUER
    try:
        found = http.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=SECONDS)
    except (http.Unreachable, http.Refused) as error:
        raise SignInFailed("the identity provider was not reached", away=True) from error
    if (
        not isinstance(found, dict)
        or found.get("issuer") != issuer
        or any(not isinstance(found.get(name), str) for name in NEEDED)
    ):
        raise SignInFailed("the identity provider does not describe itself as the one we know", away=True)
    return found


def _claims(proven: dict[str, Any], told: dict[str, Any]) -> Claims:
    """What the signed token proves, filled up with what the provider tells about the same subject."""
    if told["sub"] != proven["sub"]:
        raise ValueError("userinfo about another subject")
    return Claims(
        issuer=proven["iss"],
        subject=proven["sub"],
        personal_id=_text(told, "SoDinhDanh"),
        full_name=_text(told, "HoVaTen") or _text(told, "name"),
        birth_date=_day(_text(told, "NgayThangNamSinh")),
        gender=GENDERS.get(_text(told, "GioiTinh").casefold(), ""),
        phone=_text(told, "SoDienThoai"),
        email=_text(told, "ThuDienTu"),
    )


def _text(told: dict[str, Any], name: str) -> str:
    return str(told.get(name) or "").strip()


def _day(text: str) -> str:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 -- a day without an hour
        except ValueError:
            continue
    return ""
