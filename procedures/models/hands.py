"""Whose hands a dossier is in: rules of assignment, absences with their cover, work handed to others, opinions asked."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.crypto import EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.catalogue import Procedure
from procedures.models.dossier import Dossier

ROLES = [
    ("clerk", _("Cán bộ một cửa")),
    ("officer", _("Chuyên viên")),
    ("head", _("Lãnh đạo")),
    ("cashier", _("Thủ quỹ")),
]


class AssignmentRule(TenantOwned):
    """Who gets a dossier that reaches a step of a role. What is left empty holds for all; the first that fits is used.

    `people` are accounts by key; empty means everybody who holds the role at the office of the step. `position` is the
    place among the rules of the role; equal ones (all that nobody ever placed) are asked narrowest first.
    """

    role = models.CharField(max_length=14, choices=ROLES, default="officer")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    procedure = models.ForeignKey(Procedure, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sector = models.CharField(max_length=60, blank=True)
    commune = models.CharField(max_length=5, blank=True)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "role", "office", "procedure", "sector", "commune"],
                nulls_distinct=False,
                name="assignment_rule_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.office_id or '*'} {self.procedure_id or self.sector or '*'} {self.commune or '*'}"


class Turn(TenantOwned):
    """When somebody was last given work by a rule: of those with the least in hand, who waited longest is next."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.given_at}"


class Absence(TenantOwned):
    """Days on which somebody is away, both included, and who stands in. It ends by itself: only the days are asked."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    cover = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=now)
    called_off_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_forwards"),
            models.CheckConstraint(
                condition=models.Q(cover=None) | ~models.Q(cover=models.F("person")), name="absence_covered_by_another"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "last_day", "first_day"], name="absence_days")]
        ordering: ClassVar = ["first_day", "id"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.first_day}–{self.last_day}"


class WorkTransfer(TenantOwned):
    """All open work of one person given to one or shared among several, in the background, with what came of it."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    to = ArrayField(models.BigIntegerField(), default=list)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    total = models.PositiveIntegerField(default=0)
    # How many each was given, by account key, and what stayed with its reason: [{"dossier": "H58…", "reason": "…"}].
    given = models.JSONField(default=dict)
    stayed = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.to}"


class Opinion(TenantOwned):
    """A question to another office of the authority about a dossier, with its own deadline, and the answer."""

    class Stance(models.TextChoices):
        AGREE = "agree", _("Đồng ý")
        DISAGREE = "disagree", _("Không đồng ý")
        COMMENT = "comment", _("Có ý kiến khác")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="opinions")
    step_key = models.CharField(max_length=60, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    question = EncryptedTextField()
    # What the asked office may see: keys of attachments, and whether the form's answers are among it.
    files = ArrayField(models.BigIntegerField(), default=list, blank=True)
    shows_form = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    stance = models.CharField(max_length=10, choices=Stance.choices, blank=True)
    answer = EncryptedTextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=200, blank=True)
    file_path = models.CharField(max_length=200, blank=True)
    file_kind = models.CharField(max_length=10, blank=True)
    file_status = models.CharField(max_length=12, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "dossier", "office"],
                condition=models.Q(answered_at=None, withdrawn_at=None),
                name="one_open_opinion_of_an_office",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "office", "answered_at", "due_at"], name="opinion_inbox")]
        ordering: ClassVar = ["asked_at", "id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.office_id}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_at < now()
