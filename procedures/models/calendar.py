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
    # A working day with hours of its own, such as half a day: "07:00-11:30"; empty for the usual hours.
    slots = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "office", "day"], nulls_distinct=False, name="calendar_day_once")
        ]
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class OfficeHours(TenantOwned):
    """An office's own working hours by weekday from a day on; days before keep the hours that held then."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="own_hours")
    since = models.DateField()
    # {"0": "07:00-11:30 13:30-17:00", "5": "07:00-11:30"}: Monday is 0; a day that is not named is off.
    week = models.JSONField(default=dict)
    source = models.CharField(max_length=300)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "office", "since"], name="office_hours_once")
        ]
        ordering: ClassVar = ["since"]

    def __str__(self) -> str:
        return f"{self.office_id} {self.since}"
