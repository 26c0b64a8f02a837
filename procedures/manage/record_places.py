"""What a place of a draft is called, and the page on which it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.templatetags.ui import text
from procedures.manage.drafting import PARTS, href, link_of, part_of
from procedures.models import VersionDraft
from procedures.schema import parts

KINDS = {
    "papers": gettext_lazy("Giấy tờ “%(name)s”"),
    "cases": gettext_lazy("Trường hợp “%(name)s”"),
    "fees": gettext_lazy("Khoản thu “%(name)s”"),
    "route": gettext_lazy("Bước xử lý “%(name)s”"),
    "trials": gettext_lazy("Ca thử “%(name)s”"),
    "results": gettext_lazy("Kết quả “%(name)s”"),
}
FIELD = gettext_lazy("Câu hỏi “%(name)s”")
SECTION = pgettext_lazy("biểu mẫu", "Phần “%(name)s”")
ROWS = ("papers", "cases", "fees", "route", "trials")
GROUPS = {
    "steps": "trinh-tu",
    "legal_basis": "can-cu",
    "summary": "noi-dung",
    "conditions": "noi-dung",
    "agencies": "noi-dung",
}


@dataclass(frozen=True)
class Place:
    title: str
    href: str
    part: str


def place_at(draft: VersionDraft, address: str) -> Place:
    """The place that an address names, as near as there is a page for it."""
    return Place(_title(draft.definition, address), href_of(draft, address), part_of(address))


def href_of(draft: VersionDraft, address: str) -> str:
    steps = address.split(".")
    if steps[0] in ROWS and len(steps) > 1 and parts.find(draft.definition, ".".join(steps[:2])) is not None:
        return href(f"manage_draft_{steps[0]}_edit", draft.code, steps[1])
    if part_of(address) == "manage_draft_record":
        return href("manage_draft_record_edit", draft.code, GROUPS.get(steps[0], "chung"))
    return link_of(draft.code, address)


def _title(raw: Mapping[str, Any], address: str) -> str:
    steps = address.split(".")
    if steps[:2] == ["form", "sections"]:
        return _in_form(raw, steps)
    if steps[0] in KINDS and len(steps) > 1:
        return str(KINDS[steps[0]]) % {"name": _name(raw, steps[:2])}
    titles = {name: title for name, title, _starts in PARTS}
    return str(titles.get(part_of(address), _("Bản soạn")))


def _in_form(raw: Mapping[str, Any], steps: list[str]) -> str:
    if len(steps) > 4:
        return str(FIELD) % {"name": _name(raw, steps[:5])}
    return str(SECTION) % {"name": _name(raw, steps[:3])} if len(steps) > 2 else _("Biểu mẫu")


def _name(raw: Mapping[str, Any], steps: list[str]) -> str:
    """By its name, title or label; by its key where it has none."""
    found = parts.find(raw, ".".join(steps))
    known = found if isinstance(found, Mapping) else {}
    return next((said for key in ("name", "label", "title") if (said := text(known.get(key)))), steps[-1])
