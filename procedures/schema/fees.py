"""What a dossier costs by its answers and channel, and how each amount came about."""

from dataclasses import dataclass
from typing import NamedTuple

from procedures.schema.conditions import Answers, answer, counted_value, holds
from procedures.schema.definition import Amount, Definition, Exemption, Fee, Text
from procedures.schema.record import COPIES
from procedures.schema.settle import NOTHING, scope, settle


class FeePart(NamedTuple):
    """One step of the reckoning: `base` or `each` add (quantity × rate), `cap` and `exempt` take away (amount < 0)."""

    kind: str
    amount: int
    quantity: int | None = None
    rate: int | None = None
    of: str | None = None


@dataclass(frozen=True)
class FeeLine:
    """One phí or lệ phí; not `complete` while the answer that its amount depends on is missing."""

    key: str
    name: Text
    kind: str
    amount: int
    parts: tuple[FeePart, ...]
    exemption: Exemption | None
    when_due: str
    complete: bool


def fees_due(
    definition: Definition, answers: Answers, channel: str, copies: int = 1, *, profile: Answers = NOTHING
) -> tuple[FeeLine, ...]:
    """Every fee that applies, also those that come to nothing; hidden answers do not count."""
    seen = scope(settle(definition.form, answers, {**profile, "channel": channel}), {**profile, "channel": channel})
    if COPIES not in definition.form.index:
        seen[COPIES] = copies
    return tuple(
        _line(fee, amount, seen)
        for fee in definition.fees
        if holds(fee.when, seen) and (amount := fee.by(channel)) is not None
    )


def _line(fee: Fee, amount: Amount, seen: Answers) -> FeeLine:
    parts, complete = _reckon(amount, seen)
    exemption = next((one for one in fee.exempt if holds(one.when, seen)), None)
    full = sum(part.amount for part in parts)
    if exemption is not None and full:
        parts = (*parts, FeePart("exempt", -full))
    return FeeLine(
        key=fee.key,
        name=fee.name,
        kind=fee.kind,
        amount=sum(part.amount for part in parts),
        parts=parts,
        exemption=exemption,
        when_due=fee.when_due,
        complete=complete or exemption is not None,
    )


def _reckon(amount: Amount, seen: Answers) -> tuple[tuple[FeePart, ...], bool]:
    parts = [FeePart("base", amount.base)] if amount.base or not amount.each else []
    if amount.of is None:
        return _capped(amount, parts), True
    counted = counted_value(answer(amount.of, seen))
    count = max(0, counted) if type(counted) is int else 0
    parts.append(FeePart("each", amount.each * count, count, amount.each, amount.of))
    return _capped(amount, parts), type(counted) is int


def _capped(amount: Amount, parts: list[FeePart]) -> tuple[FeePart, ...]:
    total = sum(part.amount for part in parts)
    if amount.cap is not None and total > amount.cap:
        parts.append(FeePart("cap", amount.cap - total))
    return tuple(parts)


def total(lines: tuple[FeeLine, ...]) -> int:
    return sum(line.amount for line in lines)
