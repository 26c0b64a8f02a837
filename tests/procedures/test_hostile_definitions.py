"""Hostile words in every text of a definition: kept as words, shown as words, on every page and paper and in every mail."""

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import docx
import pypdf
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.models import OutboxRow, Tenant, User
from portal.moments import travel
from procedures.actions import drafts
from procedures.models import Dossier, Message, Paper, Procedure
from procedures.notifications import send_mail
from procedures.queries.papers import pdf_of
from procedures.schema import bundle
from procedures.schema.definition import parse
from tests.conftest import Door
from tests.forms import definition, text
from tests.procedures.test_real_procedures import thread  # noqa: F401
from tests.thread import MONDAY, Thread, walk

CODE = "1.999666"
MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
TEMPLATES = '{{ 7*7 }}{% now \'Y\' %} #eval("1+1") #panic("x") $x^2$ @nguồn \\ *đậm*'
SHEETS = '=HYPERLINK("http://evil") \r\nBcc: x@evil.vn \u202egnp.exe\u202c \x07'
HOSTILE = f"{MARKUP} {TEMPLATES} {SHEETS}"
SHOWN = " ".join(parse(definition(name={"vi": HOSTILE})).name().split())
# Words that are keys to something: everything else in a definition is free text.
KEYS = {
    "key",
    "type",
    "role",
    "unit",
    "kind",
    "of",
    "field",
    "registry",
    "trigger",
    "counting",
    "supplement_mode",
    "government_level",
}
CLOSED = {"channels", "audience", "accept", "clock", "time", "code", "when", "when_due", "paper"}


def whole() -> dict[str, Any]:
    """The small procedure of the tests with something of every kind that holds words."""
    made = definition(
        CODE,
        keywords=["từ"],
        fee_note=text("Phí"),
        fees=[{"key": "fee", "name": text("Lệ phí"), "kind": "charge", "amount": 5000, "when_due": "submission"}],
        cases=[
            {"key": "one", "name": text("Một"), "when": {"field": "full_name", "filled": True}},
            {"key": "two", "name": text("Hai")},
        ],
    )
    made["papers"].append({"key": "shown", "name": text("Giấy"), "note": text("Ghi chú"), "present_only": True})
    made["form"]["sections"][0]["help"] = text("Trợ giúp")
    made["form"]["sections"][0]["fields"] += [
        {"key": "told", "label": text("Thông tin"), "type": "info", "help": text("Lời dặn")},
        {"key": "sworn", "label": text("Cam đoan"), "type": "declaration"},
        {
            "key": "rows",
            "label": text("Bảng"),
            "type": "group",
            "fields": [{"key": "a", "label": text("Cột"), "type": "text", "help": text("?")}],
        },
    ]
    return made


def planted(value: Any, key: str = "", path: str = "") -> Any:
    if key in KEYS | CLOSED or (path.startswith(("result_template.lines", "legal_basis")) and key == "value"):
        return value
    if isinstance(value, dict):
        return {name: planted(inner, name, f"{path}.{name}".lstrip(".")) for name, inner in value.items()}
    if isinstance(value, list):
        return [planted(inner, "", path) for inner in value]
    if key == "value":
        return f"{HOSTILE} {value}"  # each choice needs one of its own
    return HOSTILE if isinstance(value, str) else value


def words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner)
    elif isinstance(value, str):
        yield value


def test_the_seed_is_in_most_words() -> None:
    raw = planted(whole())
    assert sum(one == HOSTILE for one in words(raw)) > 60
    assert bundle.problems_of(bundle.pack([raw])) == []


@pytest.fixture
def done(thread: Thread) -> Dossier:  # noqa: F811
    """A dossier of it that went the whole way."""
    return walk(thread, planted(whole()))


def inert(page: str) -> None:
    """Words stay words: no tag of theirs, no script that they end, nothing worked out, no line turned around."""
    assert "<script>alert" not in page and "<img src=x" not in page
    assert page.count("</script>") == len(re.findall(r"<script\b", page))
    assert "\u202e" not in page and "\x07" not in page
    assert "{{ 7*7 }}" in unescape(page), "the words are not shown at all"


def pages(browser: Client, addresses: list[str]) -> Iterator[str]:
    for address in addresses:
        for language in ("vi", "en"):
            answer = browser.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address
            yield answer.content.decode()


def test_public_pages_show_it_as_words(done: Dossier, door: Door) -> None:
    for page in pages(door(), [reverse("procedure", args=[CODE]), f"{reverse('catalogue')}?q={CODE}"]):
        inert(page)


def test_the_form_shows_it_as_words(done: Dossier, door: Door, an: User) -> None:
    with travel(MONDAY):
        draft = drafts.start(Procedure.objects.get(code=CODE).offerings.get(), an)
        for page in pages(
            door(an), [reverse("apply_section", args=[CODE, draft.reference, "owner"]), reverse("apply", args=[CODE])]
        ):
            inert(page)


def test_the_citizens_and_the_officials_pages_show_it_as_words(done: Dossier, door: Door, an: User, chi: User) -> None:
    inert(next(pages(door(an), [reverse("my_dossier", args=[done.reference])])))
    inert(next(pages(door(chi), [reverse("desk_dossier", args=[done.reference])])))


def test_the_administrators_pages_show_it_as_words(done: Dossier, door: Door, en: User) -> None:
    addresses = [
        reverse("manage_procedure", args=[CODE]),
        reverse("manage_version", args=[CODE, 1]),
        reverse("manage_procedures"),
    ]
    browser = door(en)
    for address in addresses:
        page = browser.get(address).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page, address


def test_the_api_gives_it_out_as_json(done: Dossier, door: Door) -> None:
    answer = door().get(f"/api/v1/procedures/{CODE}/")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_blank_forms_show_it_as_words(done: Dossier, door: Door) -> None:
    printed = door().get(reverse("blank_form_pdf", args=[CODE])).content
    drawn = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages)
    written = door().get(reverse("blank_form_docx", args=[CODE])).content
    document = docx.Document(io.BytesIO(written))
    typed = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for found in (drawn, typed):
        flat = re.sub(r"\s+", "", found)
        assert "#panic" in flat and "{{7*7}}" in flat and "<script>alert(1)</script>" in flat
        assert "\u202e" not in found


def test_papers_are_made_and_show_it_as_words(done: Dossier) -> None:
    for paper in Paper.objects.filter(dossier=done):
        content = pdf_of(paper)
        assert content.startswith(b"%PDF"), paper.kind
    result = Paper.objects.get(dossier=done, kind="result")
    drawn = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(result))).pages)
    assert "#panic" in re.sub(r"\s+", "", drawn)


def test_mails_carry_it_as_words_and_nobody_else_gets_them(done: Dossier, tenant: Tenant) -> None:
    for message in Message.objects.filter(dossier=done):
        assert "\n" not in message.subject and "\r" not in message.subject
        send_mail(OutboxRow(kind="mail", key=f"message-{message.pk}", payload={"message": message.pk}))
    assert len(mail.outbox) == Message.objects.filter(dossier=done).count() > 3
    for letter in mail.outbox:
        assert letter.to == ["an@example.vn"] and not letter.bcc and letter.content_subtype == "plain"
        assert "Bcc" not in letter.message() and "{{ 7*7 }}" in f"{letter.subject} {letter.body}"


def test_a_bundle_gives_it_back_to_the_letter(done: Dossier, door: Door, en: User) -> None:
    answer = door(en).get(reverse("manage_procedure_file", args=[CODE]))
    assert json.loads(answer.content)["procedures"] == [planted(whole())]
