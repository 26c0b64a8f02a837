"""What a first visit weighs, everything included, and what a page asks the database."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests  # noqa: TID251 -- this reads what the product sends
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.house import House
from bench.output import Limit, tell
from bench.pages import Page

MOST = Limit("50 KB", 50 * 1024)
USED = re.compile(r'(?:<link[^>]+href|<script[^>]+src|<img[^>]+src)="(/[^"]+)"')
# Fonts are loaded when text in their weight is there; the two upright ones are on every page.
FONTS = re.compile(r"url\(\"?([^\")]+\.woff2)")
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def measure_weight(house: House, pages: list[Page]) -> None:
    for page in pages:
        if not page.signed_in:
            sizes = _visit(house, page)
            tell(f"{page.name}.weight", "bytes", sum(sizes.values()), MOST, requests=len(sizes), parts=sizes)


def _visit(house: House, page: Page) -> dict[str, int]:
    """Address → bytes as sent (compressed where the server does so)."""
    sizes: dict[str, int] = {}
    html = _fetched(house, page.path, page, sizes)
    for found in dict.fromkeys(USED.findall(html)):
        if re.search(r"canonical|alternate", found):
            continue
        text = _fetched(house, found, page, sizes)
        for font in FONTS.findall(text) if found.endswith(".css") else ():
            _fetched(house, urljoin(found, font), page, sizes)
    return sizes


def _fetched(house: House, path: str, page: Page, sizes: dict[str, int]) -> str:
    with requests.get(
        f"{house.base}{path}", headers={**page.headers, "Accept-Encoding": "br, gzip"}, stream=True, timeout=30
    ) as answer:
        answer.raise_for_status()
        sizes[urlsplit(path).path] = len(answer.raw.read(decode_content=False))
    with requests.get(f"{house.base}{path}", headers=page.headers, timeout=30) as answer:
        return "" if path.endswith(".woff2") else answer.text


def measure_queries(pages: list[Page]) -> None:
    """The second visit, in this process; opening and closing transactions is not counted."""
    for page in pages:
        tell(f"{page.name}.queries", "statements", counted(page))


def counted(page: Page) -> int:
    kept = {name: value for name, value in page.headers.items() if name != "Accept-Encoding"}
    client = Client(headers=kept)
    for _visit_number in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer: Any = client.get(page.path)
    if answer.status_code != 200:
        raise RuntimeError(f"{page.path} answered {answer.status_code}")
    return sum(not q["sql"].startswith(CONTROL) for q in queries.captured_queries)
