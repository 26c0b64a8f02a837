"""The catalogue, its forms and its offices: for everybody."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.models import Office
from portal.queries import open_offices
from procedures.api.doors import OpenDoor
from procedures.api.shapes import Named, Paged, page_of
from procedures.models import Offering, Procedure
from procedures.queries import catalogue

PAGE = 100
# Work inside the authority, no part of the public record.
UNTOLD = ("form", "route", "result_template")


@extend_schema_field({"$ref": "#/components/schemas/procedure"})
class Record(serializers.JSONField):
    """The record as in bundles (`procedures/schema/bundle.schema.json`)."""


@extend_schema_field({"$ref": "#/components/schemas/form"})
class FormDefinition(serializers.JSONField):
    """The form as in bundles."""


class ProceduresAsked(serializers.Serializer[Any]):
    q = serializers.CharField(required=False, max_length=100, help_text="Words, with or without diacritics, or a code.")
    sector = serializers.CharField(required=False, max_length=80)
    audience = serializers.ChoiceField(list(catalogue.AUDIENCES), required=False)
    life_event = serializers.ChoiceField(list(catalogue.LIFE_EVENTS), required=False)
    office = serializers.CharField(required=False, max_length=35)
    level = serializers.IntegerField(required=False, min_value=1, max_value=4)
    cursor = serializers.RegexField(r"^[1-9][0-9]{0,2}$", required=False)


class ProcedureRow(Named):
    """A procedure in a list. Its level is the lowest among the offices that offer it."""

    sector = serializers.CharField(source="sector_title")
    level = serializers.IntegerField(min_value=1, max_value=4)
    scheme = serializers.CharField(help_text="toàn trình, một phần or thông tin, in the language of the page.")


class OfferingRow(serializers.Serializer[Any]):
    """A procedure at an office: its level there, and what is lacking for the next one."""

    office = Named()
    level = serializers.IntegerField(min_value=1, max_value=4)
    lacks = serializers.CharField(allow_blank=True)
    online = serializers.BooleanField(source="online_open")


class ProcedureShape(Named):
    version = serializers.IntegerField(source="current.number")
    sector = serializers.CharField(source="sector_title")
    level = serializers.IntegerField(min_value=1, max_value=4)
    offices = serializers.SerializerMethodField()
    record = serializers.SerializerMethodField()

    @extend_schema_field(OfferingRow(many=True))
    def get_offices(self, procedure: Procedure) -> list[Any]:
        offered: list[Offering] = catalogue.offerings_of(procedure)
        return list(OfferingRow(offered, many=True).data)

    @extend_schema_field(Record)
    def get_record(self, procedure: Procedure) -> dict[str, Any]:
        return {key: value for key, value in procedure.current.definition.items() if key not in UNTOLD}  # type: ignore[union-attr]


class FormShape(serializers.Serializer[Any]):
    """The form of the version that is filed under now; answers are sent by its field keys."""

    code = serializers.CharField()
    version = serializers.IntegerField(source="current.number")
    form = serializers.SerializerMethodField()

    @extend_schema_field(FormDefinition)
    def get_form(self, procedure: Procedure) -> dict[str, Any]:
        return procedure.current.definition.get("form") or {"sections": []}  # type: ignore[union-attr]


class OfficeRow(Named):
    kind = serializers.ChoiceField(Office.Kind.choices)
    address = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    commune = serializers.CharField(source="commune_code", allow_blank=True)


class Procedures(OpenDoor):
    tag = "catalogue"
    asks: ClassVar = {"GET": ProceduresAsked}
    gives: ClassVar = {"GET": {200: page_of(ProcedureRow)}}

    def get(self, request: Request) -> Response:
        """Find procedures.

        With words the best first, without them by the alphabet.
        """
        told = self.asked()
        wanted = catalogue.Wanted(
            words=told.get("q", ""), event=told.get("life_event", ""), sector=told.get("sector", ""), audience=told.get("audience", ""),
            level=told.get("level", 0), office=told.get("office", ""), page=int(told.get("cursor", 1)),
        )  # fmt: skip
        found = catalogue.find(wanted)
        return self.listed(found.procedures, str(wanted.page + 1) if found.has_more else None)


class ProcedureDoor(OpenDoor):
    tag = "catalogue"
    name = "Procedure"
    gives: ClassVar = {"GET": {200: ProcedureShape}}

    def get(self, request: Request, code: str) -> Response:
        """Read everything that the public record of a procedure holds, and where it is done."""
        return self.answer(catalogue.procedure_by_code(code))


class FormDoor(OpenDoor):
    tag = "catalogue"
    name = "Form"
    gives: ClassVar = {"GET": {200: FormShape}}

    def get(self, request: Request, code: str) -> Response:
        """Read the form of a procedure: sections, fields, conditions, limits."""
        return self.answer(catalogue.procedure_by_code(code))


class Offices(OpenDoor):
    tag = "catalogue"
    asks: ClassVar = {"GET": Paged}
    gives: ClassVar = {"GET": {200: page_of(OfficeRow)}}

    def get(self, request: Request) -> Response:
        """List the offices that are open today, by code."""
        rows = open_offices().filter(code__gt=self.asked().get("cursor", "")).order_by("code")[: PAGE + 1]
        found = list(rows)
        return self.listed(found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else None)
