"""Processor time and memory of everything that was started for the measurements, read from /proc."""

import os
from pathlib import Path

# Sessions of the processes that serve (each of ours opens one): web, database, cache, and the bare server.
serving: set[int] = set()
TICK = os.sysconf("SC_CLK_TCK")


def used() -> float:
    """Seconds of processor time that the serving processes have used, dead children of theirs included."""
    return sum(_ticks(fields) for fields in _in(serving)) / TICK


def _ticks(fields: list[str]) -> int:
    # From the third field of /proc/<pid>/stat on: utime and stime are the 14th and 15th.
    return int(fields[11]) + int(fields[12])


def memory_mb(sessions: set[int]) -> float:
    """Proportional set size: memory that processes share is counted once."""
    return sum(each_mb(sessions))


def _in(sessions: set[int]) -> list[list[str]]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # PostgreSQL's own children open sessions of their own.
        if {int(fields[1]), int(fields[3])} & sessions:
            found.append([*fields, entry.name])
    return found


def pss_mb(pid: int) -> float:
    """Of one process."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def each_mb(sessions: set[int]) -> list[float]:
    return [pss_mb(int(fields[-1])) for fields in _in(sessions)]
