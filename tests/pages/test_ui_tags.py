"""What pages say in the reader's language, and the parts that every page is made of."""

import datetime
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from portal import gallery, moments
from portal.boxes.drawn import BOXES
from portal.templatetags import ui

FRIDAY = datetime.datetime(2026, 11, 27, 10, 0, tzinfo=datetime.UTC)
STATIC = Path(settings.BASE_DIR) / "portal" / "static" / "portal"
TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.fixture(autouse=True)
def vietnamese() -> Any:
    with override("vi"):
        yield


@pytest.mark.parametrize(
    ("said", "vi", "en"),
    [
        (lambda: ui.money(150000), "150.000\u00a0đồng", "150,000\u00a0VND"),
        (lambda: ui.money(0), "0\u00a0đồng", "0\u00a0VND"),
        (lambda: ui.money(None), "–", "–"),
        (lambda: ui.number(47185), "47.185", "47,185"),
        (lambda: ui.percent(0.997), "99,7\u00a0%", "99.7\u00a0%"),
        (lambda: ui.percent(None), "–", "–"),
        (lambda: ui.size(300), "300\u00a0byte", "300\u00a0bytes"),
        (lambda: ui.size(20480), "20\u00a0KB", "20\u00a0KB"),
        (lambda: ui.size(1258291), "1,2\u00a0MB", "1.2\u00a0MB"),
        (lambda: ui.day(FRIDAY), "27/11/2026", "27 November 2026"),
        (lambda: ui.long_day(datetime.date(2026, 11, 29)), "Chủ nhật 29/11/2026", "Sunday 29 November 2026"),
        (lambda: ui.moment(FRIDAY), "17:00 thứ Sáu 27/11/2026", "17:00, Friday 27 November 2026"),
        (lambda: ui.moment("2026-11-27"), "thứ Sáu 27/11/2026", "Friday 27 November 2026"),
        (lambda: ui.short_moment(FRIDAY), "17:00 27/11/2026", "17:00 27/11/2026"),
        (lambda: ui.hour(FRIDAY), "17:00", "17:00"),
        (lambda: ui.day(None), "–", "–"),
        (lambda: ui.day("not a day"), "–", "–"),
    ],
)
def test_amounts_and_moments_are_said_as_the_reader_expects(said: Any, vi: str, en: str) -> None:
    assert said() == vi
    with override("en"):
        assert said() == en


def test_a_moment_late_in_the_evening_of_greenwich_is_the_next_day_here() -> None:
    assert ui.moment(datetime.datetime(2026, 11, 26, 23, 30, tzinfo=datetime.UTC)) == "06:30 thứ Sáu 27/11/2026"


def test_a_moment_carries_its_machine_readable_self() -> None:
    page = Template("{% load ui %}{% when at %} {% when at 'day' %} {% when nothing %}").render(Context({"at": FRIDAY}))
    assert page.startswith('<time datetime="2026-11-27T17:00:00+07:00">17:00 thứ Sáu 27/11/2026</time>')
    assert page.endswith(">27/11/2026</time> –")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "vừa xong"), (5, "5 phút trước"), (185, "3 giờ trước"), (3000, "2 ngày trước"), (60 * 24 * 45, "13/10/2026")],
)
def test_what_is_recent_is_told_by_its_age(minutes: int, words: str) -> None:
    with moments.travel(FRIDAY):
        assert ui.ago(FRIDAY - datetime.timedelta(minutes=minutes)) == words


def test_a_text_falls_back_to_vietnamese_and_says_so() -> None:
    whole, half = {"vi": "Khai sinh", "en": "Birth"}, {"vi": "Khai sinh"}
    assert (ui.text(whole), ui.foreign(half)) == ("Khai sinh", "")
    with override("en"):
        assert (ui.text(whole), ui.text(half), ui.text("Plain"), ui.text(None)) == ("Birth", "Khai sinh", "Plain", "")
        assert (ui.foreign(whole), ui.foreign(half), ui.foreign("Plain")) == ("", ' lang="vi"', "")


def test_a_date_keeps_what_was_typed_even_when_it_is_no_date() -> None:
    assert [ui.date_part("1990-05-12", part) for part in ("day", "month", "year")] == ["12", "5", "1990"]
    assert ui.date_part({"day": "31", "month": "2", "year": "2026"}, "day") == "31"
    assert ui.date_part(None, "day") == ""


def test_an_unknown_state_is_calm() -> None:
    assert ui.tone("overdue") == "late"
    assert ui.tone("something new") == "calm"


def test_a_share_stays_within_its_bar() -> None:
    assert [ui.svg_share(share) for share in (None, -1, 0.457, 3)] == ["0.0%", "0.0%", "45.7%", "100.0%"]


def field(**facts: Any) -> str:
    known = {"name": "owner", "type": "text", "label": {"vi": "Chủ hộ"}, "required": True, **facts}
    return render_to_string("parts/field.html", {"field": known})


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    page = field(help={"vi": "Như trên thẻ."}, error="Hãy nhập họ tên.")
    assert '<label class="label" for="id_owner">Chủ hộ' in page
    assert (
        'id="id_owner" name="owner" aria-describedby="id_owner_hint id_owner_error" aria-invalid="true" required'
        in page
    )
    assert 'id="id_owner_hint"' in page
    assert 'id="id_owner_error"' in page


def test_what_people_typed_is_never_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    for kind in ("text", "long_text", "money", "phone", "date", "address"):
        value = {"day": hostile} if kind == "date" else {"street": hostile} if kind == "address" else hostile
        page = field(type=kind, value=value, error=hostile, when={"field": hostile, "is": hostile})
        assert "<script>" not in page
        assert "alert(1)" in page


def test_a_date_is_three_boxes_that_browsers_can_fill() -> None:
    page = field(type="date", name="born", value="1990-05-12", autocomplete="bday")
    assert re.findall(r'name="born-(\w+)" value="(\w*)" autocomplete="([\w-]+)"', page) == [
        ("day", "12", "bday-day"),
        ("month", "5", "bday-month"),
        ("year", "1990", "bday-year"),
    ]


def test_nothing_is_ticked_beforehand() -> None:
    choices = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    for kind in ("choice", "yes_no", "declaration"):
        assert " checked" not in field(type=kind, choices=choices)
    assert field(type="yes_no", value=False).count(" checked") == 1
    assert field(type="declaration", value=True).count(" checked") == 1


def test_rows_are_added_and_removed_by_plain_buttons() -> None:
    inner = {"name": "rooms-0-area", "type": "number", "label": "Diện tích", "required": True}
    page = field(type="group", name="rooms", rows=[[inner]], can_add=True, can_remove=True)
    assert 'name="add" value="rooms" formnovalidate' in page
    assert 'name="remove" value="rooms-0" formnovalidate' in page
    assert 'name="rooms-0-area"' in page


def test_a_field_says_which_register_filled_it_and_what_is_not_verified_yet() -> None:
    assert "Đã điền từ CSDL dân cư" in field(source="population", verified=True)
    assert "Chưa xác minh" in field(unverified=True)
    assert "mark" not in field()


def test_the_summary_of_errors_leads_to_the_fields() -> None:
    page = render_to_string("parts/error_summary.html", {"errors": [{"name": "owner", "text": "Hãy nhập họ tên."}]})
    assert '<a href="#id_owner">Hãy nhập họ tên.</a>' in page
    assert "summary-errors" not in render_to_string("parts/error_summary.html", {"errors": []})


def test_the_gallery_shows_every_type_of_field() -> None:
    shown = {one["type"] for one in gallery.samples()["fields"]}
    assert set(BOXES) <= shown


def test_the_frames_name_only_addresses_that_exist() -> None:
    frames = [
        TEMPLATES / name
        for name in ("base.html", "staff.html", "parts/account_menu.html", "parts/language_switch.html")
    ]
    names = {name for frame in frames for name in re.findall(r"""{% url ["'](\w+)["']""", frame.read_text())}
    assert {"home", "worklist", "sign_out"} <= names
    for name in names:
        assert reverse(name, urlconf="portal.urls", args=[1] if name == "theme" else [])


@pytest.mark.parametrize(
    ("names", "limit"),
    [
        (["citizen.css"], 9_000),
        (["app.js"], 4_800),
        (["fonts/be-vietnam-pro-400.woff2", "fonts/be-vietnam-pro-600.woff2"], 28_000),
    ],
)
def test_a_first_visit_stays_small(names: list[str], limit: int) -> None:
    """PERFORMANCE.md: 50 KB for a public page with everything in it."""
    files = [(STATIC / name).read_bytes() for name in names]
    assert sum(len(data if data[:4] == b"wOF2" else gzip.compress(data, 6)) for data in files) <= limit
