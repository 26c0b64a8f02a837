"""A catalogue by the hundred for tests of finding: rows that publishing would have made, in three statements."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.moments import now
from procedures.actions import finding
from procedures.demo import content
from procedures.models import Procedure, ProcedureVersion, SearchWord
from procedures.schema.definition import parse
from tests.forms import definition, text

NATIONAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "procedures_national.csv"


def put(definitions: Iterable[dict[str, Any]]) -> list[Procedure]:
    """Published at no office: what is found does not ask where it is done."""
    made = [parse(raw) for raw in definitions]
    rows = Procedure.objects.bulk_create(
        Procedure(
            code=one.code, name=one.name(), name_en=one.name("en"), sector=one.sector.key, sector_name=one.sector.name.vi,
            life_events=list(one.life_events), audience=list(one.audience), **finding.shown(one),
        )
        for one in made
    )  # fmt: skip
    pairs = list(zip(rows, made, strict=True))
    versions = ProcedureVersion.objects.bulk_create(
        ProcedureVersion(procedure=row, number=1, definition=dict(one.raw), published_at=now()) for row, one in pairs
    )
    for row, version in zip(rows, versions, strict=True):
        row.current = version
    Procedure.objects.bulk_update(rows, ["current"])
    SearchWord.objects.bulk_create(
        SearchWord(procedure=row, word=word, place=place)
        for row, one in pairs
        for word, place in finding.words(one).items()
    )
    return rows


def demo() -> list[dict[str, Any]]:
    return [raw for bundle in content.bundles("dongthap") for raw in bundle["procedures"]]


def national() -> list[dict[str, Any]]:
    """The names of the national list, each as a small procedure; none where the list is not beside the project."""
    if not NATIONAL.exists():
        return []
    with NATIONAL.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [
        definition(
            row["code"], name=text(" ".join(row["name"].split())), keywords=[], summary=None,
            sector={"key": f"s{abs(hash(row['field'])) % 10**6}", "name": text(row["field"] or "Khác")},
        )
        for row in rows
    ]  # fmt: skip
