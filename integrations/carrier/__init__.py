"""The post: papers and results carried between office and citizen."""

from dataclasses import dataclass
from datetime import datetime

from integrations.unavailable import Unavailable

__all__ = ["Event", "NotAccepted", "Order", "Party", "Unavailable", "check", "create_order", "track"]


class NotAccepted(Exception):
    """The carrier will not take this order as it stands; a person has to look at it."""


@dataclass(frozen=True)
class Party:
    """Who sends or receives, and where."""

    name: str
    phone: str
    province: str
    commune: str
    street: str
    email: str = ""


@dataclass(frozen=True)
class Order:
    """`number` is ours and chosen before the call: the same number twice is one consignment."""

    number: str
    sender: Party
    receiver: Party
    description: str
    cash_on_delivery: int = 0


@dataclass(frozen=True)
class Event:
    """One thing that happened to a consignment."""

    at: datetime
    status: str
    text: str
    place: str

    @property
    def is_delivered(self) -> bool:
        return self.status == DELIVERED


DELIVERED, RETURNED = "delivered", "returned"


def create_order(order: Order) -> str:
    """The consignment code; raises Unavailable (try again with the same number) or NotAccepted (never). Not inside a transaction."""
    from integrations.carrier import live  # the stand-in imports this package without settings

    return live.create_order(order)


def track(code: str) -> tuple[Event, ...]:
    """What happened to a consignment, oldest first; raises Unavailable."""
    from integrations.carrier import live

    return live.track(code)


def check() -> str:
    """Reach the carrier as far as its access token; raises Unavailable."""
    from integrations.carrier import live

    return live.check()
