"""Following a dossier by its reference, without signing in: state, due date and office, nobody's data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.public.forms import TrackForm
from procedures.public.limits import too_many
from procedures.queries.tracking import tracked

MOST_A_MINUTE = 10


@permission(PUBLIC)
@never_cache
@require_safe
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.GET if "ma" in request.GET else None)
    if form.is_bound and too_many(request, "track", MOST_A_MINUTE):
        return render(request, "public/track.html", {"form": form, "section": "track", "waiting": True}, status=429)
    found = tracked(form.cleaned_data["ma"]) if form.is_valid() else None
    if form.is_valid() and found is None:
        form.add_error(
            "ma",
            _(
                "Không có hồ sơ nào ở đây mang mã này. Hãy xem lại mã; hồ sơ nộp ở cơ quan khác thì tra ở cổng của cơ quan đó."
            ),
        )
    return render(request, "public/track.html", {"form": form, "found": found, "section": "track"})
