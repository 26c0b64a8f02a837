"""The bare limits of this machine, in the same run: one committed INSERT, raw and through Django."""

import threading
import time

import psycopg

from bench.house import House
from bench.load import Answers, Target, hammer
from bench.output import Limit, tell
from bench.sizes import Size

INSERT = "INSERT INTO bare.bare_row (key, text, at) VALUES ('one', repeat('x', 200), now())"


def measure(house: House, bare_base: str, size: Size) -> None:
    for connections in (1, 8):
        raw = _raw(house, connections, size.seconds)
        tell(f"bare.insert.raw.c{connections}", "commits/s", raw)
        through = Answers()
        hammer(Target(f"{bare_base}/insert/"), connections, size.seconds, through)
        limit = Limit(f"bare.insert.raw.c{connections}", raw)
        tell(f"bare.insert.django.c{connections}", "requests/s", through.rate, limit, p50_ms=round(through.p50, 2))


def _raw(house: House, connections: int, seconds: float) -> float:
    counts: list[int] = []
    threads = [threading.Thread(target=_insert, args=(house, seconds, counts)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def _insert(house: House, seconds: float, counts: list[int]) -> None:
    known = house.known()
    with psycopg.connect(
        host="127.0.0.1",
        port=known["postgres"],
        dbname="motcua",
        user="motcua_owner",
        password=known["passwords"]["owner"],
        autocommit=True,
    ) as connection:
        until, count = time.perf_counter() + seconds, 0
        while time.perf_counter() < until:
            connection.execute(INSERT)
            count += 1
    counts.append(count)
