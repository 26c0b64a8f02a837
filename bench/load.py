"""The load generator: so many connections that each ask again as soon as they were answered.

It runs on the same processors as what it loads, so its numbers are lower bounds; ratios between two of them hold.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import quantiles

import aiohttp

from bench import processors

PATIENCE = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Target:
    """What is asked for: an address of this machine, and the headers that say who asks and of whom."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"


@dataclass
class Answers:
    """What was measured of one target, in one or several turns."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p50(self) -> float:
        return self._quantile(50)

    @property
    def p95(self) -> float:
        return self._quantile(95)

    @property
    def processor_ms(self) -> float:
        """Processor time of server and database for one request."""
        return self.processor / len(self.times) * 1000

    def _quantile(self, percent: int) -> float:
        """In milliseconds."""
        return quantiles([*self.times, self.times[-1]], n=100, method="inclusive")[percent - 1] * 1000


def hammer(target: Target, connections: int, seconds: float, into: Answers) -> None:
    """Ask for `seconds` over so many connections, each kept open; a wrong answer ends the whole measurement."""
    before = processors.used()
    asyncio.run(_hammer(target, connections, seconds, into))
    into.processor += processors.used() - before


async def _hammer(target: Target, connections: int, seconds: float, into: Answers) -> None:
    connector = aiohttp.TCPConnector(limit=connections)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(
        connector=connector, cookie_jar=jar, auto_decompress=False, timeout=PATIENCE
    ) as session:
        began = time.perf_counter()
        turns = [_ask_again(session, target, began + seconds, into.times) for _ in range(connections)]
        await asyncio.gather(*turns)
        into.seconds += time.perf_counter() - began


async def _ask_again(session: aiohttp.ClientSession, target: Target, until: float, times: list[float]) -> None:
    while True:
        began = time.perf_counter()
        async with session.request(target.method, target.url, headers=target.headers, allow_redirects=False) as answer:
            await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{target.url} answered {answer.status}")
        ended = time.perf_counter()
        times.append(ended - began)
        if ended > until:
            return
