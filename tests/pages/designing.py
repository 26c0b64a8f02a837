"""A draft of the small procedure, for the tests of the designer: its parts, its pages, what is typed there."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from procedures.models import VersionDraft
from procedures.schema import parts

CODE = "1.999001"
OWNER = "form.sections.owner"


def draft() -> VersionDraft:
    return VersionDraft.objects.get(code=CODE)


def part(address: str) -> Any:
    return parts.get(draft().definition, address)


def url(name: str, *arguments: str) -> str:
    return reverse(f"manage_draft_{name}", args=[CODE, *arguments])


def keys(section: str = "owner") -> list[str]:
    return [one["key"] for one in part(f"form.sections.{section}.fields")]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def edited(browser: Client, address: str, **typed: Any) -> str:
    """Open a part's page, change what is named, send it; the page that comes back."""
    page = browser.get(address).content.decode()
    return browser.post(address, {"seen": hidden(page, "seen"), **typed}, follow=True).content.decode()


def field_as_typed(key: str = "purpose") -> dict[str, Any]:
    kept = part(f"{OWNER}.fields.{key}")
    typed = {"kind": kept["type"], "label_vi": kept["label"]["vi"], "label_en": kept["label"].get("en", "")}
    if kept.get("required"):
        typed["required"] = "on"
    for number, choice in enumerate(kept.get("choices", [])):
        row = f"choices-{number}"
        typed |= {f"{row}-was": number, f"{row}-value": choice["value"]}
        typed |= {f"{row}-label_vi": choice["label"]["vi"], f"{row}-label_en": choice["label"].get("en", "")}
    return typed
