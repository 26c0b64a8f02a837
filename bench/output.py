"""What a measurement says: one JSON object a line on standard output; words for people go to standard error."""

import json
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limit:
    """What a value is held against: a bare limit measured in the same run, or an aim that was set."""

    name: str
    value: float


def tell(name: str, unit: str, value: float, limit: Limit | None = None, **more: Any) -> None:
    """One measurement, with its ratio to the named limit."""
    told: dict[str, Any] = {"name": name, "unit": unit, "value": _short(value)}
    if limit is not None:
        told |= {"limit": limit.name, "limit_value": _short(limit.value), "ratio": _short(value / limit.value)}
    _write(told | more)


def skip(name: str, why: str) -> None:
    _write({"name": name, "skipped": why})


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _short(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value)


def _write(told: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(told, ensure_ascii=False)}\n")
    sys.stdout.flush()
