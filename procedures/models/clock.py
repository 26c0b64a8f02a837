"""What time does to a dossier, and what is decided about its time: alarms, extensions, apologies."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.dossier import Dossier


class Alarm(TenantOwned):
    """A moment at which time itself does something to a dossier: once, however often and however late it is asked.

    `effect` says what came of it: done, or passed where it did not fit any more (answered, decided, moved).
    """

    class Kind(models.TextChoices):
        UNOPENED = "unopened", _("Chưa ai mở hồ sơ")
        UNANSWERED = "unanswered", _("Quá hạn tiếp nhận")
        WARNING = "warning", _("Đã dùng phần lớn thời hạn")
        STEP_OVERDUE = "step_overdue", _("Bước đang làm quá giờ")
        APOLOGY = "apology", _("Dự báo trễ hẹn, phải xin lỗi")
        OVERDUE = "overdue", _("Quá hạn trả kết quả")
        SILENCE = "silence", _("Im lặng là đồng ý")
        SUPPLEMENT_SOON = "supplement_soon", _("Sắp hết hạn bổ sung")
        LAPSE = "lapse", _("Hết hạn bổ sung")
        RETURN_SOON = "return_soon", _("Sắp hết hạn trả kết quả ở nơi nhận")
        RETURN_OVERDUE = "return_overdue", _("Quá hạn trả kết quả ở nơi nhận")

    class Effect(models.TextChoices):
        DONE = "done", _("Đã thực hiện")
        PASSED = "passed", _("Không còn cần")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)
    effect = models.CharField(max_length=6, choices=Effect.choices, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "kind", "due_at"], name="alarm_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "due_at", "id"],
                condition=models.Q(fired_at=None),
                name="alarm_waiting",
            ),
            models.Index(fields=["tenant", "-fired_at", "-id"], condition=models.Q(effect="done"), name="alarm_done"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.due_at}"


class Extension(TenantOwned):
    """More time by a head's decision, taken before the time was over; the clock counts it with the span."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="extensions")
    # In the unit of the procedure's own time: working days, calendar days, months, hours.
    amount = models.PositiveSmallIntegerField()
    reason = models.TextField()
    decision = models.CharField(max_length=100)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["decided_at", "id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} +{self.amount}"


class Apology(TenantOwned):
    """The one apology of a dossier that is late or going to be: whose fault, why, and the one new date (Mẫu 04)."""

    class Cause(models.TextChoices):
        PEOPLE = "people", _("Thiếu người, quá tải")
        OTHER_OFFICE = "other_office", _("Chờ đơn vị phối hợp trả lời")
        INSPECTION = "inspection", _("Chờ kiểm tra, xác minh thực địa")
        DIFFICULT = "difficult", _("Hồ sơ phức tạp, phải xin ý kiến cấp trên")
        LATE_HANDLING = "late_handling", _("Cán bộ xử lý chậm")
        SYSTEM = "system", _("Hệ thống, kết nối gián đoạn")
        SIGNING = "signing", _("Chờ ký, thiết bị ký trục trặc")
        EVENT = "event", _("Thiên tai, sự cố bất khả kháng")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="apologies")
    cause = models.CharField(max_length=16, choices=Cause.choices)
    reason = models.TextField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier"], name="apology_once"),
            models.CheckConstraint(condition=models.Q(new_due_at__gte=models.F("old_due_at")), name="apology_later"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "made_at"], name="apology_made")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.cause}"

    @property
    def in_time(self) -> bool:
        """Sent before the date that it takes back had passed."""
        return self.made_at <= self.old_due_at
