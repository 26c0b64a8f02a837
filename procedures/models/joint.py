"""Liên thông: one filing that makes dossiers at several authorities. No row is shared: each authority keeps its own side,
and what goes over goes as a message (`Crossing`)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.crypto import EncryptedJSONField
from portal.models import Tenant, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.catalogue import Procedure
from procedures.models.dossier import Dossier


class Agreement(TenantOwned):
    """What two authorities agreed to tell each other, as this one keeps it; the other keeps the same under the same code."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Chờ bên kia trả lời")
        IN_FORCE = "in_force", _("Đang có hiệu lực")
        DECLINED = "declined", _("Không chấp thuận")
        ENDED = "ended", _("Đã chấm dứt")

    code = models.CharField(max_length=20)
    partner = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    # True: filings go from here to the partner; False: they come from the partner.
    sends = models.BooleanField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFERED)
    # Codes of the receiver's procedures, and for each the questions of its form that may be answered from the other side.
    procedures = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    # What the receiver tells back besides the state: "due", "number", "reason", "result"; and whether it learns of the siblings.
    tells_back = models.JSONField(default=list)
    tells_siblings = models.BooleanField(default=True)
    since = models.DateField()
    purpose = models.TextField()
    # The receiver's agreed procedures as it described them: names, times, offices, questions. Kept by who sends.
    described = models.JSONField(default=dict)
    offered_by = models.CharField(max_length=200)
    offered_at = models.DateTimeField(default=now)
    answered_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "code"], name="agreement_code_once")]
        ordering: ClassVar = ["-offered_at", "-id"]

    def __str__(self) -> str:
        return self.code


class Crossing(TenantOwned):
    """A message to another authority, or from one: the sender's copy and the receiver's. The same message twice is one."""

    class Direction(models.TextChoices):
        OUT = "out", pgettext_lazy("thông điệp", "Gửi đi")
        IN = "in", pgettext_lazy("thông điệp", "Nhận về")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ bên nhận")
        TAKEN = "taken", pgettext_lazy("thông điệp", "Đã nhận")
        REFUSED = "refused", pgettext_lazy("thông điệp", "Bị từ chối")

    message = models.CharField(max_length=40)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    partner = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    # The agreement it stands on; empty where the partner is the authority itself.
    agreement = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)
    body = EncryptedJSONField(default=dict)
    # [{"name", "kind", "field", "path"}]: files in this authority's own store.
    files = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    # Since when administrators are shown it, because it was tried so often in vain.
    stuck_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)
    settled_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "direction", "message"], name="crossing_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-made_at", "-id"], name="crossing_newest"),
            models.Index(fields=["tenant", "stuck_at"], condition=models.Q(state="waiting"), name="crossing_stuck"),
        ]
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.message}"


class Package(TenantOwned):
    """Procedures that are filed together: which, where, in which order, and what each takes from the one form."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="packages")
    # As procedures/schema/packages.py reads it.
    parts = models.JSONField(default=list)
    is_open = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "procedure"], name="package_once")]

    def __str__(self) -> str:
        return f"{self.procedure_id}: {len(self.parts)}"


class JointFiling(TenantOwned):
    """One filing of a package. The form is a dossier that never leaves its draft: what counts are the parts' dossiers."""

    form = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="joint_filings")
    parts = models.JSONField(default=list)
    # The clerk who took it in on paper; none where the person filed it online.
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "form"], name="joint_filing_once")]
        ordering: ClassVar = ["-filed_at", "-id"]

    def __str__(self) -> str:
        return str(self.form)


class JointPart(TenantOwned):
    """One part of a joint filing, as far as the authority that has it tells."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ phần trước")
        SENT = "sent", _("Đang chuyển")
        OPEN = "open", _("Đang giải quyết")
        DONE = "done", _("Có kết quả")
        FAILED = "failed", _("Không thành")
        BLOCKED = "blocked", _("Không bắt đầu được")

    filing = models.ForeignKey(JointFiling, on_delete=models.PROTECT, related_name="rows")
    key = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField(default=0)
    partner = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Why it failed or cannot begin, in words for the person.
    problem = models.TextField(blank=True)
    # What the other side told last, and the number of the event after which it told it.
    told = models.JSONField(default=dict)
    told_number = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "filing", "key"], name="joint_part_once")]
        ordering: ClassVar = ["place", "id"]

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.key}"


class PartDossier(TenantOwned):
    """Why a dossier is here: it is a part of a joint filing that another authority (or another office) took in."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="part_of")
    sender = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(max_length=20, blank=True)
    filing = models.CharField(max_length=20)
    part = models.CharField(max_length=40)
    # What the sender lets this one know of the other parts: [{"title", "authority", "state", "due_at"}].
    siblings = models.JSONField(default=list)
    siblings_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier"], name="part_of_one_filing"),
            models.UniqueConstraint(fields=["tenant", "sender", "filing", "part"], name="part_dossier_once"),
        ]

    def __str__(self) -> str:
        return f"{self.filing}/{self.part}"
