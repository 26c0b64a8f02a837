import hashlib
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.models import User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.document import Paper
from procedures.models.dossier import Dossier


class Signing(TenantOwned):
    """A paper on its way through a signing device: its number is taken, its hash is out, the signature is waited for.

    While it waits the dossier is as it was, and nothing is locked. Given up, its number is free for the next of the series.
    """

    class Purpose(models.TextChoices):
        DECIDE = "decide", _("Ký kết quả")
        REPLACE = "replace", _("Ký bản thay thế")
        REVOKE = "revoke", _("Ký quyết định thu hồi")
        SILENCE = "silence", _("Ký kết quả im lặng là đồng ý")

    class State(models.TextChoices):
        RESERVED = "reserved", _("Đang lập văn bản")
        WAITING = "waiting", _("Chờ chữ ký")
        SEALED = "sealed", _("Đã ký")
        GIVEN_UP = "given_up", _("Đã bỏ")

    OPEN = (State.RESERVED, State.WAITING)

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="signings")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    kind = models.CharField(max_length=12)
    # The paper that is replaced or revoked.
    about = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    head = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=80)
    place = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    # Given up, and no later one has taken the number yet.
    is_free = models.BooleanField(default=False)
    verification_code = models.CharField(max_length=20)
    # What the paper says, and what it was made from: a dossier or a draft that changed since is not signed by it.
    data = EncryptedJSONField(default=dict)
    made_from = models.CharField(max_length=64)
    certificate = models.TextField(blank=True)
    # The paper with the empty place for its signature, and what goes out to the device (hexadecimal).
    path = models.CharField(max_length=200, blank=True)
    place_start = models.PositiveIntegerField(default=0)
    place_end = models.PositiveIntegerField(default=0)
    document_digest = models.CharField(max_length=128, blank=True)
    attributes = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    begun_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "dossier"],
                condition=models.Q(state__in=["reserved", "waiting"]),
                name="one_open_signing",
            ),
            models.UniqueConstraint(
                fields=["tenant", "series", "place"],
                condition=~models.Q(state="given_up"),
                name="register_number_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "series", "place"], condition=models.Q(is_free=True), name="register_free_numbers"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.state}"

    @property
    def digest(self) -> str:
        """What the device is shown: the SHA-256 of what it signs."""
        return hashlib.sha256(bytes.fromhex(self.attributes)).hexdigest()


class SigningBatch(TenantOwned):
    """Papers that a head confirmed to sign in one go; the key is the confirmation's own, so that sent twice it is one."""

    key = models.CharField(max_length=40)
    head = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="signing_batch_once")]

    def __str__(self) -> str:
        return self.key


class SigningItem(TenantOwned):
    """One paper of a batch, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ ký")
        SIGNED = "signed", _("Đã ký")
        FAILED = "failed", _("Không ký được")

    batch = models.ForeignKey(SigningBatch, on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    # What the head saw when confirming (actions.signing.print_of).
    made_from = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "batch", "dossier"], name="signing_item_once")
        ]
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.dossier_id} {self.state}"


class HandOver(TenantOwned):
    """A result put into somebody's hand at the counter: whose, how known, and the signature that says so."""

    class Receiver(models.TextChoices):
        OWNER = "owner", _("Chính chủ hồ sơ")
        AUTHORISED = "authorised", _("Người được ủy quyền")

    class Proof(models.TextChoices):
        SCREEN = "screen", _("Ký trên màn hình")
        PAPER = "paper", _("Ký trên sổ giấy")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="hand_overs")
    receiver = models.CharField(max_length=10, choices=Receiver.choices)
    receiver_name = EncryptedTextField()
    receiver_id = EncryptedTextField()
    # How somebody else was allowed to: number and date of the authorisation.
    mandate = EncryptedTextField(blank=True)
    proof = models.CharField(max_length=6, choices=Proof.choices)
    # The strokes of the signature: [[[x, y], …], …] in a box of 600 by 200.
    signature = EncryptedJSONField(default=list)
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.receiver}"


class Consignment(TenantOwned):
    """A result given to the post: ordered in the background by a number of ours, then followed until it is there."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang báo bưu điện")
        REFUSED = "refused", _("Bưu điện không nhận")
        UNDER_WAY = "under_way", pgettext_lazy("bưu gửi", "Đang gửi")
        DELIVERED = "delivered", _("Đã phát")
        RETURNED = "returned", _("Bị trả lại")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="consignments")
    number = models.CharField(max_length=40)
    code = models.CharField(max_length=40, blank=True)
    # name, phone, province, commune, street
    receiver = EncryptedJSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    # When the carrier was last to be asked.
    asked_again_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # What the carrier told, oldest first: [{"at", "status", "text", "place"}]
    events = EncryptedJSONField(default=list)
    error = models.CharField(max_length=300, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "number"], name="consignment_number_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "asked_again_at"],
                condition=models.Q(state__in=["waiting", "under_way"]),
                name="consignment_to_follow",
            )
        ]
        ordering: ClassVar = ["asked_at"]

    def __str__(self) -> str:
        return self.number


class FollowUp(TenantOwned):
    """What time did about a result, once each: a reminder to collect, putting it into the archive, a reminder to renew."""

    class Kind(models.TextChoices):
        FIRST = "first", _("Nhắc nhận lần 1")
        SECOND = "second", _("Nhắc nhận lần 2")
        ARCHIVE = "archive", _("Lưu kho")
        RENEW = "renew", _("Nhắc gia hạn")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "paper", "kind"], name="follow_up_once")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.kind}"


class Renewal(TenantOwned):
    """A dossier that was begun to renew a result."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="renewals")
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="renewals")

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "dossier"], name="renewal_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.paper_id}"
