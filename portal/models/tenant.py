from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.tenancy import TenantOwned

# QĐ 20/2020/QĐ-TTg: at most 35 characters, groups of digits and capitals joined by dots.
agency_code = RegexValidator(
    r"^[0-9A-Z]+(\.[0-9A-Z]+)*$", _("Mã định danh gồm các nhóm chữ số và chữ hoa, nối bằng dấu chấm.")
)


class Tenant(models.Model):
    """An authority with its own address, brand, offices, procedures and people."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("Tỉnh, thành phố")
        MINISTRY = "ministry", _("Bộ, ngành")

    slug = models.SlugField(unique=True)
    host = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=35, unique=True, validators=[agency_code])
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    short_name = models.CharField(max_length=60)
    theme = models.JSONField(default=dict, blank=True)
    # What an administrator may set: hotline, e-mail, address, entered_late_days, on_time_by ("day" or "moment"), …
    settings = models.JSONField(default=dict, blank=True)
    # Grows with every publication or setting, so that public pages can be cached under it.
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    def setting(self, name: str) -> Any:
        return self.settings.get(name, DEFAULTS[name])


# Values that hold for an authority until its administrator says otherwise.
DEFAULTS: dict[str, Any] = {
    "hotline": "",
    "email": "",
    "address": "",
    "hours": "",
    "entered_late_days": 5,
    "on_time_by": "day",
    "dossier_warning_percent": 80,
    "unopened_hours": 4,
    "unopened_hours_of": {},
    # Days after the decision; nought: never.
    "uncollected_first_days": 7,
    "uncollected_second_days": 30,
    "uncollected_archive_days": 180,
    # Days before the end of a result's validity.
    "renewal_days": 30,
    "illustrative": False,
}


class Office(TenantOwned):
    """A department, ward, commune or one-stop centre of a tenant; a dissolved one keeps its past."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Trung tâm phục vụ hành chính công")
        DEPARTMENT = "department", _("Sở, ban, ngành, cục, vụ")
        COMMUNE = "commune", _("Xã, phường, đặc khu")
        DISTRICT = "district", _("Huyện, thị xã (trước 01/7/2025)")

    code = models.CharField(max_length=35, validators=[agency_code])
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    calendar = models.CharField(max_length=40, default="weekdays")

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="office_code_once")]
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name


class OfficeSuccession(TenantOwned):
    """A dissolved office and one that took over its work."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="predecessions")

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "office", "successor"], name="succession_once")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} → {self.successor_id}"
