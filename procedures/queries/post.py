"""Results under way by post: what the carrier told, in words, and what is to be done about it."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import Consignment, Dossier
from procedures.models.lifecycle import State

Where = Consignment.State
# The carrier's statuses (integrations.carrier) in words that both languages have; its own words stand below.
STATUSES = {
    "ordered": gettext_lazy("Bưu điện đã nhận yêu cầu"),
    "collected": gettext_lazy("Bưu điện đã nhận bưu gửi"),
    "in_transit": gettext_lazy("Đang vận chuyển"),
    "out_for_delivery": gettext_lazy("Đang đi phát"),
    "delivered": gettext_lazy("Đã phát"),
    "returned": gettext_lazy("Bị trả lại nơi gửi"),
}
TONES = {
    Where.WAITING: "pending", Where.REFUSED: "refused", Where.UNDER_WAY: "processing", Where.DELIVERED: "good", Where.RETURNED: "refused",
}  # fmt: skip


@dataclass(frozen=True)
class Parcel:
    """One consignment as a page shows it: entries for the timeline, newest first; `todo` where somebody must act."""

    row: Consignment
    tone: str
    entries: list[dict[str, Any]]
    todo: str


def parcels_of(dossier: Dossier, *, desk: bool) -> list[Parcel]:
    """The newest first. Only results that are or were to be returned can have any."""
    if dossier.state not in (State.DONE, State.RETURNED):
        return []
    rows = list(dossier.consignments.order_by("-asked_at", "-pk"))
    # Only about the last one is there still something to do.
    return [_parcel(dossier, row, {} if number else DESK if desk else PERSON) for number, row in enumerate(rows)]


def _parcel(dossier: Dossier, row: Consignment, say: "Say") -> Parcel:
    told = say.get(Where(row.state))
    entries = [_entry(one) for one in reversed(row.events)]
    return Parcel(row, TONES[Where(row.state)], entries, told(dossier) if told else "")


def _entry(event: dict[str, str]) -> dict[str, Any]:
    said = str(STATUSES.get(event["status"], STATUSES["in_transit"]))
    own = "" if event["text"] == said else event["text"]
    text = " · ".join(filter(None, [own, event["place"]]))
    kind = {"delivered": "good", "returned": "bad"}.get(event["status"], "")
    return {"title": said, "when": parse_datetime(event["at"]), "text": text, "kind": kind}


def _refused_desk(dossier: Dossier) -> str:
    if dossier.state != State.DONE:
        return ""
    return _(
        "Sửa người nhận, điện thoại hoặc địa chỉ rồi gửi lại ở “Trả kết quả”, hoặc mời người dân đến nhận tại quầy."
    )


def _returned_desk(_dossier: Dossier) -> str:
    return _("Gọi cho người nhận, hẹn đến nhận tại quầy. Bản giấy giữ ở bộ phận một cửa.")


def _refused_person(dossier: Dossier) -> str:
    if dossier.state != State.DONE:
        return ""
    said = {"office": dossier.receiving_office.title, "phone": dossier.receiving_office.phone}
    if not said["phone"]:
        return _("%(office)s sẽ gửi lại. Bạn cũng có thể mang giấy tờ tùy thân đến nhận tại quầy.") % said
    return _("%(office)s sẽ gửi lại. Hãy gọi %(phone)s nếu địa chỉ của bạn đã đổi, hoặc mang giấy tờ tùy thân đến nhận tại quầy.") % said  # fmt: skip


def _returned_person(dossier: Dossier) -> str:
    said = {"office": dossier.receiving_office.title}
    return _("Bưu điện không phát được và đã trả về. Mang giấy tờ tùy thân đến %(office)s để nhận.") % said


Say = dict[Where, Callable[[Dossier], str]]
DESK: Say = {Where.REFUSED: _refused_desk, Where.RETURNED: _returned_desk}
PERSON: Say = {Where.REFUSED: _refused_person, Where.RETURNED: _returned_person}


def to_ask(since: datetime.datetime, waiting_since: datetime.datetime) -> QuerySet[Consignment]:
    """What the carrier was last asked about before `since`; what it was to be told of before `waiting_since`."""
    under_way = Q(state=Where.UNDER_WAY, asked_again_at__lte=since)
    waiting = Q(state=Where.WAITING, asked_again_at__lte=waiting_since)
    return Consignment.objects.filter(under_way | waiting).order_by("asked_again_at", "pk")
