"""Returning a result: into a hand that is identified and signs, or by the post, told in the background and followed."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations import carrier
from portal import audit, outbox
from portal.models import Tenant, User
from portal.moments import now
from portal.tenancy import current_tenant, inside
from procedures import workflow
from procedures.actions import results
from procedures.models import Consignment, Dossier, HandOver
from procedures.models.lifecycle import State
from procedures.queries import post
from procedures.queries.results import is_posted
from procedures.workflow import NotAllowed

WIDTH, HEIGHT, MOST_POINTS = 600, 200, 4000
EVERY = datetime.timedelta(minutes=1 if settings.DEMO else 30)
# When a row of the outbox has been given up because the post was away, it is told again.
AGAIN = datetime.timedelta(days=1)
AT_ONCE = 500
ENDED = {carrier.DELIVERED: Consignment.State.DELIVERED, carrier.RETURNED: Consignment.State.RETURNED}


FOR_POST = {
    "receiver": gettext_lazy("Cần ghi họ tên người nhận kết quả."),
    "phone": gettext_lazy("Cần số điện thoại để bưu tá gọi."),
    "street": gettext_lazy("Cần địa chỉ phát."),
    "province": gettext_lazy("Cần tên tỉnh, thành phố."),
}
AT_COUNTER = {
    "receiver": gettext_lazy("Cần ghi họ tên người nhận kết quả."),
    "receiver_id": gettext_lazy("Cần xem giấy tờ tùy thân và ghi số."),
    "confirmed": gettext_lazy("Hãy xác nhận đã đối chiếu giấy tờ và người nhận đã ký."),
}
RECEIVER = ("who", "receiver", "receiver_id", "mandate", "proof", "strokes")


@dataclass(frozen=True)
class Receiver:
    """Who took the result at the counter, how known, by which authorisation, and how they signed."""

    who: str
    receiver: str
    receiver_id: str
    mandate: str = ""
    proof: str = HandOver.Proof.PAPER
    strokes: Any = None


def lacking(dossier: Dossier, *, how: str, **told: Any) -> dict[str, str]:
    """What is missing or wrong before a result is given, by what it is called: the page, the API and the deed ask here."""
    if how == Dossier.Delivery.POST:
        return {name: str(words) for name, words in FOR_POST.items() if not told.get(name)}
    found = {name: str(words) for name, words in AT_COUNTER.items() if not told.get(name)}
    if told.get("who") == HandOver.Receiver.AUTHORISED and not told.get("mandate"):
        found["mandate"] = _("Người nhận thay cần giấy ủy quyền.")
    if told.get("proof") == HandOver.Proof.SCREEN and not strokes_of(told.get("strokes")):
        found["proof"] = _("Chưa có chữ ký trên màn hình. Mời người nhận ký, hoặc chọn ký trên sổ giấy.")
    if told.get("receiver_id") and _is_another(dossier, **told):
        found["receiver_id"] = _("Số này không phải số định danh của chủ hồ sơ. Hãy xem lại giấy tờ.")
    return found


def _is_another(dossier: Dossier, *, receiver_id: str, who: str = "", **_told: Any) -> bool:
    """The paper that was shown is not the owner's, who is said to stand here."""
    known, shown = ("".join(filter(str.isalnum, text)).upper() for text in (dossier.contact_id, receiver_id))
    return bool(known) and who != HandOver.Receiver.AUTHORISED and shown != known


def give(dossier: Dossier, clerk: User, *, how: str, **told: Any) -> object:
    """At the counter or by post, as the form was filled in: NotAllowed where something of it is missing."""
    wrong = lacking(dossier, how=how, **told)
    if wrong:
        raise NotAllowed(" ".join(dict.fromkeys(wrong.values())))
    names = FOR_POST | {"commune": ""} if how == Dossier.Delivery.POST else RECEIVER
    said = {name: told[name] for name in names if name in told}
    return (
        by_post(dossier, clerk, **said) if how == Dossier.Delivery.POST else by_hand(dossier, clerk, Receiver(**said))
    )


@transaction.atomic
def by_hand(dossier: Dossier, clerk: User, to: Receiver) -> HandOver:
    """The receiver showed an identity paper, an authorised one the authorisation too, and signed."""
    signature = strokes_of(to.strokes) if to.proof == HandOver.Proof.SCREEN else []
    results.hand_over(dossier, clerk, how=Dossier.Delivery.COUNTER, receiver=to.receiver)
    return HandOver.objects.create(
        dossier=dossier, receiver=to.who or HandOver.Receiver.OWNER, receiver_name=to.receiver, receiver_id=to.receiver_id,
        mandate=to.mandate, proof=to.proof or HandOver.Proof.PAPER, signature=signature, clerk=clerk, at=now(),
    )  # fmt: skip


def strokes_of(said: Any) -> list[list[list[int]]]:
    """The strokes of a signature as whole points inside its box; anything else is no signature."""
    if not isinstance(said, list):
        return []
    try:
        strokes = [[[int(x), int(y)] for x, y in stroke] for stroke in said]
    except (TypeError, ValueError, OverflowError):
        return []
    points = [point for stroke in strokes for point in stroke]
    fits = 1 < len(points) <= MOST_POINTS and all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    return strokes if fits else []


@transaction.atomic
def by_post(dossier: Dossier, clerk: User, **receiver: str) -> Consignment:
    """Ask the carrier to take it; handed over once the carrier has given its code."""
    workflow.lock(dossier)
    if dossier.state != State.DONE or "hand_over" not in workflow.allowed(dossier, clerk):
        raise NotAllowed(_("Kết quả này không còn chờ trả."))
    if is_posted(dossier):
        raise NotAllowed(_("Đã báo bưu điện và đang chờ bưu điện nhận."))
    turn = Consignment.objects.filter(dossier=dossier).count() + 1
    made = Consignment.objects.create(
        dossier=dossier,
        number=f"{dossier.number}-{turn}",
        receiver=receiver,
        sent_by=clerk,
        asked_at=now(),
        asked_again_at=now(),
    )
    workflow.note(dossier, "send_post", clerk, parcel=made.number)
    outbox.put("consign", f"consignment-{made.pk}", {"consignment": made.pk})
    return made


def order(key: int) -> None:
    """Tell the carrier by our own number, so that told twice it is one consignment. No transaction is open meanwhile."""
    tenant = current_tenant()
    with inside(tenant):
        row = _row(key)
        order = _order(row)
    if row.state != Consignment.State.WAITING:
        return
    try:
        code = carrier.create_order(order)
    except carrier.NotAccepted as refusal:
        _refused(row, str(refusal))
        return
    with inside(tenant):
        _ordered(key, code)


def _row(key: int) -> Consignment:
    return Consignment.objects.select_related("dossier__receiving_office", "sent_by").get(pk=key)


def _order(row: Consignment) -> carrier.Order:
    office, to = row.dossier.receiving_office, row.receiver
    street, _comma, province = office.address.rpartition(",")
    sender = carrier.Party(office.name, office.phone, province.strip(), "", street.strip() or office.address)
    receiver = carrier.Party(
        to.get("receiver", ""), to.get("phone", ""), to.get("province", ""), to.get("commune", ""), to.get("street", "")
    )
    return carrier.Order(row.number, sender, receiver, _("Kết quả giải quyết thủ tục hành chính"))


def _refused(row: Consignment, why: str) -> None:
    with inside(current_tenant()):
        waiting = Consignment.objects.filter(pk=row.pk, state=Consignment.State.WAITING)
        waiting.update(state=Consignment.State.REFUSED, error=why[:300], ended_at=now())


def _ordered(key: int, code: str) -> None:
    row = _row(key)
    workflow.lock(row.dossier)
    if Consignment.objects.select_for_update(of=("self",)).get(pk=key).state != Consignment.State.WAITING:
        return
    row.code, row.state, row.asked_again_at = code, Consignment.State.UNDER_WAY, now()
    row.save(update_fields=["code", "state", "asked_again_at"])
    if row.dossier.state == State.DONE:
        results.hand_over(row.dossier, row.sent_by, how=Dossier.Delivery.POST, consignment=code)
    audit.record(row.sent_by, "result.consign", f"dossier:{row.dossier.reference}", code=code)
    outbox.put("track", f"consignment-{key}-0", {"consignment": key})


def follow(key: int) -> None:
    """Ask the carrier where it is and keep what is new; the beat asks again until it is there. Raises carrier.Unavailable."""
    tenant = current_tenant()
    with inside(tenant):
        row = Consignment.objects.get(pk=key)
    if row.state != Consignment.State.UNDER_WAY:
        return
    told = carrier.track(row.code)
    with inside(tenant):
        _keep(key, told)


def _keep(key: int, told: tuple[carrier.Event, ...]) -> None:
    """A shorter story than the one that is known takes nothing away."""
    row = Consignment.objects.select_for_update(of=("self",)).get(pk=key)
    if row.state != Consignment.State.UNDER_WAY or not told or len(told) < len(row.events):
        return
    row.events = [
        {"at": one.at.isoformat(), "status": one.status, "text": one.text, "place": one.place} for one in told
    ]
    row.state = ENDED.get(told[-1].status, row.state)
    row.ended_at = now() if row.state != Consignment.State.UNDER_WAY else None
    row.save(update_fields=["events", "state", "ended_at"])


def sweep(tenant: Tenant) -> int:
    """Have the carrier asked about what is under way, and told again of what it never heard; however many beats run."""
    with inside(tenant):
        rows = post.to_ask(now() - EVERY, now() - AGAIN).select_for_update(skip_locked=True, of=("self",))
        found = list(rows[:AT_ONCE])
        for row in found:
            row.asked_again_at = now()
            row.save(update_fields=["asked_again_at"])
            kind = "consign" if row.state == Consignment.State.WAITING else "track"
            outbox.put(kind, f"consignment-{row.pk}-{row.asked_again_at:%Y%m%d%H%M%S}", {"consignment": row.pk})
    return len(found)
