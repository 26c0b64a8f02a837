"""What a computed field works out: whole numbers, decimals without floats, texts and dates; only here, whatever was sent."""

from typing import Any

import pytest

from procedures.queries.place_search import search
from procedures.schema.definition import DefinitionError
from procedures.schema.settle import settle
from tests.procedures.schema_samples import made, one, section

ASKED = (
    one("area", "decimal", digits=2),
    one("born", "date", precision="year"),
    one("given", "text"),
    one("family", "text"),
)


def worked(answers: dict[str, Any], **more: Any) -> object:
    form = made(section("a", *ASKED, one("x", "computed", **more))).form
    return settle(form, {**answers, "x": "sent by somebody"}).get("x")


@pytest.mark.parametrize(
    ("answers", "more", "value"),
    [
        ({"area": "0.10"}, {"formula": {"multiply": [{"field": "area"}, 3]}, "gives": "decimal"}, "0.30"),
        ({"area": "2.50"}, {"formula": {"field": "area"}}, 3),
        ({"area": "-2.50"}, {"formula": {"field": "area"}, "gives": "money"}, -2),
        ({}, {"formula": {"field": "area"}, "gives": "decimal"}, None),
        ({"given": "An", "family": "Nguyễn"}, {"gives": "text", "joined": [{"field": "family"}, " ", {"field": "given"}]}, "Nguyễn An"),
        ({"given": "An"}, {"gives": "text", "joined": [{"field": "family"}, " ", {"field": "given"}]}, "An"),
        ({}, {"gives": "text", "joined": ["Ông/bà ", {"field": "given"}]}, None),
        ({"born": "2024-02-28"}, {"gives": "date", "starts": "born", "days": 2}, "2024-03-01"),
        ({"born": "2024"}, {"gives": "date", "starts": "born", "days": 2}, None),
        ({"born": "2199-12-31"}, {"gives": "date", "starts": "born", "days": 10**15}, None),
    ],
)  # fmt: skip
def test_a_computed_field_is_worked_out_from_the_answers(
    answers: dict[str, Any], more: dict[str, Any], value: object
) -> None:
    assert worked(answers, **more) == value


@pytest.mark.parametrize("more", [{"gives": "text"}, {"gives": "date", "starts": "born"}, {"gives": "number"}])
def test_one_that_lacks_what_it_is_made_of_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        worked({}, **more)


@pytest.mark.parametrize(
    ("words", "first", "was"),
    [
        ("go cong", "Phường Gò Công, Đồng Tháp", ""),
        ("GÒ CÔNG", "Phường Gò Công, Đồng Tháp", ""),
        ("thi xa go cong", "Phường Gò Công, Đồng Tháp", ""),
        ("p5 tp go cong", "Phường Gò Công, Đồng Tháp", "Phường 5, Thành phố Gò Công, Tiền Giang"),
        ("ben nghe", "Phường Sài Gòn, Thành phố Hồ Chí Minh", "Phường Bến Nghé, Quận 1, Hồ Chí Minh"),
        ("cua nam, ha noi", "Phường Cửa Nam, Thành phố Hà Nội", ""),
    ],
)
def test_a_commune_is_found_as_people_call_it(words: str, first: str, was: str) -> None:
    found = search(words)[0]
    assert (found.name, found.was.startswith(was)) == (first, True)


@pytest.mark.parametrize("words", ["", " ", "z", "không có nơi này", "<script>", "a" * 5000])
def test_what_is_no_place_finds_none(words: str) -> None:
    assert search(words) == ()
