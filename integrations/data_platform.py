"""The data sharing platform (LGSP/NDXP) through which registries are reached: one budget of time, tokens kept until they end."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings

from portal import http

T = TypeVar("T")
_kept: dict[str, tuple[str, float]] = {}


@dataclass(frozen=True)
class Budget:
    """The time that a whole conversation may take, however many calls it needs."""

    ends: float

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        return cls(monotonic() + seconds)

    @property
    def left(self) -> float:
        return self.ends - monotonic()


def client_id() -> str:
    return str(settings.LGSP_CLIENT_ID)


def access_token(base: str, budget: Budget) -> str:
    """The platform's own token, by client credentials."""
    client, secret = client_id(), str(settings.LGSP_CLIENT_SECRET)
    fields = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    return kept(
        f"{base}/token",
        lambda: http.post_form(f"{base}/token", fields, timeout=budget.left),
        "accessToken",
        "expiresIn",
    )


def kept(key: str, fetch: Callable[[], Any], name: str, lifetime: str) -> str:
    """A token, fetched when there is none or its end is near."""
    token, until = _kept.get(key, ("", 0.0))
    if monotonic() >= until:
        answer = fetch()
        try:
            token, seconds = str(answer[name]), float(answer.get(lifetime, 0))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise http.Refused(f"{key}: no token in the answer") from error
        _kept[key] = (token, monotonic() + seconds - 30)
    return token


def forget(base: str) -> None:
    for key in [key for key in _kept if key.startswith(base)]:
        _kept.pop(key, None)


def with_tokens(base: str, ask: Callable[[], T]) -> T:
    """Ask; if the tokens are no longer known there, fetch new ones and ask once more."""
    try:
        return ask()
    except http.Refused as refusal:
        if refusal.status != 401:
            raise
        forget(base)
        return ask()
