"""`make bench`: one JSON object a line on standard output. ONLY=name for one measurement, SIZE=full for the largest sizes."""

import os
import sys
import time
from pathlib import Path

from bench.house import bare, demo
from bench.output import Limit, say, tell
from bench.sizes import size
from portal.embedded.state import PROJECT

NAMES = (
    "start",
    "limits",
    "pages",
    "weight",
    "queries",
    "submission",
    "lists",
    "desk",
    "catalogue",
    "clock",
    "imports",
    "papers",
    "memory",
    "results",
    "browser",
)


def main() -> int:
    only, began = os.environ.get("ONLY", ""), time.monotonic()
    if only and only not in NAMES:
        raise SystemExit(f"ONLY={only} is none of: {', '.join(NAMES)}.")
    wanted, folder = size(), PROJECT / (os.environ.get("BENCH_STATE") or ".local/bench")
    os.environ.update(MOTCUA_STATE=str(folder), DJANGO_SETTINGS_MODULE="portal.settings")
    tell(
        "machine",
        "load",
        os.getloadavg()[0],
        processors=os.cpu_count(),
        note="busy before; the load generator shares the processors",
    )
    _start_first(folder, fresh=os.environ.get("SIZE") == "full")
    say("Starting what is measured …")
    with demo(folder) as house, bare(house) as address:
        tell("start.warm", "s", house.seconds, Limit("10 s", 10))
        if only != "start":
            # Settings read what has been started, so nothing of Django is imported before.
            import django

            django.setup()
            from bench.measurements import measure

            measure(house, address, wanted, [only] if only else list(NAMES))
    say(f"Done in {time.monotonic() - began:.0f} s.")
    return 0


def _start_first(folder: Path, fresh: bool) -> None:
    """The first start in a folder makes the demo data, once; it is the cold one."""
    if (folder / "services.json").exists() and not fresh:
        return
    say("Starting for the first time …")
    with demo(folder, fresh=fresh) as house:
        tell(
            "start.cold",
            "s",
            house.seconds,
            Limit("120 s", 120),
            note="packages are installed; database, demo data, static files are made",
        )


if __name__ == "__main__":
    sys.exit(main())
