"""What a dossier costs by its answers, channel and day, and how each amount came about. Whole đồng only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from procedures.schema.conditions import Answers, Number, Operand, evaluate, holds
from procedures.schema.dates import is_date
from procedures.schema.definition import Amount, Definition, Exemption, Fee, Law, Text
from procedures.schema.evaluation import divided
from procedures.schema.form import Field
from procedures.schema.nodes import THE_DAY
from procedures.schema.record import COPIES
from procedures.schema.settle import NOTHING, scope, settle
from procedures.schema.tariff import WHOLE, Band


@dataclass(frozen=True)
class FeePart:
    """One step of the reckoning: `base`, `each`, `band`, `formula` and `floor` add; `cap`, `reduce` and `exempt` take
    away (amount < 0). `what` names the number in the field `of`; `relief` is who pays less and why."""

    kind: str
    amount: int
    quantity: int | None = None
    rate: int | None = None
    of: str | None = None
    what: Text | None = field(default=None, compare=False)
    relief: Exemption | None = field(default=None, compare=False)


@dataclass(frozen=True)
class FeeLine:
    """One phí or lệ phí; not `complete` while the answer that its amount depends on is missing: then the amount is
    not known, and is not to be shown."""

    key: str
    name: Text
    kind: str
    amount: int
    parts: tuple[FeePart, ...]
    reliefs: tuple[Exemption, ...]
    when_due: str
    complete: bool
    law: Law | None = None

    @property
    def exemption(self) -> Exemption | None:
        return self.reliefs[0] if self.reliefs else None


def fees_due(
    definition: Definition, answers: Answers, channel: str, copies: int = 1, *, profile: Answers = NOTHING
) -> tuple[FeeLine, ...]:
    """Every fee that applies, also those that come to nothing; hidden answers do not count.

    `profile["day"]` is the day whose rates hold: that of submission.
    """
    asked = {**profile, "channel": channel}
    seen = scope(settle(definition.form, answers, asked), asked)
    if COPIES not in definition.form.index:
        seen[COPIES] = copies
    day, fields = day_of(seen), definition.form.index
    return tuple(
        _line(fee, amount, seen, fields)
        for fee in definition.fees
        if holds(fee.when, seen) and (amount := fee.by(channel, day)) is not None
    )


def day_of(seen: Answers) -> date | None:
    told = seen.get(THE_DAY)
    return date.fromisoformat(told) if isinstance(told, str) and is_date(told) else None


def _line(fee: Fee, amount: Amount, seen: Answers, fields: dict[str, Field]) -> FeeLine:
    parts, complete = _reckon(amount, seen, fields)
    full = sum(part.amount for part in parts)
    given = reliefs(fee, seen, full)
    less = tuple(_less(given, full))
    rate = fee.rate(day_of(seen))
    return FeeLine(
        key=fee.key,
        name=fee.name,
        kind=fee.kind,
        amount=full + sum(part.amount for part in less),
        parts=(*parts, *less),
        reliefs=given,
        when_due=fee.when_due,
        complete=complete or any(one.whole for one in given),
        law=rate.law if rate else None,
    )


def _reckon(amount: Amount, seen: Answers, fields: dict[str, Field]) -> tuple[tuple[FeePart, ...], bool]:
    """The steps up to the full amount, and whether everything that they need is answered."""
    priced = amount.each or amount.bands or amount.formula is not None
    parts = [FeePart("base", amount.base)] if amount.base or not priced else []
    complete = True
    if amount.formula is not None:
        found = evaluate(amount.formula, seen)
        complete = found is not None
        parts.append(FeePart("formula", max(0, found or 0), what=_main(amount.formula, fields)))
    elif amount.of is not None:
        counted = evaluate(Operand(amount.of), seen)
        complete = counted is not None
        parts.append(_counted(amount, max(0, counted or 0), fields))
    return _limited(amount, parts, complete), complete


def _counted(amount: Amount, count: int, fields: dict[str, Field]) -> FeePart:
    of = amount.of or ""
    what = fields[of].label if of in fields else None
    if amount.bands:
        return FeePart("band", banded(amount.bands, count), count, None, of, what)
    return FeePart("each", amount.each * count, count, amount.each, of, what)


def banded(bands: tuple[Band, ...], count: int) -> int:
    """The amount of the band into which a number falls; beyond the last one that has an end, that end's amount."""
    below = 0
    for band in bands:
        if band.to is None or count <= band.to or band is bands[-1]:
            above = min(count, band.to if band.to is not None else count) - below
            return band.base + divided(band.each * max(0, above), band.per, "half")
        below = band.to
    return 0


def _main(formula: Number, fields: dict[str, Field]) -> Text | None:
    """A formula is named by its field where it is one field's number."""
    return fields[formula.field].label if isinstance(formula, Operand) and formula.field in fields else None


def _limited(amount: Amount, parts: list[FeePart], complete: bool) -> tuple[FeePart, ...]:
    total = sum(part.amount for part in parts)
    if complete and amount.floor is not None and total < amount.floor:
        parts.append(FeePart("floor", amount.floor - total))
    if amount.cap is not None and total > amount.cap:
        parts.append(FeePart("cap", amount.cap - total))
    return tuple(parts)


def reliefs(fee: Fee, seen: Answers, full: int | None = None) -> tuple[Exemption, ...]:
    """The exemptions and reductions that count: the first that holds, the largest, or all of them."""
    day = day_of(seen)
    holding = [one for one in fee.exempt if one.on(day) and holds(one.when, seen)]
    if fee.combine == "largest" and holding:
        return (max(holding, key=lambda one: relief(one, full if full is not None else 10**15)),)
    return tuple(holding if fee.combine == "add" else holding[:1])


def relief(one: Exemption, full: int) -> int:
    """By how much somebody pays less, at most all of it; a part of a đồng is in their favour."""
    return min(full, one.off or divided(full * one.share, WHOLE, "up"))


def _less(given: tuple[Exemption, ...], full: int) -> Iterator[FeePart]:
    left = full
    for one in given:
        taken = min(left, relief(one, full))
        left -= taken
        if taken:
            yield FeePart("exempt" if one.whole else "reduce", -taken, relief=one)


def total(lines: tuple[FeeLine, ...]) -> int:
    return sum(line.amount for line in lines)


def known_total(lines: tuple[FeeLine, ...]) -> int | None:
    """None while one of the amounts is not known: a sum without it would say too little."""
    return total(lines) if all(line.complete for line in lines) else None
