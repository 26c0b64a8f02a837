"""A business registry of our own, in the shapes of the real one, with a handful of made-up enterprises."""

from typing import Any

from flask import Flask, jsonify, request

from integrations.people import BY_KEY
from integrations.stand_in import Mood, add_platform_tokens, main, new_app

LIMITED, JOINT_STOCK, PRIVATE = "Công ty trách nhiệm hữu hạn", "Công ty cổ phần", "Doanh nghiệp tư nhân"
ACTIVE, PAUSED, CLOSED = "Đang hoạt động", "Tạm ngừng kinh doanh", "Đã giải thể"
# Tax code, name, kind, status, address, keys of the representatives.
ENTERPRISES = (
    (
        "1300984123",
        "Công ty TNHH Thủy sản Vàm Láng",
        LIMITED,
        ACTIVE,
        "Ấp Lăng, Xã Gò Công Đông, Tỉnh Đồng Tháp",
        ("sang",),
    ),
    (
        "1300451277",
        "Công ty TNHH Xây dựng Trương Định",
        LIMITED,
        ACTIVE,
        "45 Trương Định, Phường Gò Công, Tỉnh Đồng Tháp",
        ("phat", "hue"),
    ),
    (
        "1400213653",
        "Công ty Cổ phần Du lịch Sen Hồng",
        JOINT_STOCK,
        ACTIVE,
        "178 Nguyễn Huệ, Phường Cao Lãnh, Tỉnh Đồng Tháp",
        ("cuong",),
    ),
    (
        "0109873027",
        "Công ty TNHH Lữ hành Sông Tiền",
        LIMITED,
        ACTIVE,
        "22 Lê Lợi, Phường Mỹ Tho, Tỉnh Đồng Tháp",
        ("tin",),
    ),
    (
        "1301102367",
        "Doanh nghiệp tư nhân Karaoke Ánh Trăng",
        PRIVATE,
        ACTIVE,
        "310 Ấp Bắc, Phường Mỹ Phong, Tỉnh Đồng Tháp",
        ("kiet",),
    ),
    (
        "1401987201",
        "Công ty TNHH Hoa kiểng Sa Đéc",
        LIMITED,
        ACTIVE,
        "Khóm 2, Phường Sa Đéc, Tỉnh Đồng Tháp",
        ("trinh",),
    ),
    (
        "1300777818",
        "Công ty TNHH Gạo Cai Lậy",
        LIMITED,
        PAUSED,
        "Khu phố 1, Phường Cai Lậy, Tỉnh Đồng Tháp",
        ("quyen",),
    ),
    (
        "1400553106",
        "Công ty Cổ phần Cơ khí Mỹ Trà",
        JOINT_STOCK,
        CLOSED,
        "15 Điện Biên Phủ, Phường Mỹ Trà, Tỉnh Đồng Tháp",
        ("nhung",),
    ),
)


def make_app(mood: Mood | None = None) -> Flask:
    app = new_app(__name__, mood)
    tokens = add_platform_tokens(app)

    @app.get("/dkdn/chiTietDoanhNghiep")
    def detail() -> Any:
        if not tokens.knows(request.headers.get("Authorization")):
            return jsonify(error="unauthorized"), 401
        found = [row for row in ENTERPRISES if row[0] == request.args.get("msdn")]
        return jsonify(_record(*found[0]) if found else {"warning": "Không tìm thấy doanh nghiệp"})

    return app


def _record(code: str, name: str, kind: str, status: str, address: str, people: tuple[str, ...]) -> dict[str, Any]:
    names = [{"FULL_NAME": BY_KEY[key].full_name} for key in people]
    return {
        "MainInformation": {
            "ENTERPRISE_GDT_CODE": code,
            "NAME": name,
            "ENTERPRISE_TYPE_NAME": kind,
            "ENTERPRISE_STATUS_NAME": status,
        },
        "HOAdress": {"AddressFullText": address},
        "Representatives": names[0] if len(names) == 1 else names,
    }


if __name__ == "__main__":
    main(make_app(), "Stand-in business registry")
