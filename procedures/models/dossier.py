from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin

from portal.crypto import EncryptedJSONField, EncryptedTextField
from portal.models import Office, User
from portal.moments import now
from portal.states import ReadsAnew
from portal.tenancy import TenantOwned
from procedures.models.catalogue import ProcedureVersion
from procedures.models.lifecycle import DossierLifecycle, State


class Channel(models.TextChoices):
    """How a dossier came in. Online in three kinds, so that typing paper in for people does not pass for e-government."""

    ONLINE = "online", _("Trực tuyến, người dân tự nộp")
    ONLINE_ASSISTED = "online_assisted", _("Trực tuyến, có người hỗ trợ")
    ONLINE_TYPED = "online_typed", _("Trực tuyến, cán bộ nhập thay")
    COUNTER = "counter", _("Trực tiếp tại quầy")
    POST = "post", _("Bưu chính")


ONLINE_CHANNELS = (Channel.ONLINE, Channel.ONLINE_ASSISTED, Channel.ONLINE_TYPED)


# What figures ask of a dossier, and what row-level security asks before.
COUNTED = (
    "level", "channel", "state", "submitted_at", "accepted_at", "due_at", "decided_at", "closed_at", "returned_at", "owner", "submitter", "id",
)  # fmt: skip

# What the officials' lists ask of a dossier; an index that holds it all answers without the rows.
LISTED = ("state", "office", "receiving_office", "processing_office", "return_office", "procedure", "version", "step_key", "assignee", "owner", "submitter", "channel")  # fmt: skip
MOMENTS = ("acceptance_due_at", "supplement_due_at", "submitted_at", "decided_at", "accepted_at", "withdrawal_asked_at", "fee_total", "fee_paid_at", "changed_at")  # fmt: skip
CLOSED = (
    "state",
    "receiving_office",
    "processing_office",
    "procedure",
    "owner",
    "submitter",
    "channel",
    "assignee",
    "step_key",
)
OPEN = ("submitted", "accepted", "processing", "supplement_requested", "payment_due", "suspended", "done")


# Where time has something to do.
ALARMED = ("submitted", "accepted", "processing", "supplement_requested", "done")


class Dossier(ConcurrentTransitionMixin, ReadsAnew, DossierLifecycle, TenantOwned):
    """One request to an authority. Its state changes only through workflow.take."""

    class OwnerKind(models.TextChoices):
        CITIZEN = "citizen", _("Cá nhân")
        BUSINESS = "business", _("Doanh nghiệp, hộ kinh doanh")
        ORGANISATION = "organisation", _("Tổ chức")

    class Delivery(models.TextChoices):
        ONLINE = "online", _("Nhận bản điện tử trên cổng")
        COUNTER = "counter", _("Nhận tại bộ phận một cửa")
        POST = "post", _("Nhận qua bưu chính")

    class Outcome(models.TextChoices):
        GRANTED = "granted", _("Đồng ý")
        REJECTED = "rejected", _("Không đồng ý")

    person_columns = ("owner", "submitter")

    reference = models.CharField(max_length=20)
    number = models.CharField(max_length=60, blank=True)
    # Its place in the year's tracking book (Mẫu 06) of the office that received it; none before acceptance.
    book_order = models.PositiveIntegerField(null=True)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="dossiers")
    procedure = models.ForeignKey("procedures.Procedure", on_delete=models.PROTECT, related_name="dossiers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="dossiers")
    receiving_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="received_dossiers")
    # Where the result is collected; empty where that is the desk that received it.
    return_office = models.ForeignKey(
        Office, null=True, on_delete=models.PROTECT, related_name="returned_dossiers", db_index=False
    )
    # The joint filing that it is a part of, or, where it never leaves its draft, the form of (models/joint.py).
    joint_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    # Where the present step is done, if that is not the competent office: figures, number and clock stay with the latter.
    processing_office = models.ForeignKey(
        Office, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.ONLINE)
    level = models.PositiveSmallIntegerField(default=1)
    provenance = models.CharField(
        max_length=10,
        default="native",
        choices=[("native", _("Trên hệ thống")), ("imported", _("Nhập từ hệ thống cũ"))],
    )

    owner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="owned_dossiers")
    submitter = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="submitted_dossiers")
    owner_kind = models.CharField(max_length=14, choices=OwnerKind.choices, default=OwnerKind.CITIZEN)
    owner_name = models.CharField(max_length=200, blank=True)
    contact_id = EncryptedTextField(_("số định danh"), blank=True)
    contact_id_hash = models.CharField(max_length=64, blank=True)
    contact_phone = EncryptedTextField(blank=True)
    contact_phone_hash = models.CharField(max_length=64, blank=True)
    contact_email = EncryptedTextField(blank=True)
    contact_address = EncryptedTextField(blank=True)
    language = models.CharField(max_length=2, default="vi")

    case = models.CharField(max_length=40, default="default")
    answers = EncryptedJSONField(default=dict)
    # Which answers a registry gave, in its own words, or could not confirm:
    # {"full_name": {"registry": "population", "value": …}, "address": "unverified"}.
    sources = EncryptedJSONField(default=dict)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.ONLINE)
    # How many sets of its papers were handed in.
    sets = models.PositiveSmallIntegerField(default=1)

    step_key = models.CharField(max_length=60, blank=True)
    assignee = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="assigned_dossiers")
    # The officer's draft of the decision, until the head signs it.
    proposal = EncryptedJSONField(default=dict)
    supplement_count = models.PositiveSmallIntegerField(default=0)
    supplement_due_at = models.DateTimeField(null=True)
    withdrawal_asked_at = models.DateTimeField(null=True)
    fee_total = models.PositiveBigIntegerField(default=0)
    fee_paid_at = models.DateTimeField(null=True)
    paid_online = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)

    created_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True)
    acceptance_due_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    # Where the clock started (after cut-off, restart): derived from events, kept for lists; a checker proves it.
    clock_started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # The sum of its extensions, in the unit of the procedure's time.
    extended_by = models.PositiveSmallIntegerField(default=0)
    promised_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    due_warned_at = models.DateTimeField(null=True)
    # Kept for lists, a sweep later than what they follow from: when the present step is due, from when on the time left
    # does not suffice any more (an apology is due), and how many of its events the alarms have followed.
    step_due_at = models.DateTimeField(null=True)
    apology_due_at = models.DateTimeField(null=True)
    apologised_at = models.DateTimeField(null=True)
    timed_events = models.PositiveIntegerField(default=0)
    last_step = models.CharField(max_length=24, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    event_hash = models.CharField(max_length=64, blank=True)
    # When something last happened to it and who did it: what an official has not seen yet is found by these.
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Folded clear words to search by: whose it is, and the answers that its procedure declares searchable.
    search = models.TextField(blank=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "reference"], name="dossier_reference_once"),
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~models.Q(number=""), name="dossier_number_once"
            ),
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="dossier_state_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "due_at", "id"], name="dossier_by_due"),
            # What is being processed, in the order of its due moments, however many are finished.
            models.Index(
                fields=["tenant", "due_at", "id"],
                include=LISTED,
                condition=models.Q(state__in=["accepted", "processing"]),
                name="dossier_running",
            ),
            # Every list of open dossiers is read from this index alone: a hundred thousand take some 30 ms, whatever is asked.
            models.Index(
                fields=["tenant", "state", "due_at", "id"],
                include=(*LISTED[1:], *MOMENTS),
                condition=models.Q(state__in=OPEN),
                name="dossier_open",
            ),
            # The same by when they came; and those few that wait for an apology, whose step is late, whose owner wants them back.
            models.Index(
                fields=["tenant", "submitted_at", "id"],
                include=(*LISTED, "fee_total", "fee_paid_at"),
                condition=models.Q(state__in=OPEN),
                name="dossier_open_came",
            ),
            models.Index(
                fields=["tenant", "due_at", "id"],
                condition=models.Q(apology_due_at__isnull=False, apologised_at=None),
                name="dossier_apologise",
            ),
            models.Index(
                fields=["tenant", "step_due_at", "id"],
                condition=models.Q(state__in=["accepted", "processing"], step_due_at__isnull=False),
                name="dossier_step_due",
            ),
            models.Index(
                fields=["tenant", "withdrawal_asked_at", "id"],
                condition=models.Q(withdrawal_asked_at__isnull=False),
                name="dossier_asked_back",
            ),
            models.Index(
                fields=["tenant", "changed_at", "id"],
                include=(*LISTED, "changed_by", "event_count"),
                name="dossier_changed",
            ),
            models.Index(fields=["tenant", "office", "submitted_at", "id"], include=CLOSED, name="dossier_of_office"),
            models.Index(
                fields=["tenant", "receiving_office", "submitted_at", "id"],
                condition=~models.Q(receiving_office=models.F("office")),
                name="dossier_received",
            ),
            models.Index(fields=["tenant", "procedure", "submitted_at", "id"], name="dossier_of_procedure"),
            # Figures count all dossiers of a period: a row is more than a kilobyte, its part in the figures a hundred bytes.
            models.Index(fields=["tenant", "office", "procedure"], include=COUNTED, name="dossier_figures"),
            # What happened to open dossiers and the alarms have not followed yet: nearly always nothing.
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(state__in=ALARMED) & ~models.Q(timed_events=models.F("event_count")),
                name="dossier_untimed",
            ),
            models.Index(fields=["tenant", "submitted_at"], name="dossier_submitted"),
            models.Index(fields=["tenant", "accepted_at"], name="dossier_accepted"),
            models.Index(fields=["tenant", "decided_at"], name="dossier_decided"),
            models.Index(fields=["tenant", "contact_id_hash"], name="dossier_contact_id"),
            models.Index(fields=["tenant", "contact_phone_hash"], name="dossier_contact_phone"),
            models.Index(fields=["assignee", "state"], name="dossier_assignee"),
            models.Index(
                fields=["tenant", "processing_office", "state"],
                condition=~models.Q(processing_office=None),
                name="dossier_processing_office",
            ),
            models.Index(fields=["owner", "-created_at"], name="dossier_owner"),
            models.Index(fields=["submitter", "-created_at"], name="dossier_submitter"),
            models.Index(
                fields=["tenant", "return_office"],
                condition=models.Q(return_office__isnull=False),
                name="dossier_return_office",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.reference

    @property
    def offices(self) -> set[int]:
        """Whose people handle it: the competent office, the one that received it, where its step is done now, and, once
        there is a result, the desk where it is collected."""
        desk = self.return_office_id if self.state in (State.DONE, State.RETURNED) else None
        known = (self.office_id, self.receiving_office_id, self.processing_office_id, desk)
        return {key for key in known if key is not None}

    @property
    def settling_offices(self) -> set[int]:
        """Whose officers and heads settle it: receiving for another office gives nobody a word in the decision."""
        return {key for key in (self.office_id, self.processing_office_id) if key is not None}


# Events about time, which figures count as what they are (queries/figures/told.py).
ABOUT_TIME = (
    "correct", "extend", "apologise", "send_back", "overdue", "unanswered", "unopened", "return_overdue",
)  # fmt: skip


class DossierEvent(TenantOwned):
    """One passage of a dossier: append-only, chained by hash per dossier."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=24)
    from_state = models.CharField(max_length=24)
    to_state = models.CharField(max_length=24)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor_role = models.CharField(max_length=14)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    # The database's own transaction: a moment of a dossier changes only in one that wrote an event (models/triggers.py).
    written_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "dossier", "number"], name="event_number_once"),
            models.CheckConstraint(
                condition=models.Q(occurred_at__lte=models.F("recorded_at")), name="event_not_in_future"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "recorded_at", "id"],
                condition=models.Q(step__in=ABOUT_TIME) | models.Q(occurred_at__lt=models.F("recorded_at")),
                name="event_about_time",
            )
        ]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number} {self.step}"

    @property
    def entered_late(self) -> bool:
        return self.occurred_at < self.recorded_at


class Pause(TenantOwned):
    """A stretch of time in which the dossier's clock stands still: half-open, the end empty while it lasts."""

    class Kind(models.TextChoices):
        SUPPLEMENT = "supplement", _("Chờ bổ sung hồ sơ")
        PAYMENT = "payment", _("Chờ nghĩa vụ tài chính")
        SUSPENSION = "suspension", _("Tạm dừng xử lý")
        EXCLUDED = "excluded", _("Bước không tính vào thời hạn")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "dossier"], condition=models.Q(ended_at=None), name="one_open_pause"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="pause_forwards",
            ),
        ]
        ordering: ClassVar = ["started_at"]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind}"


class DueChange(TenantOwned):
    """What a dossier's due moment was from a moment on: figures of a past day are told by the due moment of that day."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="due_changes")
    due_at = models.DateTimeField(null=True)
    since = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        indexes: ClassVar = [models.Index(fields=["tenant", "dossier", "-since", "-id"], name="due_change_latest")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.due_at}"


class NumberCounter(TenantOwned):
    """The last number given out in a series: `INSERT … ON CONFLICT DO UPDATE … RETURNING`, so without gaps or doubles."""

    series = models.CharField(max_length=80)
    last = models.PositiveBigIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "series"], name="counter_series_once")]

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Submission(TenantOwned):
    """The client's own key of a submission: the same key again gives the same dossier and receipt (unknown outcomes)."""

    key = models.CharField(max_length=255)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "person", "key"], name="submission_key_once")
        ]

    def __str__(self) -> str:
        return self.key
