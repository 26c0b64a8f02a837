"""Templates as text: no script or style within, every message in both languages, every text in English."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import override

from portal import translations
from portal.translations import Text, faults, gathered, in_python, in_template
from procedures.notifications import OCCASIONS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
INLINE = {
    "a script within": re.compile(r'<script(?![^>]*\bsrc=)(?! type="application/ld\+json">)[^>]*>', re.I),
    "a style within": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
    "an address of elsewhere": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I
    ),
    "unescaped words": re.compile(r"\|\s*safe\b|autoescape\s+off"),
}


def pages() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def inline(source: str) -> list[str]:
    """What a page carries that it may not; the arguments of Django's own tags are not the page's."""
    page = re.sub(r"{%.*?%}", lambda tag: tag[0] if "autoescape" in tag[0] else "", source)
    return [what for what, found in INLINE.items() if found.search(page)]


def test_no_template_carries_script_or_style() -> None:
    assert {str(p.relative_to(TEMPLATES)): found for p in pages() if (found := inline(p.read_text()))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", '<p style="color: red">', '<button type="button" onclick="go()">', '<a href="javascript:go()">', "<style>p {}</style>",
        '<script src="https://example.com/a.js">', "{{ words|safe }}",
    ],
)  # fmt: skip
def test_script_and_style_would_be_found(source: str) -> None:
    """The control."""
    assert inline(source)


def test_every_template_can_be_read() -> None:
    for path in pages():
        get_template(str(path.relative_to(TEMPLATES)))


def test_a_page_has_one_heading() -> None:
    """As far as the text tells: what fills a page's block has one h1, or leaves it to one that it extends or includes."""
    doubled = [
        str(p.relative_to(TEMPLATES))
        for p in pages()
        if p.read_text().count("<h1") > 1 and not re.search(r"{% (else|elif)", p.read_text())
    ]
    assert doubled == []


def test_every_occasion_has_its_message_with_a_subject() -> None:
    there = {p.stem for p in (TEMPLATES / "messages").glob("*.txt")}
    assert there == set(OCCASIONS)
    for occasion in OCCASIONS:
        assert (TEMPLATES / "messages" / f"{occasion}.txt").read_text().splitlines()[0].strip(), occasion


def test_texts_are_gathered_from_code_and_templates() -> None:
    code = 'x = _("một") + ngettext("%(n)s ngày", "%(n)s ngày", n) + pgettext_lazy("động từ", "nộp") + _(f"{x}") + gettext_noop("hai " "ba")'
    assert set(in_python(code)) == {
        Text("một"),
        Text("%(n)s ngày", "%(n)s ngày"),
        Text("nộp", "", "động từ"),
        Text("hai ba"),
    }
    page = '{% load i18n %}{% translate "bốn" %}{% blocktranslate trimmed count n=n %}\n  {{ n }} hồ sơ{% plural %}{{ n }} hồ sơ\n{% endblocktranslate %}{% include "a" with b=_("năm") %}'
    assert set(in_template(page)) == {Text("bốn"), Text("%(n)s hồ sơ", "%(n)s hồ sơ"), Text("năm")}
    assert len(gathered()) > 1000


def test_every_text_has_its_english() -> None:
    assert "\n".join(faults()) == ""


def test_a_text_without_english_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: one new text, and one whose English forgets a place that is filled in."""
    known = next(
        text_of
        for text_of in map(translations.text_of, translations.catalogue())
        if "%(" not in text_of.msgid and not text_of.plural
    )
    monkeypatch.setattr(translations, "gathered", lambda: {Text("chưa ai dịch"): ["a.py"], known: ["b.py"]})
    assert any("chưa ai dịch" in told for told in faults())
    entry = translations.catalogue()[0]
    entry.msgid, entry.msgstr, entry.flags = "có %(n)s", "there is", []
    assert translations._fault(Text("có %(n)s"), entry)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_the_ground_render_in_both_languages(language: str) -> None:
    with override(language):
        assert "<h1" in get_template("404.html").render({"tenant": None, "language": language})
