"""VNeID: people and officials prove who they are there (OpenID Connect: state, nonce, PKCE)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.unavailable import Unavailable

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["Claims", "SignInFailed", "Unavailable", "begin", "check", "complete", "leave"]


class SignInFailed(Exception):
    """Nobody may be signed in on this answer. `away`: the provider was not reached, trying again may help."""

    def __init__(self, message: str, *, away: bool = False) -> None:
        super().__init__(message)
        self.away = away


@dataclass(frozen=True)
class Claims:
    """Who somebody is, as proven; `birth_date` is YYYY-MM-DD; what the provider does not tell is ""."""

    issuer: str
    subject: str
    personal_id: str
    full_name: str
    birth_date: str
    gender: str
    phone: str
    email: str


def begin(request: "HttpRequest", redirect_uri: str) -> "HttpResponse":
    """Lead the browser to the provider; state, nonce and code verifier stay in the session. Raises SignInFailed."""
    from integrations.vneid import live  # the stand-in imports this package without settings

    return live.begin(request, redirect_uri)


def complete(request: "HttpRequest") -> Claims:
    """Check the provider's answer and say who it is; raises SignInFailed. Not inside a transaction."""
    from integrations.vneid import live

    return live.complete(request)


def leave(return_to: str) -> str:
    """The address that ends the provider's own session, where it has one, and comes back; raises SignInFailed."""
    from integrations.vneid import live

    return live.leave(return_to)


def check() -> str:
    """Read the provider's own description; raises Unavailable."""
    from integrations.vneid import live

    return live.check()
