"""What every way to pay can do, in plain values: at most eight methods, no rows, no clock of its own."""

import datetime
import enum
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from payments.models import ProviderCode
from payments.money import Item
from portal.moments import HERE

Raw = Mapping[str, str]


@dataclass(frozen=True)
class Order:
    """A payment as a provider needs to know it."""

    reference: str
    amount: int
    items: tuple[Item, ...]
    description: str
    left_at: datetime.datetime
    expires_at: datetime.datetime
    terminal: str
    secret: str = field(repr=False)
    endpoint: str = ""
    bank_bin: str = ""
    bank_account: str = field(default="", repr=False)
    holder: str = ""
    return_url: str = ""
    ip: str = ""
    language: str = "vi"


@dataclass(frozen=True)
class Exit:
    """The way out: a page of the provider's, or a code to scan."""

    url: str = ""
    qr: str = ""


class Truth(enum.Enum):
    """What the provider knows. Only PAID and FAILED are final."""

    PAID = "paid"
    FAILED = "failed"
    UNDECIDED = "undecided"
    ABSENT = "absent"  # it was asked, and has no transaction of this reference


@dataclass(frozen=True)
class Notice:
    """A provider's word on one payment. An amount that could not be read is None and equals nothing."""

    reference: str
    amount: int | None
    truth: Truth
    transaction: str = ""
    terminal: str = ""


class Result(enum.Enum):
    """What we made of a notice, before it is put into a provider's own code."""

    CONFIRMED = "confirmed"
    ALREADY = "already"
    UNKNOWN_ORDER = "unknown_order"
    WRONG_AMOUNT = "wrong_amount"
    BAD_SIGNATURE = "bad_signature"
    ERROR = "error"


class Untrue(Exception):
    """An answer that was not signed by the one who should have given it."""


class Provider(ABC):
    code: ClassVar[ProviderCode]
    lifetime: ClassVar[datetime.timedelta] = datetime.timedelta(minutes=15)
    # Whether the provider can be asked what became of a payment; otherwise only a cashier knows.
    can_be_asked: ClassVar[bool] = True

    @abstractmethod
    def leave(self, order: Order) -> Exit:
        """Where the payer goes. May speak to the provider, hence is never called inside a transaction."""

    def read(self, raw: Raw) -> Notice:
        """What a callback claims, before anybody has checked its signature."""
        raise NotImplementedError(f"{self.code} sends no callbacks")

    def verify(self, raw: Raw, secret: str) -> bool:
        return False

    def answer(self, result: Result, raw: Raw, secret: str) -> dict[str, str]:
        """Our answer to a callback, in the provider's own words."""
        raise NotImplementedError(f"{self.code} sends no callbacks")

    def ask(self, order: Order, now: datetime.datetime) -> Notice:
        """The truth about one payment, from the provider. Raises Unreachable, Refused or Untrue when it cannot be had."""
        raise NotImplementedError(f"{self.code} cannot be asked")

    def check(self, account: Mapping[str, str]) -> list[str]:
        """What an account still lacks before it can be used."""
        return []


def plain(text: str) -> str:
    """Latin letters without diacritics, digits and little else: what banks let through."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in folded if c.isascii() and (c.isalnum() or c in " .-")).strip()


def stamp(moment: datetime.datetime) -> str:
    """yyyyMMddHHmmss in Việt Nam, as VNPAY and the national platform write time."""
    return moment.astimezone(HERE).strftime("%Y%m%d%H%M%S")
