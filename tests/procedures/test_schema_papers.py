import pytest

from procedures.schema.definition import Definition, parse
from procedures.schema.papers import papers_for
from tests.procedures.schema_samples import household, made, vi


@pytest.fixture
def household_business() -> Definition:
    return parse(household())


def keys(definition: Definition, answers: dict[str, object]) -> list[str]:
    return [paper.key for paper in papers_for(definition, answers)]


def test_the_first_case_that_holds_decides(household_business: Definition) -> None:
    assert keys(household_business, {"founder": "family"}) == ["request", "consent"]
    assert keys(household_business, {"founder": "person"}) == ["request", "identity"]
    assert keys(household_business, {}) == ["request", "identity"]


def test_a_paper_with_a_condition_is_asked_only_when_it_holds(household_business: Definition) -> None:
    assert "lease" in keys(household_business, {"rents": True})
    assert "lease" not in keys(household_business, {"rents": False})


def test_a_paper_that_a_registry_replaces_is_shown_as_replaced(household_business: Definition) -> None:
    asked = {paper.key: paper for paper in papers_for(household_business, {})}
    assert (asked["identity"].replaced_by, asked["identity"].replaced) == ("population", False)
    answered = {paper.key: paper for paper in papers_for(household_business, {}, {"population"})}
    assert answered["identity"].replaced
    assert not answered["request"].replaced
    assert not {paper.key: paper for paper in papers_for(household_business, {}, {"business"})}["identity"].replaced


def test_only_mandatory_papers_that_are_handed_in_make_a_dossier_incomplete(household_business: Definition) -> None:
    required = {paper.key: paper.to_submit for paper in papers_for(household_business, {"rents": True})}
    assert required == {"request": True, "identity": False, "lease": True}


def test_who_claims_an_exemption_must_prove_it(household_business: Definition) -> None:
    proof = next(paper for paper in papers_for(household_business, {"poor": True}) if paper.key == "poverty")
    assert proof.mandatory
    assert proof.to_submit
    assert "poverty" not in keys(household_business, {"poor": False})


def test_without_cases_every_paper_is_asked() -> None:
    definition = made(papers=[{"key": "a", "name": vi("A")}, {"key": "b", "name": vi("B"), "mandatory": False}])
    assert [(paper.key, paper.mandatory) for paper in papers_for(definition, {})] == [("a", True), ("b", False)]


def test_a_case_without_a_list_asks_for_every_paper() -> None:
    definition = made(papers=[{"key": "a", "name": vi("A")}], cases=[{"key": "default", "name": vi("Chung")}])
    assert keys(definition, {}) == ["a"]


def test_a_paper_may_depend_on_the_person() -> None:
    when = {"field": "profile.owner_kind", "is": "business"}
    definition = made(papers=[{"key": "a", "name": vi("A"), "when": when}])
    assert papers_for(definition, {}, profile={"owner_kind": "citizen"}) == ()
    assert len(papers_for(definition, {}, profile={"owner_kind": "business"})) == 1


def test_counts_and_notes_come_from_the_record(household_business: Definition) -> None:
    request = papers_for(household_business, {})[0]
    assert (request.originals, request.copies, request.blank_form, request.name.vi) == (1, 0, True, "Giấy đề nghị")
