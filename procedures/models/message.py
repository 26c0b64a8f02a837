from typing import ClassVar

from django.db import models

from portal.crypto import EncryptedTextField
from portal.models import User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.dossier import Dossier


class Message(TenantOwned):
    """What a person was told about a dossier, in the portal and by mail, in their language."""

    person_columns = ("recipient",)

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    recipient = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="messages")
    address = EncryptedTextField(blank=True)
    occasion = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="vi")
    subject = models.CharField(max_length=300)
    body = EncryptedTextField()
    created_at = models.DateTimeField(default=now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    # When the gateway took it as a text message.
    texted_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["recipient", "-created_at"], name="message_recipient")]

    def __str__(self) -> str:
        return self.subject
