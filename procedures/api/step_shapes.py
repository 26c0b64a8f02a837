"""What an official tells with each step."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from procedures.api.shapes import Whole, Words
from procedures.models import Dossier, HandOver


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


def _maybe(most: int, help_text: str = "") -> Words:
    return Words(required=False, allow_blank=True, max_length=most, default="", help_text=help_text or None)


class HandOverTold(Told):
    """The same as at the counter: `lacking` of the action tells what is missing, by the names of these fields."""

    how = serializers.ChoiceField(
        [Dossier.Delivery.COUNTER, Dossier.Delivery.POST],
        help_text="`counter`: receiver, receiver_id and confirmed are needed; `post`: receiver, phone, street and province.",
    )
    who = serializers.ChoiceField(HandOver.Receiver.choices, required=False, default=HandOver.Receiver.OWNER)
    receiver = _maybe(200, "Full name of the receiver.")
    receiver_id = _maybe(20, "Number of the identity paper that the receiver showed; an owner's must be the dossier's.")
    mandate = _maybe(300, "Number, day and place of the authorisation; an authorised receiver needs it.")
    proof = serializers.ChoiceField(HandOver.Proof.choices, required=False, default=HandOver.Proof.PAPER)
    strokes: Any = serializers.ListField(
        child=serializers.ListField(
            child=serializers.ListField(child=Whole(min_value=0, max_value=600), min_length=2, max_length=2),
            max_length=4000,
        ),
        required=False,
        max_length=4000,
        help_text="A signature on the screen (600 × 200): strokes of points [x, y]; needed where proof is `screen`.",
    )
    confirmed = serializers.BooleanField(
        required=False, default=False, help_text="The paper was compared with the receiver, and the receiver signed."
    )
    phone = _maybe(20)
    street = _maybe(300)
    commune = _maybe(100)
    province = _maybe(100)
