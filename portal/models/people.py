from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.crypto import EncryptedTextField, keyed_hash
from portal.roles import Role
from portal.tenancy import TenantOwned


class UserManager(BaseUserManager["User"]):
    def by_personal_id(self, personal_id: str) -> "User | None":
        return self.filter(personal_id_hash=keyed_hash(personal_id, "personal_id")).first()


class User(AbstractBaseUser):
    """A person with an account, the same at every authority, known by (issuer, subject) and by personal id."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    full_name = models.CharField(max_length=200)
    personal_id = EncryptedTextField(blank=True)
    personal_id_hash = models.CharField(max_length=64, blank=True, db_index=True)
    birth_date = EncryptedTextField(blank=True)
    gender = models.CharField(max_length=10, blank=True)
    phone = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True)
    language = models.CharField(max_length=2, default="vi")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "subject"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["issuer", "full_name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="user_by_issuer_and_subject"),
            models.UniqueConstraint(
                fields=["personal_id_hash"], condition=~models.Q(personal_id_hash=""), name="user_personal_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.personal_id_hash = keyed_hash(self.personal_id, "personal_id") if self.personal_id else ""
        super().save(*args, **kwargs)


class Membership(TenantOwned):
    """A role of a person at an authority: at one office, or everywhere where no office is named."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    office = models.ForeignKey(
        "portal.Office", null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(
        max_length=14, choices=[(r.value, r.label) for r in Role if r not in (Role.CITIZEN, Role.OPERATOR)]
    )
    until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    title = models.CharField(max_length=100, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "office", "role"], nulls_distinct=False, name="membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
