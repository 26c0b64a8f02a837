"""One complete supplement request: paper by paper with its reason, from the verdicts; a further one goes to the head."""

from io import BytesIO
from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.files import download
from portal.models import User
from portal.moments import now
from portal.roles import Role
from procedures import workflow
from procedures.actions import supplements
from procedures.actions.papers import slip_02_data
from procedures.desk.forms import StepForm, text
from procedures.models import Dossier, Paper, SupplementRequest
from procedures.queries import papers as paper_files
from procedures.queries.clocks import supplement_due, terms_of
from procedures.queries.judging import Item, faults, judged
from procedures.queries.supplements import needs_head, open_proposal
from procedures.schema.fields import lines, one_line
from procedures.schema.form import Field
from procedures.schema.paper_faults import MISSING, OTHER, Fault

SAID = ("fault", "why", "todo")


class SupplementForm(StepForm):
    """Which papers, why and what to do for each; which answers; anything else; the reason over all."""

    papers = forms.MultipleChoiceField(
        label=gettext_lazy("Giấy tờ cần nộp hoặc nộp lại"), required=False, widget=forms.CheckboxSelectMultiple
    )
    answers = forms.MultipleChoiceField(
        label=gettext_lazy("Mục trên đơn cần sửa"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = text(
        gettext_lazy("Nội dung khác"), rows=3, required=False, help_text=gettext_lazy("Mỗi dòng một giấy tờ hoặc nội dung.")
    )  # fmt: skip
    reason = text(
        gettext_lazy("Lý do"), rows=4,
        help_text=gettext_lazy("Nêu đủ trong một lần: theo quy định chỉ được yêu cầu bổ sung một lần."),
    )  # fmt: skip

    def arrange(self) -> None:
        language = get_language() or "vi"
        self.offered = faults()
        self.items = judged(self.dossier)
        self.wanted_fields = {f.key: f.label.read(language) for f in self._fields_to_mend()}
        # Mẫu 02 is Vietnamese, in whatever language an official works.
        self.names = {one.key: one.name.read("vi") for one in self.dossier.version.parsed.papers}
        self.fields["papers"].choices = [(one.key, one.name) for one in self.items]  # type: ignore[attr-defined]
        self.fields["answers"].choices = list(self.wanted_fields.items())  # type: ignore[attr-defined]
        self.is_further = needs_head(self.dossier)
        self.to_head = self.is_further and Role.HEAD not in workflow.roles_at(self.dossier, self.person)
        self.waiting = open_proposal(self.dossier) if self.is_further else None
        self.count, self.limit = self.dossier.supplement_count + 1, terms_of(self.dossier).max_supplements
        self.due = supplement_due(self.dossier, now())
        self.wrong: dict[str, str] = {}

    def _fields_to_mend(self) -> list[Field]:
        shown = self.dossier.answers
        fields = [f for section in self.dossier.version.parsed.sections for f in section.fields]
        return [f for f in fields if f.key in shown and f.type not in ("file", "info", "computed", "declaration")]

    def rows(self) -> list[dict[str, Any]]:
        """Each paper as the page draws it: what was typed, else what its verdict says."""
        return [self._row(number, one) for number, one in enumerate(self.items)]

    def _row(self, number: int, item: Item) -> dict[str, Any]:
        typed = self.is_bound
        chosen = item.key in (self["papers"].value() or ()) if typed else item.state == "bad"
        told = self._typed(number) if typed else self._judged(item)
        return {
            "number": number, "item": item, "chosen": chosen, **told, "error": self.wrong.get(item.key, ""), "is_good": item.state == "good",
        }  # fmt: skip

    def _typed(self, number: int) -> dict[str, str]:
        return {name: one_line(self.data.get(f"{name}-{number}", ""))[:500] for name in SAID}

    def _judged(self, item: Item) -> dict[str, str]:
        if item.verdict is not None and not item.verdict.good:
            return {"fault": item.verdict.fault, "why": item.verdict.words, "todo": item.verdict.todo}
        return {"fault": "" if item.files else MISSING, "why": "", "todo": ""}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not (said.get("papers") or said.get("answers") or lines(said.get("more") or "")):
            self.add_error("papers", _("Chọn ít nhất một giấy tờ hoặc mục cần sửa, hoặc ghi nội dung khác."))
        self.chosen = [self._wish(n, one) for n, one in enumerate(self.items) if one.key in (said.get("papers") or ())]
        for name in self.wrong.values():
            self.add_error("papers", name)
        return said

    def _wish(self, number: int, item: Item) -> dict[str, Any]:
        """What the citizen is told of one paper; the catalogue's words where the official wrote none."""
        told = self._typed(number)
        fault = self._fault(told["fault"] or ("" if item.files else MISSING))
        if fault is None or (fault.key == OTHER and not told["why"]):
            self.wrong[item.key] = _("Nêu lý do của “%(name)s”.") % {"name": item.name}
        vi, en = (self._words(fault, told, language) for language in ("vi", "en"))
        wish: dict[str, Any] = {
            "paper": item.key,
            "name": self.names.get(item.key, item.name),
            "fault": fault.key if fault else "",
            **vi,
        }
        return {**wish, **{f"{name}_en": value for name, value in en.items()}} if en != vi else wish

    def _fault(self, key: str) -> Fault | None:
        return next((one for one in self.offered if one.key == key), None)

    @staticmethod
    def _words(fault: Fault | None, told: dict[str, str], language: str) -> dict[str, str]:
        name = fault.name.read(language) if fault and fault.key != OTHER else ""
        why = ": ".join(filter(None, (name, told["why"]))) if told["why"] != name else name
        return {"why": why, "wanted": told["todo"] or (fault.todo.read(language) if fault else "")}

    def told(self) -> dict[str, Any]:
        said = self.cleaned_data
        wanted = [*self.chosen]
        wanted += [{"paper": "", "name": one.strip(), "wanted": ""} for one in lines(said["more"]).split("\n") if one.strip()]  # fmt: skip
        if said["answers"]:
            labels = "; ".join(f.label.read("vi") for f in self._fields_to_mend() if f.key in said["answers"])
            wanted.append(
                {"paper": "", "name": f"Thông tin trên đơn: {labels}", "wanted": "sửa trên biểu mẫu", "form": True}
            )
        return {"wanted": wanted, "fields": said["answers"], "reason": said["reason"]}


class AllowForm(StepForm):
    """What the head agrees to, as it was written."""

    def arrange(self) -> None:
        self.proposal = open_proposal(self.dossier)
        self.count, self.limit = self.dossier.supplement_count + 1, terms_of(self.dossier).max_supplements


def ask_supplement(dossier: Dossier, person: User, **told: Any) -> str:
    """Send it, or put it before the head where it is one more than an official may send; the sentence says which."""
    if needs_head(dossier) and Role.HEAD not in workflow.roles_at(dossier, person):
        supplements.propose(dossier, person, **told)
        return _("Đã trình lãnh đạo. Yêu cầu bổ sung chỉ được gửi cho người nộp khi lãnh đạo duyệt.")
    supplements.ask(dossier, person, **told)
    return _("Đã gửi yêu cầu bổ sung (Mẫu 02) cho người nộp.")


def is_proposed(dossier: Dossier, _person: User) -> bool:
    return dossier.supplement_count > 0 and open_proposal(dossier) is not None


def slip_preview(dossier: Dossier, official: User, told: dict[str, Any]) -> HttpResponse:
    """Mẫu 02 as it would be issued; nothing is kept."""
    asked = SupplementRequest(
        dossier=dossier, papers=told["wanted"], fields=told["fields"], reason=told["reason"], asked_at=now(), due_at=supplement_due(dossier, now())
    )  # fmt: skip
    slip = Paper(dossier=dossier, kind=Paper.Kind.SLIP_02, issued_at=now(), data=slip_02_data(dossier, asked, official))
    return cast(
        HttpResponse, download(BytesIO(paper_files.pdf_of(slip)), "mau-02-xem-truoc.pdf", "application/pdf", inline=True)
    )  # fmt: skip
