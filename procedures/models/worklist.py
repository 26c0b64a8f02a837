"""What officials keep for themselves at the desk: what they saw, how they like their lists, what they did to many at once."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.crypto import EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.tenancy import TenantOwned
from procedures.models.dossier import Dossier


class DossierWord(TenantOwned):
    """A folded word that a dossier is found by, at each office that holds it; a trigger makes them of `Dossier.search`.

    Rows instead of trigrams: under row-level security only equality and order use an index (models/finding.py). `text`
    holds all words with blanks around them, so that a search for several reads the rows of the rarest and nothing else.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="words", db_index=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=40, db_collation="C")
    text = models.CharField(max_length=1000)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "word", "dossier", "office"], include=["text"], name="dossier_word_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "dossier"], name="dossier_word_of")]

    def __str__(self) -> str:
        return f"{self.word}: {self.dossier_id}"


class DossierLook(TenantOwned):
    """How much of a dossier's history an official has seen: what came after is new to that person."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+", db_index=False)
    events = models.PositiveIntegerField()
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "person", "dossier"], include=["events"], name="dossier_look_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dossier"], name="dossier_look_of")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.dossier_id}/{self.events}"


class SavedView(TenantOwned):
    """A list as a person likes it, under a name: its address holds filters, order and columns. `office`: shared there."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Tên"), max_length=60)
    query = models.CharField(max_length=1000)
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "person", "name"], name="saved_view_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FirstView(TenantOwned):
    """The saved view that a person's day begins with; it may be a colleague's that is shared."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person"], name="first_view_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.view_id}"


class BulkJob(TenantOwned):
    """One thing done to many dossiers: each an item with its own outcome. The same `key` sent again is the same job."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    deed = models.CharField(max_length=20)
    options = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    language = models.CharField(max_length=2, default="vi")
    made_at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "person", "key"], name="bulk_job_once")]

    def __str__(self) -> str:
        return f"{self.deed} {self.pk}"


class BulkItem(TenantOwned):
    """One of the chosen dossiers. Its outcome is written by the transaction that acts on it, so that it is acted on once."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Đang chờ")
        DONE = "done", _("Đã làm")
        REFUSED = "refused", _("Không làm được")
        OVERTAKEN = "overtaken", _("Người khác vừa làm")

    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items", db_index=False)
    place = models.PositiveIntegerField()
    reference = models.CharField(max_length=20)
    # How many events the list had shown of it; nothing where the list did not say.
    seen = models.PositiveIntegerField(null=True)
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    words = models.CharField(max_length=500, blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "job", "place"], name="bulk_item_once")]
        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.place} {self.outcome}"


class ListFile(TenantOwned):
    """A list as a file: asked for by somebody, written by a worker, kept for that person alone and not for long."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"

    class State(models.TextChoices):
        WAITING = "waiting", _("Đang lập")
        READY = "ready", _("Đã xong")
        STOPPED = "stopped", _("Đã dừng: quyền của bạn đã thay đổi")
        GONE = "gone", _("Đã xóa khi hết hạn lưu")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.XLSX)
    # The list's address: its words may be a person's name, id or telephone.
    query = EncryptedTextField()
    title = models.CharField(max_length=100)
    language = models.CharField(max_length=2, default="vi")
    personal = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True)
    # In bytes.
    size = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering: ClassVar = ["-asked_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["tenant", "person", "-asked_at"], name="list_file_of")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}.{self.kind}"
