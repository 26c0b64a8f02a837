"""A small VNPAY with its own signatures: the payment page, the IPN with its retries, the signed return, querydr.

Written after VNPAY's public description and on purpose without our adapter, so that a mistake there is not made twice.
Order it about by POST /__control__ {"mode": "ok|slow|down|lose_ipn|double_ipn"}.
"""

import argparse
import datetime
import hashlib
import hmac
import http.client
import itertools
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, redirect, render_template_string, request
from werkzeug.serving import BaseWSGIServer, make_server

log = logging.getLogger("vnpay-stand-in")
MODES = ("ok", "slow", "down", "lose_ipn", "double_ipn")
CONTROL = "/__control__"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
ENOUGH = {"00", "02"}
PATIENCE = 2.0
TRIES = 11  # the first, and ten more
# What the payer presses → ResponseCode, TransactionStatus.
BUTTONS = {
    "paid": ("00", "00", "Trả tiền thành công"),
    "poor": ("51", "02", "Tài khoản không đủ tiền"),
    "cancel": ("24", "02", "Hủy giao dịch"),
    "suspicious": ("07", "07", "Trừ tiền nhưng bị nghi ngờ"),
}
PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Cổng thanh toán VNPAY (mô phỏng)</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head><body><main>
<h1>Cổng thanh toán VNPAY (mô phỏng)</h1>
<dl><dt>Đơn vị</dt><dd>{{ order.vnp_TmnCode }}</dd><dt>Nội dung</dt><dd>{{ order.vnp_OrderInfo }}</dd>
<dt>Số tiền</dt><dd><strong>{{ amount }} đồng</strong></dd></dl>
<p>Ngân hàng thử NCB. Không có tiền thật ở đây.</p>
<form method="post" action="/paymentv2/pay"><input type="hidden" name="key" value="{{ key }}">
{% for name, button in buttons.items() %}<p><button name="press" value="{{ name }}">{{ button[2] }}</button></p>{% endfor %}
</form></main></body></html>"""
SORRY = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Lỗi</title></head><body><main><h1>{{ text }}</h1></main></body></html>"""
STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:1.5rem;color:#1a2330}"
    "button{font:inherit;min-height:2.75rem;padding:.5rem 1rem;width:100%}dt{color:#4b5766}dd{margin:0 0 .5rem}"
)
ASKED = ["RequestId", "Version", "Command", "TmnCode", "TxnRef", "TransactionDate", "CreateDate", "IpAddr", "OrderInfo"]
TOLD = [
    "ResponseId",
    "Command",
    "ResponseCode",
    "Message",
    "TmnCode",
    "TxnRef",
    "Amount",
    "BankCode",
    "PayDate",
    "TransactionNo",
    "TransactionType",
    "TransactionStatus",
    "OrderInfo",
    "PromotionCode",
    "PromotionAmount",
]


def secret_of(terminal: str) -> str:
    """The secret that this stand-in has agreed with a terminal; the demo's accounts carry the same one."""
    return hashlib.sha256(f"vnpay stand-in, nothing secret: {terminal}".encode()).hexdigest()[:32].upper()


def _hmac(text: str, terminal: str) -> str:
    return hmac.new(secret_of(terminal).encode(), text.encode(), "sha512").hexdigest()


def _signed(params: Mapping[str, str]) -> str:
    """The query string, its checksum at the end."""
    told = "&".join(f"{quote_plus(k)}={quote_plus(params[k])}" for k in sorted(params) if params[k])
    return f"{told}&vnp_SecureHash={_hmac(told, params['vnp_TmnCode'])}"


def _stamp(moment: datetime.datetime) -> str:
    return moment.astimezone(HERE).strftime("%Y%m%d%H%M%S")


def _now() -> datetime.datetime:
    return datetime.datetime.fromtimestamp(time.time(), HERE)


@dataclass
class Transaction:
    order: dict[str, str]
    number: str
    response: str = ""
    status: str = "01"
    paid: str = ""

    def result(self) -> dict[str, str]:
        """What the IPN and the return address carry."""
        names = ("vnp_TmnCode", "vnp_Amount", "vnp_OrderInfo", "vnp_TxnRef")
        return {name: self.order[name] for name in names} | {
            "vnp_BankCode": "NCB",
            "vnp_BankTranNo": f"VNP{self.number}" if self.status == "00" else "",
            "vnp_CardType": "ATM",
            "vnp_PayDate": self.paid,
            "vnp_ResponseCode": self.response,
            "vnp_TransactionNo": self.number,
            "vnp_TransactionStatus": self.status,
        }


@dataclass
class Bank:
    """All that happened here, and how it behaves at the moment."""

    ipn_url: str
    retry_seconds: float = 300.0
    seconds: float = 3.0
    mode: str = "ok"
    clock: Callable[[], datetime.datetime] = _now
    transactions: dict[str, Transaction] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(
        default_factory=lambda: itertools.count(secrets.randbelow(10**6) * 100 + 10**7)
    )
    lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, order: dict[str, str]) -> str:
        key = f"{order['vnp_TmnCode']}/{order['vnp_TxnRef']}"
        with self.lock:
            self.transactions.setdefault(key, Transaction(order, str(next(self.numbers))))
        return key

    def finish(self, found: Transaction, press: str) -> None:
        """The first press counts; whoever comes back and presses again is told the same."""
        with self.lock:
            if found.response:
                return
            found.response, found.status, _words = BUTTONS[press]
            found.paid = _stamp(self.clock())
        if self.mode != "lose_ipn":
            times = 2 if self.mode == "double_ipn" else 1
            told = [threading.Thread(target=self.notify, args=(found,), daemon=True) for _time in range(times)]
            for thread in told:
                thread.start()
            # The merchant mostly knows before the payer is back.
            told[0].join(timeout=PATIENCE)

    def notify(self, found: Transaction) -> None:
        """Tell the merchant until it has understood, at most eleven times."""
        for _try in range(TRIES):
            if self._told(found):
                return
            time.sleep(self.retry_seconds)
        log.warning("gave up telling of %s", found.order["vnp_TxnRef"])

    def _told(self, found: Transaction) -> bool:
        """By address and Host header: names under .localhost are known to browsers only."""
        target = urlsplit(self.ipn_url)
        line = http.client.HTTPConnection(target.hostname or "127.0.0.1", target.port or 80, timeout=15)
        try:
            host = urlsplit(found.order["vnp_ReturnUrl"]).netloc
            line.request(
                "GET", f"{target.path}?{_signed(found.result())}", headers={"Host": host, "User-Agent": "VNPAY"}
            )
            answer = line.getresponse()
            return answer.status == 200 and json.loads(answer.read(10000)).get("RspCode") in ENOUGH
        except (OSError, ValueError, http.client.HTTPException) as error:
            log.warning("IPN not delivered: %s", error)
            return False
        finally:
            line.close()


def create_app(bank: Bank) -> Flask:
    app = Flask("vnpay", static_folder=None)
    _add_control(app, bank)
    _add_pages(app, bank)
    _add_query(app, bank)
    return app


def _add_control(app: Flask, bank: Bank) -> None:
    @app.get(CONTROL)
    def told() -> Response:
        return jsonify(mode=bank.mode, transactions=len(bank.transactions))

    @app.post(CONTROL)
    def control() -> Any:
        wanted = request.get_json(silent=True)
        if not isinstance(wanted, dict) or wanted.get("mode") not in MODES:
            return f"mode: {', '.join(MODES)}", 400
        bank.mode = wanted["mode"]
        return told()

    @app.before_request
    def obey() -> Any:
        if request.path == CONTROL or bank.mode not in ("slow", "down"):
            return None
        if bank.mode == "slow":
            time.sleep(bank.seconds)
            return None
        return "", 503

    @app.after_request
    def guard(answer: Response) -> Response:
        portals = "http://localhost:* http://*.localhost:* http://127.0.0.1:*"
        answer.headers["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'self'; form-action 'self' {portals}"
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _add_pages(app: Flask, bank: Bank) -> None:
    @app.get("/style.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    @app.get("/paymentv2/vpcpay.html")
    def page() -> Any:
        text = request.query_string.decode()
        told, _, given = text.partition("&vnp_SecureHash=")
        order = dict(parse_qsl(told))
        if not hmac.compare_digest(given.lower(), _hmac(told, order.get("vnp_TmnCode", ""))):
            return render_template_string(SORRY, text="Sai chữ ký (mã lỗi 70)"), 400
        if order.get("vnp_ExpireDate", "") < _stamp(bank.clock()):
            return render_template_string(SORRY, text="Giao dịch đã quá thời gian chờ thanh toán (mã lỗi 15)"), 400
        amount = f"{int(order['vnp_Amount']) // 100:,}".replace(",", ".")
        return render_template_string(PAGE, order=order, amount=amount, key=bank.open(order), buttons=BUTTONS)

    @app.post("/paymentv2/pay")
    def pay() -> Any:
        found, press = bank.transactions.get(request.form.get("key", "")), request.form.get("press", "")
        if found is None or press not in BUTTONS:
            return render_template_string(SORRY, text="Không tìm thấy giao dịch (mã lỗi 72)"), 404
        bank.finish(found, press)
        return redirect(f"{found.order['vnp_ReturnUrl']}?{_signed(found.result())}")


def _add_query(app: Flask, bank: Bank) -> None:
    @app.post("/merchant_webapi/api/transaction")
    def transaction() -> Any:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or asked.get("vnp_Command") != "querydr":
            return jsonify(vnp_ResponseCode="03", vnp_Message="Invalid format")
        terminal = str(asked.get("vnp_TmnCode", ""))
        checked = _hmac("|".join(str(asked.get(f"vnp_{name}", "")) for name in ASKED), terminal)
        if not hmac.compare_digest(str(asked.get("vnp_SecureHash", "")), checked):
            return jsonify(vnp_ResponseCode="97", vnp_Message="Invalid checksum")
        return jsonify(_answer(bank.transactions.get(f"{terminal}/{asked.get('vnp_TxnRef')}"), asked))


def _answer(found: Transaction | None, asked: Mapping[str, str]) -> dict[str, str]:
    told = {"vnp_ResponseId": secrets.token_hex(16), "vnp_Command": "querydr", "vnp_TmnCode": asked["vnp_TmnCode"]}
    told |= {"vnp_TxnRef": str(asked.get("vnp_TxnRef", "")), "vnp_OrderInfo": str(asked.get("vnp_OrderInfo", ""))}
    if found is None:
        told |= {"vnp_ResponseCode": "91", "vnp_Message": "Transaction not found"}
    else:
        told |= {
            "vnp_ResponseCode": "00",
            "vnp_Message": "QueryDR Success",
            "vnp_Amount": found.order["vnp_Amount"],
            "vnp_BankCode": "NCB",
            "vnp_PayDate": found.paid,
            "vnp_TransactionNo": found.number,
            "vnp_TransactionType": "01",
            "vnp_TransactionStatus": found.status,
        }
    checksum = _hmac("|".join(told.get(f"vnp_{name}", "") for name in TOLD), asked["vnp_TmnCode"])
    return told | {"vnp_SecureHash": checksum}


def serve(bank: Bank, port: int) -> BaseWSGIServer:
    return make_server("127.0.0.1", port, create_app(bank), threaded=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="VNPAY, mô phỏng.")
    parser.add_argument("--port", type=int, required=True)
    ipn = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/thanh-toan/vnpay/ipn/"
    parser.add_argument("--ipn-url", default=ipn, help="where the merchant is told, by address")
    parser.add_argument("--retry-seconds", type=float, default=300.0)
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    serve(Bank(chosen.ipn_url, chosen.retry_seconds), chosen.port).serve_forever()


if __name__ == "__main__":
    main()
