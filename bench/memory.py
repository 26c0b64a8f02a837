"""Memory of everything that `make demo` runs, counted once where processes share it."""

from bench import processors
from bench.house import House
from bench.output import Limit, tell

MOST = Limit("1200 MB", 1200)
A_WORKER = Limit("100 MB", 100)


def measure(house: House) -> None:
    """After the other measurements, when every process has grown to its working size."""
    parts = {name: processors.memory_mb(house.sessions(name)) for name in house.known()["processes"]}
    parts["supervisor"] = processors.pss_mb(house.supervisor.pid)
    shown = {name: round(mb, 1) for name, mb in parts.items()}
    tell("memory.everything", "MB", sum(parts.values()), MOST, parts=shown)
    tell("memory.web_process", "MB", max(processors.each_mb(house.sessions("web"))), A_WORKER)
