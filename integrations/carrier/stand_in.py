"""A post of our own in VNPost's shapes: takes orders, and moves a consignment on as time goes, or a step each time it is told to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, jsonify, request

from integrations.stand_in import Mood, add_platform_tokens, main, new_app

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# In the demonstration a journey of days takes some minutes.
PACE = timedelta(minutes=2)
REQUIRED = ("OrderNumber", "ReceiverName", "ReceiverTel", "ReceiverAddress", "ReceiverProvince")
JOURNEY = (
    ("10", "Bưu điện đã nhận yêu cầu", "Bưu cục Gò Công"),
    ("20", "Đã nhận bưu gửi tại quầy một cửa", "Bưu cục Gò Công"),
    ("50", "Đang vận chuyển", "Trung tâm khai thác Mỹ Tho"),
    ("70", "Đang đi phát", "Bưu cục phát"),
    ("100", "Phát thành công", "Bưu cục phát"),
)


@dataclass
class Post:
    """Consignments by code, and their codes by order number."""

    codes: dict[str, str] = field(default_factory=dict)
    events: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    # After how long a consignment is a step further by itself; None: only when it is told to.
    pace: timedelta | None = None

    def take(self, number: str) -> str:
        with self.lock:
            if number not in self.codes:
                self.codes[number] = f"RB{len(self.codes) + 1:09d}VN"
                self.events[self.codes[number]] = []
                self._move(self.codes[number])
        return self.codes[number]

    def move(self, code: str) -> bool:
        with self.lock:
            if code not in self.events or len(self.events[code]) == len(JOURNEY):
                return False
            self._move(code)
        return True

    def story(self, code: str) -> list[dict[str, str]]:
        """What happened until now."""
        with self.lock:
            told = self.events.get(code, [])
            while self.pace is not None and told and len(told) < len(JOURNEY) and _now() - _at(told[-1]) >= self.pace:
                self._move(code, _at(told[-1]) + self.pace)
            return list(told)

    def _move(self, code: str, at: datetime | None = None) -> None:
        status, text, place = JOURNEY[len(self.events[code])]
        at = at or _now()
        self.events[code].append(
            {"StatusCode": status, "StatusText": text, "POName": place, "StatusDate": f"{at:%Y%m%d%H%M%S}"}
        )


def _now() -> datetime:
    return datetime.now(VIETNAM)  # noqa: TID251 -- runs without Django


def _at(event: dict[str, str]) -> datetime:
    return datetime.strptime(event["StatusDate"], "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)


def make_app(mood: Mood | None = None, pace: timedelta | None = None) -> Flask:
    app = new_app(__name__, mood)
    tokens, post = add_platform_tokens(app), Post(pace=pace)

    def stranger() -> bool:
        return not tokens.knows(request.headers.get("Authorization"))

    @app.post("/apiVNPostNGSP/p1.0/order/post")
    def order() -> Any:
        if stranger():
            return jsonify(error="unauthorized"), 401
        asked = request.get_json(silent=True) or {}
        missing = [name for name in REQUIRED if not asked.get(name)]
        if missing:
            return jsonify(Status="101", Message=f"Thiếu {', '.join(missing)}")
        return jsonify(Status="100", Message="Thành công", ItemCode=post.take(asked["OrderNumber"]))

    @app.get("/apiVNPostNGSP/p1.0/order/tracking")
    def tracking() -> Any:
        if stranger():
            return jsonify(error="unauthorized"), 401
        return jsonify(Status="100", Events=post.story(request.args.get("ItemCode", "")))

    @app.post("/__move__/<code>")
    def move(code: str) -> Any:
        """For the demonstration and tests: the consignment goes one step further."""
        return jsonify(moved=post.move(code))

    return app


if __name__ == "__main__":
    main(make_app(pace=PACE), "Stand-in post")
