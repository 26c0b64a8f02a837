"""How the neighbours are: asked all at once, for the health page and the administrators' status page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations import business, carrier, messaging, population, scanning, vneid
from integrations.unavailable import Unavailable


class Condition(StrEnum):
    """Answers, does not answer, or has no address in the settings."""

    UP = "up"
    DOWN = "down"
    NOT_SET = "not_set"


@dataclass(frozen=True)
class Neighbour:
    """One neighbour as it is now; `detail` is what it says of itself, or what is wrong."""

    name: str
    title: str | Promise
    condition: Condition
    detail: str
    took_ms: int


NEIGHBOURS: tuple[tuple[str, str | Promise, str, Callable[[], str]], ...] = (
    ("vneid", _("Đăng nhập VNeID"), "VNEID_ISSUER", vneid.check),
    ("population", _("Cơ sở dữ liệu quốc gia về dân cư"), "POPULATION_URL", population.check),
    ("business", _("Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp"), "BUSINESS_URL", business.check),
    ("scanning", _("Quét mã độc"), "SCANNER", scanning.check),
    ("messaging", _("Máy chủ thư"), "EMAIL_HOST", messaging.check),
    ("carrier", _("Bưu chính"), "CARRIER_URL", carrier.check),
)


def check() -> list[Neighbour]:
    """Ask all neighbours side by side; the slowest decides how long it takes, and each has its own deadline."""
    with ThreadPoolExecutor(len(NEIGHBOURS)) as pool:
        return list(pool.map(lambda row: _ask(*row), NEIGHBOURS))


def _ask(name: str, title: str | Promise, setting: str, ask: Callable[[], str]) -> Neighbour:
    if not getattr(settings, setting):
        return Neighbour(name, title, Condition.NOT_SET, "", 0)
    started = monotonic()
    try:
        condition, detail = Condition.UP, ask()
    except Unavailable as error:
        condition, detail = Condition.DOWN, str(error)
    return Neighbour(name, title, condition, detail, round((monotonic() - started) * 1000))
