"""The pages of the thread under load, each beside a bare view that answers with the same bytes."""

import gzip
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench import bare_address
from bench.house import House
from bench.load import Answers, Target, hammer
from bench.output import Limit, tell
from bench.sizes import Size

SLOWEST = Limit("200 ms", 200)


@dataclass(frozen=True)
class Page:
    """A page, who asks for it, and the share of the bare view's speed that is aimed at."""

    name: str
    path: str
    headers: dict[str, str]
    aim: float
    signed_in: bool = False
    connections: tuple[int, ...] = ()


def measure(house: House, bare_base: str, pages: list[Page], size: Size) -> None:
    """In turns, so that a neighbour's load falls on all alike."""
    beside = {page.name: _bare_of(house, bare_base, page) for page in pages}
    ours: dict[tuple[str, int], Answers] = {}
    plain: dict[tuple[str, int], Answers] = {}
    for _round in range(size.rounds):
        for page in pages:
            for connections in page.connections or size.connections:
                key = (page.name, connections)
                hammer(
                    Target(f"{house.base}{page.path}", page.headers),
                    connections,
                    size.seconds,
                    ours.setdefault(key, Answers()),
                )
                hammer(beside[page.name], connections, size.seconds, plain.setdefault(key, Answers()))
    for page in pages:
        for connections in page.connections or size.connections:
            _told(page, connections, ours[page.name, connections], plain[page.name, connections])


def _bare_of(house: House, bare_base: str, page: Page) -> Target:
    """Have the bare server answer with the same bytes."""
    content = fetched(f"{house.base}{page.path}", page.headers)
    (house.folder / "bare" / f"{page.name}.html").write_bytes(content)
    if page.signed_in:
        return Target(f"{bare_base}/signed-in/{page.name}/", {"Cookie": f"sessionid={bare_address.SESSION}"})
    return Target(f"{bare_base}/page/{page.name}/")


def fetched(url: str, headers: dict[str, str]) -> bytes:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=60)
    connection.request("GET", f"{place.path}?{place.query}" if place.query else place.path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{url} answered {answer.status}")
    return gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content


def _told(page: Page, connections: int, ours: Answers, plain: Answers) -> None:
    name, kind = f"{page.name}.c{connections}", "signed-in" if page.signed_in else "page"
    limit = f"bare.{kind}.{name}"
    tell(f"{name}.rate", "requests/s", ours.rate, Limit(f"{limit}.rate", plain.rate), aim=page.aim)
    tell(f"{name}.cpu", "ms", ours.processor_ms, Limit(f"{limit}.cpu", plain.processor_ms))
    tell(f"{name}.p50", "ms", ours.p50, Limit(f"{limit}.p50", plain.p50))
    tell(f"{name}.p95", "ms", ours.p95, SLOWEST)
