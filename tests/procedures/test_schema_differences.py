"""Two definitions compared part by part, and a newer one of the ministry led into one changed here."""

import copy
from typing import Any

import pytest

from procedures.schema import parts
from procedures.schema.differences import ADDED, CHANGED, MOVED, REMOVED, Difference, differences, merge
from tests.forms import definition, text

RAW = definition()
PAPER = {"key": "proof", "name": text("Giấy tờ"), "copies": 1}
FIELD = "form.sections.owner.fields"


def kinds(old: Any, new: Any) -> dict[str, str]:
    return {one.address: one.kind for one in differences(old, new)}


def test_what_is_the_same_differs_in_nothing() -> None:
    turned = {key: copy.deepcopy(RAW[key]) for key in reversed(RAW)}
    assert differences(RAW, turned) == []
    assert differences(RAW, {**RAW, "fee_note": None, "keywords": [*RAW["keywords"]]}) == []


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (parts.put(RAW, "name.vi", "Tên"), {"name": CHANGED}),
        (parts.append(RAW, "papers", PAPER), {"papers.proof": ADDED}),
        (parts.remove(RAW, "route.sign"), {"route.sign": REMOVED}),
        (parts.remove(RAW, "papers.request"), {"papers.request": REMOVED}),
        (parts.put(RAW, f"{FIELD}.purpose.required", False), {f"{FIELD}.purpose.required": CHANGED}),
        (parts.put(RAW, "time.online", {"amount": 5, "unit": "hour"}), {"time.online": CHANGED}),
        (parts.put(RAW, "retention_years", None), {"retention_years": REMOVED}),
        (parts.move(RAW, "route.sign", "examine"), {"route": MOVED}),
        (parts.append(RAW, "legal_basis", {"number": "1"}), {"legal_basis": CHANGED}),
        (parts.put(RAW, "fees", [{"key": "fee_1"}]), {"fees.fee_1": ADDED}),
    ],
)
def test_each_difference_is_told_at_its_part(new: dict[str, Any], told: dict[str, str]) -> None:
    assert kinds(RAW, new) == told
    opposite = {ADDED: REMOVED, REMOVED: ADDED}
    assert kinds(new, RAW) == {address: opposite.get(kind, kind) for address, kind in told.items()}


def test_faulty_definitions_are_compared_as_well() -> None:
    assert kinds({"papers": "x", "form": None}, {"papers": [{"key": "A b"}]}) == {"papers": CHANGED}
    assert kinds({}, RAW).keys() >= {"name", "papers.request"}


def test_what_only_the_ministry_changed_is_taken_over() -> None:
    theirs = parts.append(parts.put(RAW, "name.vi", "Tên mới của bộ"), "papers", PAPER)
    theirs = parts.remove(theirs, f"{FIELD}.proof")
    ours = parts.put(RAW, "conditions", text("Điều kiện của tỉnh"))
    merged = merge(RAW, theirs, ours)
    assert merged.definition == parts.put(theirs, "conditions", text("Điều kiện của tỉnh"))
    assert {one.address for one in merged.taken} == {"name", "papers.proof", f"{FIELD}.proof"}
    assert merged.both == ()


def test_what_both_changed_stays_as_it_is_here_and_is_told() -> None:
    theirs = parts.put(RAW, "name", text("Tên của bộ"))
    merged = merge(RAW, theirs, parts.put(RAW, "name", text("Tên của tỉnh")))
    assert merged.definition["name"] == text("Tên của tỉnh")
    assert merged.both == (Difference("name", CHANGED, RAW["name"], text("Tên của bộ")),)
    assert merge(RAW, theirs, theirs) == merge(RAW, theirs, copy.deepcopy(theirs))
    assert merge(RAW, theirs, theirs).both == ()


def test_what_was_taken_out_here_does_not_come_back_changed() -> None:
    theirs = parts.put(RAW, f"{FIELD}.purpose.label", text("Để làm gì?"))
    ours = parts.remove(RAW, f"{FIELD}.purpose")
    merged = merge(RAW, theirs, ours)
    assert merged.definition == ours and len(merged.both) == 1


def test_a_new_order_is_taken_over_where_ours_is_the_old_one() -> None:
    theirs = parts.move(parts.append(RAW, "route", {"key": "check"}), "route.sign", "examine")
    merged = merge(RAW, theirs, parts.append(RAW, "route", {"key": "local"}))
    assert [step["key"] for step in merged.definition["route"]] == ["sign", "examine", "check", "local"]
    turned = parts.move(parts.append(RAW, "route", {"key": "local"}), "route.sign", "examine")
    kept = merge(RAW, parts.move(parts.append(RAW, "route", {"key": "check"}), "route.check", "examine"), turned)
    assert [step["key"] for step in kept.definition["route"]][:2] != ["check", "examine"]
