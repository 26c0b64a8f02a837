"""How a dossier reads: in a list, whole, its files, papers, events, receipt."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procedures import workflow
from procedures.actions.money import open_items
from procedures.api.shapes import Named, page_of
from procedures.models import Attachment, Channel, Dossier, Paper, SupplementRequest
from procedures.models.lifecycle import NATIONAL_STATUS, NOTES, STEPS, State
from procedures.queries.answers import fee_lines
from procedures.queries.explanations import explained
from procedures.queries.joint import Whole, whole
from procedures.queries.joint_desk import rows_of, tracked_filing
from procedures.queries.own import papers_of
from procedures.queries.prices import came_about
from procedures.schema.fees import FeeLine


class DossierRow(serializers.Serializer[Any]):
    """A dossier in a list: where it stands and which moments count."""

    reference = serializers.CharField()
    number = serializers.CharField(allow_blank=True, help_text="Issued at acceptance.")
    state = serializers.ChoiceField(State.choices)
    state_name = serializers.CharField(source="get_state_display")
    national_status = serializers.SerializerMethodField()
    procedure = Named()
    office = Named()
    channel = serializers.ChoiceField(Channel.choices)
    owner_name = serializers.CharField(allow_blank=True)
    saved_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    accept_by = serializers.DateTimeField(source="acceptance_due_at", allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    supply_by = serializers.DateTimeField(source="supplement_due_at", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_national_status(self, dossier: Dossier) -> int | None:
        return NATIONAL_STATUS.get(State(dossier.state))


class AttachmentRow(serializers.Serializer[Any]):
    """A file that was given, as it was received."""

    id = serializers.IntegerField(source="pk")
    field = serializers.CharField(source="field_key", allow_blank=True)
    paper = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    status = serializers.ChoiceField(Attachment.Status.choices)
    round = serializers.IntegerField(help_text="0 with the first filing, n with the n-th supplement.")
    given_at = serializers.DateTimeField()


class PaperRow(serializers.Serializer[Any]):
    """A paper that the authority issued; signed ones can be verified by their code."""

    kind = serializers.ChoiceField(Paper.Kind.choices)
    title = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    issued_at = serializers.DateTimeField()
    verification_code = serializers.CharField(allow_blank=True)
    sha256 = serializers.CharField(allow_blank=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    href = serializers.SerializerMethodField()

    def get_href(self, paper: Paper) -> str:
        name = "desk_paper" if self.context.get("desk") else "my_paper"
        return reverse(name, args=[paper.dossier.reference, paper.pk])


class FeeRow(serializers.Serializer[Any]):
    """A phí or lệ phí that applies, in đồng."""

    key = serializers.CharField()
    name = serializers.CharField(source="name.vi")
    kind = serializers.ChoiceField(["charge", "fee"])
    amount = serializers.SerializerMethodField(help_text="Đồng; null while it is not known.")
    when_due = serializers.ChoiceField(["submission", "request", "return"])
    complete = serializers.BooleanField(help_text="False while an answer that the amount depends on is missing.")
    explanation = serializers.SerializerMethodField(help_text="How the amount came about, step by step, and the law.")

    @extend_schema_field(serializers.IntegerField(min_value=0, allow_null=True))
    def get_amount(self, line: FeeLine) -> int | None:
        return line.amount if line.complete else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_explanation(self, line: FeeLine) -> list[str]:
        return came_about(line)


class Wanted(serializers.Serializer[Any]):
    paper = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    wanted = serializers.CharField(allow_blank=True, default="")


class SupplementShape(serializers.Serializer[Any]):
    """What is asked for, and the fields of the form that are open again."""

    round = serializers.IntegerField()
    reason = serializers.CharField()
    papers = Wanted(many=True)
    fields_open = serializers.ListField(child=serializers.CharField(), source="fields")
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class ContactShape(serializers.Serializer[Any]):
    phone = serializers.CharField(source="contact_phone", allow_blank=True)
    email = serializers.CharField(source="contact_email", allow_blank=True)
    address = serializers.CharField(source="contact_address", allow_blank=True)
    delivery = serializers.ChoiceField(Dossier.Delivery.choices)


class PaymentShape(serializers.Serializer[Any]):
    """What is to be paid now, and the page where it is paid."""

    total = serializers.IntegerField(min_value=1)
    href = serializers.CharField()


class PartShape(serializers.Serializer[Any]):
    """One procedure of a linked filing: which authority has it, how it stands there, when it is due or expected."""

    title = serializers.CharField()
    authority = serializers.CharField()
    state = serializers.CharField(source="stands")
    state_name = serializers.CharField(source="word")
    due_at = serializers.DateTimeField(source="due", allow_null=True)
    is_firm = serializers.BooleanField(source="firm", help_text="False while the authority has promised no day yet.")
    after = serializers.CharField(allow_blank=True, help_text="What it waits for.")
    problem = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(allow_blank=True, help_text="Of its dossier, where this authority has it.")


class JointShape(serializers.Serializer[Any]):
    """A filing of linked procedures, as it stands."""

    filed_at = serializers.DateTimeField(source="filing.filed_at")
    closed_at = serializers.DateTimeField(source="filing.closed_at", allow_null=True)
    expected_at = serializers.DateTimeField(source="expected", allow_null=True)
    parts = serializers.SerializerMethodField()

    @extend_schema_field(PartShape(many=True))
    def get_parts(self, told: Whole) -> list[Any]:
        return list(PartShape(rows_of(told.parts), many=True).data)


class DossierWhole(DossierRow):
    """Everything about a dossier."""

    version = serializers.IntegerField(source="version.number")
    level = serializers.IntegerField(min_value=1, max_value=4)
    case = serializers.CharField()
    outcome = serializers.ChoiceField(Dossier.Outcome.choices, allow_blank=True)
    contact = ContactShape(source="*")
    answers = serializers.DictField(help_text="By the field keys of the form.")
    sources = serializers.SerializerMethodField()
    attachments = serializers.SerializerMethodField()
    fees = serializers.SerializerMethodField()
    papers = serializers.SerializerMethodField()
    supplement = serializers.SerializerMethodField()
    payment = serializers.SerializerMethodField()
    joint = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_sources(self, dossier: Dossier) -> dict[str, str]:
        """Which answers a registry gave, and which it could not confirm."""
        return {key: told["registry"] if isinstance(told, dict) else str(told) for key, told in dossier.sources.items()}

    @extend_schema_field(AttachmentRow(many=True))
    def get_attachments(self, dossier: Dossier) -> list[Any]:
        return list(
            AttachmentRow(Attachment.objects.filter(dossier=dossier, removed_at=None, letter=None), many=True).data
        )

    @extend_schema_field(FeeRow(many=True))
    def get_fees(self, dossier: Dossier) -> list[Any]:
        return list(FeeRow(fee_lines(dossier), many=True).data)

    @extend_schema_field(PaperRow(many=True))
    def get_papers(self, dossier: Dossier) -> list[Any]:
        rows: Any = papers_of(dossier) if not self.context.get("desk") else Paper.objects.filter(dossier=dossier)
        for row in rows:
            row.dossier = dossier
        return list(PaperRow(rows, many=True, context=self.context).data)

    @extend_schema_field(SupplementShape(allow_null=True))
    def get_supplement(self, dossier: Dossier) -> Any:
        asked = SupplementRequest.objects.filter(dossier=dossier).last()
        return SupplementShape(asked).data if asked else None

    @extend_schema_field(PaymentShape(allow_null=True))
    def get_payment(self, dossier: Dossier) -> Any:
        total = sum(item.amount for item in open_items(dossier)) if dossier.submitted_at else 0
        return {"total": total, "href": reverse("my_payment", args=[dossier.reference])} if total else None

    @extend_schema_field(JointShape(allow_null=True))
    def get_joint(self, dossier: Dossier) -> Any:
        """Of the form that files linked procedures, once it is filed."""
        is_form = dossier.state == State.DRAFT and dossier.joint_code
        found = tracked_filing(dossier.reference) if is_form else None
        return JointShape(whole(found)).data if found else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(sorted(STEPS))))
    def get_steps(self, dossier: Dossier) -> list[str]:
        """The steps of the lifecycle that this person may take now."""
        return sorted(workflow.allowed(dossier, self.context["person"]))


class EventRow(serializers.Serializer[Any]):
    """One passage: append-only. `occurred_at` is earlier than `recorded_at` where paper was entered late."""

    number = serializers.IntegerField()
    step = serializers.ChoiceField(sorted([*STEPS, *NOTES]))
    title = serializers.SerializerMethodField()
    from_state = serializers.ChoiceField(State.choices)
    to_state = serializers.ChoiceField(State.choices)
    role = serializers.CharField(source="actor_role", allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    occurred_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()

    def get_title(self, event: Any) -> str:
        return str(STEPS[event.step].title if event.step in STEPS else NOTES[event.step])


class ExplainedRow(serializers.Serializer[Any]):
    days = serializers.CharField()
    text = serializers.CharField()
    kind = serializers.ChoiceField(["counts", "stands", "mark"])


class TimelineShape(serializers.Serializer[Any]):
    """What happened, oldest first, and why the dossier is due when it is."""

    events = EventRow(many=True)
    due_at = serializers.DateTimeField(source="due.moment", allow_null=True)
    explanation = serializers.SerializerMethodField()

    @extend_schema_field(ExplainedRow(many=True))
    def get_explanation(self, told: dict[str, Any]) -> list[Any]:
        return list(ExplainedRow(explained(told["due"]), many=True).data)


class ReceivedFile(serializers.Serializer[Any]):
    name = serializers.CharField()
    paper = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReceivedPart(serializers.Serializer[Any]):
    name = serializers.CharField()
    authority = serializers.CharField()
    after = serializers.ListField(child=serializers.CharField())


class ReceiptShape(serializers.Serializer[Any]):
    """What was received, to the byte; the same for ever."""

    reference = serializers.CharField()
    code = serializers.CharField(help_text="Of the procedure.")
    procedure = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    accept_by = serializers.DateTimeField(allow_null=True)
    files = ReceivedFile(many=True)
    parts = ReceivedPart(many=True, required=False, help_text="Of linked procedures that were filed together.")


DossierPage = page_of(DossierRow)
