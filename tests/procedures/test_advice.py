from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from payments.models import Account
from portal.models import Membership, Office, Tenant
from portal.roles import Role
from procedures.queries.surroundings import surroundings_of
from procedures.schema.advice import Advice, Surroundings, advise
from procedures.schema.conditions import holds
from procedures.schema.definition import parse
from procedures.schema.proof import always, ground, never
from procedures.schema.settle import settle
from tests.forms import definition, offered, text

ALONE = Surroundings()


def told(around: Surroundings = ALONE, **changes: Any) -> list[Advice]:
    return advise(parse(definition(**changes)), around)


def addresses(found: list[Advice]) -> list[str]:
    return [one.address for one in found]


def test_a_sound_definition_needs_no_advice() -> None:
    assert told() == []


def test_a_missing_legal_basis_is_told_and_stops_nothing() -> None:
    found = told(legal_basis=[])
    assert addresses(found) == ["legal_basis"]
    assert not found[0].stops


def test_consent_by_silence_without_a_time_stops() -> None:
    clock = {"silence_is_consent": True}
    assert not told(clock=clock)
    assert [one.address for one in told(clock=clock, time={"online": None}) if one.stops] == ["clock"]


@pytest.mark.django_db
def test_a_step_for_which_nobody_works_there_is_told(tenant: Tenant, office: Office) -> None:
    offered(office)
    code = "1.999001"
    assert advise(parse(definition()), surroundings_of(code)) == []
    Membership.objects.filter(role=Role.HEAD).delete()
    found = advise(parse(definition()), surroundings_of(code))
    assert addresses(found) == ["route.sign"]
    assert office.name in found[0].sentence


@pytest.mark.django_db
def test_a_field_that_open_dossiers_answered_is_missed(tenant: Tenant, office: Office) -> None:
    offered(office)
    around = surroundings_of("1.999001")
    assert around.published is not None
    sections = [{"key": "owner", "title": text("A"), "fields": []}]
    changed = parse(definition(form={"sections": sections}, result_template=None))
    assert not advise(changed, around)
    assert len(advise(changed, Surroundings(published=around.published, open_dossiers=3))) == 3


@pytest.mark.django_db
def test_the_surroundings_cost_the_same_for_one_office_and_many(tenant: Tenant, office: Office) -> None:
    offered(office)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(surroundings_of("1.999001").places) == 1
    for number in range(5):
        offered(Office.objects.create(code=f"H58.9{number}", name=f"Phường {number}", kind="commune", parent=office))
    with CaptureQueriesContext(connection) as many:
        assert len(surroundings_of("1.999001").places) == 6
    assert len(few) == len(many) <= 7


@pytest.mark.django_db
def test_a_procedure_that_is_not_there_yet_has_no_surroundings(tenant: Tenant) -> None:
    around = surroundings_of("9.999999")
    assert (around.places, around.published, around.open_dossiers) == ((), None, 0)


def yes(key: str, value: object = True) -> dict[str, Any]:
    return {"field": key, "is": value}


def with_fields(*fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    sections = [{"key": "owner", "title": text("A"), "fields": list(fields)}]
    return {"form": {"sections": sections}, "result_template": None, **changes}


def field(key: str, kind: str = "yes_no", **more: Any) -> dict[str, Any]:
    return {"key": key, "label": text(f"Trường {key}"), "type": kind, **more}


def kind(*values: str, **more: Any) -> dict[str, Any]:
    return field("kind", "choice", choices=[{"value": one, "label": text(one)} for one in values], **more)


def fee(amount: object = 5, **more: Any) -> dict[str, Any]:
    return {"key": "fee_1", "name": text("Phí"), "kind": "fee", "amount": amount, **more}


def paper(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": text(f"Giấy {key}"), "copies": 1, **more}


def case(key: str, when: object = None, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": text(f"Trường hợp {key}"), "when": when, **more}


BOTH = {"all": [yes("kind", "a"), yes("kind", "b")]}
ONLINE = yes("profile.channel", "online")
# What is wrong, what the advice is about, does it stop, and the same set right.
FOUND: list[tuple[str, dict[str, Any], str, bool, dict[str, Any]]] = [
    (
        "field never seen",
        with_fields(kind("a", "b"), field("x", when=BOTH)),
        "form.sections.owner.fields.x",
        False,
        with_fields(kind("a", "b"), field("x", when=yes("kind", "a"))),
    ),
    (
        "field behind a field that is hidden then",
        with_fields(kind("a", "b"), field("x", when=yes("kind", "a")), field("y", when={"all": [yes("x"), yes("kind", "b")]})),
        "form.sections.owner.fields.y",
        False,
        with_fields(kind("a", "b"), field("x", when=yes("kind", "a")), field("y", when={"all": [yes("x"), yes("kind", "a")]})),
    ),
    (
        "number beyond its limits",
        with_fields(field("n", "number", max=5), field("x", when={"field": "n", "gt": 5})),
        "form.sections.owner.fields.x",
        False,
        with_fields(field("n", "number", max=5), field("x", when={"field": "n", "gt": 4})),
    ),
    (
        "channel that the procedure does not have",
        with_fields(field("x", when=yes("profile.channel", "post")), channels=["online"]),
        "form.sections.owner.fields.x",
        False,
        with_fields(field("x", when=ONLINE), channels=["online", "counter"]),
    ),
    (
        "condition that says nothing",
        with_fields(kind("a", "b", required=True), field("x", when={"field": "kind", "in": ["a", "b"]})),
        "form.sections.owner.fields.x",
        False,
        with_fields(kind("a", "b"), field("x", when={"field": "kind", "in": ["a", "b"]})),
    ),
    (
        "column never seen",
        with_fields(kind("a", "b"), field("g", "group", fields=[field("x", when=BOTH)])),
        "form.sections.owner.fields.g.fields.x",
        False,
        with_fields(kind("a", "b"), field("g", "group", fields=[field("x", when=yes("kind", "a"))])),
    ),
    (
        "case that cannot be",
        with_fields(kind("a", "b"), cases=[case("one", BOTH), case("default")]),
        "cases.one",
        True,
        with_fields(kind("a", "b"), cases=[case("one", yes("kind", "a")), case("default")]),
    ),
    (
        "case taken by the one before",
        with_fields(kind("a", "b"), cases=[case("one", {"field": "kind", "filled": True}), case("two", yes("kind", "a")), case("default")]),
        "cases.two",
        True,
        with_fields(kind("a", "b"), cases=[case("one", yes("kind", "b")), case("two", yes("kind", "a")), case("default")]),
    ),
    (
        "exemption for nobody",
        with_fields(kind("a", "b"), fees=[fee(exempt=[{"when": BOTH, "name": text("Ai đó")}])]),
        "fees.fee_1",
        True,
        with_fields(kind("a", "b"), fees=[fee(exempt=[{"when": yes("kind", "a"), "name": text("Ai đó")}])]),
    ),
    (
        "fee by a field that is never seen",
        with_fields(kind("a", "b"), field("n", "number", required=True, when=BOTH), fees=[fee({"each": 2, "of": "n"})]),
        "fees.fee_1",
        True,
        with_fields(kind("a", "b"), field("n", "number", required=True, when=yes("kind", "a")), fees=[fee({"each": 2, "of": "n"})]),
    ),
    (
        "fee by a field that may stay empty",
        with_fields(field("n", "number"), fees=[fee({"each": 2, "of": "n"})]),
        "fees.fee_1",
        False,
        with_fields(field("n", "number", required=True), fees=[fee({"each": 2, "of": "n"})]),
    ),
    (
        "fee that is never asked",
        with_fields(kind("a", "b"), fees=[fee(when=BOTH)]),
        "fees.fee_1",
        False,
        with_fields(kind("a", "b"), fees=[fee(when=yes("kind", "a"))]),
    ),
    (
        "registry that knows no such thing",
        with_fields(field("x", "text", registry="population.shoe_size")),
        "form.sections.owner.fields.x",
        False,
        with_fields(field("x", "text", registry="population.full_name")),
    ),
    (
        "required file of no paper",
        with_fields(field("x", "file", required=True)),
        "form.sections.owner.fields.x",
        False,
        with_fields(field("x", "file")),
    ),
    (
        "choice without English",
        with_fields(field("x", "choice", choices=[{"value": "a", "label": {"vi": "A"}}])),
        "form.sections.owner.fields.x",
        False,
        with_fields(field("x", "choice", choices=[{"value": "a", "label": {"vi": "A"}}]), name={"vi": "Chỉ tiếng Việt"}),
    ),
    (
        "paper that nobody is asked for",
        {"papers": [paper("a"), paper("b")], "channels": ["counter"], "cases": [case("default", papers=["a"])]},
        "papers.b",
        False,
        {"papers": [paper("a"), paper("b")], "channels": ["counter"], "cases": [case("default", papers=["a", "b"])]},
    ),
    (
        "paper that cannot be sent",
        {"papers": [paper("a")]},
        "papers.a",
        False,
        with_fields(field("x", "file", paper="a"), papers=[paper("a")]),
    ),
    (
        "steps that do not fit into the time",
        {"time": {"amount": 2, "unit": "working_day"}},
        "route",
        False,
        {"time": {"amount": 3, "unit": "working_day"}},
    ),
    ("channel without a time", {"time": {"online": {"amount": 5, "unit": "working_day"}}}, "time", False, {}),
    (
        "excluded step without a reason",
        {"route": [{"key": "ask", "name": text("Hỏi"), "role": "officer", "excluded": True}]},
        "route.ask",
        False,
        {"route": [{"key": "ask", "name": text("Hỏi"), "role": "officer", "excluded": True, "reason": text("Luật")}]},
    ),
    ("clock that waits for money never asked", {"clock": {"trigger": "accepted_and_paid"}}, "clock", False, {"clock": {}}),
    ("hours of calendar days", {"clock": {"counting": "hours"}, "time": {"amount": 9, "unit": "calendar_day"}}, "clock", False, {"clock": {"counting": "hours"}}),
    ("online without a form", {"form": None, "result_template": None, "papers": []}, "form.sections", False, {}),
    ("free only by its note", {"fee_note": text("Miễn phí (135.000 đồng/lần)")}, "fee_note", False, {"fee_note": text("Không thu phí")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "address", "stops", "right"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_what_deserves_a_look_is_told_and_the_same_set_right_is_not(
    wrong: dict[str, Any], address: str, stops: bool, right: dict[str, Any]
) -> None:
    found = {one.address: one for one in told(**wrong)}
    assert address in found, found
    assert found[address].stops == stops
    assert found[address].sentence.pattern % found[address].sentence.words == found[address].sentence
    assert address not in addresses(told(**right)), told(**right)


@pytest.mark.django_db
def test_a_step_at_another_office_needs_its_people_there(tenant: Tenant, office: Office) -> None:
    offered(office)
    Office.objects.create(code="H58.09", name="Sở Xây dựng", kind="department", parent=None)
    step = {"key": "ask", "name": text("Hỏi"), "role": "officer"}

    def found(**at: str) -> list[tuple[str, bool]]:
        made = parse(definition(route=[{**step, **at}]))
        return [(one.address, one.stops) for one in advise(made, surroundings_of("1.999001"))]

    assert found(office=office.code) == []
    assert found(office="H58.09") == [("route.ask", False)]
    assert ("route.ask", True) in found(office="H58.404")
    assert found(office_kind="department") == []


@pytest.mark.django_db
def test_money_that_cannot_be_paid_online_is_told(tenant: Tenant, office: Office) -> None:
    offered(office)
    made = parse(definition(fees=[fee()]))
    assert addresses(advise(made, surroundings_of("1.999001"))) == ["fees"]
    Account.objects.create(office=None, provider="vietqr", bank_bin="970436", bank_account="1")
    assert advise(made, surroundings_of("1.999001")) == []


RULES = st.recursive(
    st.sampled_from(
        [
            yes("kind", "a"), yes("kind", "b"), yes("agree"), yes("agree", False), {"field": "kind", "is_not": "a"},
            {"field": "n", "gt": 3}, {"field": "n", "lt": 2}, {"field": "n", "filled": False}, {"field": "n", "is": 3},
            {"field": "day", "gte": "2026-01-01"}, {"field": "day", "lt": "2026-01-02"}, yes("hidden"),
            {"field": "word", "is": "x"}, {"value": {"field": "n"}, "gt": {"field": "n"}}, {"field": "hidden", "filled": True},
        ]
    ),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["a", "b", "c"]), "agree": st.booleans(), "n": st.integers(0, 5), "hidden": st.booleans(),
        "day": st.sampled_from(["2025-12-31", "2026-01-01", "2026-01-02"]), "word": st.sampled_from(["x", "y"]),
    },
)  # fmt: skip


@given(RULES, ANSWERS)
def test_what_is_proved_never_to_hold_never_holds(rule: dict[str, Any], answers: dict[str, Any]) -> None:
    fields = (
        kind("a", "b", "c"), field("agree"), field("n", "number", min=0, max=5), field("word", "text"), field("day", "date"),
        field("hidden", when=yes("agree")), field("x", when=rule),
    )  # fmt: skip
    made = parse(definition(**with_fields(*fields)))
    condition = made.field("x").when
    assert condition is not None
    true = holds(condition, settle(made.form, answers))
    assert not (true and never(condition, ground(made)))
    assert true or not always(condition, ground(made))


def test_a_condition_over_too_many_fields_is_not_judged() -> None:
    many = [field(f"n{number}", "number") for number in range(12)]
    rule = {"all": [{"field": f"n{number}", "gt": 3} for number in range(12)] + [{"field": "n0", "lt": 2}]}
    assert not told(**with_fields(*many, field("x", when=rule)))
