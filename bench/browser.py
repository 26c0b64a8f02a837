"""Lighthouse as a phone on slow 4G sees the pages: npm's lighthouse with Debian's chromium."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from bench.house import House
from bench.output import Limit, skip, tell
from bench.pages import Page
from bench.sizes import Size
from portal.embedded.state import PROJECT

PROGRAM = PROJECT / "node_modules" / ".bin" / "lighthouse"
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# name, unit, where it stands in the report, what is aimed at
AUDITS = (
    ("lcp", "ms", "largest-contentful-paint", Limit("1000 ms", 1000)),
    ("fcp", "ms", "first-contentful-paint", None),
    ("blocked", "ms", "total-blocking-time", None),
    ("shift", "score", "cumulative-layout-shift", Limit("0.1", 0.1)),
    ("transferred", "bytes", "total-byte-weight", Limit("50 KB", 50 * 1024)),
)


def measure(house: House, pages: list[Page], size: Size) -> None:
    chromium = shutil.which("chromium")
    if not PROGRAM.exists() or chromium is None:
        skip("browser", "npm's lighthouse or Debian's chromium is not installed; `make bench` installs both")
        return
    for page in pages:
        reports = [_report(house, page, chromium, number) for number in range(size.browser_runs)]
        for category in CATEGORIES:
            scores = [(report["categories"][category]["score"] or 0) * 100 for report in reports]
            tell(
                f"{page.name}.lighthouse.{category}",
                "points",
                median(scores),
                Limit("100", 100),
                lost=_lost(reports[-1], category),
            )
        for name, unit, audit, limit in AUDITS:
            values = [report["audits"][audit].get("numericValue", 0.0) for report in reports]
            tell(f"{page.name}.lighthouse.{name}", unit, median(values), limit)


def _report(house: House, page: Page, chromium: str, number: int) -> dict[str, Any]:
    file = house.folder / f"lighthouse-{page.name}-{number}.json"
    told = {name: value for name, value in page.headers.items() if name == "Cookie"}
    host = page.headers["Host"].split(":")[0]
    words: list[str | Path] = [
        PROGRAM, f"http://{host}:{house.port}{page.path}", "--quiet", "--output=json", f"--output-path={file}",
        f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={json.dumps(told)}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium}
    subprocess.run(
        words,
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
        check=True,
    )
    report: dict[str, Any] = json.loads(file.read_text())
    return report


def _lost(report: dict[str, Any], category: str) -> list[str]:
    """What cost points."""
    wanted = [one["id"] for one in report["categories"][category]["auditRefs"] if one.get("weight")]
    return [
        key
        for key in wanted
        if (report["audits"][key]["score"] or 0) < 0.9 and report["audits"][key]["score"] is not None
    ]
