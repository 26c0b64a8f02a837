"""The one-stop desk: papers counted and digitised, what is being typed in, lists of papers between offices, the queue."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.catalogue import Procedure
from procedures.models.dossier import Dossier


class GivenPaper(TenantOwned):
    """One paper of a dossier as it was handed in: how many of which kind, and what the digital copy is (TT 01/2023/TT-VPCP)."""

    class Digital(models.IntegerChoices):
        NO = 0, _("Chưa số hóa")
        SCANNED = 1, _("Đã số hóa")
        REUSED_PAPER = 2, _("Dùng lại giấy tờ đã số hóa")
        REUSED_RESULT = 3, _("Dùng lại kết quả đã có")

    class Copy(models.IntegerChoices):
        ORIGINAL = 0, _("Bản chính")
        COPY = 1, _("Bản sao, bản chụp")
        ELECTRONIC = 2, _("Bản điện tử")

    class Scope(models.TextChoices):
        NATION = "nation", _("Toàn quốc")
        PROVINCE = "province", _("Trong tỉnh, thành phố")
        COMMUNE = "commune", _("Trong xã, phường, đặc khu")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="given_papers")
    paper = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    originals = models.PositiveSmallIntegerField(default=0)
    certified = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    digital = models.PositiveSmallIntegerField(choices=Digital.choices, default=Digital.NO)
    copy = models.PositiveSmallIntegerField(choices=Copy.choices, default=Copy.ORIGINAL)
    # The code of its kind in the catalogue of papers and results, such as KQ.G15.000031.
    code = models.CharField(max_length=60, blank=True)
    owner_id = EncryptedTextField(blank=True)
    summary = EncryptedTextField(blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.NATION)
    described_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    described_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "paper"], name="given_paper_once")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.paper}"


class CounterIntake(TenantOwned):
    """Paper that a clerk is typing in: its dossier is still a draft, and nothing of it is lost when the network is.

    Several of one person share a `visit`. What was typed is forgotten once the dossier is registered.
    """

    key = models.CharField(max_length=64)
    visit = models.CharField(max_length=64)
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    # As the page sent it: name → values.
    typed = EncryptedJSONField(default=dict)
    # What the population registry said, by field, and whether it was away or knew nobody.
    found = EncryptedJSONField(default=dict)
    registry = models.CharField(max_length=10, blank=True)
    ticket = models.ForeignKey("procedures.Ticket", null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "clerk", "key"], name="intake_key_once"),
            models.UniqueConstraint(fields=["tenant", "dossier"], name="intake_dossier_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "clerk"], condition=models.Q(done_at=None), name="intake_open"),
            models.Index(fields=["tenant", "visit"], name="intake_visit"),
        ]

    def __str__(self) -> str:
        return self.key


class PaperList(TenantOwned):
    """Papers that go from hand to hand: the giver signs by making the list, the receiver by answering it, each to the minute."""

    number = models.CharField(max_length=60)
    from_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    to_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=now)
    note = models.CharField(max_length=300, blank=True)
    received_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "number"], name="paper_list_number_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "to_office"], condition=models.Q(received_at=None), name="paper_list_waiting"
            ),
            models.Index(fields=["tenant", "-given_at"], name="paper_list_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class PaperListItem(TenantOwned):
    """The papers of one dossier on a list, as counted when it was made."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("giấy tờ bàn giao", "Chờ xác nhận")
        TAKEN = "taken", pgettext_lazy("giấy tờ bàn giao", "Đã nhận")
        REFUSED = "refused", pgettext_lazy("giấy tờ bàn giao", "Không nhận")

    paper_list = models.ForeignKey(PaperList, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="paper_items")
    # [{"name", "originals", "certified", "copies"}]
    papers = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "paper_list", "dossier"], name="paper_list_item_once"),
            models.UniqueConstraint(
                fields=["tenant", "dossier"], condition=models.Q(state="waiting"), name="papers_on_one_open_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_list_id} {self.dossier_id}"


class Reception(TenantOwned):
    """How an office lets people in: numbers at the door, slots to book; an office without a row does neither."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    numbers_open = models.BooleanField(default=False)
    booking_open = models.BooleanField(default=False)
    slot_minutes = models.PositiveSmallIntegerField(default=30)
    # People in one slot.
    capacity = models.PositiveSmallIntegerField(default=2)
    days_ahead = models.PositiveSmallIntegerField(default=14)
    windows = models.PositiveSmallIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "office"], name="reception_once")]

    def __str__(self) -> str:
        return str(self.office_id)


class Appointment(TenantOwned):
    """A slot that somebody booked; only whoever holds the code sees or cancels it."""

    code = models.CharField(max_length=20)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    name = EncryptedTextField()
    phone = EncryptedTextField(blank=True)
    procedure = models.ForeignKey(Procedure, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    cancelled_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="appointment_code_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "office", "starts_at"],
                condition=models.Q(cancelled_at=None),
                name="appointment_by_time",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Ticket(TenantOwned):
    """A number of the day's queue at an office; it names nobody."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("số thứ tự", "Đang chờ")
        CALLED = "called", pgettext_lazy("số thứ tự", "Đang gọi")
        DONE = "done", pgettext_lazy("số thứ tự", "Đã phục vụ")
        ABSENT = "absent", pgettext_lazy("số thứ tự", "Vắng mặt")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveIntegerField()
    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    issued_at = models.DateTimeField(default=now)
    window = models.PositiveSmallIntegerField(null=True)
    called_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "office", "day", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["tenant", "appointment"],
                condition=models.Q(appointment__isnull=False),
                name="ticket_of_appointment_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "office", "day", "state", "number"], name="ticket_queue")]

    def __str__(self) -> str:
        return f"{self.number}"
