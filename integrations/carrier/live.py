"""Speaks to VNPost through the data platform."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from integrations import data_platform
from integrations.carrier import DELIVERED, Event, NotAccepted, Order, Party
from integrations.unavailable import Unavailable
from portal import http

T = TypeVar("T")
SECONDS = 5.0
ORDER = "/apiVNPostNGSP/p1.0/order/post"
TRACKING = "/apiVNPostNGSP/p1.0/order/tracking"
TAKEN = "100"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# The carrier's codes and our words for them.
STATUSES = {
    "10": "ordered",
    "20": "collected",
    "50": "in_transit",
    "70": "out_for_delivery",
    "100": DELIVERED,
    "90": "returned",
}


def create_order(order: Order) -> str:
    budget = data_platform.Budget.of(SECONDS)
    answer = _reach(
        lambda: http.post_json(
            f"{settings.CARRIER_URL}{ORDER}", _fields(order), headers=_key(budget), timeout=budget.left
        )
    )
    if not isinstance(answer, dict) or not answer.get("Status"):
        raise Unavailable("carrier: an answer without a status")
    if str(answer["Status"]) != TAKEN:
        raise NotAccepted(str(answer.get("Message", ""))[:200])
    if not answer.get("ItemCode"):
        raise Unavailable("carrier: an order without a code")
    return str(answer["ItemCode"])


def track(code: str) -> tuple[Event, ...]:
    budget = data_platform.Budget.of(SECONDS)
    asked = {"ItemCode": code}
    answer = _reach(
        lambda: http.get_json(
            f"{settings.CARRIER_URL}{TRACKING}", params=asked, headers=_key(budget), timeout=budget.left
        )
    )
    try:
        return tuple(sorted((_event(row) for row in answer["Events"]), key=lambda event: event.at))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable("carrier") from error


def check() -> str:
    _reach(lambda: data_platform.access_token(settings.CARRIER_URL, data_platform.Budget.of(SECONDS)))
    return ""


def _key(budget: data_platform.Budget) -> dict[str, str]:
    return {"Authorization": f"Bearer {data_platform.access_token(settings.CARRIER_URL, budget)}"}


def _reach(ask: Callable[[], T]) -> T:
    try:
        return data_platform.with_tokens(settings.CARRIER_URL, ask)
    except (http.Unreachable, http.Refused) as error:
        raise Unavailable("carrier") from error


def _fields(order: Order) -> dict[str, Any]:
    return {
        "CustomerCode": data_platform.client_id(),
        "OrderNumber": order.number,
        "CODAmount": order.cash_on_delivery,
        **_party("Sender", order.sender),
        "SenderDesc": order.description,
        **_party("Receiver", order.receiver),
        "Description": order.description,
    }


def _party(role: str, party: Party) -> dict[str, str]:
    told = {
        "Name": party.name,
        "Tel": party.phone,
        "Email": party.email,
        "Province": party.province,
        "District": party.commune,
        "Address": party.street,
    }
    return {f"{role}{name}": value for name, value in told.items()}


def _event(row: dict[str, Any]) -> Event:
    at = datetime.strptime(row["StatusDate"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    return Event(
        at,
        STATUSES.get(str(row["StatusCode"]), "in_transit"),
        str(row.get("StatusText", "")),
        str(row.get("POName", "")),
    )
