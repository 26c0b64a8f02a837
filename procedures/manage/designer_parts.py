"""One section, field or column of a draft on a page of its own; new ones; and what changing one would do to others."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.permissions import may, permission
from portal.templatetags.ui import text
from procedures.actions import drafting
from procedures.manage.blocks import BLOCKS, freed, keys_of
from procedures.manage.designer import SECTIONS
from procedures.manage.designer_forms import FieldForm, NewFieldForm, NewSectionForm, SectionForm
from procedures.manage.drafting import (
    draft_at,
    draft_page,
    faults_under,
    href,
    kept,
    new_faults,
    part_at,
    read_of,
    seen_of,
)
from procedures.manage.frame import administrator, tried
from procedures.manage.preview import frames
from procedures.manage.record_conditions import fields_told
from procedures.manage.record_forms import PartForm, rearranged
from procedures.manage.sentences import only_if
from procedures.manage.wordbook import APPLIES, NOT_IN_TABLES, TYPES, key_from, type_name
from procedures.models import VersionDraft
from procedures.models.form_messages import problem_sentence
from procedures.queries import versions
from procedures.queries.usage import open_dossiers_with
from procedures.schema import parts
from procedures.schema.conditions import read_condition
from procedures.schema.reading import Node


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def section_add(request: HttpRequest, code: str) -> HttpResponse:
    draft, form = draft_at(code), NewSectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _new_section(draft, form.cleaned_data)
        if tried(form, lambda: drafting.add(draft, administrator(request), SECTIONS, made)) is not None:
            return redirect(f"{href('manage_draft_form', code)}#{SECTIONS}.{made['key']}")
    told = {"draft": draft, "form": form, "title": _("Thêm phần"), "back": href("manage_draft_form", code)}
    return draft_page(request, code, "manage/designer_add.html", "manage_draft_form", **told)


def _new_section(draft: VersionDraft, told: Mapping[str, Any]) -> dict[str, Any]:
    taken = keys_of(draft.definition)
    if told["block"]:
        made = freed(BLOCKS[told["block"]][1], taken)
        return {**made, "title": {"vi": told["title"]}} if told["title"] else made
    return {"key": key_from(told["title"], taken, "phan"), "title": {"vi": told["title"]}, "fields": []}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def field_add(request: HttpRequest, code: str, section: str, field: str = "") -> HttpResponse:
    """A field of a section, or a column of its table `field`."""
    draft = draft_at(code)
    around = _address(draft, section, field)
    form = NewFieldForm(request.POST or None, inside=bool(field))
    if request.method == "POST" and form.is_valid():
        made = _new_field(form.cleaned_data, _taken(draft, around))
        if tried(form, lambda: drafting.add(draft, administrator(request), f"{around}.fields", made)) is not None:
            return redirect(_page_of(code, f"{around}.fields.{made['key']}"))
    told = {
        "draft": draft, "form": form, "title": _("Thêm cột") if field else _("Thêm trường"), "types": TYPES,
        "back": _page_of(code, around) if field else href("manage_draft_form", code),
    }  # fmt: skip
    return draft_page(request, code, "manage/designer_add.html", "manage_draft_form", **told)


def _new_field(told: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    return {"key": key_from(told["label"], taken), "label": {"vi": told["label"]}, "type": told["kind"]}


def _taken(draft: VersionDraft, around: str) -> set[str]:
    """Keys that a new part here may not have: of the whole form, or of the table that it is a column of."""
    if around.count(".") < 4:
        return keys_of(draft.definition)
    return {str(one.get("key")) for one in part_at(draft, f"{around}.fields", []) if isinstance(one, Mapping)}


def _address(draft: VersionDraft, *names: str) -> str:
    """The address of a section, field or column that is there."""
    address = ".fields.".join([f"{SECTIONS}.{names[0]}", *(name for name in names[1:] if name)])
    if not isinstance(part_at(draft, address), Mapping):
        raise Http404
    return address


def _page_of(code: str, address: str) -> str:
    names = [step for number, step in enumerate(address.split(".")) if number in (2, 4, 6)]
    return href(
        {1: "manage_draft_section", 2: "manage_draft_field", 3: "manage_draft_column"}[len(names)], code, *names
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@frames
@permission("manage.view")
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    draft = draft_at(code)
    return _edited(request, draft, _address(draft, section))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@frames
@permission("manage.view")
def field(request: HttpRequest, code: str, section: str, field: str, column: str = "") -> HttpResponse:
    draft = draft_at(code)
    return _edited(request, draft, _address(draft, section, field, column))


def _edited(request: HttpRequest, draft: VersionDraft, address: str) -> HttpResponse:
    """The page of a part: shown, judged when it is sent, kept where nothing is wrong."""
    raw = part_at(draft, address)
    form = _form(request, draft, address, raw)
    if request.method == "POST" and form.is_bound and form.is_valid():
        answer = _keep(request, draft, address, form)
        if answer is not None:
            return answer
    return _shown(request, draft, address, raw, form)


def _form(request: HttpRequest, draft: VersionDraft, address: str, raw: Mapping[str, Any]) -> PartForm:
    """Bound and judged when it is saved; shown again as typed when another button was pressed."""
    sent = MultiValueDict(dict(request.POST.lists())) if request.method == "POST" and _may_change(request) else None
    saving = sent is not None and not any(name in sent for name in ("row", "retype"))
    if sent is not None and "row" in sent:
        sent = rearranged(sent, str(sent["row"]))
    if address.count(".") == 2:
        return SectionForm(sent, raw, check=saving)
    return FieldForm(sent, raw, around=_around(request, draft, address, raw), check=saving)


def _may_change(request: HttpRequest) -> bool:
    if not may(request.user, "manage.change"):
        raise Http404
    return True


def _around(request: HttpRequest, draft: VersionDraft, address: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    asked = str(request.POST.get("kind") or raw.get("type") or "text")
    inside = address.count(".") > 4
    kind = asked if asked in APPLIES and not (inside and asked in NOT_IN_TABLES) else "text"
    papers = [
        (str(one.get("key")), str((one.get("name") or {}).get("vi", "")))
        for one in draft.definition.get("papers") or []
        if isinstance(one, Mapping)
    ]
    dates = (
        []
        if kind != "computed"
        else [(key, one.label.vi) for key, one in read_of(draft).form.index.items() if one.kind == "date"]
    )
    taken = _taken(draft, address.rpartition(".fields.")[0]) - {raw.get("key")}
    return {
        "kind": kind,
        "inside": inside,
        "papers": papers,
        "dates": dates,
        "codes": "codes" in request.GET,
        "taken": taken,
    }


def _keep(request: HttpRequest, draft: VersionDraft, address: str, form: PartForm) -> HttpResponse | None:
    """None where something is wrong; it is then told in the form."""
    value = form.part()
    if not value.get("key"):
        value["key"] = address.rpartition(".")[2]
    if _disturbs(request, draft, address, value, form) or _breaks(draft, address, value, form):
        return None
    shown = str(request.POST.get("seen", ""))
    # What stands on pages of its own (fields, columns, the condition) may have been changed there meanwhile.
    seen = seen_of(draft, address) if shown == _head_print(part_at(draft, address)) else shown
    answer = tried(form, lambda: [kept(request, draft, address, value, seen)])
    if answer is None:
        return None
    target = f"{address.rpartition('.')[0]}.{value['key']}"
    return answer[0] or redirect(_page_of(draft.code, target))


def _head_print(part: Mapping[str, Any]) -> str:
    """What this page shows of a part, as a fingerprint."""
    return parts.fingerprint({name: value for name, value in part.items() if name not in ("fields", "when")})


def _breaks(draft: VersionDraft, address: str, value: Mapping[str, Any], form: PartForm) -> bool:
    """Would the change make a fault that is not there now? Each is told, at its box or above the form."""
    for one in new_faults(draft, parts.put(draft.definition, address, value)):
        if one.path.startswith(f"{address}."):
            form.blame(one.path.removeprefix(f"{address}."), problem_sentence(one))
        else:
            form.add_error(None, f"{_place_of(draft, one.path)}: {problem_sentence(one)}")
    return form.bad


def _place_of(draft: VersionDraft, address: str) -> str:
    """What a place is called by people: its section and field, or the part of the record."""
    names, steps = [], address.split(".")
    for end in (3, 5, 7):
        found = (
            part_at(draft, ".".join(steps[:end])) if steps[:2] == ["form", "sections"] and len(steps) >= end else None
        )
        told = (found.get("label") or found.get("title") or {}) if isinstance(found, Mapping) else {}
        names += [str(told.get("vi") or "")] if told else []
    return " › ".join(names) or address


def _disturbs(
    request: HttpRequest, draft: VersionDraft, address: str, value: Mapping[str, Any], form: PartForm
) -> bool:
    """Another key or type of a field that open dossiers have answered: told once, done when it is confirmed."""
    known = part_at(draft, address)
    changed = [name for name in ("key", "type") if known.get(name) != value.get(name)]
    if address.count(".") != 4 or not changed or request.POST.get("confirmed") == "yes":
        return False
    number = open_dossiers_with(draft.code, str(known.get("key")), str(known.get("type")))
    if not number:
        return False
    said = ngettext(
        "%(n)s hồ sơ đang xử lý đã trả lời trường này. Hồ sơ giữ phiên bản cũ thì không đổi; hồ sơ được chuyển sang phiên bản mới sẽ mất câu trả lời này. Bấm Lưu lần nữa nếu vẫn muốn đổi.",
        "%(n)s hồ sơ đang xử lý đã trả lời trường này. Hồ sơ giữ phiên bản cũ thì không đổi; hồ sơ được chuyển sang phiên bản mới sẽ mất câu trả lời này. Bấm Lưu lần nữa nếu vẫn muốn đổi.",
        number,
    )
    form.add_error(None, said % {"n": number})
    form.warned = True  # type: ignore[attr-defined]
    return True


def _shown(
    request: HttpRequest, draft: VersionDraft, address: str, raw: Mapping[str, Any], form: PartForm
) -> HttpResponse:
    code, problems = draft.code, versions.problems_of(draft)
    read, is_field = read_of(draft), address.count(".") > 2
    told = {
        "draft": draft, "problems": problems, "address": address, "form": form, "raw": raw,
        "kind": getattr(form, "kind", ""), "types": [(key, type_name(key)) for key in TYPES if address.count(".") < 5 or key not in NOT_IN_TABLES],
        "title": raw.get("label") or raw.get("title"), "seen": request.POST.get("seen") or _head_print(raw),
        "faults": faults_under(problems, address), "warned": getattr(form, "warned", False),
        "when": only_if(read_condition(Node(raw.get("when"), "", [])), read), "condition_href": href("manage_draft_condition", code, address),
        "columns": _columns(draft, address, raw), "back": _back(code, address), "codes": "codes" in request.GET,
        "section": address.split(".")[2], "is_field": is_field,
        "told": fields_told(draft.definition) if getattr(form, "kind", "") == "computed" else [],
    }  # fmt: skip
    return draft_page(request, code, "manage/designer_part.html", "manage_draft_form", **told)


def _back(code: str, address: str) -> str:
    if address.count(".") > 4:
        return _page_of(code, address.rpartition(".fields.")[0])
    return f"{href('manage_draft_form', code)}#{address}"


def _columns(draft: VersionDraft, address: str, raw: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The columns of a table; None where it is none."""
    if raw.get("type") != "group":
        return None
    inside = raw.get("fields") or []
    names = parts.names_of(inside)
    return [
        {
            "address": (at := f"{address}.fields.{names[number]}"), "href": _page_of(draft.code, at),
            "label": one.get("label"), "words": text(one.get("label")), "type": type_name(str(one.get("type"))), "required": one.get("required"),
        }
        for number, one in enumerate(inside)
        if isinstance(one, Mapping)
    ]  # fmt: skip
