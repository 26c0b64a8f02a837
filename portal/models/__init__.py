"""The ground's tables: tenants, offices, people, audit, outbox."""

from portal.models.people import Membership, User
from portal.models.records import AuditEntry, AuditHead, OutboxRow
from portal.models.tenant import Office, OfficeSuccession, Tenant

__all__ = ["AuditEntry", "AuditHead", "Membership", "Office", "OfficeSuccession", "OutboxRow", "Tenant", "User"]
