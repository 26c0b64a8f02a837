"""Provinces and communes since 1 July 2025 (34 and 3,321), as facts."""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "schema" / "places.json"


@cache
def provinces() -> dict[str, str]:
    """Code → name."""
    return {row["code"]: row["name"] for row in _read()["provinces"]}


@cache
def provinces_by_name() -> tuple[tuple[str, str], ...]:
    """(code, name), as lists show them."""
    return tuple(sorted(provinces().items(), key=lambda pair: pair[1]))


@cache
def communes() -> dict[str, tuple[str, str]]:
    """Code → (name, province code)."""
    return {row["code"]: (row["name"], row["province"]) for row in _read()["communes"]}


@cache
def commune_provinces() -> dict[str, str]:
    return {code: province for code, (_name, province) in communes().items()}


def communes_of(province: str) -> list[tuple[str, str]]:
    return list(_by_province().get(province, ()))


@cache
def _by_province() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for code, (name, province) in sorted(communes().items(), key=lambda pair: pair[1][0]):
        found.setdefault(province, []).append((code, name))
    return found


@cache
def _read() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads(FILE.read_text())
    return found
