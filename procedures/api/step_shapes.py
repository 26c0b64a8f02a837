"""What an official tells with each step."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from procedures.api.shapes import Whole, Words
from procedures.models import Dossier


class Told(serializers.Serializer[Any]):
    """With `seen` (the number of events when the dossier was read) nobody acts on what has changed meanwhile."""

    seen = Whole(required=False, min_value=0)


class ReasonTold(Told):
    reason = Words(max_length=2000)


class TakeTold(Told):
    reason = Words(required=False, allow_blank=True, max_length=300, default="")


class RefusalTold(ReasonTold):
    clause = Words(max_length=500, help_text="Article, clause and number of the law.")
    remedy = Words(max_length=2000, help_text="What the person can do, and where.")


class WantedTold(serializers.Serializer[Any]):
    paper = Words(
        required=False,
        allow_blank=True,
        max_length=100,
        default="",
        help_text="Key of a paper of the procedure, or empty.",
    )
    name = Words(max_length=300)
    wanted = Words(required=False, allow_blank=True, max_length=500, default="")


class SupplementTold(ReasonTold):
    papers: Any = serializers.ListSerializer(child=WantedTold(), required=False, max_length=50)
    fields_open = serializers.ListField(
        child=Words(max_length=100), required=False, max_length=100, help_text="Fields to change."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("papers") and not attrs.get("fields_open"):
            raise serializers.ValidationError({"papers": _("Nêu ít nhất một giấy tờ hoặc mục cần sửa.")})
        return attrs


class RouteTold(Told):
    step = Words(max_length=60, help_text="Key of a step of the procedure's route.")
    reason = Words(required=False, allow_blank=True, max_length=2000, default="")


class LineTold(serializers.Serializer[Any]):
    label = Words(max_length=200)  # type: ignore[assignment]
    value = Words(max_length=2000)


class ProposalTold(Told):
    outcome = serializers.ChoiceField(Dossier.Outcome.choices)
    lines: Any = serializers.ListSerializer(
        child=LineTold(),
        required=False,
        max_length=60,
        help_text="Without them, the procedure's own template is filled in.",
    )
    reason = Words(required=False, allow_blank=True, max_length=2000, default="")
    clause = Words(
        required=False, allow_blank=True, max_length=500, default="", help_text="The law; a refusal needs it."
    )
    remedy = Words(required=False, allow_blank=True, max_length=2000, default="")


class PaymentTold(ReasonTold):
    reason = Words(max_length=300, help_text="Name of the phí, lệ phí or duty, as on the notice.")
    amount = Whole(min_value=1, max_value=10**12, help_text="In đồng.")


class HandOverTold(Told):
    how = serializers.ChoiceField(["counter", "post"])
    receiver = Words(required=False, allow_blank=True, max_length=200, default="")
    consignment = Words(required=False, allow_blank=True, max_length=60, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = "receiver" if attrs["how"] == "counter" else "consignment"
        if not attrs.get(needed):
            raise serializers.ValidationError({needed: _("Cần ghi mục này.")})
        return attrs
