from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Office, User
from portal.moments import now
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


class CalendarChange(TenantOwned):
    """A change that was made to the calendar, and how far it has come with the open dossiers whose time it covers.

    One at a time: each dossier's event names one change and its source. `after` is the last dossier that was seen to; it
    moves in the same transaction as the dossiers before it, so that each is moved once, however often the work breaks off.
    """

    told = models.CharField(max_length=100)
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField(null=True)
    source = models.CharField(max_length=300)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    # Which were left as they were, and why: [{"reference": "…", "reason": "…"}].
    stayed = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(ended_at=None), name="one_open_calendar_change"
            )
        ]
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.told
