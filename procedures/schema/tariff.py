"""What a procedure costs, as the record says it: rates with their dates and laws, formulas, bands, exemptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from procedures.schema.conditions import Condition, Number, read_condition, read_number
from procedures.schema.dates import is_date
from procedures.schema.reading import Node, Text, gettext_noop
from procedures.schema.record import CHANNELS, Law, read_law

FEE_KINDS = ("charge", "fee")
FEE_MOMENTS = ("submission", "request", "return")
COMBINATIONS = ("first", "largest", "add")
WHOLE = 100


class Band(NamedTuple):
    """Up to `to` (included; None has no end): base, and each đồng for every `per` units above the band before."""

    to: int | None
    base: int = 0
    each: int = 0
    per: int = 1


@dataclass(frozen=True)
class Amount:
    """In đồng: base + each × the number in the field `of`, or its band, or a formula; at least `floor`, at most `cap`."""

    base: int = 0
    each: int = 0
    of: str | None = None
    cap: int | None = None
    floor: int | None = None
    formula: Number | None = None
    bands: tuple[Band, ...] = ()

    @property
    def free(self) -> bool:
        """Does it say that nothing is asked?"""
        return not (self.base or self.each or self.floor or self.formula is not None or self.bands)


@dataclass(frozen=True)
class Rate:
    """The amounts by channel from a day on; None where a channel has none stated."""

    since: date | None
    online: Amount | None
    counter: Amount | None
    post: Amount | None
    law: Law | None = None

    def by(self, channel: str) -> Amount | None:
        return {"online": self.online, "counter": self.counter, "post": self.post}[channel]


@dataclass(frozen=True)
class Exemption:
    """Who pays less: a share of the amount (100 is all of it) or so many đồng, with the paper that proves it."""

    when: Condition | None
    name: Text
    proof: str | None = None
    share: int = WHOLE
    off: int = 0
    law: Law | None = None
    since: date | None = None
    until: date | None = None

    @property
    def whole(self) -> bool:
        return not self.off and self.share == WHOLE

    def on(self, day: date | None) -> bool:
        """Is it in force on a day (the last one included)? Without a day, whatever its dates are."""
        return day is None or ((self.since or day) <= day <= (self.until or day))


@dataclass(frozen=True)
class Fee:
    """A phí (fee) or lệ phí (charge) with its rates, the earliest first."""

    key: str
    name: Text
    kind: str
    rates: tuple[Rate, ...]
    when_due: str = "submission"
    when: Condition | None = None
    exempt: tuple[Exemption, ...] = ()
    combine: str = "first"
    law: Law | None = None

    def rate(self, day: date | None = None) -> Rate | None:
        """The rate of a day: the last that had begun. Without a day, the first."""
        begun = [rate for rate in self.rates if day is None or rate.since is None or rate.since <= day]
        return (begun[-1] if day else begun[0]) if begun else None

    def by(self, channel: str, day: date | None = None) -> Amount | None:
        """What is asked by a channel on a day; None where nothing is stated or the fee has not begun."""
        rate = self.rate(day)
        return rate.by(channel) if rate else None

    def amounts(self) -> Iterator[Amount]:
        """Every amount of every rate."""
        for rate in self.rates:
            for amount in (rate.online, rate.counter, rate.post):
                if amount is not None:
                    yield amount


def read_fee(node: Node) -> Fee:
    node.holds_only("key", "name", "kind", "amount", "rates", "when_due", "when", "exempt", "combine", "law")
    return Fee(
        key=node.at("key").key(),
        name=node.at("name").text(),
        kind=node.at("kind").option(FEE_KINDS),
        rates=tuple(_read_rates(node)),
        when_due=node.at("when_due").option(FEE_MOMENTS, "submission"),
        when=read_condition(node.at("when")),
        exempt=tuple(_read_exemption(item) for item in node.at("exempt").items()),
        combine=node.at("combine").option(COMBINATIONS, "first"),
        law=_read_law(node.at("law")),
    )


def _read_rates(node: Node) -> Iterator[Rate]:
    """The amount that the fee begins with, then each later rate from its day on."""
    later = list(node.at("rates").items(50))
    if not node.at("amount").absent or not later:
        yield Rate(None, *_read_amounts(node.at("amount")), _read_law(node.at("law")))
    before = ""
    for item in later:
        item.holds_only("from", "amount", "law")
        since = read_day(item.at("from"))
        if since is None and item.at("from").absent:
            item.at("from").wrong(gettext_noop("Thiếu ngày bắt đầu áp dụng."))
        if since and since.isoformat() <= before:
            item.at("from").wrong(gettext_noop("Các mức thu phải xếp theo ngày bắt đầu, mỗi ngày một mức."))
        before = since.isoformat() if since else before
        law = _read_law(item.at("law")) or _read_law(node.at("law"))
        yield Rate(since, *_read_amounts(item.at("amount")), law)


def read_day(node: Node) -> date | None:
    if isinstance(node.value, str) and is_date(node.value):
        return date.fromisoformat(node.value)
    if not node.absent:
        node.wrong(gettext_noop("Ở đây phải là ngày dạng YYYY-MM-DD."))
    return None


def _read_law(node: Node) -> Law | None:
    return None if node.absent or not node.holds_only("number", "title") else read_law(node)


def _read_amounts(node: Node) -> tuple[Amount | None, Amount | None, Amount | None]:
    by_channel = isinstance(node.value, dict) and bool(node.value) and node.value.keys() <= set(CHANNELS)
    if not by_channel:
        amount = read_amount(node)
        return amount, amount, amount
    found = [None if node.at(channel).absent else read_amount(node.at(channel)) for channel in CHANNELS]
    return found[0], found[1], found[2]


def read_amount(node: Node) -> Amount:
    """Whole đồng, or an object that says how they are reckoned."""
    if not isinstance(node.value, dict):
        if node.absent:
            node.wrong(gettext_noop("Thiếu số tiền (đồng, số nguyên)."))
        return Amount(node.integer())
    node.holds_only(*Amount.__dataclass_fields__)
    made = Amount(
        base=node.at("base").integer(),
        each=node.at("each").integer(),
        of=node.at("of").word() or None,
        cap=node.at("cap").optional_integer(),
        floor=node.at("floor").optional_integer(),
        formula=None if node.at("formula").absent else read_number(node.at("formula")),
        bands=tuple(_read_band(item) for item in node.at("bands").items(100)),
    )
    _check(made, node)
    return made


def _check(made: Amount, node: Node) -> None:
    if bool(made.each or made.bands) != bool(made.of):
        node.wrong(gettext_noop("“each” và “of” phải đi cùng nhau: số tiền cho mỗi đơn vị của trường nào."))
    if sum((bool(made.each), bool(made.bands), made.formula is not None)) > 1:
        node.wrong(gettext_noop("Chỉ chọn một cách tính: theo đơn vị, theo bậc hoặc theo công thức."))
    if made.floor is not None and made.cap is not None and made.floor > made.cap:
        node.wrong(gettext_noop("Giới hạn dưới lớn hơn giới hạn trên."))
    ends = [band.to for band in made.bands]
    known = [end for end in ends if end is not None]
    if None in ends[:-1] or known != sorted(set(known)):
        node.at("bands").wrong(gettext_noop("Các bậc phải tăng dần; chỉ bậc cuối không có giới hạn trên."))


def _read_band(node: Node) -> Band:
    node.holds_only(*Band._fields)
    return Band(
        node.at("to").optional_integer(),
        node.at("base").integer(),
        node.at("each").integer(),
        node.at("per").integer(1, low=1),
    )


def _read_exemption(node: Node) -> Exemption:
    node.holds_only("when", "name", "proof", "share", "off", "law", "from", "until")
    if node.at("when").absent:
        node.at("when").wrong(gettext_noop("Miễn, giảm phải có điều kiện; nếu ai cũng được miễn thì đặt mức thu là 0."))
    if not node.at("share").absent and not node.at("off").absent:
        node.wrong(gettext_noop("Giảm theo phần trăm hoặc theo số tiền, không cả hai."))
    return Exemption(
        when=read_condition(node.at("when")),
        name=node.at("name").text(),
        proof=node.at("proof").word() or None,
        share=node.at("share").integer(WHOLE, low=1, high=WHOLE),
        off=node.at("off").integer(),
        law=_read_law(node.at("law")),
        since=read_day(node.at("from")),
        until=read_day(node.at("until")),
    )
