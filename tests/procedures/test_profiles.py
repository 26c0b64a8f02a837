"""What conditions may ask about a filing besides its answers."""

import datetime
from typing import Any

import pytest

from portal.models import Office, Tenant, User
from portal.moments import HERE, today
from procedures.actions import drafts
from procedures.models import Dossier
from procedures.queries.profiles import profile_of
from procedures.queries.wording import condition, expression
from procedures.schema.conditions import read_condition, read_number
from procedures.schema.definition import Definition, parse
from procedures.schema.notation import parse_condition, parse_number
from procedures.schema.reading import Node
from tests.forms import definition, offered, text

pytestmark = pytest.mark.django_db
OLD = {"field": "profile.age", "gte": 60}


def asking(*asked: dict[str, Any]) -> dict[str, Any]:
    fields = [
        {"key": "born", "label": text("Ngày sinh"), "type": "date", "registry": "population.birth_date"},
        {"key": "home", "label": text("Nơi ở"), "type": "address", "registry": "population.residence"},
    ]
    cases = [{"key": f"case_{at}", "name": text("Riêng"), "when": when} for at, when in enumerate(asked)]
    sections = [{"key": "owner", "title": text("A"), "fields": fields}]
    return {
        "form": {"sections": sections},
        "cases": [*cases, {"key": "default", "name": text("Chung")}],
        "result_template": None,
    }


def draft_for(office: Office, person: User, *asked: dict[str, Any]) -> Dossier:
    return drafts.start(offered(office, **asking(*asked)), person)


def test_only_what_is_asked_is_told(tenant: Tenant, office: Office, an: User) -> None:
    assert set(profile_of(draft_for(office, an))) == {"channel", "owner_kind", "verified", "day"}


def test_the_registry_goes_before_the_sign_in(tenant: Tenant, office: Office, an: User) -> None:
    draft = draft_for(
        office, an, OLD, {"field": "profile.province", "is": "82"}, {"field": "profile.office", "is": "x"}
    )
    told = profile_of(draft)
    assert (told["birth_date"], told["gender"], told["office"]) == ("1990-05-12", "female", office.code)
    assert "province" not in told
    drafts.prefill(draft, {"born": "1950", "home": {"province": "82", "commune": "28306"}}, "population")
    told = profile_of(draft)
    assert (told["birth_date"], told["province"], told["commune"]) == ("1950", "82", "28306")
    assert told["age"] >= 75


def test_what_somebody_typed_is_not_the_registrys_word(tenant: Tenant, office: Office, an: User) -> None:
    draft = draft_for(office, an, OLD)
    drafts.save_answers(draft, {"born": "1930-01-01"})
    assert profile_of(draft)["birth_date"] == "1990-05-12"


def test_a_business_has_no_age(tenant: Tenant, office: Office, an: User) -> None:
    draft = draft_for(office, an, OLD)
    draft.owner_kind = Dossier.OwnerKind.BUSINESS
    assert "age" not in profile_of(draft)


def test_the_day_is_that_of_submission_by_the_clock_of_viet_nam(tenant: Tenant, office: Office, an: User) -> None:
    draft = draft_for(office, an)
    assert profile_of(draft)["day"] == today().isoformat()
    draft.submitted_at = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC)
    assert profile_of(draft)["day"] == "2026-03-02"
    draft.submitted_at = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=HERE)
    assert profile_of(draft)["day"] == "2026-03-01"


def made() -> Definition:
    rows = {"key": "members", "label": text("Thành viên"), "type": "group", "fields": [{"key": "share", "label": text("Vốn góp"), "type": "money"}]}  # fmt: skip
    rooms = {"key": "rooms", "label": text("Số phòng"), "type": "number", "min": 1}
    born = {"key": "born", "label": text("Ngày sinh"), "type": "date"}
    sections = [{"key": "a", "title": text("A"), "fields": [rows, rooms, born]}]
    return parse(definition(form={"sections": sections}, result_template=None))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("age(born) >= 18", "số tuổi tính từ “Ngày sinh” đến “Ngày nộp hồ sơ” từ 18 trở lên"),
        ("any(members, share > 5)", "trong “Thành viên” có dòng mà “Vốn góp” lớn hơn 5"),
        ("sum(members.share) > rooms * 2", "tổng “Vốn góp” trong “Thành viên” lớn hơn số phòng × 2"),
        ('profile.gender = "female"', "“Giới tính chủ hồ sơ” là “Nữ”"),
        ("not profile.age < 18", "không phải trường hợp “Tuổi chủ hồ sơ” nhỏ hơn 18"),
    ],
)
def test_a_condition_is_said_in_a_sentence(line: str, words: str) -> None:
    rule = read_condition(Node(parse_condition(line), "", []))
    assert condition(rule, made()) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("min(rooms * 2000000, 12000000)", "số nhỏ nhất trong (số phòng × 2.000.000, 12.000.000)"),
        ("up(100 / rooms)", "(100) : (số phòng), làm tròn lên"),
        ("if(rooms > 2, 5, 9)", "5 nếu “Số phòng” lớn hơn 2, nếu không thì 9"),
        ("(rooms + 1) * 3", "(số phòng + 1) × 3"),
    ],
)
def test_an_expression_is_said_in_words(line: str, words: str) -> None:
    assert expression(read_number(Node(parse_number(line), "", [])), made()) == words


def test_the_clock_follows_the_channel_and_the_case() -> None:
    changed = parse(
        definition(
            clock={"cutoff": "15:00", "max_supplements": 2},
            clocks={"online": {"cutoff": "23:00"}},
            cases=[
                {"key": "urgent", "name": text("Khẩn"), "when": {"field": "purpose", "is": "loan"}, "clock": {"supplement_mode": "restart"}},
                {"key": "default", "name": text("Chung")},
            ],
        )
    )  # fmt: skip
    online, urgent, counter = (
        changed.clock_for(*asked) for asked in (("online", "default"), ("online", "urgent"), ("counter", "urgent"))
    )
    assert (online.cutoff, online.supplement_mode, online.max_supplements) == ("23:00", "pause", 2)
    assert (urgent.cutoff, urgent.supplement_mode) == ("23:00", "restart")
    assert (counter.cutoff, counter.max_supplements) == ("15:00", 2)
