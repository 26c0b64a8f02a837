"""The form of a draft as a list: sections and fields in their order, moved by button, by pointer and by keyboard."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.actions import NotPossible
from portal.models import User
from portal.permissions import permission
from procedures.actions import drafting
from procedures.manage.blocks import freed, keys_of
from procedures.manage.drafting import (
    draft_at,
    draft_page,
    fault,
    faults_under,
    href,
    new_faults,
    part_at,
    read_of,
    seen_of,
)
from procedures.manage.frame import administrator
from procedures.manage.sentences import only_if
from procedures.manage.wordbook import key_from, type_name
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.queries.wording import said
from procedures.schema import parts
from procedures.schema.definition import Definition
from procedures.schema.form import Field, Section
from procedures.schema.reading import Problem

SECTIONS = "form.sections"


@never_cache
@require_safe
@permission("manage.view")
def form_page(request: HttpRequest, code: str) -> HttpResponse:
    return _listed(request, draft_at(code))


def _listed(request: HttpRequest, draft: VersionDraft, refused: dict[str, Any] | None = None) -> HttpResponse:
    problems = versions.problems_of(draft)
    told = {
        "draft": draft, "problems": problems, "refused": refused, "sections": sections_of(draft, problems),
        "moved": request.GET.get("moved", ""),
    }  # fmt: skip
    return draft_page(request, draft.code, "manage/designer.html", "manage_draft_form", **told)


def sections_of(draft: VersionDraft, problems: list[Problem]) -> list[dict[str, Any]]:
    """Every section with its fields, each with its address, its condition as a sentence and what is wrong with it."""
    read, raw = read_of(draft), part_at(draft, SECTIONS, [])
    names = parts.names_of(raw)
    return [
        _section(read, one, raw[number], names[number], problems)
        for number, one in enumerate(read.sections)
        if isinstance(raw[number], Mapping)
    ]


def _section(
    read: Definition, one: Section, raw: Mapping[str, Any], key: str, problems: list[Problem]
) -> dict[str, Any]:
    address, inside = f"{SECTIONS}.{key}", raw.get("fields") or []
    starts, names = (f"{address}.title", f"{address}.when"), parts.names_of(inside)
    own = [fault for fault in problems if fault.path == address or fault.path.startswith(starts)]
    # What is wrong in any field is looked through once, not for each field again.
    within = [fault for fault in problems if fault.path.startswith(f"{address}.fields.")]
    return {
        "key": key, "address": address, "title": one.title, "words": said(one.title) or key, "when": only_if(one.when, read),
        "faults": len(own), "fields": [_field(read, field, names[n], address, within) for n, field in enumerate(one.fields)],
    }  # fmt: skip


def _field(read: Definition, one: Field, key: str, section: str, problems: list[Problem]) -> dict[str, Any]:
    address = f"{section}.fields.{key}"
    return {
        "key": key, "address": address, "label": one.label, "words": said(one.label) or key,
        "path": f"{section.rpartition('.')[2]}/{key}/", "type": type_name(one.type), "required": one.required,
        "when": only_if(one.when, read), "columns": len(one.fields), "faults": len(faults_under(problems, address)),
    }  # fmt: skip


class Refused(Exception):
    """What cannot be done to the form, why, and the places that stand against it."""

    def __init__(self, said: str, faults: list[Problem]) -> None:
        super().__init__(said)
        self.faults = faults


@require_POST
@permission("manage.change")
def arrange(request: HttpRequest, code: str) -> HttpResponse:
    """One press: a section or field up, down, to another place, doubled, or out; the list comes back at that place."""
    draft = draft_at(code)
    deed = next((name for name in DEEDS if name in request.POST), "")
    try:
        address = DEEDS[deed](draft, administrator(request), request.POST) if deed else ""
    except drafting.Stale as stale:
        return _refusal(request, draft, _("%(who)s vừa sửa chỗ này. Hãy xem lại rồi làm tiếp.") % {"who": stale.by}, [])
    except (NotPossible, Refused, parts.NoSuchPart) as refusal:
        said = _("Mục này không còn trong bản soạn. Hãy tải lại trang.")
        said = said if isinstance(refusal, parts.NoSuchPart) else str(refusal)
        return _refusal(request, draft, said, getattr(refusal, "faults", []))
    if _by_script(request):
        return JsonResponse({"at": address})
    return redirect(_listed_at(code, address))


def _listed_at(code: str, address: str) -> str:
    """The list in which this stands: of columns on the page of their table, else the whole form."""
    steps = address.split(".")
    if len(steps) > 5:
        return href("manage_draft_field", code, steps[2], steps[4])
    return f"{href('manage_draft_form', code)}?moved={address}#{address}"


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _refusal(request: HttpRequest, draft: VersionDraft, said: str, faults: list[Problem]) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"said": said}, status=409)
    rows = [fault(draft.code, one) for one in faults]
    return _listed(request, draft_at(draft.code), {"said": said, "rows": rows})


def _up(draft: VersionDraft, person: User, post: Mapping[str, str]) -> str:
    address, names, place = _place(draft, post["up"])
    if place > 0:
        drafting.move(draft, person, address, names[place - 1])
        return address
    return _beside(draft, person, address, -1)


def _down(draft: VersionDraft, person: User, post: Mapping[str, str]) -> str:
    address, names, place = _place(draft, post["down"])
    if place < len(names) - 1:
        drafting.move(draft, person, address, names[place + 2] if place + 2 < len(names) else None)
        return address
    return _beside(draft, person, address, 1)


def _place(draft: VersionDraft, address: str) -> tuple[str, list[str], int]:
    """An item's address, the names of all items of its list, and which of them it is."""
    around, _dot, last = address.rpartition(".")
    if not (address.startswith(f"{SECTIONS}.") and isinstance(part_at(draft, around), list)):
        raise parts.NoSuchPart(address)
    holder = part_at(draft, around)
    names = parts.names_of(holder)
    if last not in names:
        raise parts.NoSuchPart(address)
    return address, names, names.index(last)


def _beside(draft: VersionDraft, person: User, address: str, step: int) -> str:
    """Over the edge of its section a field goes on in the next one; a section stays."""
    steps = address.split(".")
    if len(steps) != 5:
        return address
    _address, names, place = _place(draft, ".".join(steps[:3]))
    if not 0 <= place + step < len(names):
        return address
    fields = part_at(draft, f"{SECTIONS}.{names[place + step]}.fields", [])
    return _into(draft, person, address, names[place + step], parts.name_of(fields, 0) if step > 0 and fields else "")


def _move(draft: VersionDraft, person: User, post: Mapping[str, str]) -> str:
    """To a place that was pointed at: in front of `before` (at the end without one), in the section `into`."""
    address, names, _number = _place(draft, post["move"])
    into, before = post.get("into", ""), post.get("before", "")
    steps = address.split(".")
    if len(steps) == 5 and into and into != steps[2]:
        return _into(draft, person, address, into, before)
    if before and before not in names:
        raise parts.NoSuchPart(before)
    drafting.move(draft, person, address, before or None)
    return address


def _into(draft: VersionDraft, person: User, address: str, section: str, before: str) -> str:
    """A field goes to another section: one change of the whole list, so that it is never in both or in none."""
    field, key = parts.get(draft.definition, address), address.rpartition(".")[2]
    target = f"{SECTIONS}.{section}.fields"
    made = parts.append(parts.remove(draft.definition, address), target, field)
    made = parts.move(made, f"{target}.{key}", before or None)
    drafting.change(draft, person, SECTIONS, parts.get(made, SECTIONS), seen_of(draft, SECTIONS))
    return f"{target}.{key}"


def _copy(draft: VersionDraft, person: User, post: Mapping[str, str]) -> str:
    """The same once more, right behind it, under keys of its own."""
    address, names, place = _place(draft, post["copy"])
    around, _dot, last = address.rpartition(".")
    made = freed(parts.get(draft.definition, address), keys_of(draft.definition))
    made["key"] = key_from(last, {*names, *keys_of(draft.definition)})
    drafting.add(draft, person, around, made)
    if place + 1 < len(names):
        drafting.move(draft, person, f"{around}.{made['key']}", names[place + 1])
    return f"{around}.{made['key']}"


def _remove(draft: VersionDraft, person: User, post: Mapping[str, str]) -> str:
    """Out, unless something else needs it: then that is told, and nothing happens."""
    address, names, place = _place(draft, post["remove"])
    needed = [
        one for one in new_faults(draft, parts.remove(draft.definition, address)) if one.path not in ("form", SECTIONS)
    ]
    if needed:
        raise Refused(_("Chưa xóa được vì những chỗ sau còn cần đến. Hãy sửa chúng trước."), needed)
    drafting.remove(draft, person, address, post.get("seen", "") or seen_of(draft, address))
    names.pop(place)
    around = address.rpartition(".")[0]
    return f"{around}.{names[min(place, len(names) - 1)]}" if names else around


DEEDS: Mapping[str, Callable[[VersionDraft, User, Mapping[str, str]], str]] = {
    "up": _up, "down": _down, "move": _move, "copy": _copy, "remove": _remove,
}  # fmt: skip
