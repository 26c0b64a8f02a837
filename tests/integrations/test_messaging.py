"""Letters and short messages end in the stand-in, where they can be read."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from integrations import messaging
from integrations.messaging.stand_in import Box, mail_server, make_app
from integrations.stand_in import Mood
from portal import http
from tests.integrations.servers import order, running


@dataclass
class Post:
    """The running stand-in: its pages, and a way to send a letter through it."""

    address: str
    backend: BaseEmailBackend

    def send(self, to: str, subject: str = "Hồ sơ đã được tiếp nhận") -> None:
        letter = EmailMultiAlternatives(
            subject,
            "Xem tại http://dongthap.localhost:8000/tra-cuu/",
            "mot-cua@example.vn",
            [to],
            connection=self.backend,
        )
        letter.attach_alternative("<p>Chào bà <b>An</b></p><script>alert(1)</script>", "text/html")
        letter.attach("bien-nhan.pdf", b"%PDF-", "application/pdf")
        letter.send()

    def read(self, **params: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = http.get_json(f"{self.address}/api/messages", params=params)["messages"]
        return found


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    box, mood = Box(), Mood()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = mail_server(box, mood, port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with running(make_app(box, mood)) as address:
        settings.SMS_URL = f"{address}/sms"
        yield Post(address, get_connection())
    server.stop()


def test_a_letter_arrives_with_all_its_parts(post: Post) -> None:
    post.send("an@example.vn")
    (letter,) = post.read()
    assert (letter["kind"], letter["to"], letter["subject"]) == ("mail", ["an@example.vn"], "Hồ sơ đã được tiếp nhận")
    assert letter["sender"] == "mot-cua@example.vn"
    assert "http://dongthap.localhost:8000/tra-cuu/" in letter["text"]
    assert "<b>An</b>" in letter["html"]
    assert letter["attachments"] == ["bien-nhan.pdf"]


def test_the_newest_stands_first_and_a_recipient_can_be_picked_out(post: Post) -> None:
    post.send("an@example.vn", "một")
    post.send("binh@example.vn", "hai")
    post.send("an@example.vn", "ba")
    assert [letter["subject"] for letter in post.read()] == ["ba", "hai", "một"]
    assert [letter["subject"] for letter in post.read(to="AN@")] == ["ba", "một"]


def test_the_page_shows_letters_and_keeps_their_markup_in_a_sandbox(post: Post) -> None:
    post.send("an@example.vn", "<b>đậm</b>")
    with http.Session() as session:
        page = session.get(f"{post.address}/")
        assert "&lt;b&gt;đậm&lt;/b&gt;" in page.text
        shown = session.get(f"{post.address}/messages/1")
        assert '<a href="http://dongthap.localhost:8000/tra-cuu/"' in shown.text
        assert 'sandbox=""' in shown.text
        assert "<script>" not in shown.text
        letter = session.get(f"{post.address}/messages/1/html")
        assert letter.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert session.get(f"{post.address}/messages/2").status_code == 404


def test_a_short_message_stands_on_the_same_page(post: Post) -> None:
    messaging.send_sms("0990001234", "Ho so cua ba da co ket qua")
    (message,) = post.read()
    assert (message["kind"], message["to"], message["text"]) == ("sms", ["0990001234"], "Ho so cua ba da co ket qua")


def test_a_message_to_nobody_is_not_accepted(post: Post) -> None:
    with pytest.raises(messaging.NotAccepted):
        messaging.send_sms("", "a")
    assert post.read() == []


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_trouble_loses_nothing_silently(post: Post, mode: str) -> None:
    order(post.address, mode)
    with pytest.raises(OSError):
        post.send("an@example.vn")
    with pytest.raises(messaging.Unavailable):
        messaging.send_sms("0990001234", "a")
    order(post.address, "ok")
    assert post.read() == []


def test_the_mail_server_is_well_when_it_opens_its_door(post: Post, settings: Any) -> None:
    assert messaging.check() == ""
    settings.EMAIL_PORT = 1
    with pytest.raises(messaging.Unavailable):
        messaging.check()


def test_only_so_many_are_kept() -> None:
    box = Box()
    for number in range(1100):
        box.add("sms", sender="", to=("0",), subject=str(number), text="")
    assert (len(box.messages), box.messages[0].subject, box.messages[-1].subject) == (1000, "1099", "100")
