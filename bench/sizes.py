"""How long and how large: SIZE=tiny to see that it works, nothing for everyday, full for the largest."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    connections: tuple[int, ...]
    seconds: float
    rounds: int
    submissions: int
    dossiers: int
    browser_runs: int
    # Which part of them came in the last four weeks: about a quarter of it is open.
    recent: float = 0.14


SIZES = {
    "tiny": Size(connections=(1, 2), seconds=0.2, rounds=1, submissions=2, dossiers=1_000, browser_runs=1),
    "": Size(connections=(1, 8, 16, 32), seconds=1.0, rounds=2, submissions=40, dossiers=100_000, browser_runs=1),
    "full": Size(
        connections=(1, 8, 16, 32),
        seconds=4.0,
        rounds=3,
        submissions=240,
        dossiers=1_100_000,
        recent=0.37,
        browser_runs=3,
    ),
}


def size() -> Size:
    wanted = os.environ.get("SIZE", "")
    if wanted not in SIZES:
        raise SystemExit(f"SIZE={wanted} is none of: {', '.join(filter(None, SIZES))}.")
    return SIZES[wanted]
