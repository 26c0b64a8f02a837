"""Real records beside the project, for tests alone: the product never reads them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from procedures.schema import bundle
from procedures.schema.conversion.convert import Converted, convert

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
FILES = {"yenbai": "yenbai_procedures.json", "database": "procedures.json", "national": "procedures_national.csv"}
absent = [name for name in FILES.values() if not (DATA / name).exists()]
needs_data = pytest.mark.skipif(
    bool(absent), reason=f"The real records are not beside the project: {', '.join(absent)}"
)


def text_of(kind: str) -> str:
    return (DATA / FILES[kind]).read_text(encoding="utf-8-sig")


def packed(*raw: Any) -> str:
    """A bundle as the text of a file."""
    return json.dumps(bundle.pack(list(raw)), ensure_ascii=False)


@cache
def converted(kind: str, *, also_online: bool = False) -> tuple[Converted, ...]:
    return tuple(convert(text_of(kind), kind, also_online=also_online))
