from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Office
from portal.tenancy import TenantOwned


class CalendarDay(TenantOwned):
    """A day that an authority or an office keeps differently from the national calendar, with the source that says so."""

    class Kind(models.TextChoices):
        OFF = "off", _("Nghỉ")
        WORKING = "working", _("Làm việc")

    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="calendar_days")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "office", "day"], nulls_distinct=False, name="calendar_day_once")
        ]
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
