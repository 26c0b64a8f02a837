"""Lists of the record (papers, cases, fees, steps, trials): shown, added to, written one by one, put in order, taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.actions import NotPossible
from portal.permissions import permission
from portal.templatetags.ui import text
from procedures.actions import drafting
from procedures.manage.drafting import draft_at, draft_page, fault, faults_under, href, new_faults, two_texts
from procedures.manage.frame import administrator
from procedures.manage.record_conditions import conditions_of, fields_told
from procedures.manage.record_forms import PartForm, rearranged
from procedures.manage.record_places import place_at
from procedures.manage.record_saving import Beside, nothing_beside, sent
from procedures.manage.wordbook import key_from
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.schema import parts
from procedures.schema.reading import Problem


@dataclass(frozen=True)
class Kind:
    """A list of the definition: its address, its page, the form of one row, and what else its pages show."""

    name: str
    page: str
    title: str | Promise
    form: type[PartForm]
    new: str | Promise
    listing: str = "manage/draft/list.html"
    template: str = "manage/draft/part.html"
    # More for the list, and more for the page of one row (given the form as typed).
    around: Beside = nothing_beside
    beside: Beside = nothing_beside
    # Submit buttons that show something about what was typed without keeping it.
    tries: tuple[str, ...] = ()
    # Other buttons that send the page without a word about what is still missing.
    stays: tuple[str, ...] = ()
    # Before the names of its boxes, where citizens' questions stand on the same page.
    prefix: str = ""

    def address(self, part: str) -> str:
        return f"{self.name}.{part}"


@dataclass(frozen=True)
class Row:
    """One row of a list, for templates: `part` as it is written, `seen` its fingerprint, and what is wrong in it."""

    key: str
    part: Mapping[str, Any]
    seen: str
    faults: list[str]
    first: bool
    last: bool


def rows_of(draft: VersionDraft, name: str, problems: list[Problem]) -> list[Row]:
    found = draft.definition.get(name)
    listed = found if isinstance(found, list) else []
    rows = []
    for number, item in enumerate(listed):
        key = parts.name_of(listed, number)
        rows.append(
            Row(
                key=key, part=item if isinstance(item, Mapping) else {}, seen=parts.fingerprint(item),
                faults=faults_under(problems, f"{name}.{key}"), first=number == 0, last=number == len(listed) - 1,
            )
        )  # fmt: skip
    return rows


@never_cache
@require_safe
@permission("manage.view")
def listed(request: HttpRequest, code: str, kind: Kind) -> HttpResponse:
    return shown_list(request, draft_at(code), kind)


def shown_list(request: HttpRequest, draft: VersionDraft, kind: Kind, **more: Any) -> HttpResponse:
    problems = versions.problems_of(draft)
    told = {
        "draft": draft, "problems": problems, "kind": kind, "rows": rows_of(draft, kind.name, problems),
        "add_href": reverse(f"manage_draft_{kind.name}_add", args=[draft.code]), **kind.around(request, draft, None), **more,
    }  # fmt: skip
    return draft_page(request, draft.code, kind.listing, kind.page, **told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def added(request: HttpRequest, code: str, kind: Kind) -> HttpResponse:
    return _written(request, draft_at(code), kind, "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def written(request: HttpRequest, code: str, kind: Kind, part: str) -> HttpResponse:
    draft = draft_at(code)
    if parts.find(draft.definition, kind.address(part)) is None and request.method != "POST":
        raise Http404
    return _written(request, draft, kind, part)


def _written(request: HttpRequest, draft: VersionDraft, kind: Kind, part: str) -> HttpResponse:
    """One row as a form: shown, shown again after a button inside it, tried out, or kept."""
    raw = parts.find(draft.definition, kind.address(part)) if part else None
    data = sent(request)
    stays = data is not None and any(name in data for name in ("-row", *kind.stays))
    if data is not None and "-row" in data:
        data = rearranged(data, str(data["-row"]))
    form = kind.form(data, raw, around=draft.definition, check=not stays, prefix=kind.prefix)
    tries = data is not None and any(name in data for name in kind.tries)
    if data is None or stays or not form.is_valid() or tries:
        return _page(request, draft, kind, part, form)
    value = {"key": part or key_from(text(form.part().get("name")), _keys(draft, kind.name), kind.name), **form.part()}
    if not _sound(draft, kind, form, value, part):
        return _page(request, draft, kind, part, form)
    return _keep(request, draft, kind, form, part, value)


def _keys(draft: VersionDraft, name: str) -> set[str]:
    found = draft.definition.get(name)
    return {str(item.get("key")) for item in found if isinstance(item, Mapping)} if isinstance(found, list) else set()


def _sound(draft: VersionDraft, kind: Kind, form: PartForm, value: Mapping[str, Any], part: str) -> bool:
    """Hold what was typed against the schema, where it will stand; what is wrong is said at its box."""
    address = kind.address(part or value["key"])
    try:
        after = parts.put(draft.definition, address, value)
    except parts.NoSuchPart:
        return True
    own = [one for one in new_faults(draft, after) if f"{one.path}.".startswith(f"{address}.")]
    for one in own:
        form.blame(one.path[len(address) :].lstrip("."), fault(draft.code, one)["text"])
    return not own


def _page(request: HttpRequest, draft: VersionDraft, kind: Kind, part: str, form: PartForm) -> HttpResponse:
    found = parts.find(draft.definition, kind.address(part)) if part else None
    told = {
        "draft": draft, "kind": kind, "form": form, "part": part, "back": kind.page,
        "title": text(form.raw.get("name")) or part if part else kind.new,
        "seen": request.POST.get("-seen") or parts.fingerprint(found), **_about_conditions(draft, kind, part, form),
        **kind.beside(request, draft, form),
    }  # fmt: skip
    return draft_page(request, draft.code, kind.template, kind.page, **told)


def _about_conditions(draft: VersionDraft, kind: Kind, part: str, form: PartForm) -> dict[str, Any]:
    """Where a part has a condition: what it says now, the page of its rows, and what a line may name."""
    if "when" not in form.fields:
        return {}
    return {
        "names": fields_told(draft.definition), "when": conditions_of(draft.definition)(form.raw.get("when")),
        "condition_href": href("manage_draft_condition", draft.code, kind.address(part)) if part else "",
    }  # fmt: skip


def _keep(
    request: HttpRequest, draft: VersionDraft, kind: Kind, form: PartForm, part: str, value: Mapping[str, Any]
) -> HttpResponse:
    person, back = administrator(request), reverse(kind.page, args=[draft.code])
    address = kind.address(part or value["key"])
    try:
        if part:
            drafting.change(draft, person, address, value, request.POST.get("-seen", ""))
        else:
            drafting.add(draft, person, kind.name, value)
    except drafting.Stale as stale:
        return two_texts(request, draft, address, value, stale, back=back)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _page(request, draft, kind, part, form)
    messages.success(request, _("Đã lưu “%(name)s”.") % {"name": text(value.get("name"))})
    return redirect(f"{back}#{value['key']}")


@require_POST
@permission("manage.change")
def arranged(request: HttpRequest, code: str, kind: Kind) -> HttpResponse:
    """A row moved up or down, or taken out: `deed` is up:key, down:key or remove:key."""
    draft = draft_at(code)
    deed, _colon, key = request.POST.get("deed", "").partition(":")
    rows = rows_of(draft, kind.name, [])
    place = next((number for number, row in enumerate(rows) if row.key == key), None)
    if place is None:
        messages.warning(request, _("Mục này không còn trong bản soạn."))
        return redirect(kind.page, code)
    if deed == "remove":
        return _removed(request, draft, kind, rows[place])
    before = {"up": place - 1, "down": place + 2}.get(deed, -1)
    if 0 <= before <= len(rows):
        target = rows[before].key if before < len(rows) else None
        drafting.move(draft, administrator(request), kind.address(key), target)
    return redirect(f"{reverse(kind.page, args=[code])}#{key}")


def _removed(request: HttpRequest, draft: VersionDraft, kind: Kind, row: Row) -> HttpResponse:
    """Taken out, unless something else in the draft needs it: then it is said what."""
    address, name = kind.address(row.key), text(row.part.get("name")) or row.key
    users = new_faults(draft, parts.remove(draft.definition, address))
    if users:
        named = {place.title: place for place in (place_at(draft, one.path) for one in users)}
        return shown_list(request, draft, kind, used={"name": name, "places": list(named.values())})
    try:
        drafting.remove(draft, administrator(request), address, request.POST.get(f"seen-{row.key}", ""))
    except drafting.Stale:
        messages.warning(
            request, _("“%(name)s” vừa được người khác sửa nên chưa bỏ. Hãy xem lại rồi bỏ.") % {"name": name}
        )
    else:
        messages.success(request, _("Đã bỏ “%(name)s”.") % {"name": name})
    return redirect(kind.page, draft.code)
