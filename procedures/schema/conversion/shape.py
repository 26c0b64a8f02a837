"""The frame of a converted definition: every part in its usual order, and what the platform itself needs."""

from collections.abc import Sequence

from procedures.schema.conversion.papers import files_section

FIELDS_A_SECTION = 12
RESULT_LINES = (
    ("Chủ hồ sơ", "owner_name"),
    ("Số hồ sơ", "number"),
    ("Ngày cấp", "decided_on"),
    ("Cơ quan cấp", "office"),
)
ORDER = (
    "code", "name", "sector", "government_level", "audience", "life_events", "keywords", "summary", "steps",
    "conditions", "decision_no", "channels", "time", "clock", "cases", "papers", "form", "fees", "fee_note",
    "legal_basis", "results", "result_template", "route", "agencies", "retention_years", "x_source",
)  # fmt: skip


def text(words: str) -> dict[str, object] | None:
    return {"vi": words} if words else None


def in_order(parts: dict[str, object]) -> dict[str, object]:
    """In the order in which definitions are written, without what is not there."""
    return {name: parts[name] for name in ORDER if parts.get(name) not in (None, {})}


def form(
    fields: Sequence[dict[str, object]], papers: Sequence[dict[str, object]], *, online: bool
) -> dict[str, object] | None:
    """The fields in sections that a person can take in at once, and the papers as files where one files online."""
    sections = _sections(fields)
    files = files_section(papers) if online and sections else None
    return {"sections": [*sections, *([files] if files else [])]} if sections else None


def _sections(fields: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    count = -(-len(fields) // FIELDS_A_SECTION)
    size = -(-len(fields) // count) if count else 0
    parts = [fields[start : start + size] for start in range(0, len(fields), size)] if size else []
    return [
        {
            "key": f"part_{number}",
            "title": {"vi": "Nội dung tờ khai" if count == 1 else f"Nội dung tờ khai ({number}/{count})"},
            "fields": list(part),
        }
        for number, part in enumerate(parts, start=1)
    ]


def result_template(title: str, months: int | None = None) -> dict[str, object]:
    lines = [{"label": {"vi": label}, "value": value} for label, value in RESULT_LINES]
    return {"title": {"vi": title}, "lines": lines, "validity_months": months}
