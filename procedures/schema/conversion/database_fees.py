"""Fees of a record by channel, with their notes and rules: an amount that stands alone, or the record's own words."""

from procedures.schema.conversion import fees, national
from procedures.schema.conversion.source import Source
from procedures.schema.conversion.wording import plain
from procedures.schema.reading import gettext_noop

INEXACT = gettext_noop("Mức thu kèm điều kiện, nhiều mức hoặc ngoại tệ: giữ nguyên lời ở ghi chú về phí.")


def read(source: Source, channels: list[str], fields: list[dict[str, object]]) -> tuple[str, list[dict[str, object]]]:
    """The note on fees, and the fee where the record states one that can be asked for as it stands."""
    rule, remark = source.text("fee_rule", "fee_note"), source.text("fee_note", "fee_note")
    words = [*_words(source), rule, remark]
    note = " ".join(dict.fromkeys(one.rstrip(".;") + "." for one in words if one))
    stated = _rule(source, rule, channels, fields) or _stated(source, channels)
    if stated is None:
        return note or _unstated(source), []
    for path in _fee_paths(source):
        if not fees.is_plain(int(source.number(f"{path}.amount") or 0), source.text(f"{path}.note")):
            source.remark(
                path, gettext_noop("Lời ghi bên mức thu không thành điều kiện miễn, giảm: giữ ở ghi chú về phí.")
            )
        source.use(path, "fees.fee")
    return note, [fees.fee(_name(note), stated)]


def _name(note: str) -> str:
    """Lệ phí or phí, as the words call it."""
    words = note.casefold().replace("miễn phí", "")
    if "lệ phí" in words:
        return "Lệ phí"
    return "Phí" if "phí" in words else "Phí, lệ phí"


def _words(source: Source) -> list[str]:
    """What stands beside the amounts, and what `free` and its trap say."""
    words: list[str] = []
    flags = [
        (source.flag(f"{p}.free", "fee_note"), source.flag(f"{p}.fee_in_text_only", "fee_note"))
        for p in source.items("channels")
    ]
    if any(in_text for _free, in_text in flags):
        words.append(national.IN_NOTE)
        source.remark(
            "channels", gettext_noop("“Miễn phí” có ghi chú: không phải miễn phí; nguồn không kèm lời ghi chú.")
        )
    elif flags and all(free for free, _in_text in flags):
        words.append(national.FREE)
    for path in _fee_paths(source):
        words.append(_sentence(source, path))
    return words


def _fee_paths(source: Source) -> list[str]:
    return [fee for channel in source.items("channels") for fee in source.items(f"{channel}.fees")]


def _sentence(source: Source, path: str) -> str:
    """One stated amount with its note, as a person reads it."""
    amount, note = source.number(f"{path}.amount") or 0.0, source.text(f"{path}.note")
    currency = source.text(f"{path}.currency")
    shown = f"{amount:,.0f}".replace(",", ".") + (" đồng" if currency == "VND" else f" {currency}")
    source.use(path, "fee_note")
    return shown if not note else f"{shown}{note}" if note.startswith("/") else f"{shown} ({note})"


def _rule(source: Source, rule: str, channels: list[str], fields: list[dict[str, object]]) -> dict[str, object] | None:
    """The rule in words, when every word of it is understood."""
    readings = fees.read_rule(rule) if rule else None
    made = fees.amounts(readings, channels, _copies(fields)) if readings else None
    if rule and made is None:
        source.tell("fee_rule", INEXACT)
    elif rule and fees.REMARK.search(rule):
        source.remark("fee_rule", gettext_noop("Lời chú trong ngoặc không thành mức thu: xem lại trước khi công bố."))
    return made


def _copies(fields: list[dict[str, object]]) -> str:
    """The form's own number of copies, or the platform's."""
    found = [
        str(one["key"]) for one in fields if one["type"] == "number" and plain(str(one["label"])).find("ban sao") > 0
    ]
    return found[0] if len(found) == 1 else "copies"


def _stated(source: Source, channels: list[str]) -> dict[str, object] | None:
    """One amount in đồng for each channel, whose note only says that it is asked once."""
    readings: list[fees.Reading] = []
    for path in source.items("channels"):
        stated = source.items(f"{path}.fees")
        if not stated:
            continue
        amount, note = source.number(f"{stated[0]}.amount") or 0.0, source.text(f"{stated[0]}.note")
        plainly = (
            len(stated) == 1 and source.text(f"{stated[0]}.currency") == "VND" and fees.is_plain(int(amount), note)
        )
        if not plainly or any(source.text(f"{path}.channel") in one.channels for one in readings):
            for one in _fee_paths(source):
                source.tell(one, INEXACT)
            return None
        readings.append(fees.Reading(int(amount), (source.text(f"{path}.channel"),)))
    return fees.amounts(readings, channels, "copies") if readings else None


def _unstated(source: Source) -> str:
    source.remark("channels", gettext_noop("Nguồn không ghi mức thu."))
    return national.NOT_STATED
