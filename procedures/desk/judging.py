"""Saying of a paper that it is good or not, beside the paper itself."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import audit
from portal.permissions import permission
from procedures.actions import judging
from procedures.actions.judging import Finding
from procedures.desk.frame import official, shown
from procedures.desk.talk import dossier_address
from procedures.desk.withdrawn import held_by, told_when_withdrawn
from procedures.models import Dossier
from procedures.queries.dossiers import desk_dossier
from procedures.queries.judging import Item, faults, judged
from procedures.schema.fields import one_line
from procedures.schema.paper_faults import OTHER, Fault
from procedures.workflow import NotAllowed


class VerdictForm(forms.Form):
    """Of one paper: good, or not and why."""

    use_required_attribute = False
    good = forms.ChoiceField(
        label=gettext_lazy("Nhận xét"), widget=forms.RadioSelect, error_messages={"required": gettext_lazy("Chọn đạt hoặc chưa đạt.")},
        choices=[("yes", gettext_lazy("Đạt")), ("no", gettext_lazy("Chưa đạt"))],
    )  # fmt: skip
    fault = forms.ChoiceField(label=gettext_lazy("Lý do chưa đạt"), required=False)
    words = forms.CharField(label=gettext_lazy("Nói rõ thêm"), required=False, max_length=500)
    todo = forms.CharField(
        label=gettext_lazy("Người nộp cần làm gì (để trống: theo danh mục lý do)"), required=False, max_length=500
    )

    def __init__(self, data: Any = None, *, offered: Sequence[Fault], item: Item) -> None:
        told = item.verdict
        initial = {"good": "yes" if told.good else "no", "fault": told.fault, "words": told.words, "todo": told.todo} if told else {}  # fmt: skip
        slug = sha256(item.key.encode()).hexdigest()[:8]
        super().__init__(data, initial=initial, auto_id=f"id_{slug}_%s")
        self.item = item
        language = get_language() or "vi"
        self.fields["fault"].choices = [("", ""), *((one.key, one.name.read(language)) for one in offered)]  # type: ignore[attr-defined]
        for name in ("fault", "words", "todo"):
            self.fields[name].widget.attrs["class"] = "input"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("good") == "no" and not said.get("fault"):
            self.add_error("fault", _("Chọn lý do chưa đạt."))
        if said.get("good") == "no" and said.get("fault") == OTHER and not said.get("words"):
            self.add_error("words", _("Nói rõ lý do."))
        return said

    def finding(self) -> Finding:
        said = self.cleaned_data
        return Finding(
            self.item.key, said["good"] == "yes", said["fault"], one_line(said["words"]), one_line(said["todo"])
        )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@told_when_withdrawn(VerdictForm)
@permission("dossier.judge")
def judge(request: HttpRequest, reference: str) -> HttpResponse:
    """One paper (`paper`), or all that are not judged yet and have files (`rest`)."""
    person = official(request)
    dossier = desk_dossier(person, reference, "dossier.judge")
    items = judged(dossier)
    if request.method == "POST" and "rest" in request.POST:
        return _rest_is_good(request, dossier, items)
    key = (request.POST if request.method == "POST" else request.GET).get("paper", "")
    item = next((one for one in items if one.key == key), None)
    if item is None:
        return redirect(f"{dossier_address(reference)}#giay-to")
    form = VerdictForm(request.POST if request.method == "POST" else None, offered=faults(), item=item)
    if request.method == "POST" and form.is_valid() and _kept(request, dossier, [form.finding()], form):
        return redirect(f"{dossier_address(reference)}#giay-to")
    audit.look(person, f"dossier:{dossier.reference}", "judge", dossier.owner)
    proof = held_by(person, reference)
    return shown(request, "desk/judge.html", {"dossier": dossier, "form": form, "item": item, "proof": proof})


def _rest_is_good(request: HttpRequest, dossier: Dossier, items: Sequence[Item]) -> HttpResponse:
    rest = [Finding(one.key, good=True) for one in items if one.state == "open" and one.files]
    if rest:
        _kept(request, dossier, rest)
    return redirect(f"{dossier_address(dossier.reference)}#giay-to")


def _kept(request: HttpRequest, dossier: Dossier, findings: Sequence[Finding], form: forms.Form | None = None) -> bool:
    try:
        judging.judge(dossier, official(request), findings)
    except NotAllowed as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
        else:
            messages.warning(request, str(refusal))
        return False
    said = ngettext("Đã lưu nhận xét của %(n)s giấy tờ.", "Đã lưu nhận xét của %(n)s giấy tờ.", len(findings))
    messages.success(request, said % {"n": len(findings)})
    return True
