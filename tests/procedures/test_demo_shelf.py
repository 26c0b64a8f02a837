"""The demonstration's national shelf says what it is there to show."""

import pytest

from procedures.demo import content, shelf
from procedures.schema.advice import advise
from procedures.schema.bundle import pack, problems_of
from procedures.schema.definition import parse
from procedures.schema.differences import merge

LOCAL = shelf._followed()
FIRST = shelf._as_the_ministry_wrote_it(LOCAL)
SECOND = shelf._second(FIRST)
NATIONAL = [raw for bundle in content.national() for raw in bundle["procedures"]]


@pytest.mark.parametrize("raw", [*NATIONAL, FIRST, SECOND], ids=lambda raw: raw["code"])
def test_every_definition_could_be_published(raw: dict[str, object]) -> None:
    assert problems_of(pack([raw])) == []
    assert not [one for one in advise(parse(raw)) if one.stops]


def test_nobody_has_adopted_them_all() -> None:
    here = {raw["code"] for bundle in content.bundles("dongthap") for raw in bundle["procedures"]}
    assert NATIONAL and not here & {raw["code"] for raw in NATIONAL}


def test_the_newer_number_meets_a_change_made_here() -> None:
    merged = merge(FIRST, SECOND, LOCAL)
    assert {one.address for one in merged.both} == {"summary"}
    assert "form.sections.request.fields.in_english" in {one.address for one in merged.taken}
    assert merged.definition["summary"] == LOCAL["summary"]
    parse(merged.definition)
