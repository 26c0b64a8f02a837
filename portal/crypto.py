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

from portal.tenancy import TenantOwned, known_tenant


class Unreadable(ValueError):
    """A stored value that no key of ours opens: tampered with, moved to another column, or its key is gone."""


@lru_cache(maxsize=4)
def _keys(configured: str) -> dict[str, bytes]:
    """Key id → 32 bytes, newest first. A plain passphrase (development) becomes a key of id "0"."""
    if ":" not in configured:
        return {"0": hashlib.sha256(configured.encode()).digest()}
    pairs = (part.split(":", 1) for part in configured.split(","))
    return {name: base64.b64decode(value) for name, value in pairs}


def seal(text: str, place: str, tenant: str = "") -> str:
    """Encrypt `text` for one `place` (table and column) of one tenant: a value moved elsewhere does not open."""
    name, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    owner = f"@{tenant}" if tenant else ""
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), f"{place}{owner}".encode())
    return f"{name}{owner}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(value: str, place: str, tenant: str = "") -> str:
    """Raises Unreadable. `tenant`: whose rows are being read, where one is entered; what names another's is not opened.

    Values of before name no tenant and are bound to their place alone.
    """
    told, _, body = value.partition(":")
    name, at, owner = told.partition("@")
    key = _keys(settings.FIELD_KEYS).get(name)
    if key is None:
        raise Unreadable(f"No key {name!r} for {place}.")
    if at and tenant and owner != tenant:
        raise Unreadable(f"A value in {place} was made for another tenant.")
    raw = base64.b64decode(body)
    try:
        return AESGCM(key).decrypt(raw[:12], raw[12:], f"{place}{at}{owner}".encode()).decode()
    except InvalidTag as error:
        raise Unreadable(f"A value in {place} does not open.") from error


def keyed_hash(value: str, purpose: str) -> str:
    """A hash to look up by, useless without our key; `purpose` keeps different columns apart."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}:{purpose}".encode()).digest()
    return hmac.new(key, value.strip().casefold().encode(), hashlib.sha256).hexdigest()


class _Encrypted(models.TextField):  # type: ignore[type-arg]
    """Bound to table and column, and, where the rows belong to tenants, to the tenant that is entered."""

    def _seal(self, text: str) -> str:
        return seal(text, self._place(), self._tenant())

    def _unseal(self, value: str) -> str:
        return unseal(value, self._place(), self._tenant())

    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def _tenant(self) -> str:
        """Nobody's where a person reads across tenants, and for accounts, which are the same everywhere."""
        entered = known_tenant() if issubclass(self.model, TenantOwned) else None
        return str(entered.pk) if entered else ""


class EncryptedTextField(_Encrypted):
    """Text that is readable only through the application. Empty stays empty, so that absence can be asked for."""

    def get_prep_value(self, value: Any) -> Any:
        return self._seal(str(value)) if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return self._unseal(value) if value else value


class EncryptedJSONField(_Encrypted):
    """A JSON document that is readable only through the application."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else self._seal(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder))

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return json.loads(self._unseal(value)) if value else None
