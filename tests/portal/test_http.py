"""The one HTTP client: it waits so long and no longer, reads so much and no more, and goes nowhere else."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from portal import http
from portal.moments import now

Speak = Callable[[socket.socket], None]


@contextmanager
def raw_server(speak: Speak, certificate: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that says anything at all, also what no honest server would."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                with certificate.wrap_socket(client, server_side=True) if certificate else client as line:
                    line.recv(65536)
                    speak(line)
            except OSError:
                client.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


class Echo(BaseHTTPRequestHandler):
    """Tells what it was asked, or answers with the status in the path."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        asked = self.path.strip("/").split("?")[0]
        self.send_response(int(asked) if asked.isdigit() else 200)
        if asked == "302":
            self.send_header("Location", "/")
        said = (
            b""
            if asked == "204"
            else json.dumps(
                {
                    "method": self.command,
                    "path": self.path,
                    "type": self.headers["Content-Type"],
                    "key": self.headers["X-Key"],
                    "body": body,
                }
            ).encode()
        )
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = _answer

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_the_five_ways_to_ask_say_what_they_mean(echo: str) -> None:
    got = http.get_json(f"{echo}/a", params={"q": "hồ sơ"}, headers={"X-Key": "k"})
    assert (got["method"], got["path"], got["key"]) == ("GET", "/a?q=h%E1%BB%93+s%C6%A1", "k")
    posted = http.post_json(f"{echo}/b", {"tên": "An"})
    assert (posted["type"], json.loads(posted["body"])) == ("application/json", {"tên": "An"})
    form = http.post_form(f"{echo}/c", {"grant_type": "client_credentials"})
    assert (form["type"], form["body"]) == ("application/x-www-form-urlencoded", "grant_type=client_credentials")
    assert http.post_form(f"{echo}/204", {"a": "b"}) is None
    text = json.loads(http.post_text(f"{echo}/d", "<a>Én</a>", "text/xml"))
    assert (text["type"], text["body"]) == ("text/xml; charset=utf-8", "<a>Én</a>")


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_trouble_on_the_other_side_may_pass(echo: str, status: int) -> None:
    with pytest.raises(http.Unreachable, match=f"HTTP {status}"):
        http.get_json(f"{echo}/{status}")


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_no_is_a_no_and_tells_its_status(echo: str, status: int) -> None:
    with pytest.raises(http.Refused) as refusal:
        http.get_json(f"{echo}/{status}?token=secret")
    assert refusal.value.status == status
    assert "secret" not in str(refusal.value)


def test_a_redirect_is_not_followed(echo: str) -> None:
    with pytest.raises(http.Refused, match="redirect"):
        http.get_json(f"{echo}/302")


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(http.Unreachable):
        http.get_json(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["", "nowhere"])
def test_no_address_is_unreachable(url: str) -> None:
    with pytest.raises(http.Unreachable, match="no address"):
        http.get_json(url)


def test_no_time_left_asks_nothing(echo: str) -> None:
    with pytest.raises(http.Unreachable, match="no time left"):
        http.get_json(echo, timeout=0)


def _drip(opening: bytes) -> Speak:
    def speak(client: socket.socket) -> None:
        client.sendall(opening)
        while True:  # one byte, again and again: never silent for long, never finished
            client.sendall(b"x")
            threading.Event().wait(0.02)

    return speak


@pytest.mark.parametrize(
    "opening",
    [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["headers", "body of a known length", "body until the end"],
)
def test_an_answer_that_drips_for_ever_ends_at_the_deadline(opening: bytes) -> None:
    with raw_server(_drip(opening)) as url, pytest.raises(http.Unreachable):
        http.get_json(url, timeout=0.3)


def _keep_silent(client: socket.socket) -> None:
    client.settimeout(5)
    while client.recv(1):
        continue


def test_silence_ends_at_the_deadline() -> None:
    with (
        raw_server(_keep_silent) as url,
        pytest.raises(http.Unreachable),
    ):
        http.get_json(url, timeout=0.2)


def test_a_reply_that_is_cut_off_is_unreachable() -> None:
    with (
        raw_server(lambda client: client.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"a":')) as url,
        pytest.raises(http.Unreachable),
    ):
        http.get_json(url)


def test_an_answer_that_is_too_large_is_refused() -> None:
    large = b'"' + b"x" * http.ONE_MEGABYTE + b'"'
    with (
        raw_server(lambda client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + large)) as url,
        pytest.raises(http.Refused, match="more than"),
    ):
        http.get_json(url)
    just_fits = b'"' + b"x" * (http.ONE_MEGABYTE - 2) + b'"'
    with raw_server(lambda client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + just_fits)) as url:
        assert len(http.get_json(url)) == http.ONE_MEGABYTE - 2


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe{}"], ids=["HTML", "nothing", "not UTF-8"])
def test_garbage_is_refused(body: bytes) -> None:
    with (
        raw_server(lambda client: client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + body)) as url,
        pytest.raises(http.Refused),
    ):
        http.get_json(url)


def test_a_broken_status_line_is_unreachable() -> None:
    with raw_server(lambda client: client.sendall(b"SSH-2.0-OpenSSH\r\n")) as url, pytest.raises(http.Unreachable):
        http.get_json(url)


def test_no_tls_where_tls_is_expected_is_unreachable() -> None:
    with raw_server(lambda client: client.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")) as url, pytest.raises(http.Unreachable):
        http.get_json(url.replace("http://", "https://"))


def test_a_librarys_session_keeps_the_same_limits(echo: str) -> None:
    with http.Session() as session:
        session.limit(0.3, 100)
        with pytest.raises(http.Refused, match="redirect"):
            session.get(f"{echo}/302")
        with pytest.raises(http.Refused, match="more than 100"):
            session.post(f"{echo}/", data="x" * 200)
        with raw_server(_drip(b"HTTP/1.1 200 OK\r\nX-Long: ")) as url, pytest.raises(http.Unreachable):
            session.get(url)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this machine that the client is told to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    signed = built.add_extension(here, critical=False).sign(key, SHA256())
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


@pytest.mark.parametrize(
    ("opening", "answer"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"a": 1}', {"a": 1}),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", None),
        (b"HTTP/1.1 200 OK\r\n\r\n", None),
    ],
    ids=["at once", "dripping headers", "dripping body"],
)
def test_under_tls_the_deadline_holds_too(certificate: ssl.SSLContext, opening: bytes, answer: object) -> None:
    def speak(client: socket.socket) -> None:
        if answer is None:
            _drip(opening)(client)
        client.sendall(opening)

    with raw_server(speak, certificate) as url:
        secure = url.replace("http://", "https://")
        if answer is None:
            with pytest.raises(http.Unreachable):
                http.get_json(secure, timeout=0.5)
        else:
            assert http.get_json(secure) == answer
