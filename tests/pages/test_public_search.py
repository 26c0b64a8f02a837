"""The catalogue as somebody meets it who cannot spell: told what was meant, how many stand behind each choice, what it may become."""

import json

import pytest
from django.test import Client

from portal.models import Office, Tenant
from portal.tenancy import inside
from procedures.models import Procedure
from tests.cast import make_office
from tests.conftest import Door
from tests.forms import text
from tests.pages.public import asked, publish

BIRTH, BUILDING = "Đăng ký khai sinh", "Cấp giấy phép xây dựng nhà ở riêng lẻ"


@pytest.fixture(autouse=True)
def shelves(office: Office) -> None:
    building = {"key": "construction", "name": text("Xây dựng")}
    publish(office, "1.001193", BIRTH, keywords=["giấy khai sinh"], life_events=["having_a_child"])
    publish(
        office,
        "1.013225",
        BUILDING,
        sector=building,
        audience=["business", "citizen"],
        life_events=["building_a_house"],
        open_online=False,
    )
    publish(
        office,
        "1.013226",
        "Gia hạn giấy phép xây dựng nhà ở",
        sector=building,
        audience=["business"],
        life_events=["building_a_house"],
    )


def shown(client: Client, query: str) -> str:
    page = client.get(f"/thu-tuc/{query}")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def choices(client: Client, query: str, name: str) -> dict[str, int]:
    """Asked with an invented parameter, so that the page is made anew."""
    page = client.get(f"/thu-tuc/{query}{'&' if query else '?'}anew=1")
    selects = {select.name: select for select in page.context["selects"]}
    return {value: count for value, _title, count in selects[name].offered}


@pytest.mark.parametrize(("typed", "name"), [("dang ky khai snih", BIRTH), ("giay phep xay dugn", BUILDING)])
def test_a_slip_finds_what_was_meant_and_says_so(door: Door, typed: str, name: str) -> None:
    page = shown(door(), f"?q={typed}")
    assert f"Không có “{typed}”. Đây là kết quả cho" in page
    assert name in page


def test_what_was_typed_rightly_is_not_corrected(door: Door) -> None:
    assert "Đây là kết quả cho" not in shown(door(), "?q=khai sinh")


def test_each_choice_tells_how_many_stand_behind_it(door: Door) -> None:
    assert choices(door(), "", "linh-vuc") == {"civil_status": 1, "construction": 2}
    assert choices(door(), "", "doi-tuong") == {"citizen": 2, "business": 2}
    assert choices(door(), "?q=giay phep", "linh-vuc") == {"construction": 2}
    assert "Xây dựng (2)" in shown(door(), "")


def test_what_is_chosen_narrows_the_other_lists_and_not_its_own(door: Door) -> None:
    found = choices(door(), "?doi-tuong=citizen", "linh-vuc")
    assert found == {"civil_status": 1, "construction": 1}
    assert choices(door(), "?doi-tuong=citizen", "doi-tuong") == {"citizen": 2, "business": 2}
    assert choices(door(), "?doi-tuong=citizen&linh-vuc=construction", "doi-tuong") == {"citizen": 1, "business": 2}


def test_counts_are_those_of_the_list(door: Door, office: Office) -> None:
    """The control of the counts: each choice, taken, lists as many as it promised."""
    publish(
        make_office("H58.31", "Ủy ban nhân dân xã Tân Hòa"),
        "1.001193",
        BIRTH,
        keywords=["giấy khai sinh"],
        life_events=["having_a_child"],
    )
    client = door()
    selects = client.get("/thu-tuc/").context["selects"]
    assert {select.name for select in selects} == {"su-kien", "linh-vuc", "doi-tuong", "co-quan", "muc-do"}
    for select in selects:
        for value, _title, count in select.offered:
            page = client.get("/thu-tuc/", {select.name: value})
            assert page.context["found"].total == len(page.context["found"].procedures) == count, (select.name, value)


def test_a_choice_that_fits_nothing_can_be_taken_back_by_itself(door: Door) -> None:
    page = shown(door(), "?q=khai sinh&linh-vuc=construction&muc-do=4")
    assert "bấm vào một lựa chọn ở trên để bỏ nó" in page
    assert (
        'href="/thu-tuc/?q=khai+sinh&amp;muc-do=4"' in page
        and 'href="/thu-tuc/?q=khai+sinh&amp;linh-vuc=construction"' in page
    )
    assert "/huong-dan/" in page and "/danh-muc/" in page


def test_suggestions_are_few_and_small(door: Door) -> None:
    answer = door().get("/goi-y/", {"q": "khai s"})
    assert answer["Content-Type"].startswith("application/json")
    assert json.loads(answer.content) == [["1.001193", BIRTH]]


def test_suggestions_stay_below_two_kilobytes_however_long_the_names(door: Door, office: Office) -> None:
    for number in range(9):
        publish(office, f"2.{number:06}", f"Cấp thẻ {number} " + "đặc biệt " * 50)
    answer = door().get("/goi-y/", {"q": "cấp thẻ đặc"})
    assert len(json.loads(answer.content)) == 6
    assert len(answer.content) < 2048


@pytest.mark.parametrize("typed", ["", "k", "%", "\x00", "😀", "x" * 3000, "<script>"])
def test_suggestions_for_nothing_are_none(door: Door, typed: str) -> None:
    answer = door().get("/goi-y/", {"q": typed})
    assert (answer.status_code, json.loads(answer.content)) == (200, [])


def test_suggestions_are_kept_with_their_kind(door: Door) -> None:
    first = door().get("/goi-y/?q=khai")
    with asked() as questions:
        second = door().get("/goi-y/?q=khai")
    assert questions == [] and second.content == first.content and second["Content-Type"] == first["Content-Type"]


def test_the_box_is_a_plain_field_of_its_form_without_scripts(door: Door) -> None:
    page = door().get("/").content.decode()
    assert 'data-suggest="/goi-y/"' in page and 'role="combobox"' not in page
    assert 'action="/thu-tuc/"' in page


def test_what_is_withdrawn_is_neither_counted_nor_suggested(door: Door) -> None:
    Procedure.objects.filter(code="1.001193").update(current=None)
    assert choices(door(), "", "linh-vuc") == {"construction": 2}
    assert json.loads(door().get("/goi-y/?q=khai sinh").content) == []


def test_another_authority_suggests_nothing_of_it(door: Door, other_tenant: Tenant) -> None:
    with inside(other_tenant):
        assert json.loads(door(at=other_tenant).get("/goi-y/?q=khai").content) == []


def test_the_questions_of_a_search_are_few(door: Door) -> None:
    door().get("/thu-tuc/?q=xây")
    with asked() as plain:
        door().get("/thu-tuc/?q=giấy phép xây dựng")
    with asked() as slip:
        door().get("/thu-tuc/?q=giay phep xay dugn nha")
    assert len(plain) <= 7
    assert len(slip) <= 9
