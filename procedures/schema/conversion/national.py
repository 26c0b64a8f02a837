"""Rows of the national database's list: records of level 1, without form, papers by number only."""

import re

from procedures.schema.conversion import fees, papers, shape, wording
from procedures.schema.conversion.source import Source
from procedures.schema.reading import gettext_noop
from procedures.schema.record import CHANNELS

COLUMNS = (
    "code", "name", "issuing", "field", "level", "agencies", "subjects", "decision", "channels", "t_online", "u_online",
    "t_counter", "u_counter", "t_post", "u_post", "fee", "n_docs", "results", "clock",
)  # fmt: skip
AMOUNTS = re.compile(r"(\d+) VND")
# Under this an amount is a slip of the pen for thousands, or a price for each of something that is not said.
LEAST = 1000
NOT_STATED = "Cơ sở dữ liệu quốc gia không ghi mức thu."
# "Miễn phí" with a note is printed where the amount is blank; the real fee stands in the note (DOMAIN.md §3).
IN_NOTE = "Có ghi chú về phí, lệ phí trong cơ sở dữ liệu quốc gia; không phải là miễn phí."
FREE = "Miễn phí."
# Marks about the clock that a definition has a place for.
CLOCK: dict[str, dict[str, object]] = {
    "after_15h_next_day": {"cutoff": "15:00"},
    "clock_starts_after_fee": {"trigger": "accepted_and_paid"},
    "restart_after_supplement": {"supplement_mode": "restart"},
    "pause_max_once": {"supplement_mode": "pause", "max_supplements": 1},
}
NO_UNIT = gettext_noop("Có con số nhưng không có đơn vị (ngày làm việc, ngày, giờ): không đặt thời hạn.")


def convert(source: Source) -> dict[str, object]:
    channels = [one for one in CHANNELS if one in source.text("channels", "channels").split(",")]
    if not channels:
        source.tell("channels", gettext_noop("Không có cách nộp nào mà ở đây biết."))
    note, charged = _fees(source, channels)
    agencies = source.text("agencies", "agencies")
    source.tell("n_docs", gettext_noop("Chỉ có số lượng giấy tờ, không có tên."))
    count = source.text("n_docs", "papers")
    unnamed = papers.unnamed(f"{count} giấy tờ; cơ sở dữ liệu quốc gia có tên từng giấy tờ, bản này chưa có.")
    return shape.in_order({
        "code": source.whole("code", "code"), "name": shape.text(source.whole("name", "name")),
        "sector": wording.sector(source.whole("field", "sector")),
        "government_level": wording.level(source, "level", source.text("level", "government_level")),
        "audience": wording.audience(source, "subjects", [source.text("subjects", "audience")]),
        "decision_no": source.text("decision", "decision_no"), "channels": channels, "time": _times(source),
        "clock": clock(source, {"clock": source.text("clock")}), "papers": [unnamed] if count not in ("", "0") else [],
        "fees": charged, "fee_note": shape.text(note),
        "results": _results(source), "agencies": {"competent": {"vi": agencies}} if agencies else None,
        "x_source": {"source": "national", "issuing": source.text("issuing", "x_source")},
    })  # fmt: skip


def _times(source: Source) -> dict[str, object]:
    times: dict[str, object] = {}
    for channel in CHANNELS:
        amount, unit = source.number(f"t_{channel}"), source.text(f"u_{channel}")
        told = wording.span(amount, unit) if amount is not None and unit else None
        if told:
            times[channel] = told
            source.use(f"t_{channel}", "time")
            source.use(f"u_{channel}", "time")
        else:
            source.tell(f"t_{channel}", NO_UNIT if not unit else gettext_noop("Không đổi được thành thời hạn."))
            source.tell(f"u_{channel}", gettext_noop("Có đơn vị nhưng không có con số dùng được."))
    return times


def clock(source: Source, marks: dict[str, str]) -> dict[str, object]:
    """The clock's terms from marks found in the record's text, by the path where each stands."""
    terms: dict[str, object] = {}
    for path, words in marks.items():
        known = [one for one in words.split(";") if one in CLOCK]
        for one in known:
            terms |= CLOCK[one]
        if known:
            source.use(path, "clock")
        if unknown := [one for one in words.split(";") if one and one not in CLOCK]:
            pattern = gettext_noop("Không có chỗ trong điều khoản về thời gian: %(marks)s.")
            source.tell(path, pattern, marks=", ".join(unknown))
    return terms


def _fees(source: Source, channels: list[str]) -> tuple[str, list[dict[str, object]]]:
    words = source.text("fee", "fee_note")
    if words == "free":
        return FREE, []
    if words in ("", "n/a"):
        return NOT_STATED, []
    if words == "see note":
        source.tell("fee", gettext_noop("Mức thu chỉ có trong ghi chú, mà nguồn không kèm ghi chú."))
        return IN_NOTE, []
    single = AMOUNTS.fullmatch(words)
    if single and int(single[1]) >= LEAST:
        source.use("fee", "fees.fee")
        return "", [fees.fee("Phí, lệ phí", dict.fromkeys(channels, int(single[1])))]
    source.tell(
        "fee", gettext_noop("Không phải một mức thu dùng được (nhiều mức, ngoại tệ, hoặc quá nhỏ): giữ nguyên lời.")
    )
    return f"Theo cơ sở dữ liệu quốc gia: {words}.", []


def _results(source: Source) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for code in [one.strip() for one in source.text("results", "results").split(";") if one.strip()]:
        key = wording.key_of(code, [str(one["key"]) for one in made])
        made.append({"key": key, "name": {"vi": f"Kết quả {code}"}, "code": code})
    return made
