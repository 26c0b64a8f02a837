"""The journal of who did or saw what, whether its chain holds, and what people say about the service."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import audit
from portal.models import AuditEntry
from portal.moments import midnight
from portal.permissions import permission
from procedures.manage.acts import ACTS
from procedures.manage.fields import DayField
from procedures.manage.frame import administrator, shown
from procedures.models import Feedback
from procedures.queries import oversight

PAGE = 50


class JournalForm(forms.Form):
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    about = forms.IntegerField(required=False, widget=forms.HiddenInput)
    object = forms.CharField(label=_("Đối tượng"), max_length=120, required=False)
    action = forms.ChoiceField(label=_("Việc"), choices=[("", _("Tất cả")), *ACTS.items()], required=False)
    first = DayField(label=_("Từ ngày"), required=False)
    last = DayField(label=_("Đến hết ngày"), required=False)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def asked(self) -> dict[str, Any]:
        """What the query knows; a filter that is not understood is told beside its field and filters nothing."""
        told = dict(self.cleaned_data)
        first, last = told.pop("first", None), told.pop("last", None)
        told["since"] = midnight(first) if first else None
        told["to"] = midnight(last + datetime.timedelta(days=1)) if last else None
        return told


@never_cache
@require_safe
@permission("audit.view")
def journal(request: HttpRequest) -> HttpResponse:
    """Who reads the journal stands in it, too."""
    form = JournalForm(request.GET)
    form.is_valid()
    found = list(oversight.audit_entries(form.asked())[: PAGE + 1])
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    context = {
        "form": form,
        "rows": [_row(entry) for entry in found[:PAGE]],
        "older": f"?{urlencode({**asked, 'before': found[PAGE - 1].number})}" if len(found) > PAGE else "",
        "narrowed": bool(asked),
    }
    audit.record(administrator(request), "journal.view", "journal", **asked)
    return shown(request, "manage/journal.html", "manage_audit", **context)


def _row(entry: AuditEntry) -> dict[str, Any]:
    facts = [f"{name}: {value}" for name, value in entry.facts.items() if value not in ("", None)]
    return {"entry": entry, "word": ACTS.get(entry.action, entry.action), "facts": ", ".join(facts)}


@never_cache
@require_safe
@permission("audit.view")
def chain(request: HttpRequest) -> HttpResponse:
    """Reads the whole journal: asked for by a link of its own."""
    head = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return shown(request, "manage/chain.html", "manage_audit", broken=audit.first_break(), head=head)


@never_cache
@require_safe
@permission("manage.view")
def feedback(request: HttpRequest) -> HttpResponse:
    """How much of it waits and since when; what people wrote is for those who answer it."""
    waiting = (
        Feedback.objects.filter(answered_at=None)
        .select_related("office")
        .defer("body", "contact")
        .order_by("created_at")
    )
    return shown(
        request, "manage/feedback.html", "manage_feedback", groups=oversight.feedback_by_group(), waiting=waiting[:PAGE]
    )
