"""The officials' lists and one dossier as an official sees it; every look is on record."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal import audit
from portal.permissions import roles_of
from procedures.api.doors import Door
from procedures.api.dossier_shapes import DossierRow, DossierWhole, EventRow
from procedures.api.shapes import page_of
from procedures.api.step_table import open_steps
from procedures.models import Channel, Dossier
from procedures.models.lifecycle import State
from procedures.queries import worklist as lists
from procedures.queries.dossiers import desk_dossier, timeline_of
from procedures.queries.wanted import ORDERS, SIZES


class WorklistAsked(serializers.Serializer[Any]):
    """What the address of the page says too (queries/wanted.py); here a value that is unknown is refused."""

    list = serializers.ChoiceField(
        list(lists.LISTS), required=False, help_text="Without it, where the person's day begins."
    )
    q = serializers.CharField(
        required=False, max_length=200, help_text="Number, reference, personal id, telephone, or words."
    )
    office = serializers.CharField(required=False, max_length=35, help_text="Code of an office.")
    procedure = serializers.CharField(required=False, max_length=30, help_text="Code of a procedure.")
    step = serializers.CharField(required=False, max_length=60, help_text="Key of a step of the procedure's route.")
    state = serializers.ChoiceField([one for one in State.values if one != State.DRAFT], required=False)
    assignee = serializers.RegexField(
        "^[0-9]{1,17}$", required=False, help_text="Account that the dossier lies with, as `assignee_key` of a row."
    )
    channel = serializers.ChoiceField(Channel.values, required=False)
    to = serializers.DateField(required=False, help_text="Submitted on this day or before.")
    sort = serializers.ChoiceField(
        [*ORDERS],
        required=False,
        help_text="What is closed is only read by `submitted`; else as is usual for the list.",
    )
    rows = serializers.ChoiceField(SIZES, required=False, help_text="How many on a page.")
    cursor = serializers.CharField(required=False, max_length=80)

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which Python does not let a name be."""
        since = serializers.DateField(required=False, help_text="Submitted on this day or later.")
        return {**super().get_fields(), "from": since}


class WorklistRow(DossierRow):
    """A dossier in an official's list."""

    step_key = serializers.CharField(allow_blank=True)
    assignee = serializers.CharField(source="assignee.full_name", default=None, allow_null=True)
    assignee_key = serializers.IntegerField(source="assignee_id", allow_null=True)

    # Not read from a list's rows, which bring only what a line of it needs.
    saved_at = accepted_at = None  # type: ignore[assignment]


class OfficialEventRow(EventRow):
    actor = serializers.CharField(source="actor.full_name", default=None, allow_null=True)


class DeskDossier(DossierWhole):
    """A dossier as an official sees it. `steps` are the addresses below `steps/` that this official may use now."""

    step_key = serializers.CharField(allow_blank=True)
    assignee = serializers.CharField(source="assignee.full_name", default=None, allow_null=True)
    seen = serializers.IntegerField(
        source="event_count", help_text="Send it back with a step: 409 if something happened since."
    )
    events = serializers.SerializerMethodField()

    @extend_schema_field(OfficialEventRow(many=True))
    def get_events(self, dossier: Dossier) -> Any:
        return list(OfficialEventRow(timeline_of(dossier), many=True).data)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_steps(self, dossier: Dossier) -> list[str]:
        return open_steps(dossier, self.context["person"])


class Worklist(Door):
    permission = "desk.view"
    tag = "desk"
    asks: ClassVar = {"GET": WorklistAsked}
    gives: ClassVar = {"GET": {200: page_of(WorklistRow)}}

    def get(self, request: Request) -> Response:
        """List the dossiers of the official's offices, without those of the official's own."""
        told = {name: str(value) for name, value in self.asked().items()}
        wanted = lists.wanted_of({**told, "after": told.pop("cursor", "")}, roles_of(self.me))
        page = lists.page_of(self.me, wanted)
        return self.listed(page.rows, page.following)


class DeskDossierDoor(Door):
    name = "DeskDossier"
    permission = "dossier.view"
    tag = "desk"
    gives: ClassVar = {"GET": {200: DeskDossier}}

    def get(self, request: Request, reference: str) -> Response:
        """Read a dossier of one's offices. The look is recorded and shown to the person whose dossier it is."""
        dossier = desk_dossier(self.me, reference)
        audit.look(self.me, f"dossier:{dossier.reference}", "dossier", dossier.owner)
        return self.answer(dossier)
