"""Đồng, in integers: items of a payment and the four pots that money can be in. No database, no formatting, no clock."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

CHARGE: Literal["charge"] = "charge"
FEE: Literal["fee"] = "fee"


@dataclass(frozen=True)
class Item:
    """One line of what is to be paid: a charge (lệ phí) or a fee (phí), Luật phí và lệ phí 97/2015/QH13."""

    kind: Literal["charge", "fee"]
    name: str
    amount: int

    def __post_init__(self) -> None:
        if self.kind not in (CHARGE, FEE):
            raise ValueError(f"{self.kind!r} is neither a charge nor a fee.")
        if type(self.amount) is not int or self.amount < 0:
            raise ValueError(f"{self.amount!r} is not an amount in đồng.")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def items_from_json(rows: Iterable[dict[str, Any]]) -> list[Item]:
    return [Item(kind=row["kind"], name=row["name"], amount=row["amount"]) for row in rows]


def total(items: Iterable[Item]) -> int:
    return sum(item.amount for item in items)


def claim_of(subject: str, items: Iterable[Item]) -> str:
    """One name for "these items of this subject": the same demand is paid once, however often it is opened."""
    told = json.dumps([subject, [item.as_json() for item in items]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Balance:
    """Where the money of one payment, or of a whole authority, is."""

    received: int = 0
    applied: int = 0
    suspense: int = 0
    refunded: int = 0

    @property
    def difference(self) -> int:
        """Zero, or money has disappeared (or been made up)."""
        return self.received - self.applied - self.suspense - self.refunded

    @property
    def returnable(self) -> int:
        return self.applied + self.suspense

    def drawn(self, amount: int) -> tuple[int, int]:
        """How much of a refund comes out of suspense, and how much out of what was applied."""
        from_suspense = min(amount, self.suspense)
        return from_suspense, amount - from_suspense
