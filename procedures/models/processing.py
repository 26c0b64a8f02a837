"""What officials leave on a dossier while they work on it: rounds of answers, verdicts, letters, notes, registries' words."""

from typing import ClassVar

from django.db import models

from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.models import User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.catalogue import ProcedureVersion
from procedures.models.dossier import Dossier


class AnswerRound(TenantOwned):
    """The answers as they stood when the n-th supplement was asked for: what came later is compared with them."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="answer_rounds")
    round = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    answers = EncryptedJSONField(default=dict)
    kept_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "round"], name="answer_round_once")
        ]
        ordering: ClassVar = ["round"]

    def __str__(self) -> str:
        return f"{self.dossier_id} #{self.round}"


class PaperFault(TenantOwned):
    """A reason why a paper is not good, as an authority words it; one with the key of a built-in reason stands in its place."""

    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    todo = models.CharField(max_length=500)
    todo_en = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "key"], name="paper_fault_once")]
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Verdict(TenantOwned):
    """What an official found of one paper: append-only, the latest of a paper holds until something new is given for it."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="verdicts")
    # The paper's key in the definition, "field:<key>" for a file of no paper, else the name by which it was asked for.
    paper = models.CharField(max_length=110)
    good = models.BooleanField()
    fault = models.CharField(max_length=40, blank=True)
    words = EncryptedTextField(blank=True)
    todo = EncryptedTextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=14)
    round = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.paper}"


class SupplementProposal(TenantOwned):
    """A further supplement request that an official wrote and the head has to agree to; one at a time waits."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_proposals")
    told = EncryptedJSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "dossier"], condition=models.Q(decided_at=None), name="one_open_proposal"
            )
        ]
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"


class Letter(TenantOwned):
    """One message between the citizen and the desk on a dossier; append-only."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="letters")
    from_desk = models.BooleanField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=14)
    body = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"


class ThreadSeen(TenantOwned):
    """Up to which letter a person has read a dossier's thread."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "person"], name="thread_seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.person_id}"


class InternalNote(TenantOwned):
    """What officials tell each other on a dossier; append-only, never shown to the citizen."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="internal_notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=14)
    body = EncryptedTextField()
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.at}"


class RegistryWord(TenantOwned):
    """What a registry said for a form, by field; kept when somebody types something else over it. Append-only."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="registry_words")
    registry = models.CharField(max_length=20)
    said = EncryptedJSONField(default=dict)
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.registry}"
