"""What the stand-in identity provider hands out: codes that work once, tokens, and the key that it signs with."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

CODE_SECONDS = 60
TOKEN_SECONDS = 600


@dataclass(frozen=True)
class Grant:
    """What a person allowed: whom, where to, and against which challenge."""

    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    person: str


@dataclass
class Issuing:
    """All state of the provider, in memory."""

    client_id: str
    client_secret: str
    clock: Callable[[], float] = time.time
    _codes: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _key: RSAKey = field(
        default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    )

    def is_known(self, client_id: str) -> bool:
        return hmac.compare_digest(client_id.encode(), self.client_id.encode())

    def is_client(self, client_id: str | None, secret: str | None) -> bool:
        return self.is_known(client_id or "") and hmac.compare_digest(
            (secret or "").encode(), self.client_secret.encode()
        )

    def code_for(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = (grant, self.clock() + CODE_SECONDS)
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant | None:
        """The grant behind a code, once: a code is spent by the first attempt, right or wrong."""
        with self._lock:
            grant, until = self._codes.pop(code, (None, 0.0))
        if grant is None or self.clock() >= until:
            return None
        same = grant.client_id == client_id and grant.redirect_uri == redirect_uri
        return grant if same and hmac.compare_digest(grant.challenge, challenge_of(verifier)) else None

    def tokens_for(self, grant: Grant, issuer: str) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self._tokens[access] = grant.person
        now = int(self.clock())
        claims = {
            "iss": issuer,
            "sub": grant.person,
            "aud": grant.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "auth_time": now,
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        signed = jwt.encode({"alg": "RS256", "kid": self._key.kid}, claims, self._key)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "openid profile",
            "id_token": signed,
        }

    def person_of(self, token: str) -> str:
        return self._tokens.get(token, "")

    def public_keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
