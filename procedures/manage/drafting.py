"""What all pages of a version draft share: its parts and their state, its faults, and two people at the same place."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from procedures.actions import drafting
from procedures.manage.differences import differences
from procedures.manage.frame import administrator, shown
from procedures.models import VersionDraft
from procedures.models.form_messages import problem_sentence
from procedures.queries import versions
from procedures.schema import parts
from procedures.schema.definition import Definition, DefinitionError, glance, parse
from procedures.schema.reading import Problem

RECORD = (
    "code", "name", "sector", "government_level", "audience", "life_events", "keywords", "summary", "steps", "conditions",
    "decision_no", "channels", "legal_basis", "agencies", "retention_years",
)  # fmt: skip
# Address name, title, and the beginnings of the addresses within a definition that the page is about.
PARTS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("manage_draft_record", gettext_lazy("Thông tin thủ tục"), RECORD),
    ("manage_draft_form", gettext_lazy("Biểu mẫu"), ("form", "field")),
    ("manage_draft_papers", gettext_lazy("Giấy tờ và trường hợp"), ("papers", "cases")),
    ("manage_draft_fees", gettext_lazy("Phí, lệ phí"), ("fees", "fee_note")),
    ("manage_draft_time", gettext_lazy("Thời hạn"), ("time", "clock", "clocks")),
    ("manage_draft_route", gettext_lazy("Quy trình nội bộ"), ("route",)),
    ("manage_draft_result", gettext_lazy("Kết quả"), ("results", "result_template")),
    ("manage_draft_trials", gettext_lazy("Ca thử"), ("trials",)),
)
# Lists of which every item has a page of its own.
ROWS = ("papers", "cases", "fees", "route", "trials")
# What one does with a draft once its parts are there.
STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("manage_draft_preview", gettext_lazy("Xem như người dân")),
    ("manage_draft_checks", gettext_lazy("Kiểm tra trước khi công bố")),
    ("manage_draft_compare", gettext_lazy("So với bản đang dùng")),
    ("manage_draft_publish", pgettext_lazy("bản soạn", "Công bố")),
)

MOST_FAULTS = 6


def draft_at(code: str) -> VersionDraft:
    found = versions.draft_of(code)
    if found is None:
        raise Http404
    return found


def draft_page(request: HttpRequest, code: str, template: str, current: str, /, **context: Any) -> HttpResponse:
    """A page of a draft in its frame; `current` is the address name of the part. Give `draft` where it was read already."""
    draft: VersionDraft = context.get("draft") or draft_at(code)
    found = context.get("problems")
    problems: list[Problem] = versions.problems_of(draft) if found is None else found
    told = {
        **context, "draft": draft, "name": name_of(draft.definition), "problems": problems,
        "parts": part_rows(draft, problems, current), "steps": step_rows(code, current),
        "here": [fault(code, one) for one in problems if part_of(one.path) == current],
    }  # fmt: skip
    return shown(request, template, "manage_procedures", **told)


def name_of(raw: Mapping[str, Any]) -> Any:
    return raw.get("name") or raw.get("code", "")


def part_rows(draft: VersionDraft, problems: Iterable[Problem], current: str) -> list[dict[str, Any]]:
    """Every part of a draft with its page, whether there is anything in it, how many faults, and the first of them."""
    code = draft.code
    found: dict[str, list[Problem]] = {}
    for one in problems:
        found.setdefault(part_of(one.path), []).append(one)
    return [
        {
            "title": title, "href": href(name, code), "current": name == current, "faults": len(found.get(name, [])),
            "empty": not any(_said(draft.definition.get(start)) for start in starts),
            "rows": [fault(code, one) for one in found.get(name, [])[:MOST_FAULTS]],
            "more": max(len(found.get(name, [])) - MOST_FAULTS, 0),
        }
        for name, title, starts in PARTS
    ]  # fmt: skip


def _said(part: Any) -> bool:
    """Is anything written here? An object of empty lists, as a form without sections, says nothing."""
    return any(_said(inner) for inner in part.values()) if isinstance(part, Mapping) else bool(part)


def step_rows(code: str, current: str) -> list[dict[str, Any]]:
    return [{"title": title, "href": href(name, code), "current": name == current} for name, title in STEPS]


def href(name: str, *arguments: str) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def part_of(address: str) -> str:
    """The page on which something at this address is mended."""
    start = address.partition(".")[0].partition(":")[0]
    return next((name for name, _title, starts in PARTS if start in starts), "manage_draft_record")


def link_of(code: str, address: str) -> str:
    """The page of an address, at the field or section itself where it lies in the form."""
    found = address.split(".")
    if found[:2] == ["form", "sections"] and len(found) > 2:
        page = "manage_draft_field" if len(found) > 4 and found[3] == "fields" else "manage_draft_section"
        keys = [found[2], *found[4:5]] if page == "manage_draft_field" else [found[2]]
        return href(page, code, *keys) or href("manage_draft_form", code)
    if found[0] in ROWS and len(found) > 1:
        return href(f"manage_draft_{found[0]}_edit", code, found[1]) or href(part_of(address), code)
    return href(part_of(address), code)


def fault(code: str, one: Problem) -> dict[str, str]:
    """A fault in the page's language with the way to its place."""
    return {"text": problem_sentence(one), "href": link_of(code, one.path), "address": one.path}


def faults_under(problems: Iterable[Problem], address: str) -> list[str]:
    return [problem_sentence(one) for one in problems if one.path == address or one.path.startswith(f"{address}.")]


def new_faults(draft: VersionDraft, raw: Mapping[str, Any]) -> list[Problem]:
    """What would be wrong after a change that is not wrong now: a change that breaks another place is not kept."""
    known = {(one.path, str(one.sentence)) for one in versions.problems_of(draft)}
    return [one for one in faults_of(raw) if (one.path, str(one.sentence)) not in known]


def faults_of(raw: Mapping[str, Any]) -> list[Problem]:
    try:
        parse(raw)
    except DefinitionError as error:
        return [one._replace(path=parts.address_of(raw, one.path)) for one in error.problems]
    return []


def read_of(draft: VersionDraft) -> Definition:
    """What can be read of a draft; the same draft is read once."""
    known = getattr(draft, "read_as", None)
    if known is None or known.raw is not draft.definition:
        known = draft.read_as = glance(draft.definition)  # type: ignore[attr-defined]
    return known


def part_at(draft: VersionDraft, address: str, default: Any = None) -> Any:
    found = parts.find(draft.definition, address)
    return default if found is None else found


def seen_of(draft: VersionDraft, address: str) -> str:
    """For the hidden field `seen` of a form: what this part was when the page was shown."""
    return parts.fingerprint(part_at(draft, address))


def kept(
    request: HttpRequest, draft: VersionDraft, address: str, value: Any, seen: str, *, back: str = ""
) -> HttpResponse | None:
    """Keep what was written. None when it is kept; else the page that shows it beside what another wrote meanwhile."""
    try:
        drafting.change(draft, administrator(request), address, value, seen)
    except drafting.Stale as stale:
        return two_texts(request, draft, address, value, stale, back=back)
    messages.success(request, _("Đã lưu."))
    return None


def two_texts(
    request: HttpRequest, draft: VersionDraft, address: str, mine: Any, stale: drafting.Stale, *, back: str = ""
) -> HttpResponse:
    """Both texts, difference by difference; nothing is overwritten before somebody has chosen."""
    told = {
        "draft": draft_at(draft.code), "address": address, "by": stale.by, "at": stale.at,
        "rows": differences(mine, stale.now), "mine": json.dumps(mine, ensure_ascii=False),
        "seen": parts.fingerprint(stale.now), "back": back or request.path,
    }  # fmt: skip
    return draft_page(request, draft.code, "manage/draft_two_texts.html", part_of(address), **told)
