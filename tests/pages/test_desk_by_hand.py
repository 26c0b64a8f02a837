"""What walking the desk by hand found: rights that end while one writes, names instead of codes, papers that are read."""

from itertools import pairwise
from typing import Any

import pypdfium2
import pytest

from portal import pdf
from portal.models import Membership, Office, Tenant, User
from procedures.actions import opinions, papers
from procedures.models import Dossier, Offering
from tests.cast import make_office
from tests.forms import offered
from tests.pages.desk import filed, in_process
from tests.pages.processing import at, page


@pytest.fixture
def offering(tenant: Tenant, office: Office) -> Offering:
    return offered(office)


@pytest.fixture
def dossier(offering: Offering, an: User, binh: User, chi: User) -> Dossier:
    return in_process(filed(offering, an), binh, to=chi)


@pytest.mark.parametrize("name", ["desk_note", "desk_letter"])
def test_what_was_written_on_the_dossiers_page_is_shown_to_whom_lost_the_right(
    dossier: Dossier, door: Any, chi: User, name: str
) -> None:
    client = door(chi)
    told = client.get(page(dossier)).content.decode()
    form = told.split(f'action="{at(name, dossier)}"')[1].split("</form>")[0]
    held = form.split('name="held" value="')[1].split('"')[0]
    Membership.objects.filter(user=chi).delete()
    answer = client.post(at(name, dossier), {"held": held, "body": "Đã gọi điện cho bà An"})
    assert answer.status_code == 403
    assert "Đã gọi điện cho bà An" in answer.content.decode()
    assert client.post(at(name, dossier), {"body": "x"}).status_code == 404


def test_a_verdicts_words_are_shown_to_whom_lost_the_right(dossier: Dossier, door: Any, chi: User) -> None:
    client = door(chi)
    told = client.get(page(dossier)).content.decode()
    form = told.split(f'action="{at("desk_judge", dossier)}"')[1].split("</form>")[0]
    held = form.split('name="held" value="')[1].split('"')[0]
    Membership.objects.filter(user=chi).delete()
    answer = client.post(at("desk_judge", dossier), {"held": held, "words": "Mờ ở trang 2"})
    assert answer.status_code == 403
    assert "Mờ ở trang 2" in answer.content.decode()


def test_the_timeline_names_the_offices_that_were_asked(dossier: Dossier, door: Any, chi: User) -> None:
    office = make_office("H58.05", "Sở Tư pháp")
    opinions.ask(dossier, chi, offices=[office], question="Có vướng mắc gì không?", days=2)
    told = door(chi).get(page(dossier)).content.decode()
    assert "Đơn vị được hỏi: Sở Tư pháp" in told
    assert "H58.05" not in told


def test_where_the_result_is_collected_is_set_apart_from_how(dossier: Dossier) -> None:
    dossier.delivery = Dossier.Delivery.COUNTER
    assert papers.collect_at(dossier)["vi"].endswith(f", {dossier.receiving_office.name}, 12 Nguyễn Huệ")


def test_dates_and_numbers_of_the_tracking_book_stay_in_their_columns() -> None:
    row = {
        "no": 15, "number": "H58.30-260908-0001", "procedure": "Cấp Giấy xác nhận tình trạng hôn nhân", "sets": 1,
        "owner": "Công Tằng Tôn Nữ Thị Hồng Nguyên Phương", "contact": "134 Trần Hưng Đạo, 0900011707",
        "settled_by": "Ủy ban nhân dân phường Gò Công", "how": "Nhận tại bộ phận một cửa",
        "received_at": "2026-09-28T14:16:00+07:00", "due_at": "2026-09-29T17:00:00+07:00", "returned_at": "2026-09-30T16:34:00+07:00",
    }  # fmt: skip
    told = {
        "agency": {"parent": "ỦY BAN NHÂN DÂN TỈNH", "name": "PHƯỜNG GÒ CÔNG"}, "issued_at": "2026-11-22T10:00:00+07:00",
        "office": "Phường Gò Công", "since": "2026-09-01", "last": "2026-11-22", "count": 1, "rows": [row],
    }  # fmt: skip
    with pypdfium2.PdfDocument(pdf.render("slip_06", told, language="vi")) as book:
        text = book[0].get_textpage()
        edges = [_edges(text, day) for day in ("28/09/2026", "29/09/2026", "30/09/2026")]
        assert all(left[1] + 3 < right[0] for left, right in pairwise(edges))
        words = text.get_text_range()
    assert "0900011707" in words and "260908-0001" in words


def _edges(text: Any, word: str) -> tuple[float, float]:
    """Where a word begins and ends on the line, in points."""
    start, many = text.search(word).get_next()
    boxes = [text.get_charbox(place) for place in range(start, start + many)]
    return boxes[0][0], boxes[-1][2]
