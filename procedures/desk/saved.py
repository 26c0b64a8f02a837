"""A list as a person likes it: columns and their order, order of rows, filters; kept under a name, shared, the first of the day."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.models import Office, User
from portal.permissions import permission, roles_of
from portal.queries import offices_of, open_offices
from procedures.actions import desk
from procedures.desk.frame import official, shown
from procedures.queries import worklist as lists
from procedures.queries.saved import first_view, views_of
from procedures.queries.wanted import COLUMNS, MOST_COLUMNS, columns_of
from procedures.workflow import NotAllowed


class ViewForm(forms.Form):
    """Column 1, column 2, …: a choice each, so that their order is chosen by keyboard and without a script."""

    name = forms.CharField(label=gettext_lazy("Tên danh sách"), max_length=60, required=False)
    office = forms.ChoiceField(label=gettext_lazy("Chia sẻ với"), required=False)
    first = forms.BooleanField(label=gettext_lazy("Mở danh sách này khi bắt đầu ngày làm việc"), required=False)

    def __init__(self, data: Any, person: User, wanted: lists.Wanted) -> None:
        super().__init__(data)
        self.shareable = {office.code: office for office in _offices(person)}
        offices = [(code, office.title) for code, office in self.shareable.items()]
        self.fields["office"].choices = [("", _("Chỉ mình tôi")), *offices]  # type: ignore[attr-defined]
        others = [("", "–"), *((name, title) for name, title in COLUMNS.items() if name != "number")]
        for place in range(1, MOST_COLUMNS):
            label = _("Cột %(n)s") % {"n": place + 1}
            chosen = wanted.columns[place] if place < len(wanted.columns) else ""
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=label, choices=others, required=False, initial=chosen
            )
        for one in self.fields.values():
            if not isinstance(one, forms.BooleanField):
                one.widget.attrs["class"] = "input"

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column{place}"] for place in range(1, MOST_COLUMNS)]

    def columns(self) -> tuple[str, ...]:
        return columns_of([self.cleaned_data.get(f"column{place}", "") for place in range(1, MOST_COLUMNS)])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if self.data.get("act") == "save" and not (told.get("name") or "").strip():
            self.add_error("name", _("Hãy đặt tên cho danh sách."))
        return told


def _offices(person: User) -> list[Office]:
    """Where a view may be shared: the offices one works for; who works for all shares with those that are there."""
    held = offices_of(person, "desk.view")
    rows = open_offices()
    return list(rows if held is None else rows.filter(pk__in=held))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("desk.view")
def view(request: HttpRequest) -> HttpResponse:
    """Choose columns; look at it, or keep it under a name."""
    person = official(request)
    wanted = lists.wanted_of(request.GET.dict(), roles_of(person))
    form = ViewForm(request.POST if request.method == "POST" else None, person, wanted)
    if request.method == "POST" and form.is_valid() and (answer := _done(request, form, wanted)):
        return answer
    context = {"form": form, "wanted": wanted, "query": wanted.query(), "views": _listed(person)}
    return shown(request, "desk/columns.html", context, current="desk_columns")


def _listed(person: User) -> list[dict[str, Any]]:
    first = first_view(person)
    rows = views_of(person).select_related("person", "office")
    return [
        {"view": one, "own": one.person_id == person.pk, "first": first is not None and first.pk == one.pk,
         "href": f"{reverse('worklist')}?{one.query}"}
        for one in rows
    ]  # fmt: skip


def _done(request: HttpRequest, form: ViewForm, wanted: lists.Wanted) -> HttpResponse | None:
    """To the list with these columns, which has its own address; kept first, if that was asked."""
    chosen = lists.Wanted(**{**vars(wanted), "columns": form.columns()})
    if request.POST.get("act") == "save":
        told = form.cleaned_data
        try:
            desk.save_view(
                official(request), told["name"].strip(), chosen.query(words=False),
                office=form.shareable.get(told["office"]), first=told["first"],
            )  # fmt: skip
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return None
        messages.success(request, _("Đã lưu danh sách “%(name)s”.") % {"name": told["name"].strip()})
    return redirect(f"{reverse('worklist')}?{chosen.query()}")


@never_cache
@require_POST
@permission("desk.view")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the day with it, no longer begin with it, or remove it; a view that is neither one's own nor shared does not exist."""
    person = official(request)
    found, act = get_object_or_404(views_of(person), pk=pk), request.POST.get("act")
    if act == "remove":
        try:
            desk.remove_view(person, found)
            messages.success(request, _("Đã xóa danh sách “%(name)s”.") % {"name": found.name})
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
    elif act in ("first", "not_first"):
        desk.begin_with(person, found if act == "first" else None)
    return redirect("desk_columns")
