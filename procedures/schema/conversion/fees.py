"""What the sources write about money: amounts that can be asked for as they stand, or words that only a person can weigh."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

CHANNEL_WORDS = {"trực tiếp": "counter", "trực tuyến": "online", "bưu chính": "post"}
AMOUNT = r"(?P<amount>\d{1,3}(?:[.,]\d{3})+|\d{4,12}|0)\s*(?:đồng|vnđ|vnd|đ)?"
CHANNEL = "(?:trực tiếp|trực tuyến|bưu chính)"
# Once for the whole request, however it is called; and once for each copy.
ONCE = "lần đăng ký|lần|hồ sơ|trường hợp|giao dịch|thẻ|giấy phép|giấy|việc"
RULE = re.compile(
    rf"(?:(?P<before>{CHANNEL})\s+)?{AMOUNT}(?:\s*/\s*(?:(?P<once>{ONCE})|(?P<copy>bản sao|bản)))?"
    rf"(?P<times>\s*×\s*số (?:lượng|bản))?(?:\s+(?P<after>{CHANNEL}(?:\s*,\s*{CHANNEL})*))?",
    re.IGNORECASE,
)
REMARK = re.compile(r"\([^()]*\)")
FREE = re.compile(r"(?:miễn phí|không thu(?: phí)?)[.\s]*", re.IGNORECASE)
NOTE = re.compile(rf"đ?\s*/\s*(?:{ONCE})", re.IGNORECASE)
RESTATED = re.compile(
    r"Trường hợp công dân nộp hồ sơ (?:trực tiếp|qua cổng dịch vụ công trực tuyến) thu (?P<amount>[\d.]+) đồng/lần đăng ký[;.]?",
    re.IGNORECASE,
)


class Reading(NamedTuple):
    """An amount in đồng, for these channels (all others where none is named), once or for each copy."""

    amount: int
    channels: tuple[str, ...] = ()
    per_copy: bool = False


def money(words: str) -> int:
    return int(re.sub(r"[.,]", "", words))


def read_rule(text: str) -> list[Reading] | None:
    """`20.000 đ trực tiếp / 10.000 đ trực tuyến`, `8.000 đ/bản × số lượng`, `Miễn phí`; None where any word remains.

    A remark in brackets is no part of an amount, but free with a remark is not free: the real fee may stand in it.
    """
    if FREE.fullmatch(text.strip()):
        return [Reading(0)]
    stripped = REMARK.sub("", text).strip(" .;")
    found = [RULE.fullmatch(part.strip()) for part in re.split(r"\s/\s|;", stripped)]
    read = [_reading(one) for one in found if one is not None]
    return read if read and len(read) == len(found) else None


def _reading(found: re.Match[str]) -> Reading:
    named = re.findall(CHANNEL, f"{found['before'] or ''} {found['after'] or ''}", re.IGNORECASE)
    channels = tuple(CHANNEL_WORDS[one.lower()] for one in named)
    return Reading(money(found["amount"]), channels, bool(found["copy"] or found["times"]))


def is_plain(amount: int, note: str) -> bool:
    """Does the note beside an amount only say that it is asked once?"""
    restated = RESTATED.fullmatch(note.strip())
    return (
        not note.strip() or bool(NOTE.fullmatch(note.strip())) or bool(restated and money(restated["amount"]) == amount)
    )


def amounts(readings: Iterable[Reading], channels: Sequence[str], counted: str) -> dict[str, object] | None:
    """The amount by channel as a definition has it; None where a channel has none. `counted` holds the number of copies."""
    by_channel: dict[str, object] = {}
    for one in sorted(readings, key=lambda reading: not reading.channels):
        amount: object = {"each": one.amount, "of": counted} if one.per_copy and one.amount else one.amount
        for channel in one.channels or channels:
            by_channel.setdefault(channel, amount)
    return {name: by_channel[name] for name in channels} if set(channels) <= set(by_channel) else None


def fee(name: str, by_channel: dict[str, object], when_due: str = "submission") -> dict[str, object]:
    """Lệ phí is a charge, phí a fee; the words say which."""
    kind = "charge" if "lệ phí" in name.casefold() else "fee"
    return {"key": "fee", "name": {"vi": name}, "kind": kind, "amount": by_channel, "when_due": when_due}
