from typing import Any

from procedures.schema.changes import changes
from procedures.schema.definition import parse
from tests.procedures.schema_samples import good_answers, household

DEFINITION = parse(household())


def told(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, object, object]]:
    return [(change.path, change.kind, change.before, change.after) for change in changes(old, new, DEFINITION)]


def test_equal_answers_have_no_changes() -> None:
    assert told(good_answers(), good_answers()) == []


def test_a_changed_an_added_and_a_removed_answer_come_in_the_order_of_the_form() -> None:
    old = good_answers()
    new = good_answers() | {"rooms": 4, "full_name": "Nguyễn Thị Anh", "landlord": "Ông Ba"}
    del new["photos"]
    assert told(old, new) == [
        ("full_name", "changed", "Nguyễn Thị An", "Nguyễn Thị Anh"),
        ("landlord", "added", None, "Ông Ba"),
        ("rooms", "changed", 3, 4),
        ("photos", "removed", ["7"], None),
    ]


def test_rows_are_compared_cell_by_cell() -> None:
    new = good_answers()
    new["members"] = [{**new["members"][0], "share": 6_000_000}]
    found = changes(good_answers(), new, DEFINITION)
    assert [(change.path, change.row, change.kind) for change in found] == [
        ("members.0.share", 0, "changed"),
        ("members.1.full_name", 1, "removed"),
        ("members.1.share", 1, "removed"),
        ("members.1.has_tax_code", 1, "removed"),
    ]
    assert found[0].field.label.vi == "Trường share"


def test_a_false_answer_is_an_answer() -> None:
    assert told({"rents": False}, {}) == [("rents", "removed", False, None)]
    assert told({"rents": True}, {"rents": False}) == [("rents", "changed", True, False)]


def test_an_empty_answer_is_none() -> None:
    assert told({"phone": ""}, {}) == []
    assert told({"members": []}, {}) == []
    assert told({"home": {}}, {"home": {"province": "82"}}) == [("home", "added", None, {"province": "82"})]


def test_what_the_definition_does_not_know_is_left_out() -> None:
    assert told({"stray": 1}, {"stray": 2, "members": "nonsense"}) == []
