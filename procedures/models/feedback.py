from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.crypto import EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned


class Feedback(TenantOwned):
    """What a person says about the service (phản ánh, kiến nghị): answered with a reference, followed by it."""

    class Group(models.TextChoices):
        """Why people fail: the seven groups of the citizens' survey."""

        PORTAL = "portal", _("Cổng dịch vụ khó dùng hoặc bị lỗi")
        PROCEDURE = "procedure", _("Thủ tục, giấy tờ quá phức tạp")
        PAYMENT = "payment", _("Thanh toán trực tuyến")
        DATA = "data", _("Phải khai lại thông tin Nhà nước đã có")
        NETWORK = "network", _("Đường truyền của tôi")
        DEVICE = "device", _("Thiết bị của tôi")
        OTHER = "other", _("Việc khác, thái độ phục vụ")

    reference = models.CharField(max_length=20)
    group = models.CharField(max_length=10, choices=Group.choices)
    body = EncryptedTextField()
    dossier_reference = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    contact = EncryptedTextField(blank=True)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "reference"], name="feedback_reference_once")
        ]
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.reference
