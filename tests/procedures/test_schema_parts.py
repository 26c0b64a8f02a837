"""Parts of a definition by their addresses: read, written, moved and taken out, in a copy."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.schema import parts
from procedures.schema.definition import parse
from procedures.schema.parts import NoSuchPart
from procedures.schema.reading import DefinitionError
from tests.forms import definition, text

RAW = definition()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", RAW),
        ("name", RAW["name"]),
        ("name.vi", "Xác nhận thử nghiệm"),
        ("form.sections", RAW["form"]["sections"]),
        ("form.sections.owner.title", text("Người yêu cầu")),
        ("form.sections.owner.fields.full_name.type", "text"),
        ("form.sections.0.fields.1.choices.1.value", "other"),
        ("papers.request.originals", 1),
        ("legal_basis.0.number", "123/2015/NĐ-CP"),
        ("route.sign", RAW["route"][1]),
    ],
)
def test_a_part_is_read_by_its_address(address: str, said: Any) -> None:
    assert parts.get(RAW, address) == said


@pytest.mark.parametrize(
    "address", ["nothing", "name.fr", "papers.other", "papers.9", "papers.-1", "papers.²", "route.sign.hours.x", "."]
)
def test_where_nothing_is_nothing_is_found(address: str) -> None:
    with pytest.raises(NoSuchPart):
        parts.get(RAW, address)
    assert parts.find(RAW, address) is None


def test_a_part_is_replaced_in_a_copy() -> None:
    before = copy.deepcopy(RAW)
    made = parts.put(RAW, "form.sections.owner.fields.purpose.label", text("Để làm gì?"))
    assert parts.get(made, "form.sections.owner.fields.purpose.label") == text("Để làm gì?")
    assert before == RAW
    assert parts.put(made, "form.sections.owner.fields.purpose.label", text("Mục đích")) == RAW


def test_what_was_not_there_is_added_where_it_belongs() -> None:
    paper = {"key": "proof", "name": text("Giấy tờ chứng minh")}
    assert parts.put(RAW, "papers.proof", paper)["papers"][1] == paper
    assert parts.put(RAW, "fee_note", text("Có ghi chú"))["fee_note"] == text("Có ghi chú")
    assert parts.put({}, "papers.proof", paper) == {"papers": [paper]}
    assert parts.put({}, "result_template.title", text("Giấy")) == {"result_template": {"title": text("Giấy")}}
    assert parts.append({}, "form.sections", {"key": "a"}) == {"form": {"sections": [{"key": "a"}]}}
    with pytest.raises(NoSuchPart):
        parts.put(RAW, "papers.other.name", text("Không có"))
    with pytest.raises(NoSuchPart):
        parts.put(RAW, "papers.other", {"key": "another"})
    with pytest.raises(NoSuchPart):
        parts.append(RAW, "name", text("Không phải danh sách"))


def test_an_item_keeps_its_place_when_its_key_changes() -> None:
    made = parts.put(RAW, "route.examine", {**RAW["route"][0], "key": "review"})
    assert [step["key"] for step in made["route"]] == ["review", "sign"]


def test_a_part_is_taken_out() -> None:
    assert [one["key"] for one in parts.remove(RAW, "route.examine")["route"]] == ["sign"]
    assert "conditions" not in parts.remove(RAW, "conditions")
    assert parts.remove(RAW, "legal_basis.0")["legal_basis"] == []
    with pytest.raises(NoSuchPart):
        parts.remove(RAW, "route.nobody")


def test_items_change_their_order() -> None:
    raw = {"route": [{"key": key} for key in "abcd"], "steps": ["one", "two"]}

    def order(address: str, before: str | None) -> str:
        return "".join(one["key"] for one in parts.move(raw, address, before)["route"])

    assert [order("route.d", "a"), order("route.a", "c"), order("route.a", None)] == ["dabc", "bacd", "bcda"]
    assert [order("route.b", "b"), order("route.d", None)] == ["abcd", "abcd"]
    assert parts.move(raw, "steps.1", "0")["steps"] == ["two", "one"]
    with pytest.raises(NoSuchPart):
        parts.move(raw, "route.z", "a")
    with pytest.raises(NoSuchPart):
        parts.move(RAW, "name.vi", None)


def test_what_shares_a_key_is_named_by_its_number() -> None:
    raw = {"papers": [{"key": "form"}, {"key": "form", "copies": 2}, {"key": "Sai khóa"}]}
    assert list(parts.addresses(raw)) == ["papers.form", "papers.1", "papers.2"]
    assert parts.get(raw, "papers.1") == {"key": "form", "copies": 2}


def test_a_problem_of_the_parser_is_told_by_the_address_of_its_part() -> None:
    raw = parts.put(RAW, "form.sections.owner.fields.purpose.type", "nonsense")
    with pytest.raises(DefinitionError) as wrong:
        parse(raw)
    assert parts.address_of(raw, wrong.value.problems[0].path) == "form.sections.owner.fields.purpose.type"
    assert parts.address_of(RAW, "") == ""
    assert parts.address_of(RAW, "papers[7].name") == "papers.7.name"


def test_a_fingerprint_tells_changes_and_nothing_else() -> None:
    turned = json.loads(json.dumps(RAW, sort_keys=True))
    assert parts.fingerprint(RAW) == parts.fingerprint(turned)
    assert parts.fingerprint(RAW["route"]) != parts.fingerprint(RAW["route"][::-1])
    assert parts.fingerprint(None) != parts.fingerprint("")


ITEMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["key", "a", "b", "name"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["papers", "form", "a"]), ITEMS, max_size=3))
def test_every_address_leads_to_its_part_whatever_the_definition(raw: dict[str, Any]) -> None:
    before = copy.deepcopy(raw)
    for address in parts.addresses(raw):
        part = parts.get(raw, address)
        assert parts.put(raw, address, part) == raw
        assert parts.move(raw, address, address.rpartition(".")[2]) == raw
        assert parts.remove(raw, address) != raw
    assert raw == before
