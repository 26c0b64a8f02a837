"""What our office was asked by others, and answering it; taking back what we asked."""

from io import BytesIO
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import audit
from portal.files import download, open_stored, read_stored
from portal.permissions import permission
from procedures.actions import opinions as deeds
from procedures.desk import facts
from procedures.desk.forms import StepForm, text
from procedures.desk.frame import official, shown
from procedures.models import Attachment, Opinion
from procedures.queries import opinions
from procedures.queries.answers import clean_answers
from procedures.queries.dossiers import desk_dossier
from procedures.queries.uploads import BadFile, CheckedFile, check_file
from procedures.workflow import NotAllowed

KINDS, MB = ("pdf", "jpg", "png", "docx"), 20


class AskForm(StepForm):
    offices = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Hỏi đơn vị nào"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một đơn vị.")},
    )  # fmt: skip
    question = text(gettext_lazy("Nội dung cần ý kiến"), rows=4)
    days = forms.IntegerField(
        label=gettext_lazy("Thời hạn trả lời (ngày làm việc)"), min_value=1, max_value=deeds.MOST_DAYS, initial=3,
        widget=forms.NumberInput(), help_text=gettext_lazy("Quá hạn, hồ sơ vẫn được giải quyết tiếp."),
    )  # fmt: skip
    papers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Cho xem tệp"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    shows_form = forms.BooleanField(label=gettext_lazy("Cho xem nội dung đơn"), required=False)

    def arrange(self) -> None:
        self.initial["days"] = 3
        self.known = {one.pk: one for one in opinions.askable(self.dossier)}
        self.fields["offices"].choices = [(key, one.title) for key, one in self.known.items()]  # type: ignore[attr-defined]
        clean = Attachment.objects.filter(dossier=self.dossier, removed_at=None, status=Attachment.Status.CLEAN)
        self.fields["papers"].choices = [(one.pk, one.name) for one in clean]  # type: ignore[attr-defined]
        if not self.fields["papers"].choices:  # type: ignore[attr-defined]
            del self.fields["papers"]

    def told(self) -> dict[str, Any]:
        said = super().told()
        return {**said, "files": said.pop("papers", []), "offices": [self.known[key] for key in said["offices"]]}


class AnswerForm(forms.Form):
    use_required_attribute = False
    stance = forms.ChoiceField(
        label=gettext_lazy("Ý kiến"), choices=Opinion.Stance.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Hãy chọn một mục.")},
    )  # fmt: skip
    words = text(gettext_lazy("Nội dung"), rows=5, most=5000)
    file = forms.FileField(
        label=gettext_lazy("Văn bản kèm theo"),
        required=False,
        help_text=gettext_lazy("PDF, JPG, PNG hoặc DOCX, tối đa 20 MB."),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["words"].widget.attrs["class"] = "input"

    def clean_file(self) -> CheckedFile | None:
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        try:
            return check_file(cast("UploadedFile[bytes]", upload), KINDS, MB)
        except BadFile as error:
            raise forms.ValidationError(str(error)) from error


@never_cache
@require_safe
@permission("opinion.answer")
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for our answer, the nearest due first; what we answered behind the other tab."""
    person, answered = official(request), "answered" in request.GET
    rows = (opinions.done_for if answered else opinions.waiting_for)(person)[: opinions.SHOWN]
    return shown(request, "desk/opinions.html", {"rows": rows, "answered": answered}, current="desk_opinions")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("opinion.answer")
def opinion(request: HttpRequest, key: int) -> HttpResponse:
    person = official(request)
    found = opinions.opinion_for(person, key)
    form = AnswerForm(request.POST, request.FILES) if request.method == "POST" else AnswerForm()
    if form.is_bound and form.is_valid():
        try:
            deeds.answer(found, person, **form.cleaned_data)
            messages.success(request, _("Đã gửi ý kiến đến đơn vị hỏi."))
            return redirect("desk_opinions")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    dossier = found.dossier
    audit.look(person, f"dossier:{dossier.reference}", "opinion", dossier.owner)
    sections = facts.sections_of(dossier, clean_answers(dossier), {}, {}) if found.shows_form else []
    context = {"one": found, "dossier": dossier, "form": form, "files": opinions.files_for(found), "sections": sections}
    return shown(request, "desk/opinion.html", context, current="desk_opinions")


@never_cache
@require_safe
@permission("opinion.answer")
def shown_file(request: HttpRequest, key: int, pk: int) -> HttpResponse:
    """A paper that the asking office let us see."""
    person = official(request)
    found = opinions.opinion_for(person, key)
    row = next((one for one in opinions.files_for(found) if one.pk == pk), None)
    if row is None:
        raise Http404
    audit.look(person, f"dossier:{found.dossier.reference}", "attachment", found.dossier.owner)
    return cast(HttpResponse, download(open_stored(row.path), row.name))


@never_cache
@require_safe
@permission("dossier.view")
def answer_file(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    """The paper that came with an answer, once it was found clean."""
    person = official(request)
    dossier = desk_dossier(person, reference)
    row = get_object_or_404(Opinion, dossier=dossier, pk=key, file_status=Attachment.Status.CLEAN)
    audit.look(person, f"dossier:{dossier.reference}", "opinion", dossier.owner)
    return cast(HttpResponse, download(BytesIO(read_stored(row.file_path)), row.file_name))


@require_POST
@permission("opinion.ask")
def recall(request: HttpRequest, reference: str, key: int) -> HttpResponse:
    person = official(request)
    dossier = desk_dossier(person, reference, "opinion.ask")
    row = get_object_or_404(Opinion, dossier=dossier, pk=key)
    try:
        deeds.recall(row, person)
        messages.success(request, _("Đã rút yêu cầu cho ý kiến."))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('desk_dossier', args=[reference])}#h-opinions")


urlpatterns = [
    path("y-kien/", inbox, name="desk_opinions"),
    path("y-kien/<int:key>/", opinion, name="desk_opinion"),
    path("y-kien/<int:key>/tep/<int:pk>/", shown_file, name="desk_opinion_shown"),
    path("ho-so/<str:reference>/y-kien/<int:key>/tep/", answer_file, name="desk_opinion_file"),
    path("ho-so/<str:reference>/y-kien/<int:key>/rut/", recall, name="desk_opinion_recall"),
]
