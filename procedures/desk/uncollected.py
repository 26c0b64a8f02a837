"""Results that wait on the shelf: whose, for how long, by which telephone they are reached, what was done about it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.permissions import permission
from procedures.desk.frame import official, shown
from procedures.queries import uncollected

SETTINGS = {
    "first": "uncollected_first_days",
    "second": "uncollected_second_days",
    "archive": "uncollected_archive_days",
}


class PlaceForm(forms.Form):
    kho = forms.BooleanField(required=False)
    tu = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)


@never_cache
@require_safe
@permission("dossier.hand_over")
def shelf(request: HttpRequest) -> HttpResponse:
    person, form = official(request), PlaceForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    archived, after = bool(asked.get("kho")), asked.get("tu") or 0
    rows, following = uncollected.shelf_of(person, archived=archived, after=after)
    audit.looks(person, [(f"dossier:{one.dossier.reference}", "uncollected", one.dossier.owner) for one in rows])
    kept = "kho=on&" if archived else ""
    context = {
        "rows": rows, "archived": archived, "days": {key: uncollected.days_of(name) for key, name in SETTINGS.items()},
        # The longest wait comes first.
        "newer": f"?{kept}tu={following}" if following else None,
        "older": f"?{kept}tu={max(0, after - uncollected.PER_PAGE)}" if after else None,
    }  # fmt: skip
    return shown(request, "desk/uncollected.html", context, current="desk_uncollected")
