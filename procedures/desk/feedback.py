"""What people say about the service, and our answers."""

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import audit
from portal.models import User
from portal.permissions import permission
from portal.queries import offices_of
from procedures.actions import feedback as deeds
from procedures.desk.frame import official, shown
from procedures.models import Feedback

SHOWN = 100


class AnswerForm(forms.Form):
    """Our answer; the person reads it under their reference."""

    use_required_attribute = False
    answer = forms.CharField(
        label=gettext_lazy("Trả lời"), max_length=5000, widget=forms.Textarea(attrs={"class": "input", "rows": 6}),
        help_text=gettext_lazy("Người gửi đọc được bằng mã phản ánh. Không ghi thông tin cá nhân của người khác."),
    )  # fmt: skip


def received(person: User) -> QuerySet[Feedback]:
    """What is for this official's offices, and what is for nobody in particular."""
    offices = offices_of(person, "feedback.answer")
    rows: QuerySet[Feedback] = Feedback.objects.select_related("office", "person")
    return rows if offices is None else rows.filter(Q(office=None) | Q(office_id__in=offices))


@never_cache
@require_safe
@permission("feedback.answer")
def inbox(request: HttpRequest) -> HttpResponse:
    """Unanswered ones, the oldest first; answered ones behind the other tab."""
    answered = "answered" in request.GET
    rows = received(official(request)).filter(answered_at__isnull=not answered)
    shown_rows = rows.order_by("-answered_at" if answered else "created_at")[:SHOWN]
    return shown(request, "desk/feedback.html", {"rows": shown_rows, "answered": answered}, current="desk_feedback")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("feedback.answer")
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    person = official(request)
    found = get_object_or_404(received(person), reference=reference)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": found.answer})
    if form.is_valid():
        deeds.answer(found, person, form.cleaned_data["answer"])
        messages.success(request, _("Đã trả lời phản ánh %(reference)s.") % {"reference": reference})
        return redirect("desk_feedback")
    audit.look(person, f"feedback:{found.reference}", "feedback", found.person)
    return shown(request, "desk/feedback_answer.html", {"feedback": found, "form": form}, current="desk_feedback")
