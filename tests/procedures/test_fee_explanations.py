"""How a fee came about, in the words of the page, the API and the receipt."""

import datetime
from typing import Any

import pytest
from django.test import Client

from portal.models import Office, Tenant, User
from procedures.actions import drafts
from procedures.actions.submission import submit
from procedures.models import Dossier, Paper
from procedures.queries.answers import fee_lines
from procedures.queries.papers import pdf_of
from procedures.queries.prices import came_about
from procedures.schema.definition import parse
from procedures.schema.fees import fees_due
from tests.forms import definition, offered, text

pytestmark = pytest.mark.django_db
LAW = {"number": "41/2025/NQ-HĐND", "title": text("Nghị quyết về phí")}


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    rooms = {"key": "rooms", "label": text("Số phòng"), "type": "number", "required": True, "min": 1}
    poor = {"key": "poor", "label": text("Hộ nghèo"), "type": "yes_no"}
    return {"sections": [{"key": "all", "title": text("Tờ khai"), "fields": [rooms, poor, *fields]}]}


def fee(amount: Any = None, **more: Any) -> dict[str, Any]:
    made = {"key": "fee_1", "name": text("Phí thẩm định"), "kind": "fee", **more}
    return made if amount is None else {**made, "amount": amount}


def sentences(answers: dict[str, Any], day: str = "2026-11-22", channel: str = "online", **changes: Any) -> list[str]:
    made = parse(definition(form=form(), result_template=None, fees=[fee(**changes)]))
    return plain(came_about(fees_due(made, answers, channel, profile={"day": day})[0]))


def plain(told: list[str]) -> list[str]:
    """With common blanks: amounts are kept together by others."""
    return [one.replace("\xa0", " ") for one in told]


def test_rate_times_quantity_and_the_cap() -> None:
    rate = {"each": 2_000_000, "of": "rooms", "cap": 12_000_000}
    assert sentences({"rooms": 3}, amount=rate) == ["3 (số phòng) × 2.000.000 đồng = 6.000.000 đồng"]
    assert sentences({"rooms": 9}, amount=rate) == [
        "9 (số phòng) × 2.000.000 đồng = 18.000.000 đồng",
        "Vượt mức tối đa nên bớt 6.000.000 đồng",
    ]


def test_a_reduction_says_by_how_much_for_whom_and_by_which_law() -> None:
    online = {
        "when": {"field": "profile.channel", "is": "online"},
        "name": text("Nộp trực tuyến"),
        "share": 50,
        "law": LAW,
    }
    assert sentences({}, amount=50_000, exempt=[online]) == [
        "Mức cố định: 50.000 đồng",
        "Được giảm 50 %: Nộp trực tuyến, bớt 25.000 đồng (Căn cứ: 41/2025/NQ-HĐND, Nghị quyết về phí.)",
    ]
    assert sentences({}, channel="counter", amount=50_000, exempt=[online]) == []


def test_an_exemption_names_who_is_exempt() -> None:
    poor = {"when": {"field": "poor", "is": True}, "name": text("Hộ nghèo")}
    assert sentences({"poor": True}, amount=50_000, exempt=[poor])[-1] == "Được miễn: Hộ nghèo, bớt 50.000 đồng"
    assert sentences({"poor": False}, amount=50_000, exempt=[poor]) == []


def test_what_is_not_known_yet_is_not_told_as_an_amount() -> None:
    told = sentences({}, amount={"each": 5, "of": "rooms"}, law=LAW)
    assert told == ["Tính được khi bạn điền đủ tờ khai.", "Căn cứ: 41/2025/NQ-HĐND, Nghị quyết về phí."]


def test_bands_and_formulas_say_what_they_are() -> None:
    bands = {"of": "rooms", "bands": [{"to": 5, "base": 100}, {"base": 100, "each": 10}]}
    assert sentences({"rooms": 7}, amount=bands) == ["Bậc của 7 (số phòng): 120 đồng"]
    formula = {"formula": {"multiply": [{"field": "rooms"}, 3]}, "floor": 30}
    assert sentences({"rooms": 7}, amount=formula) == [
        "Tính theo công thức: 21 đồng",
        "Chưa đến mức tối thiểu nên cộng thêm 9 đồng",
    ]


def filed(office: Office, person: User, **changes: Any) -> Dossier:
    offering = offered(office, form=form(), result_template=None, papers=[], **changes)
    draft = drafts.start(offering, person)
    drafts.save_answers(draft, {"rooms": 3})
    Dossier.objects.filter(pk=draft.pk).update(contact_phone="0912345678")
    return submit(Dossier.objects.get(pk=draft.pk), person, "key-1")


def test_the_receipt_tells_it(tenant: Tenant, office: Office, an: User) -> None:
    dossier = filed(office, an, fees=[fee({"each": 2_000_000, "of": "rooms", "cap": 5_000_000}, law=LAW)])
    assert dossier.fee_total == 5_000_000
    receipt = Paper.objects.get(dossier=dossier, kind=Paper.Kind.SUBMISSION)
    (told,) = receipt.data["fees"]
    assert (told["name"], told["amount"]) == ("Phí thẩm định", 5_000_000)
    assert plain(told["steps"]) == [
        "3 (số phòng) × 2.000.000 đồng = 6.000.000 đồng",
        "Vượt mức tối đa nên bớt 1.000.000 đồng",
        "Căn cứ: 41/2025/NQ-HĐND, Nghị quyết về phí.",
    ]
    assert pdf_of(receipt).startswith(b"%PDF")


def test_a_rate_that_changes_later_does_not_change_what_was_asked(tenant: Tenant, office: Office, an: User) -> None:
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)  # noqa: DTZ011 - the day itself does not matter
    rates = [{"from": tomorrow.isoformat(), "amount": 90_000}]
    dossier = filed(office, an, fees=[fee(20_000, rates=rates)])
    assert [line.amount for line in fee_lines(dossier)] == [20_000]
    assert dossier.submitted_at is not None
    dossier.submitted_at += datetime.timedelta(days=2)
    assert [line.amount for line in fee_lines(dossier)] == [90_000]


def test_the_record_tells_the_rate_of_today_what_comes_and_the_law(
    tenant: Tenant, office: Office, client: Client
) -> None:
    rates = [{"from": "2030-01-01", "amount": 90_000}]
    poor = {"when": {"field": "poor", "is": True}, "name": text("Hộ nghèo"), "share": 30}
    offered(office, form=form(), result_template=None, fees=[fee(20_000, rates=rates, law=LAW, exempt=[poor])])
    page = (
        client.get("/thu-tuc/1.999001/", HTTP_HOST="dongthap.localhost")
        .content.decode()
        .replace("\xa0", " ")
        .replace("&nbsp;", " ")
    )
    for words in ("20.000 đồng", "01/01/2030", "90.000 đồng", "41/2025/NQ-HĐND", "Hộ nghèo: giảm 30 %"):
        assert words in page, words


def test_nothing_is_free_where_the_amount_is_not_known(tenant: Tenant, office: Office, an: User, door: Any) -> None:
    offering = offered(office, form=form(), result_template=None, papers=[], fees=[fee({"each": 5, "of": "rooms"})])
    draft = drafts.start(offering, an)
    page = door(an).get(f"/thu-tuc/1.999001/nop/{draft.reference}/kiem-tra/").content.decode()
    assert "Chưa tính được" in page
    assert "<strong>0" not in page
