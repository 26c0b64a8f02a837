"""Personal data at rest: AES-256-GCM with the key's id in the value, and keyed hashes to find by."""

import base64
import hashlib
import hmac
import json
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Unreadable(ValueError):
    """A stored value that no key of ours opens: tampered with, moved to another column, or its key is gone."""


@lru_cache(maxsize=4)
def _keys(configured: str) -> dict[str, bytes]:
    """Key id → 32 bytes, newest first. A plain passphrase (development) becomes a key of id "0"."""
    if ":" not in configured:
        return {"0": hashlib.sha256(configured.encode()).digest()}
    pairs = (part.split(":", 1) for part in configured.split(","))
    return {name: base64.b64decode(value) for name, value in pairs}


def seal(text: str, place: str) -> str:
    """Encrypt `text` for one `place` (table and column): a value moved elsewhere does not open."""
    name, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(value: str, place: str) -> str:
    name, _, body = value.partition(":")
    key = _keys(settings.FIELD_KEYS).get(name)
    if key is None:
        raise Unreadable(f"No key {name!r} for {place}.")
    raw = base64.b64decode(body)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], place.encode()).decode()
    except InvalidTag as error:
        raise Unreadable(f"A value in {place} does not open.") from error


def keyed_hash(value: str, purpose: str) -> str:
    """A hash to look up by, useless without our key; `purpose` keeps different columns apart."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}:{purpose}".encode()).digest()
    return hmac.new(key, value.strip().casefold().encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is readable only through the application. Empty stays empty, so that absence can be asked for."""

    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value), self._place()) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return unseal(value, self._place()) if value else value


class EncryptedJSONField(models.TextField):  # type: ignore[type-arg]
    """A JSON document that is readable only through the application."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> Any:
        return (
            None if value is None else seal(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder), self._place())
        )

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return json.loads(unseal(value, self._place())) if value else None
