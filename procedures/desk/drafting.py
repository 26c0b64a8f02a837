"""The draft of a result: the lines that the paper will show, proposed from the answers and mended by the officer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal import pdf
from procedures.actions.results import words_of
from procedures.actions.signing import TEMPLATES
from procedures.desk.forms import DecisionForm, SignForm, clauses_of
from procedures.models import Dossier, Paper
from procedures.queries.results import in_force, proposed_lines
from procedures.schema.fields import one_line

SPARE_LINES = 2
MOST_LINES = 60


class ProposalForm(DecisionForm):
    """Lines come as pairs of boxes: line-0-label, line-0-value, …; an empty pair is left out."""

    def arrange(self) -> None:
        kept = self.dossier.proposal or {}
        self.fields["clause"].widget.attrs["list"] = "clauses"
        self.clauses = clauses_of(self.dossier)
        self.lines = (
            self._typed()
            if self.is_bound
            else [*(kept.get("lines") or proposed_lines(self.dossier)), *[{"label": "", "value": ""}] * SPARE_LINES]
        )
        for name in ("outcome", "reason", "clause", "remedy"):
            self.initial[name] = kept.get(name)
        self.initial["outcome"] = self.initial["outcome"] or Dossier.Outcome.GRANTED

    def _typed(self) -> list[dict[str, str]]:
        pairs = [(self.data.get(f"line-{n}-label"), self.data.get(f"line-{n}-value")) for n in range(MOST_LINES)]
        return [
            {"label": one_line(label or "")[:200], "value": one_line(value or "")[:2000]}
            for label, value in pairs
            if label is not None
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if any(bool(line["value"]) and not line["label"] for line in self.lines):
            raise forms.ValidationError(_("Mỗi dòng của kết quả cần cả tên và nội dung."))
        return said

    def told(self) -> dict[str, Any]:
        said = super().told()
        return {**said, "lines": [line for line in self.lines if line["label"] and line["value"]]}


class ReplacementForm(ProposalForm, SignForm):
    """The lines of a paper handed over, mended: a new paper with a new number takes its place."""

    def arrange(self) -> None:
        super().arrange()
        for name in ("outcome", "clause", "remedy"):
            del self.fields[name]
        self.fields["reason"].label, self.fields["reason"].required = _("Vì sao thay thế"), True
        self.paper = in_force(self.dossier)
        if not self.is_bound and self.paper is not None:
            said = self.paper.data.get("lines") or []
            self.lines = [*said, *[{"label": "", "value": ""}] * SPARE_LINES]


def preview(dossier: Dossier) -> bytes:
    """The paper as it would be signed: without number, code and signature, which exist only once it is."""
    proposal, number = dossier.proposal, _("DỰ THẢO, chưa ký")
    granted = proposal["outcome"] == Dossier.Outcome.GRANTED
    kind = Paper.Kind.RESULT if granted else Paper.Kind.REFUSAL
    told = words_of(dossier, proposal, "", _("NGƯỜI KÝ"), number, "DU-THAO")
    return pdf.render(TEMPLATES[kind], {**told, "verification_code": None, "qr_url": None}, language="vi")
