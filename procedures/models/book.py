"""Tracking books (Mẫu 06) that are made in the background."""

import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned


class Book(TenantOwned):
    """The dossiers of an office and a period as files: asked for by somebody, written by a worker, kept for some days."""

    class Side(models.TextChoices):
        RECEIVED = "received", _("Hồ sơ đơn vị tiếp nhận")
        SETTLED = "settled", _("Hồ sơ đơn vị giải quyết")

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang lập")
        READY = "ready", _("Đã xong")
        GONE = "gone", _("Đã xóa khi hết hạn lưu")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices, default=Side.RECEIVED)
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.PDF)
    # The days, the last one excluded.
    since = models.DateField()
    to = models.DateField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    # [{"path", "size" in bytes, "sha256", "rows"}], a volume each.
    files = models.JSONField(default=list)
    ready_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["tenant", "office", "-asked_at"], name="book_of_office")]

    @property
    def asked_last(self) -> datetime.date:
        """The last day that belongs to it."""
        return self.to - datetime.timedelta(days=1)

    def __str__(self) -> str:
        return f"{self.office_id} {self.since}–{self.to}"
