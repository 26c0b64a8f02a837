"""Accounts: made and kept up from what the identity provider says, linked by (issuer, subject), never by e-mail."""

from typing import Any, Protocol

from django.contrib.auth.backends import BaseBackend
from django.db import transaction
from django.http import HttpRequest

from portal.models import User


class Claims(Protocol):
    """What an identity provider tells about a person."""

    issuer: str
    subject: str
    personal_id: str
    full_name: str
    birth_date: str
    gender: str
    phone: str
    email: str


class ByIdentityProvider(BaseBackend):
    """Sessions are opened by the sign-in view after the provider's answer is checked; there is no password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


@transaction.atomic
def account_of(claims: Claims) -> User:
    """The account of a person who just proved who they are. One registered before by personal id is taken over."""
    known = User.objects.filter(issuer=claims.issuer, subject=claims.subject).first()
    user = known or (User.objects.by_personal_id(claims.personal_id) if claims.personal_id else None) or User()
    user.issuer, user.subject = claims.issuer, claims.subject
    user.personal_id, user.full_name = claims.personal_id, claims.full_name
    user.birth_date, user.gender = claims.birth_date, claims.gender
    user.phone, user.email = user.phone or claims.phone, user.email or claims.email
    if not user.password:
        # Once: a new one would end the person's sessions on other devices.
        user.set_unusable_password()
    user.save()
    return user
