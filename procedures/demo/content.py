"""Reads the demonstration's content from its files; what it says is illustrative and every page says so."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Example:
    """A filing that would be accepted: who files (a demo person's key), at which office, for whom, with which answers."""

    submitter: str
    office: str
    owner_name: str
    answers: dict[str, Any]


def bundles(tenant: str) -> list[dict[str, Any]]:
    """The catalogue of an authority, a bundle for each sector."""
    return [_read(path) for path in sorted((FOLDER / "catalogue" / tenant).glob("*.json"))]


def national() -> list[dict[str, Any]]:
    """What ministries published and no authority of the demonstration has adopted."""
    return [_read(path) for path in sorted((FOLDER / "national").glob("*.json"))]


def organisation() -> dict[str, Any]:
    """Life events, and per tenant its offices, fee accounts, offers and people."""
    return dict(_read(FOLDER / "organisation.json"))


def examples(tenant: str, code: str, filed_on: date, file_id: Callable[[str], str]) -> list[Example]:
    """Example filings of a procedure on a day; `file_id` gives the attachment that stands for a file of that name."""
    rows = _read(FOLDER / "answers.json").get(tenant, {}).get(code, [])
    return [Example(**{**row, "answers": _filled(row["answers"], filed_on, file_id)}) for row in rows]


def _filled(value: Any, filed_on: date, file_id: Callable[[str], str]) -> Any:
    """Puts days and attachments where the file holds places for them: {"demo_days": -12}, {"demo_file": "lease.pdf"}."""
    if isinstance(value, list):
        return [_filled(item, filed_on, file_id) for item in value]
    if not isinstance(value, dict):
        return value
    if "demo_days" in value:
        return (filed_on + timedelta(days=value["demo_days"])).isoformat()
    if "demo_file" in value:
        return file_id(value["demo_file"])
    return {key: _filled(item, filed_on, file_id) for key, item in value.items()}


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
