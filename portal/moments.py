"""The moment that it is: real time, except where the demo's past is being lived through or a test travels."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
_travelled: ContextVar[datetime.datetime | None] = ContextVar("travelled", default=None)


def now() -> datetime.datetime:
    return _travelled.get() or timezone.now()


def today() -> datetime.date:
    """The day in Việt Nam, which is the law's day."""
    return now().astimezone(HERE).date()


def midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), HERE)


@contextmanager
def travel(moment: datetime.datetime) -> Iterator[None]:
    """Live at `moment`: only for demo data and tests; anywhere else it would let somebody back-date an act."""
    if not (settings.DEMO or settings.TESTING):
        raise RuntimeError("Only the demo and the tests travel in time.")
    token = _travelled.set(moment)
    try:
        yield
    finally:
        _travelled.reset(token)
