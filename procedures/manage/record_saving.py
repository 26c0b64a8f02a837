"""Writing parts of a draft from a page of the record: checked by the schema, kept part by part, nothing typed is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from procedures.actions import drafting
from procedures.manage.drafting import draft_at, draft_page, fault, new_faults, seen_of
from procedures.manage.frame import administrator
from procedures.manage.record_forms import Data, PartForm, Raw, rearranged
from procedures.manage.record_stale import Crossed, differing
from procedures.models import VersionDraft
from procedures.schema import parts

Beside = Callable[[HttpRequest, VersionDraft, PartForm | None], Mapping[str, Any]]


def nothing_beside(_request: HttpRequest, _draft: VersionDraft, _form: PartForm | None) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Group:
    """Parts that are written on one page: their form, their addresses, the page one comes from and goes back to."""

    form: type[PartForm]
    addresses: tuple[str, ...]
    page: str
    title: str | Promise
    template: str = "manage/draft/group.html"
    # What is shown beside the form as typed, and the buttons that show it without keeping anything.
    beside: Beside = nothing_beside
    tries: tuple[str, ...] = ()


def edited(request: HttpRequest, draft: VersionDraft, group: Group) -> HttpResponse:
    """Several parts on one page, each kept by itself: two people who write different ones do not hinder each other."""
    raw, data, crossed = draft.definition, sent(request), None
    if data is not None and "-row" in data:
        form = group.form(rearranged(data, str(data["-row"])), raw, around=raw, check=False)
        return _shown(request, draft, group, form, None)
    form = group.form(data, raw, around=raw)
    tried = data is not None and any(name in data for name in group.tries)
    if data is not None and form.is_valid() and not tried:
        crossed = _tried(request, draft, form, group.addresses)
        if crossed is None:
            return redirect(group.page, draft.code)
    return _shown(request, draft, group, form, crossed)


def _shown(
    request: HttpRequest, draft: VersionDraft, group: Group, form: PartForm, crossed: list[Crossed] | None
) -> HttpResponse:
    told = {
        "draft": draft_at(draft.code) if crossed else draft, "form": form, "crossed": crossed, "title": group.title,
        "back": group.page, "seen": [(one, _seen(request, draft, one, crossed)) for one in group.addresses],
        **group.beside(request, draft, form),
    }  # fmt: skip
    return draft_page(request, draft.code, group.template, group.page, **told)


def sent(request: HttpRequest) -> Data | None:
    return MultiValueDict(dict(request.POST.lists())) if request.method == "POST" else None


def _seen(request: HttpRequest, draft: VersionDraft, address: str, crossed: list[Crossed] | None) -> str:
    """As the page showed it at first; once both texts have been seen, as it is now."""
    if crossed and any(one.address == address for one in crossed):
        return seen_of(draft_at(draft.code), address)
    return request.POST.get(f"seen-{address}") or seen_of(draft, address)


def _tried(
    request: HttpRequest, draft: VersionDraft, form: PartForm, addresses: tuple[str, ...]
) -> list[Crossed] | None:
    """None when all is kept; else what others wrote meanwhile (nothing, where the form itself says what is wrong)."""
    wanted = changes(draft, form.part(), addresses, request.POST)
    after = after_all(draft.definition, wanted)
    own = [one for one in new_faults(draft, after) if one.path.partition(".")[0] in addresses]
    for one in own:
        form.blame(one.path, fault(draft.code, one)["text"])
    crossed = [] if own else differing(draft, wanted, request.POST)
    if own or crossed:
        return crossed
    try:
        _keep(request, draft, wanted)
    except drafting.Stale:
        return differing(draft_at(draft.code), wanted, request.POST)
    _tell(request, draft)
    return None


def changes(draft: VersionDraft, made: Raw, addresses: tuple[str, ...], sent: Raw) -> dict[str, Any]:
    """Which of these parts were written anew on this page; None where one says nothing any more."""
    told = {
        name: made.get(name) for name in addresses if (made.get(name) or None) != (draft.definition.get(name) or None)
    }
    return {name: value for name, value in told.items() if parts.fingerprint(value) != sent.get(f"seen-{name}")}


def after_all(raw: Raw, wanted: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in raw.items() if name not in wanted}
    return kept | {name: value for name, value in wanted.items() if value is not None}


@transaction.atomic
def _keep(request: HttpRequest, draft: VersionDraft, wanted: Mapping[str, Any]) -> None:
    person = administrator(request)
    for address, value in wanted.items():
        seen = request.POST.get(f"seen-{address}", "")
        if value is None:
            drafting.remove(draft, person, address, seen)
        else:
            drafting.change(draft, person, address, value, seen)


def _tell(request: HttpRequest, draft: VersionDraft) -> None:
    """Kept; and whether something elsewhere has to follow."""
    messages.success(request, _("Đã lưu."))
    now = draft_at(draft.code)
    follow = len(new_faults(draft, now.definition))
    if follow:
        messages.warning(request, _("%(n)s chỗ khác cần sửa theo; xem ở trang kiểm tra.") % {"n": follow})
