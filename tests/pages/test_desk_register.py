"""Paper at the counter: found by words, filled from the registry, judged like every filing, registered once."""

import datetime
from typing import Any

import pytest
from django.db.models import QuerySet

from integrations import population
from integrations.population import Person, Unavailable
from portal.models import Office, Tenant, User
from portal.moments import now
from procedures.models import CounterIntake, Dossier, Offering, Paper
from tests.cast import make_office
from tests.forms import definition, offered, text
from tests.pages.desk import opened

REGISTER = "/mot-cua/tiep-nhan/"
PAPERS = [
    {"key": "request", "name": text("Tờ khai"), "originals": 1, "copies": 0, "mandatory": True, "blank_form": True},
    {"key": "proof", "name": text("Giấy tờ chứng minh"), "originals": 0, "copies": 1, "mandatory": False},
]
FEES = [
    {
        "key": "charge",
        "name": text("Lệ phí"),
        "kind": "charge",
        "amount": {"online": 10000, "counter": 20000, "post": 20000},
        "when_due": "submission",
    }
]


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office, papers=PAPERS, fees=FEES)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A registry that knows whomever it is asked about, and remembers that it was asked."""
    asked: list[str] = []

    def look_up(personal_id: str, full_name: str, birth_date: datetime.date, **_told: Any) -> Person:
        asked.append(personal_id)
        return Person(
            personal_id, full_name.upper(), birth_date, "female", "", "", "", None, None, None, None, None, None
        )

    monkeypatch.setattr(population, "look_up", look_up)
    return asked


def begin(client: Any, **told: Any) -> str:
    asked = {
        "procedure": "xac nhan",
        "channel": "counter",
        "personal_id": "",
        "full_name": "",
        "birth_date": "",
        **told,
    }
    return str(client.post(REGISTER, asked, follow=True).content.decode())


def paper(**told: Any) -> dict[str, Any]:
    """The second page as a clerk sends it."""
    base = {
        "go": "1", "by-owner_name": "Lê Văn Tám",
        "by-owner_kind": "citizen", "by-personal_id": "", "by-phone": "0912 345 678", "by-email": "", "by-address": "Ấp 1", "by-delivery": "counter",
        "by-happened_at": "", "by-late_reason": "", "full_name": "Lê Văn Tám", "purpose": "loan", "counted-request-originals": "1", "counted-proof-copies": "2", "counted-request-copies": "x",
    }  # fmt: skip
    return {**base, **told}


def sent(client: Any, offering: Offering, told: dict[str, Any], **how: Any) -> Any:
    return client.post(opened(client, offering), told, **how)


def received() -> QuerySet[Dossier]:
    """What is being typed in is a draft, which nobody has received."""
    rows: QuerySet[Dossier] = Dossier.objects.exclude(state="draft")
    return rows


def test_only_the_clerk_registers(tenant: Tenant, door: Any, an: User, chi: User, giang: User, binh: User) -> None:
    for person in (an, chi, giang):
        assert door(person).get(REGISTER).status_code == 404
    assert door(binh).get(REGISTER).status_code == 200


def test_a_procedure_is_found_by_words_and_the_person_is_filled_in(
    offering: Offering, door: Any, binh: User, registry: list[str]
) -> None:
    page = begin(door(binh), personal_id="082190001234")
    assert registry == ["082190001234"]
    assert 'value="NGUYỄN THỊ AN"' in page
    assert "CSDL dân cư" in page


def test_a_silent_registry_stops_nobody(
    offering: Offering, door: Any, binh: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_args: Any, **_told: Any) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(population, "look_up", silent)
    page = begin(door(binh), personal_id="082190001234")
    assert "CSDL dân cư chưa trả lời" in page
    assert 'value="Nguyễn Thị An"' in page


def test_words_that_mean_several_procedures_offer_a_choice(
    offering: Offering, office: Office, door: Any, binh: User
) -> None:
    offered(office, "1.999002", name=text("Xác nhận khác"))
    page = begin(door(binh))
    assert "Có 2 thủ tục phù hợp" in page
    assert 'value="1.999002"' in page
    assert "Chủ hồ sơ và liên hệ" in begin(door(binh), procedure="1.999002")
    assert "Không có thủ tục nào như vậy" in begin(door(binh), procedure="karaoke")


def test_a_wrong_personal_id_or_birth_date_is_said_beside_it(offering: Offering, door: Any, binh: User) -> None:
    page = begin(door(binh), personal_id="12", birth_date="31/2/1990")
    assert "Lỗi:" in page
    assert 'value="31/2/1990"' in page
    assert "Nhập ngày sinh như" in page


def test_paper_becomes_an_accepted_dossier_with_its_slip(offering: Offering, door: Any, binh: User) -> None:
    answer = sent(door(binh), offering, paper(**{"by-fee_taken": "on"}), follow=True)
    dossier = Dossier.objects.get()
    assert (dossier.state, dossier.channel, dossier.owner, dossier.owner_name) == (
        "accepted",
        "counter",
        None,
        "Lê Văn Tám",
    )
    assert (dossier.fee_total, bool(dossier.fee_paid_at)) == (20000, True)
    assert dossier.number in answer.content.decode()
    slip = Paper.objects.get(dossier=dossier, kind="slip_01")
    assert [(p["name"]["vi"], p["originals"], p["copies"]) for p in slip.data["papers"]] == [
        ("Tờ khai", 1, 0),
        ("Giấy tờ chứng minh", 0, 2),
    ]
    assert [e.step for e in dossier.events.all()] == ["register", "cash"]


def test_pressing_twice_registers_once(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    page = opened(client, offering)
    first, second = (client.post(page, paper()) for _press in range(2))
    assert first.url == second.url
    assert Dossier.objects.count() == 1


def test_an_open_fee_is_left_to_the_cashier(offering: Offering, door: Any, binh: User, cast: Any) -> None:
    answer = sent(door(binh), offering, paper(), follow=True)
    assert "Phí, lệ phí chưa thu" in answer.content.decode()
    assert Dossier.objects.get().number in door(cast.people["ha"]).get("/mot-cua/thu-tien/").content.decode()


def test_missing_paper_or_answer_keeps_everything_typed(offering: Offering, door: Any, binh: User) -> None:
    lacking = sent(door(binh), offering, paper(**{"counted-request-originals": "0"})).content.decode()
    assert "Còn thiếu: Tờ khai" in lacking
    wrong = sent(door(binh), offering, paper(purpose="", **{"by-phone": "123"})).content.decode()
    assert "Lỗi:" in wrong
    assert 'value="Lê Văn Tám"' in wrong
    assert 'href="#id_purpose"' in wrong
    assert not received().exists()


def test_paper_entered_late_says_so_within_the_bound(offering: Offering, door: Any, binh: User) -> None:
    client = door(binh)
    yesterday = f"{now() - datetime.timedelta(days=1) + datetime.timedelta(hours=7):%Y-%m-%dT%H:%M}"
    long_ago = f"{now() - datetime.timedelta(days=30):%Y-%m-%dT%H:%M}"
    assert "Nêu lý do nhập sau" in sent(client, offering, paper(**{"by-happened_at": yesterday})).content.decode()
    late = {"by-late_reason": "Mất điện"}
    assert "tối đa 5 ngày" in sent(client, offering, paper(**{"by-happened_at": long_ago, **late})).content.decode()
    answer = sent(client, offering, paper(**{"by-happened_at": yesterday, **late}), follow=True)
    assert received().get().number in answer.content.decode()
    dossier = received().get()
    page = client.get(f"/mot-cua/ho-so/{dossier.reference}/").content.decode()
    assert "Nhập sau" in page
    assert "Mất điện" in page
    assert dossier.accepted_at is not None
    assert dossier.accepted_at < now() - datetime.timedelta(hours=20)


def test_somebody_with_an_account_sees_the_paper_there(offering: Offering, door: Any, binh: User, an: User) -> None:
    sent(door(binh), offering, paper(**{"by-personal_id": "082190001234"}))
    dossier = Dossier.objects.get()
    assert (dossier.owner, dossier.submitter) == (an, an)


def test_a_clerk_cannot_register_for_themselves(offering: Offering, door: Any, binh: User) -> None:
    page = sent(door(binh), offering, paper(**{"by-personal_id": "082085002345"})).content.decode()
    assert "không có quyền" in page
    assert not received().exists()


def test_the_registrys_mark_cannot_be_typed(offering: Offering, door: Any, binh: User) -> None:
    sent(door(binh), offering, paper(found="eyJmdWxsX25hbWUiOiJ4In0:forged"))
    assert Dossier.objects.get().sources == {}


def test_what_the_office_does_not_offer_is_received_for_who_does(
    offering: Offering, tenant: Tenant, door: Any, binh: User
) -> None:
    other = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")
    theirs = offered(other, "1.999009", name=text("Việc của nơi khác"))
    page = begin(door(binh), procedure=theirs.procedure.code)
    assert "Việc của nơi khác" in page
    begun = CounterIntake.objects.get().dossier
    assert (begun.office, begun.receiving_office) == (other, offering.office)


def test_what_comes_in_another_way_only_is_said_with_who_settles_it(
    offering: Offering, tenant: Tenant, door: Any, binh: User
) -> None:
    other = make_office("H58.31", "Ủy ban nhân dân phường Long Thuận")
    days = {"amount": 3, "unit": "working_day"}
    theirs = offered(other, "1.999009", channels=["online"], time={"online": days})
    page = begin(door(binh), procedure=theirs.procedure.code)
    assert "Nơi giải quyết: Ủy ban nhân dân phường Long Thuận" in page
    assert not CounterIntake.objects.exists()


def test_reckoning_again_shows_no_faults_yet(offering: Offering, door: Any, binh: User) -> None:
    told = paper(again="1", purpose="")
    del told["go"]
    page = sent(door(binh), offering, told).content.decode()
    assert "20.000" in page
    assert "Lỗi:" not in page


def test_rows_of_a_group_come_and_go(tenant: Tenant, office: Office, door: Any, binh: User) -> None:
    form = definition()["form"]
    form["sections"][0]["fields"].append(
        {
            "key": "members",
            "label": text("Thành viên"),
            "type": "group",
            "max_items": 5,
            "fields": [{"key": "name", "label": text("Tên"), "type": "text"}],
        }
    )
    offering = offered(office, "1.999003", form=form)
    client = door(binh)
    more = sent(client, offering, paper(add="members", **{"members-0-name": "Một"})).content.decode()
    assert 'name="members-1-name"' in more
    fewer = sent(
        client, offering, paper(remove="members-0", **{"members-0-name": "Một", "members-1-name": "Hai"})
    ).content.decode()
    assert 'value="Hai"' in fewer
    assert 'value="Một"' not in fewer
