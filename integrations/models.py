"""What was asked of registries about whom, by whom and why."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.moments import now
from portal.tenancy import TenantOwned


class LookUp(TenantOwned):
    """One question to a registry; shown to the citizen whom it concerned (Luật Bảo vệ dữ liệu cá nhân)."""

    class Neighbour(models.TextChoices):
        POPULATION = "population", _("Cơ sở dữ liệu quốc gia về dân cư")
        BUSINESS = "business", _("Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp")

    class Outcome(models.TextChoices):
        ASKED = "asked", _("Đã hỏi, không rõ kết quả")
        FOUND = "found", _("Có dữ liệu")
        NOT_FOUND = "not_found", _("Không có dữ liệu khớp")
        UNAVAILABLE = "unavailable", _("Không kết nối được")

    person_columns = ("about",)

    neighbour = models.CharField(max_length=12, choices=Neighbour.choices)
    purpose = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    dossier_reference = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.ASKED)
    at = models.DateTimeField(default=now)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta(TenantOwned.Meta):
        indexes: ClassVar = [
            models.Index(fields=["about", "-at"], name="look_up_about"),
            models.Index(fields=["tenant", "-at"], name="look_up_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.neighbour} {self.at:%Y-%m-%d %H:%M} {self.outcome}"
