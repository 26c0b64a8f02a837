from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portal.moments import now
from portal.tenancy import TenantOwned


class AuditEntry(TenantOwned):
    """One act or one look, chained by hash to the one before it in the tenant; the database lets nobody change it."""

    person_columns = ("subject",)

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=now)
    actor = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    actor_role = models.CharField(max_length=14, blank=True)
    office = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=120)
    # The person whose data were seen or touched: shown to that person.
    subject = models.ForeignKey("portal.User", null=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "number"], name="audit_number_once")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "object", "-number"]),
            models.Index(fields=["subject", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class AuditHead(TenantOwned):
    """Where a tenant's audit chain stands; writers queue here for the last moment of their transaction."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant"], name="one_audit_head")]

    def __str__(self) -> str:
        return str(self.number)


class OutboxRow(TenantOwned):
    """Something to do after the commit that wrote it: PostgreSQL is the record, the broker only wakes us."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    due_at = models.DateTimeField(default=now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "kind", "key"], name="outbox_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "due_at"], condition=models.Q(done_at=None, given_up_at=None), name="outbox_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
