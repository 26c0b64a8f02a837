"""A mail server and SMS gateway of our own: what is sent stops here and can be read on a page."""

import asyncio
import logging
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, abort, jsonify, render_template, request

from integrations.stand_in import HOST, Mood, arguments, new_app, start

MOST = 1000
# A letter's own page may style itself and show its own pictures, and nothing else.
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@dataclass(frozen=True)
class Message:
    """One letter or short message as it arrived."""

    number: int
    kind: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[str, ...] = ()


@dataclass
class Box:
    """The latest messages, newest first."""

    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=MOST))
    numbers: Any = field(default_factory=lambda: count(1))

    def add(self, kind: str, **told: Any) -> Message:
        message = Message(next(self.numbers), kind, datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")), **told)  # noqa: TID251 -- no Django here
        self.messages.appendleft(message)
        return message

    def sent_to(self, recipient: str) -> list[Message]:
        wanted = recipient.strip().casefold()
        return [m for m in list(self.messages) if not wanted or any(wanted in to.casefold() for to in m.to)]

    def get(self, number: int) -> Message:
        return next((m for m in list(self.messages) if m.number == number), None) or abort(404)


class Door:
    """What the mail server does with a letter: it keeps it, or obeys its orders."""

    def __init__(self, box: Box, mood: Mood) -> None:
        self.box, self.mood = box, mood

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.mood.mode == "slow":
            await asyncio.sleep(self.mood.seconds)
        if self.mood.mode == "down":
            _hang_up(server)
            return "421 gone"
        if self.mood.mode == "wrong":
            return "451 4.3.0 Thử lại sau"
        content = envelope.content
        letter = message_from_bytes(content if isinstance(content, bytes) else b"", policy=policy.default)
        self.box.add("mail", **_read(letter, [str(to) for to in envelope.rcpt_tos]))
        return "250 2.0.0 OK"


def _hang_up(server: SMTP) -> None:
    """Break the connection without a word, as a machine does that fails."""
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()


def _read(letter: EmailMessage, recipients: list[str]) -> dict[str, Any]:
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    shown = [address for _name, address in getaddresses([str(letter.get("To", ""))])]
    return {
        "sender": str(letter.get("From", "")),
        "to": tuple(dict.fromkeys([*shown, *recipients])),
        "subject": str(letter.get("Subject", "")).strip(),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "attachments": tuple(part.get_filename() or "" for part in letter.iter_attachments()),
    }


def make_app(box: Box, mood: Mood | None = None) -> Flask:
    app = new_app(__name__, mood)

    @app.get("/")
    def messages() -> Any:
        to = request.args.get("to", "")
        recipients = sorted({one for m in list(box.messages) for one in m.to})
        return render_template("mails.html", messages=box.sent_to(to), to=to, recipients=recipients)

    @app.get("/messages/<int:number>")
    def message(number: int) -> Any:
        return render_template("mail.html", message=box.get(number))

    @app.get("/messages/<int:number>/html")
    def letter(number: int) -> Any:
        return Response(
            box.get(number).html,
            headers={"Content-Security-Policy": LETTER_POLICY, "Content-Type": "text/html; charset=utf-8"},
        )

    @app.get("/api/messages")
    def as_json() -> Any:
        found = box.sent_to(request.args.get("to", ""))
        return jsonify(messages=[asdict(m) | {"at": m.at.isoformat()} for m in found])

    @app.post("/sms")
    def sms() -> Any:
        asked = request.get_json(silent=True) or {}
        if not asked.get("receiver") or not asked.get("content"):
            return jsonify(result="FAILED"), 400
        box.add(
            "sms",
            sender=str(asked.get("sender", "")),
            to=(str(asked["receiver"]),),
            subject=str(asked["content"])[:60],
            text=str(asked["content"]),
        )
        return jsonify(result="SUCCESSFUL")

    return app


def mail_server(box: Box, mood: Mood, port: int) -> Controller:
    """A mail server in a thread of its own; `start()` and `stop()` it."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    return Controller(Door(box, mood), hostname=HOST, port=port, data_size_limit=32 * 1024 * 1024)


def run() -> None:
    asked = arguments("Stand-in mail server and SMS gateway", "smtp-port")
    box, mood = Box(), Mood()
    mail_server(box, mood, asked.smtp_port).start()
    start(make_app(box, mood), asked.port).serve_forever()


if __name__ == "__main__":
    run()
