"""The only HTTP client: every call has a deadline for the whole of it and a largest answer, and follows no redirect."""

import json
import socket
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from time import monotonic
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

ONE_MEGABYTE = 1024 * 1024
TRY_AGAIN = {408, 425, 429}


class Unreachable(Exception):
    """No answer in time, or the other side is in trouble: the same question may succeed later."""


class Refused(Exception):
    """The other side said no or answered nonsense: the same question will not succeed."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Deadline:
    """Ends a conversation when its time is up by shutting its socket, even while headers drip in byte by byte."""

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    @property
    def passed(self) -> bool:
        return monotonic() >= self._ends

    def watch(self, watched: socket.socket | None) -> None:
        self._socket = watched
        if self.passed:
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            try:
                # Not the method of a TLS socket: that one would pull its session away from under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                self._socket = None  # closed already

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()


_deadline: ContextVar[Deadline] = ContextVar("deadline")


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        _deadline.get().watch(self.sock)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        _deadline.get().watch(self.sock)
        return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Carries one request within its deadline and reads its answer up to a limit."""

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        # Half for connecting: a name with two addresses is tried twice.
        kwargs |= {"stream": True, "timeout": (self._seconds / 2, self._seconds)}
        with Deadline(self._seconds) as deadline:
            token = _deadline.set(deadline)
            try:
                answer = super().send(request, *args, **kwargs)
                self._read(answer)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise Unreachable(f"{_place(request.url)}: {type(error).__name__}") from error
            finally:
                _deadline.reset(token)
            if deadline.passed:
                raise Unreachable(f"{_place(request.url)}: no whole answer within {self._seconds:g} s")
        return answer

    def _read(self, answer: requests.Response) -> None:
        body = bytearray()
        for piece in answer.iter_content(16 * 1024):
            body += piece
            if len(body) > self._most:
                answer.close()
                raise Refused(f"{_place(answer.url)}: an answer of more than {self._most} bytes", answer.status_code)
        answer.close()
        answer._content = bytes(body)


class Session(requests.Session):
    """A session with our limits; mixed into a library's own session, it brings them there (Authlib)."""

    seconds: float = 5.0
    most: int = ONE_MEGABYTE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit(self.seconds, self.most)

    def limit(self, seconds: float, most: int) -> None:
        adapter = _Adapter(seconds, most)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self.max_redirects = 0
        # A packed answer could unfold to any size.
        self.headers["Accept-Encoding"] = "identity"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        try:
            return super().send(request, **kwargs)
        except requests.TooManyRedirects as error:
            raise Refused(f"{_place(request.url)}: a redirect, which we do not follow") from error


def get_json(
    url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, timeout: float = 2.0
) -> Any:
    return _as_json(_ask("GET", url, timeout, params=params, headers=headers))


def post_json(url: str, payload: Any, *, headers: Mapping[str, str] | None = None, timeout: float = 2.0) -> Any:
    return _as_json(_ask("POST", url, timeout, json=payload, headers=headers))


def post_form(
    url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None, timeout: float = 2.0
) -> Any:
    """Post a form; the answer is JSON, or None where the other side has nothing to say (204)."""
    answer = _ask("POST", url, timeout, data=dict(fields), headers=headers)
    return None if answer.status_code == 204 else _as_json(answer)


def post_text(
    url: str, body: str, content_type: str, *, headers: Mapping[str, str] | None = None, timeout: float = 2.0
) -> str:
    said = {"Content-Type": f"{content_type}; charset=utf-8", **(headers or {})}
    return _as_text(_ask("POST", url, timeout, data=body.encode(), headers=said))


def _ask(method: str, url: str, timeout: float, **request: Any) -> requests.Response:
    if not urlsplit(url).netloc:
        raise Unreachable("no address is set")
    if timeout <= 0:
        raise Unreachable(f"{_place(url)}: no time left")
    with Session() as session:
        session.limit(timeout, ONE_MEGABYTE)
        answer = session.request(method, url, **request)
    _judge(answer)
    return answer


def _judge(answer: requests.Response) -> None:
    status, place = answer.status_code, _place(answer.url)
    if status >= 500 or status in TRY_AGAIN:
        raise Unreachable(f"{place}: HTTP {status}")
    if not 200 <= status < 300:
        raise Refused(f"{place}: HTTP {status}", status)


def _as_text(answer: requests.Response) -> str:
    try:
        return answer.content.decode()
    except UnicodeDecodeError as error:
        raise Refused(f"{_place(answer.url)}: an answer that is not UTF-8", answer.status_code) from error


def _as_json(answer: requests.Response) -> Any:
    try:
        return json.loads(_as_text(answer))
    except ValueError as error:
        raise Refused(f"{_place(answer.url)}: an answer that is not JSON", answer.status_code) from error


def _place(url: str | None) -> str:
    """Scheme, host and path: a query may hold secrets, and this goes into logs."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
