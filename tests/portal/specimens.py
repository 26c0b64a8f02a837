"""One of each paper with everything on it, as the actions would hand it to portal.pdf."""

import datetime
import hashlib
from typing import Any

from portal.moments import HERE

AT = datetime.datetime(2026, 11, 23, 9, 5, tzinfo=HERE)
DUE = datetime.datetime(2026, 11, 26, 17, 0, tzinfo=HERE)
AGENCY = {
    "parent": "Ủy ban nhân dân tỉnh Đồng Tháp",
    "name": "Ủy ban nhân dân phường Gò Công",
    "desk": "Trung tâm Phục vụ hành chính công",
}
AN = {
    "name": "Nguyễn Thị An",
    "address": "12/5 đường Trương Định, phường Gò Công, tỉnh Đồng Tháp",
    "phone": "0912 345 678",
    "email": "an.nguyen@vidu.vn",
    "personal_id": "082190001234",
}
SEAL = {"name": "Ủy ban nhân dân phường Gò Công", "at": AT}
PROCEDURE = "Đăng ký thành lập hộ kinh doanh"
PAPERS = [
    {"name": "Giấy đề nghị đăng ký thành lập hộ kinh doanh", "originals": 1, "certified": 0, "copies": 0},
    {
        "name": "Bản sao biên bản họp thành viên hộ gia đình về việc thành lập hộ kinh doanh",
        "originals": 0,
        "certified": 1,
        "copies": 2,
        "note": "Chụp lại cả hai trang",
    },
]
HEAD: dict[str, Any] = {
    "agency": AGENCY,
    "place": "Gò Công",
    "issued_at": AT,
    "number": "H58.31.01-261123-0001",
    "qr_url": "http://dongthap.localhost:8000/tra-cuu/",
    "seal": SEAL,
}
CHECKED = {
    "verification_code": "8K2M-9WPX-3D4G",
    "verify_url": "http://dongthap.localhost:8000/xac-thuc/8K2M-9WPX-3D4G/",
}
SIGNATORY = {"position": "Phó Chủ tịch", "on_behalf": "KT. Chủ tịch", "name": "Phạm Quốc Dũng"}
PROOF = {
    "verification_code": "7K2M-9QPX-3D4F",
    "qr_url": "http://dongthap.localhost:8000/xac-thuc/7K2M-9QPX-3D4F/",
}
RECIPIENTS = ["Bà Nguyễn Thị An", "Lưu: VT."]


def _choice(value: str, label: str) -> dict[str, Any]:
    return {"value": value, "label": {"vi": label, "en": f"{label} (en)"}}


SECTIONS: list[dict[str, Any]] = [
    {
        "key": "owner",
        "title": {"vi": "Chủ hộ kinh doanh", "en": "Owner"},
        "help": {"vi": "Ghi theo căn cước.", "en": "As on your identity card."},
        "fields": [
            {"key": "full_name", "label": {"vi": "Họ và tên", "en": "Full name"}, "type": "text", "required": True},
            {"key": "birth_date", "label": {"vi": "Ngày sinh", "en": "Date of birth"}, "type": "date"},
            {"key": "personal_id", "label": {"vi": "Số định danh", "en": "Identity no."}, "type": "person_id"},
            {
                "key": "home",
                "label": {"vi": "Nơi ở", "en": "Home"},
                "type": "address",
                "help": {"vi": "Nơi thường trú"},
            },
            {
                "key": "gender",
                "label": {"vi": "Giới tính"},
                "type": "choice",
                "choices": [_choice("f", "Nữ"), _choice("m", "Nam")],
            },
        ],
    },
    {
        "key": "business",
        "title": {"vi": "Nội dung đăng ký"},
        "fields": [
            {"key": "capital", "label": {"vi": "Vốn"}, "type": "money"},
            {"key": "hires", "label": {"vi": "Thuê lao động"}, "type": "yes_no"},
            {"key": "note", "label": {"vi": "Ghi chú"}, "type": "long_text"},
            {"key": "scan", "label": {"vi": "Bản chụp không in"}, "type": "file"},
            {"key": "about", "label": {"vi": "Lưu ý khi khai"}, "type": "info"},
            {
                "key": "trades",
                "label": {"vi": "Ngành, nghề"},
                "type": "group",
                "fields": [
                    {"key": "code", "label": {"vi": "Mã ngành"}, "type": "text"},
                    {"key": "main", "label": {"vi": "Ngành chính"}, "type": "yes_no"},
                ],
            },
            {"key": "sworn", "label": {"vi": "Tôi cam đoan khai đúng."}, "type": "declaration", "required": True},
        ],
    },
]
FORM: dict[str, Any] = {
    "agency": {"name": AGENCY["name"]},
    "title": {"vi": "Giấy đề nghị đăng ký hộ kinh doanh", "en": "Application to register a household business"},
    "code": "1.001612",
    "sections": SECTIONS,
    "papers": [{"name": PAPERS[0]["name"], "originals": 1, "copies": 0, "mandatory": False, "note": "Theo mẫu"}],
    "qr_url": "http://dongthap.localhost:8000/thu-tuc/1.001612/",
}
VALUES: dict[str, Any] = {
    "full_name": "Nguyễn Thị An",
    "birth_date": "1990-05-12",
    "gender": "f",
    "capital": 200000000,
    "hires": False,
    "trades": [{"code": "4722", "main": True}, {"code": "5610"}],
    "sworn": True,
}

SPECIMENS: dict[str, dict[str, Any]] = {
    "slip_01": {
        **HEAD,
        **CHECKED,
        "reference": "7QK4-M2XD-9TRB",
        "submitter": AN,
        "owner": {"name": "Công ty TNHH Gò Công", "address": "5 Nguyễn Huệ"},
        "procedure": PROCEDURE,
        "papers": PAPERS,
        "time_limit": "03 ngày làm việc",
        "received_at": AT,
        "due_at": DUE,
        "collect_at": "Trực tuyến",
        "book_no": "01",
        "order_no": "17",
        "track_url": "dongthap.localhost/tra-cuu/",
        "hotline": "0273 3841 234",
        "fee": 100000,
        "clerk": {"name": "Trần Văn Bình"},
    },
    "slip_02": {
        **HEAD,
        **CHECKED,
        "owner": AN,
        "procedure": PROCEDURE,
        "papers": PAPERS,
        "to_complete": "Ghi rõ ngành chính.\nBổ sung số nhà.",
        "reason": "Biên bản họp không đọc được",
        "supply_by": DUE,
        "effect": "Thời hạn tạm dừng",
        "guide": {"name": "Trần Văn Bình", "phone": "0273 3841 234"},
    },
    "slip_03": {
        **HEAD,
        **CHECKED,
        "owner": AN,
        "procedure": PROCEDURE,
        "submitted_at": AT,
        "reason": "Địa điểm không thuộc địa bàn",
        "legal_clause": "Khoản 1 Điều 99",
        "remedy": "Nộp nơi đặt trụ sở",
        "contact": "0273 3841 234",
        "clerk": {"name": "Trần Văn Bình"},
    },
    "slip_04": {
        **HEAD,
        **CHECKED,
        "addressee": {name: AN[name] for name in ("name", "address", "phone")},
        "received_at": AT,
        "sector": "Hộ kinh doanh",
        "procedure": PROCEDURE,
        "old_due_at": AT,
        "delayed_by": "Phòng Kinh tế",
        "reason": "Cơ quan thuế chưa trả lời",
        "new_due_at": DUE,
        "collect_at": "Trung tâm",
        "head": {"position": "Chủ tịch", "name": "Phạm Quốc Dũng"},
    },
    "slip_05": {
        **HEAD,
        **CHECKED,
        "owner": {"name": "Nguyễn Thị An"},
        "procedure": PROCEDURE,
        "received_at": AT,
        "due_at": DUE,
        "settled_by": AGENCY["name"],
        "cooperating": ["Thuế cơ sở 3"],
        "rows": [
            {
                "giver": "Trần Văn Bình",
                "giver_office": "Trung tâm Phục vụ hành chính công",
                "taker": "Lê Thị Chi",
                "taker_office": "Phòng Kinh tế",
                "at": AT,
                "result": "Trước hạn",
                "note": "Thẩm định",
            }
        ],
        "open": True,
        "clerk": {"name": "Phạm Văn Hùng"},
    },
    "trace": {
        **HEAD,
        **CHECKED,
        "owner": {"name": "Nguyễn Thị An"},
        "procedure": PROCEDURE,
        "received_at": AT,
        "due_at": DUE,
        "state": "Đang xử lý",
        "rows": [{"at": AT, "recorded_at": DUE, "title": "Tiếp nhận", "by": "Trần Văn Bình", "text": "Đủ giấy tờ"}],
        "clock": [{"days": "23/11/2026", "text": "Ngày làm việc thứ 1"}],
        "clerk": {"name": "Phạm Văn Hùng"},
    },
    "return_receipt": {
        **HEAD,
        **CHECKED,
        "owner": AN,
        "procedure": PROCEDURE,
        "received_at": AT,
        "due_at": DUE,
        "results": [{"title": "Giấy chứng nhận", "number": "0001/2026/H58.31"}],
        "returned_at": DUE,
        "how": "Nhận tại bộ phận một cửa",
        "receiver": "Nguyễn Văn Ba",
        "consignment": "RR123456789VN",
        "note": "Có giấy ủy quyền",
        "clerk": {"name": "Trần Văn Bình"},
    },
    "hand_over_list": {
        **{name: HEAD[name] for name in ("agency", "place", "issued_at")},
        "number": "KQ-261123-0905",
        "giver": {"office": "Phòng Kinh tế", "name": "Lê Thị Chi"},
        "taker": {"office": "Bộ phận một cửa", "name": "Trần Văn Bình"},
        "note": "Giao buổi sáng",
        "rows": [
            {
                "number": "H58.31.01-261123-0002",
                "owner": "Nguyễn Thị An",
                "procedure": PROCEDURE,
                "due_at": DUE,
                "result": "Giấy chứng nhận, số 0001/2026/H58.31",
                "note": "Bản giấy",
            }
        ],
    },
    "slip_06": {
        **{name: HEAD[name] for name in ("agency", "place", "issued_at")},
        "office": "Ủy ban nhân dân phường Gò Công",
        "since": datetime.date(2026, 11, 1),
        "last": datetime.date(2026, 11, 30),
        "side": "Hồ sơ đơn vị tiếp nhận",
        "volume": 1,
        "volumes": 2,
        "count": 1,
        "rows": [
            {
                "no": 17,
                "number": "H58.31.01-261123-0001",
                "procedure": PROCEDURE,
                "sets": 1,
                "owner": "Nguyễn Thị An",
                "contact": "12/5 Trương Định, 0912 345 678",
                "settled_by": "Phòng Kinh tế",
                "received_at": AT,
                "due_at": DUE,
                "returned_at": DUE,
                "how": "Trực tuyến",
                "signed": "Nguyễn Văn Ba",
                "note": "Nhập muộn",
            }
        ],
    },
    "receipt_submission": {
        **{name: HEAD[name] for name in ("agency", "place", "qr_url", "seal")},
        "reference": "7QK4-M2XD-9TRB",
        "submitted_at": AT,
        "accept_by": DUE,
        "procedure": PROCEDURE,
        "code": "1.001612",
        "submitter": AN,
        "owner": {"name": "Công ty TNHH Gò Công", "address": "5 Nguyễn Huệ"},
        "files": [
            {"name": "bien-ban.pdf", "paper": "Biên bản", "size": 1500000, "sha256": hashlib.sha256(b"1").hexdigest()}
        ],
        "answers_sha256": hashlib.sha256(b"2").hexdigest(),
        "track_url": "dongthap.localhost/tra-cuu/",
        "hotline": "0273 3841 234",
    },
    "payment_receipt": {
        **HEAD,
        "series": "DT-26E",
        "paid_at": AT,
        "payer": {name: AN[name] for name in ("name", "address", "personal_id")},
        "dossier": "H58.31.01-261123-0001",
        "procedure": PROCEDURE,
        "items": [
            {"name": "Lệ phí đăng ký", "kind": "charge", "amount": 100000},
            {"name": "Phí tra cứu", "kind": "fee", "amount": 5000},
        ],
        "total": 105000,
        "provider": "VNPAY",
        "transaction": "14123456",
        "refunded": 5000,
        "cashier": {"name": "Lê Thị Hà"},
        **PROOF,
    },
    "result": {
        **HEAD,
        "decided_on": AT.date(),
        "title": "Giấy chứng nhận đăng ký hộ kinh doanh",
        "subtitle": "Đăng ký lần đầu",
        "opening": "Ủy ban nhân dân phường chứng nhận:",
        "lines": [
            {"label": "Tên hộ kinh doanh", "value": "HỘ KINH DOANH NGUYỄN THỊ AN"},
            {
                "label": "Ngành, nghề",
                "value": {"columns": ["Mã ngành", "Tên ngành"], "rows": [["4722", "Bán lẻ lương thực"]]},
            },
        ],
        "closing": "Có hiệu lực kể từ ngày ký.",
        "basis": ["Căn cứ Nghị định số 168/2025/NĐ-CP;"],
        "valid_until": datetime.date(2031, 2, 3),
        "recipients": RECIPIENTS,
        "signatory": SIGNATORY,
        **PROOF,
    },
    "refusal_decision": {
        **HEAD,
        "decided_on": AT.date(),
        "authority": "Chủ tịch Ủy ban nhân dân phường Gò Công",
        "basis": ["Căn cứ Nghị định số 168/2025/NĐ-CP;"],
        "owner": {name: AN[name] for name in ("name", "address", "personal_id")},
        "dossier": "H58.31.01-261123-0001",
        "procedure": PROCEDURE,
        "received_at": AT,
        "reason": "Tên bị trùng",
        "remedy": "chọn tên khác",
        "appeal": "Khiếu nại theo luật",
        "recipients": RECIPIENTS,
        "signatory": SIGNATORY,
        **PROOF,
    },
    "revocation": {
        **HEAD,
        "decided_on": AT.date(),
        "basis": ["Căn cứ Luật Hộ tịch;"],
        "owner": {name: AN[name] for name in ("name", "address", "personal_id")},
        "dossier": "H58.31.01-261123-0001",
        "procedure": PROCEDURE,
        "revoked": {"title": "Giấy xác nhận tình trạng hôn nhân", "number": "12/GXN", "signed_on": AT.date()},
        "reason": "Khai không đúng sự thật",
        "clause": "Điều 69 Luật Hộ tịch",
        "remedy": "nộp lại hồ sơ",
        "recipients": RECIPIENTS,
        "signatory": SIGNATORY,
        **PROOF,
    },
    "paper_list": {
        **HEAD,
        "given_at": AT,
        "received_at": DUE,
        "note": "Gửi kèm đĩa",
        "from": "Bộ phận một cửa",
        "to": "Phòng Kinh tế",
        "giver": "Trần Văn Bình",
        "receiver": "Lê Thị Chi",
        "items": [
            {
                "number": "H58.31.01-261123-0001",
                "procedure": PROCEDURE,
                "papers": PAPERS[:1],
                "state": "Không nhận",
                "reason": "Thiếu một tờ",
            }
        ],
    },
    "receipt_sheet": {
        **HEAD,
        "issued_at": AT,
        "submitter": {name: AN[name] for name in ("name", "phone", "personal_id")},
        "dossiers": [
            {
                "number": "H58.31.01-261123-0001",
                "reference": "7QK4-M2XD-9TRB",
                "procedure": PROCEDURE,
                "received_at": AT,
                "due_at": DUE,
                "collect_at": "Tại bộ phận một cửa",
                "papers": PAPERS,
            }
        ],
        "fee": 105000,
        "fee_open": 5000,
        "qr_url": "http://dongthap.localhost:8000/tra-cuu/",
        "hotline": "0273 3841 234",
        "clerk": {"name": "Trần Văn Bình"},
    },
    "blank_form": FORM,
}
