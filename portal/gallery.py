"""The style gallery of the demo: every part of the look in every state, with made-up content (templates/gallery.html)."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.moments import HERE
from portal.permissions import permission
from portal.roles import PUBLIC

SINGLE = {"field": "marital", "is": "married"}
DUE = datetime.datetime(2026, 11, 27, 17, 0, tzinfo=HERE)


class SampleForm(forms.Form):
    name = forms.CharField(label="Tên cơ quan", help_text="Tên đầy đủ như trong quyết định thành lập.")
    kind = forms.ChoiceField(label="Loại", choices=[("department", "Sở, ngành"), ("commune", "Xã, phường")])
    opened_on = forms.DateField(label="Ngày thành lập", required=False)
    channel = forms.ChoiceField(
        label="Nhận hồ sơ", widget=forms.RadioSelect, choices=[("counter", "Tại quầy"), ("online", "Trực tuyến")]
    )
    active = forms.BooleanField(label="Đang hoạt động", required=False)


@permission(PUBLIC)
@require_safe
def gallery(request: HttpRequest, frame: str = "citizen") -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return render(request, {"citizen": "gallery.html", "staff": "gallery_staff.html"}[frame], samples())


def samples() -> dict[str, Any]:
    return {
        "fields": _fields(),
        "bad_fields": _bad_fields(),
        "errors": [{"name": one["name"], "text": one["error"]} for one in _bad_fields()],
        "files": _files(),
        "timeline": _timeline(),
        "answers": _answers(),
        "tasks": _tasks(),
        "states": _states(),
        "tabs": _tabs(),
        "offices": _offices(),
        "dossiers": _dossiers(),
        "form": SampleForm({"kind": "commune", "opened_on": "31/02/2025", "channel": "online"}),
        "nav": _nav(),
        "due": DUE,
        "unread": 3,
        "role_word": "Cán bộ một cửa",
    }


def _field(name: str, kind: str, label: str, **facts: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "label": {"vi": label}, "required": True, **facts}


def _fields() -> list[dict[str, Any]]:
    choices = [
        {"value": "single", "label": {"vi": "Chưa kết hôn"}},
        {"value": "married", "label": {"vi": "Đang có vợ hoặc chồng"}},
    ]
    registry = {"source": "population", "verified": True}
    rooms = [
        _field("rooms-0-area", "number", "Diện tích (m²)", value=24),
        _field("rooms-0-floor", "text", "Tầng", required=False),
    ]
    return [
        _field("full_name", "text", "Họ, chữ đệm, tên", value="Nguyễn Thị An", autocomplete="name", **registry),
        _field(
            "person_id",
            "person_id",
            "Số định danh cá nhân",
            help={"vi": "12 chữ số trên thẻ căn cước."},
            value="082190001234",
        ),
        _field(
            "birth_date", "date", "Ngày sinh", value="1990-05-12", autocomplete="bday", help={"vi": "Ví dụ: 12 5 1990"}
        ),
        _field("phone", "phone", "Số điện thoại", unverified=True, value="0912 345 678"),
        _field("email", "email", "Thư điện tử", required=False),
        _field("marital", "choice", "Tình trạng hôn nhân", choices=choices, value="married"),
        _field("spouse", "text", "Họ tên vợ hoặc chồng", when=SINGLE),
        _field(
            "goods",
            "multi_choice",
            "Bán gì?",
            choices=_goods(),
            value=["food", {"value": "other", "words": "hoa tươi"}],
        ),
        _field("tax_code", "business_code", "Mã số thuế", required=False),
        _field("staff", "number", "Số lao động", unit={"vi": "người"}, value="3"),
        _field("area", "decimal", "Diện tích sàn", value="120,5", unit={"vi": "m²"}),
        _field("partner", "yes_no", "Bạn có chung vốn với ai không?"),
        _field("address", "address", "Nơi thường trú", **_places()),
        _field("capital", "money", "Vốn kinh doanh", help={"vi": "Số tiền bạn dự định bỏ ra."}, value="150.000.000"),
        _field("about", "long_text", "Ngành, nghề kinh doanh", max_length=200, value="Bán tạp hóa và nước giải khát"),
        _field("rooms", "group", "Các phòng", rows=[rooms], can_add=True, can_remove=True),
        _field("rooms_fee", "computed", "Lệ phí dự tính (đồng)", formula={"multiply": [{"field": "rooms"}, 2000000]}),
        _field("scan", "file", "Hợp đồng thuê địa điểm", files=_files(), accept=["pdf", "jpg", "png"], max_mb=10),
        _field("true", "declaration", "Tôi cam đoan những điều khai trên là đúng và chịu trách nhiệm trước pháp luật."),
        _field(
            "note",
            "info",
            "Bạn cần biết",
            help={"vi": "Cơ quan sẽ tự lấy thông tin cư trú, bạn không phải nộp giấy tờ này."},
        ),
    ]


def _goods() -> list[dict[str, Any]]:
    return [
        {"value": "food", "label": {"vi": "Thực phẩm"}},
        {"value": "clothes", "label": {"vi": "Quần áo"}},
        {"value": "other", "label": {"vi": "Khác"}, "own_words": True},
    ]


def _places() -> dict[str, Any]:
    return {
        "provinces": [("79", "Thành phố Hồ Chí Minh"), ("82", "Tỉnh Đồng Tháp")],
        "communes": [("28306", "Phường Gò Công"), ("28312", "Phường Long Thuận")],
        "value": {"province": "82", "commune": "28306", "street": "25 đường Nguyễn Huệ"},
    }


def _bad_fields() -> list[dict[str, Any]]:
    choices = [
        {"value": "self", "label": {"vi": "Tự đến nhận"}},
        {"value": "post", "label": {"vi": "Nhận qua bưu điện"}},
    ]
    return [
        _field(
            "bad_id",
            "person_id",
            "Số định danh cá nhân",
            value="08219000123",
            error="Số định danh phải có 12 chữ số; bạn đã nhập 11.",
        ),
        _field(
            "bad_date",
            "date",
            "Ngày cấp",
            value={"day": "31", "month": "2", "year": "2026"},
            error="Tháng 2/2026 không có ngày 31.",
        ),
        _field("bad_choice", "choice", "Nhận kết quả", choices=choices, error="Hãy chọn cách nhận kết quả."),
        _field(
            "bad_file",
            "file",
            "Bản vẽ",
            accept=["pdf"],
            max_mb=10,
            error="Tệp “ban-ve.exe” không phải là PDF nên không nhận được.",
        ),
        _field(
            "bad_true",
            "declaration",
            "Tôi cam đoan những điều khai trên là đúng.",
            error="Hãy đánh dấu vào ô cam đoan để tiếp tục.",
        ),
    ]


def _files() -> list[dict[str, Any]]:
    return [
        {
            "id": "1",
            "name": "hop-dong-thue.pdf",
            "size": 1258291,
            "state": "clean",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
        {"id": "2", "name": "mat-truoc-can-nha-nhin-tu-duong-nguyen-hue.jpg", "size": 884736, "state": "scanning"},
        {
            "id": "3",
            "name": "ban-ve.zip",
            "size": 20480,
            "state": "refused",
            "error": "Tệp này có mã độc nên đã bị loại.",
        },
    ]


def _timeline() -> list[dict[str, Any]]:
    at = DUE - datetime.timedelta(days=4, hours=6)
    hours = datetime.timedelta(hours=1)
    return [
        {"title": "Đã nộp hồ sơ", "when": at, "text": "Bạn đã nộp trực tuyến."},
        {"title": "Đã nộp lệ phí", "when": at + hours, "kind": "good", "text": "150.000 đồng qua VNPAY."},
        {
            "title": "Yêu cầu bổ sung giấy tờ",
            "when": at + 3 * hours,
            "kind": "attention",
            "by": "Trần Văn Bình",
            "text": "Bổ sung hợp đồng thuê địa điểm trước 17:00 thứ Tư 25/11/2026.",
        },
        {"title": "Tạm dừng tính hạn", "when": at + 4 * hours, "kind": "paused", "entered_late": True},
        {"title": "Đang xử lý", "when": at + 8 * hours, "kind": "now", "text": "Phòng Kinh tế đang xem xét hồ sơ."},
        {"title": "Trả kết quả", "when": DUE, "kind": "ahead"},
    ]


def _answers() -> list[dict[str, Any]]:
    return [
        {"label": "Họ, chữ đệm, tên", "value": "Nguyễn Thị An", "change_href": "#a"},
        {
            "label": "Nơi thường trú",
            "value": "25 đường Nguyễn Huệ\nPhường Gò Công\nTỉnh Đồng Tháp",
            "change_href": "#b",
        },
        {"label": "Hợp đồng thuê địa điểm", "files": _files()[:1], "change_href": "#c"},
        {"label": "Thư điện tử", "missing": True, "change_href": "#d"},
    ]


def _tasks() -> list[dict[str, Any]]:
    return [
        {"title": "Người đề nghị", "href": "#1", "state": "done", "word": "Xong"},
        {"title": "Hộ kinh doanh", "href": "#2", "state": "processing", "word": "Đang làm"},
        {"title": "Giấy tờ", "href": "#3", "state": "draft", "word": "Chưa làm"},
        {"title": "Kiểm tra và nộp", "href": None, "state": "draft", "word": "Chưa mở"},
    ]


def _states() -> list[tuple[str, str]]:
    return [
        ("draft", "Bản nháp"),
        ("submitted", "Mới nộp"),
        ("accepted", "Đã tiếp nhận"),
        ("processing", "Đang xử lý"),
        ("supplement_requested", "Chờ bổ sung"),
        ("payment_due", "Chờ nộp phí"),
        ("suspended", "Tạm dừng"),
        ("done", "Đã xử lý xong"),
        ("returned", "Đã trả kết quả"),
        ("refused", "Không tiếp nhận"),
        ("withdrawn", "Đã rút"),
        ("ended", "Đã kết thúc"),
        ("in_time", "Còn 2 ngày"),
        ("due_soon", "Hạn hôm nay"),
        ("overdue", "Quá hạn 1 ngày"),
    ]


def _tabs() -> list[dict[str, Any]]:
    return [
        {"title": "Chờ tiếp nhận", "href": "#x", "count": 12, "current": True},
        {"title": "Đang xử lý", "href": "#y", "count": 1204},
        {"title": "Quá hạn", "href": "#z", "count": 3},
        {"title": "Tất cả", "href": "#t"},
    ]


def _offices() -> list[dict[str, Any]]:
    return [
        {"name": "Phường Gò Công", "received": 1204, "online": 0.812, "on_time": 0.997},
        {"name": "Phường Long Thuận", "received": 873, "online": 0.641, "on_time": 0.958},
        {"name": "Xã Tân Đông", "received": 96, "online": 0.187, "on_time": None},
    ]


def _dossiers() -> list[dict[str, Any]]:
    names = (
        "Nguyễn Thị An",
        "Trần Quốc Bảo",
        "Công ty TNHH Dịch vụ Thương mại Sen Hồng",
        "Lê Văn Cường",
        "Phạm Thị Hồng Đào",
    )
    works = (
        "Đăng ký thành lập hộ kinh doanh",
        "Xác nhận tình trạng hôn nhân",
        "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "Đăng ký khai sinh",
        "Đăng ký thường trú",
    )
    return [
        {
            "number": f"H58.15.01-261123-{1 + i:04}",
            "procedure": works[i],
            "owner": names[i],
            "state": _states()[i + 1],
            "due": DUE + datetime.timedelta(days=i - 1),
            "clock": ("late", "Quá hạn 1 ngày")
            if i == 0
            else ("soon", "Hạn hôm nay")
            if i == 1
            else ("", f"Còn {i} ngày"),
        }
        for i in range(5)
    ]


def _nav() -> list[dict[str, Any]]:
    return [
        {"title": "Danh sách hồ sơ", "href": "#l", "count": 1219, "current": True},
        {"title": "Tiếp nhận tại quầy", "href": "#r"},
        {"group": "Quản trị", "title": "Số liệu", "href": "#s"},
        {"title": "Cơ quan", "href": "#o"},
        {"title": "Người và vai trò", "href": "#p"},
        {"title": "Lịch làm việc", "href": "#c"},
    ]
