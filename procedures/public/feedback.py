"""What people say about the service: given without an account, answered by reference."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.models import Office
from portal.permissions import permission
from portal.roles import PUBLIC
from procedures.actions import feedback as deeds
from procedures.models import Dossier, Feedback
from procedures.public.forms import AnswerForm, FeedbackForm
from procedures.public.limits import too_many
from procedures.queries.tracking import canonical

MOST_A_MINUTE = 5
MOST_LOOKS_A_MINUTE = 20


@permission(PUBLIC)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    form = FeedbackForm(request.POST or None, initial={"dossier_reference": request.GET.get("ho-so", "")[:20]})
    answers = AnswerForm(request.GET if "ma" in request.GET else None)
    if answers.is_valid():
        return redirect("feedback_answer", reference=answers.cleaned_data["ma"])
    context = {"form": form, "answers": answers, "section": "feedback"}
    if request.method == "POST" and form.is_valid():
        if too_many(request, "feedback", MOST_A_MINUTE):
            return render(request, "public/feedback.html", {**context, "waiting": True}, status=429)
        return redirect("feedback_answer", reference=_given(request, form).reference)
    return render(request, "public/feedback.html", context)


def _given(request: HttpRequest, form: FeedbackForm) -> Feedback:
    told = form.cleaned_data
    person = request.user if request.user.is_authenticated else None
    return deeds.give(
        group=told["group"],
        body=told["body"],
        person=person,
        contact=told["contact"],
        dossier_reference=told["dossier_reference"],
        office=_office_of(told["dossier_reference"]),
    )


def _office_of(reference: str) -> Office | None:
    """The office that the dossier lies with hears of it; a reference that is nobody's is kept as it was written."""
    found = Dossier.objects.select_related("office").filter(reference=reference).first() if reference else None
    return found.office if found else None


@permission(PUBLIC)
@never_cache
@require_safe
def feedback_answer(request: HttpRequest, reference: str) -> HttpResponse:
    if too_many(request, "feedback_answer", MOST_LOOKS_A_MINUTE):
        answers = AnswerForm({"ma": reference})
        return render(
            request, "public/feedback.html", {"form": FeedbackForm(), "answers": answers, "waiting": True}, status=429
        )
    found = Feedback.objects.filter(reference=canonical(reference, 2)).first()
    if found is None:
        raise Http404
    return render(request, "public/feedback_answer.html", {"found": found, "section": "feedback"})
