"""News from payments. A receiver writes outbox rows and nothing else; each runs in a savepoint of its own, so none undoes a payment."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.dispatch import Signal


def _name(receiver: Callable[..., Any]) -> str:
    return f"{receiver.__module__}.{receiver.__qualname__}"


class News(Signal):
    """A signal whose receivers are each wrapped in a savepoint: a failed statement of one leaves the transaction usable."""

    def connect(
        self, receiver: Callable[..., Any], sender: Any = None, weak: bool = True, dispatch_uid: Any = None
    ) -> None:
        super().connect(
            transaction.atomic(receiver), sender=sender, weak=False, dispatch_uid=dispatch_uid or _name(receiver)
        )

    def disconnect(self, receiver: Any = None, sender: Any = None, dispatch_uid: Any = None) -> bool:
        return super().disconnect(sender=sender, dispatch_uid=dispatch_uid or _name(receiver))


# Each is sent with `payment`; receivers may be told twice and must not mind.
payment_settled = News()  # paid and applied; a receipt follows in the same transaction
payment_failed = News()  # failed or expired: no money was taken; see payment.state
payment_suspended = News()  # money came late or twice and waits for an official
payment_refunded = News()  # money went back; see payment.state for whether all of it

NEWS = {
    "settled": payment_settled,
    "failed": payment_failed,
    "suspended": payment_suspended,
    "refunded": payment_refunded,
}
