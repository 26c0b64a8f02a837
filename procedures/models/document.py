from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.dossier import Dossier


class Attachment(TenantOwned):
    """A file that a citizen or clerk gave. Nobody but the giver sees it before it is scanned."""

    class Status(models.TextChoices):
        QUARANTINED = "quarantined", _("Đang kiểm tra an toàn")
        CLEAN = "clean", _("Đã kiểm tra")
        INFECTED = "infected", _("Bị chặn vì có mã độc")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="attachments")
    field_key = models.CharField(max_length=100)
    paper = models.CharField(max_length=100, blank=True)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.QUARANTINED)
    finding = models.CharField(max_length=100, blank=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True)
    # Which round it belongs to: 0 with the first filing, n with the n-th supplement.
    round = models.PositiveSmallIntegerField(default=0)
    # Given with a letter of the thread: not a part of what was filed.
    letter = models.ForeignKey("procedures.Letter", null=True, on_delete=models.PROTECT, related_name="attachments")

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["given_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "status"], condition=models.Q(status="quarantined"), name="attachment_to_scan"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Paper(TenantOwned):
    """A document that the authority issued: slips (Mẫu 01 to 06), receipts, results. Signed ones can be verified by code."""

    class Kind(models.TextChoices):
        SUBMISSION = "submission", _("Biên nhận nộp hồ sơ trực tuyến")
        SLIP_01 = "slip_01", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
        SLIP_02 = "slip_02", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
        SLIP_03 = "slip_03", _("Phiếu từ chối tiếp nhận giải quyết hồ sơ")
        SLIP_04 = "slip_04", _("Phiếu xin lỗi và hẹn lại ngày trả kết quả")
        SLIP_05 = "slip_05", _("Phiếu kiểm soát quá trình giải quyết hồ sơ")
        TRACE = "trace", _("Phiếu quá trình xử lý hồ sơ")
        RETURN = "return", _("Biên nhận trả kết quả")
        RESULT = "result", _("Kết quả giải quyết")
        REFUSAL = "refusal", _("Văn bản từ chối giải quyết")
        REVOCATION = "revocation", _("Quyết định thu hồi kết quả")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=60, blank=True)
    # What it says, as it was when issued, so that it can be rendered again letter for letter.
    data = EncryptedJSONField(default=dict)
    path = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    verification_code = models.CharField(max_length=20, blank=True)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=now)
    signed_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=200, blank=True)
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=300, blank=True)
    # A paper that is made again is a new one; the old one is kept and says which replaced it.
    edition = models.PositiveSmallIntegerField(default=1)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")
    # What stands in the register of results: the office, and the holder's name to look up by (folded).
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
    holder = models.CharField(max_length=200, blank=True, db_collation="C")
    # The one that this decision revokes.
    revokes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="revoked_by")

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["issued_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "-signed_at", "-id"],
                condition=models.Q(office__isnull=False),
                name="register_by_date",
            ),
            models.Index(
                fields=["tenant", "office", "-signed_at", "-id"],
                condition=models.Q(office__isnull=False),
                name="register_of_office",
            ),
            models.Index(
                fields=["tenant", "holder", "-signed_at"],
                condition=models.Q(office__isnull=False),
                name="register_by_holder",
            ),
            models.Index(
                fields=["tenant", "valid_until"],
                condition=models.Q(valid_until__isnull=False, revoked_at=None),
                name="register_by_end",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "verification_code"],
                condition=~models.Q(verification_code=""),
                name="verification_code_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.dossier_id}"


class SupplementRequest(TenantOwned):
    """One complete list of what is missing (Mẫu 02), and when it was answered."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_requests")
    round = models.PositiveSmallIntegerField()
    # [{"paper": key or "", "name": text, "wanted": text}], and the form fields that are to be changed.
    papers = EncryptedJSONField(default=list)
    fields = models.JSONField(default=list)
    reason = EncryptedTextField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    note = EncryptedTextField(blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "round"], name="supplement_round_once")
        ]
        ordering: ClassVar = ["round"]

    def __str__(self) -> str:
        return f"{self.dossier_id} #{self.round}"
