"""What the citizen holds in the end: the kinds of result, and the paper that is made from the answers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal import pdf
from portal.permissions import permission
from portal.templatetags.ui import text
from procedures.manage.drafting import draft_at, draft_page
from procedures.manage.record_fields import LineField, WholeField, WordsField
from procedures.manage.record_forms import PartForm, Raw, listed
from procedures.manage.record_saving import Group, edited
from procedures.manage.wordbook import key_from
from procedures.models import Procedure
from procedures.queries.rehearsal import offices_for, sample_result, sound

FACTS = {
    "owner_name": gettext_lazy("Tên chủ hồ sơ"),
    "number": gettext_lazy("Số hồ sơ"),
    "decided_on": gettext_lazy("Ngày ký"),
    "office": gettext_lazy("Tên đơn vị"),
}
MOST_LABEL = 90


class ResultForm(PartForm):
    legend, add = gettext_lazy("Kết quả người dân nhận được"), gettext_lazy("Thêm một kết quả")
    name = WordsField(label=gettext_lazy("Tên kết quả"))
    code = LineField(
        label=gettext_lazy("Mã kết quả"),
        required=False,
        help_text=gettext_lazy("Ví dụ KQ.G15.000031. Để trống nếu chưa có."),
    )


class LineForm(PartForm):
    legend, add = gettext_lazy("Các dòng trên giấy"), gettext_lazy("Thêm một dòng")
    label = WordsField(label=gettext_lazy("Nhãn"))
    value = forms.ChoiceField(label=gettext_lazy("Lấy từ"))

    def fit(self) -> None:
        self.offer("value", values_of(self.around))


def values_of(raw: Raw) -> list[tuple[str, Any]]:
    """What a line of the result may say: facts of the dossier, then the questions of the form."""
    form = raw.get("form")
    sections = listed(form, "sections") if isinstance(form, Mapping) else []
    asked = [one for section in sections for one in listed(section, "fields") if one.get("type") != "info"]
    fields = [(str(one.get("key")), (text(one.get("label")) or str(one.get("key")))[:MOST_LABEL]) for one in asked]
    return [("", "–"), *FACTS.items(), *fields]


class ResultsForm(PartForm):
    rows = {"results": ResultForm, "lines": LineForm}
    title = WordsField(
        label=gettext_lazy("Tên giấy kết quả"), required=False,
        help_text=gettext_lazy("In hoa ở đầu giấy. Để trống nếu hệ thống không in giấy kết quả."),
    )  # fmt: skip
    validity_months = WholeField(1, 1200, label=gettext_lazy("Có giá trị (tháng)"), required=False)
    renewed_by = LineField(
        label=gettext_lazy("Mã thủ tục gia hạn"), required=False,
        help_text=gettext_lazy("Để trống nếu gia hạn bằng chính thủ tục này. Thủ tục phải có ở đơn vị khi công bố."),
    )  # fmt: skip

    @property
    def template(self) -> Raw:
        found = self.raw.get("result_template")
        return found if isinstance(found, Mapping) else {}

    def shown(self, raw: Raw) -> dict[str, Any]:
        return {name: self.template[name] for name in self.base_fields if name in self.template}

    def listed(self, name: str) -> Any:
        return super().listed(name) if name == "results" else listed(self.template, name)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if self.lists["lines"].forms and not told.get("title") and "title" not in self.errors:
            self.add_error("title", _("Giấy có các dòng thì phải có tên."))
        return told

    def part(self) -> Any:
        told = {name: value for name, value in self.cleaned_data.items() if value}
        template = {**self.template, **dict.fromkeys(self.fields), **told, "lines": self.lists["lines"].parts()}
        kept = {name: value for name, value in template.items() if value is not None}
        return {**self.raw, "results": self._results(), "result_template": kept if told.get("title") else None}

    def _results(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.lists["results"].parts()
        taken = {str(row["key"]) for row in rows if row.get("key")}
        for row in rows:
            row.setdefault("key", key_from(row["name"]["vi"], taken, "ket_qua"))
            taken.add(row["key"])
        return rows

    def blame(self, path: str, text: str) -> None:
        """The lines of the template are a list of this page."""
        super().blame(path.removeprefix("result_template."), text)


def renewal_of(template: Raw) -> dict[str, Any] | None:
    """The procedure that is named for renewal, as far as it is there."""
    code = str(template.get("renewed_by") or "")
    found = Procedure.objects.filter(code=code).first() if code else None
    return {"code": code, "procedure": found} if code else None


RESULT = Group(ResultsForm, ("results", "result_template"), "manage_draft_result", gettext_lazy("Sửa kết quả"))


@never_cache
@require_safe
@permission("manage.view")
def result(request: HttpRequest, code: str) -> HttpResponse:
    draft = draft_at(code)
    form = ResultsForm(None, draft.definition, around=draft.definition)
    names = {key: str(name) for key, name in values_of(draft.definition)}
    lines = [
        {"label": text(one.get("label")), "value": names.get(str(one.get("value")), one.get("value"))}
        for one in form.listed("lines")
    ]
    context = {
        "draft": draft,
        "results": listed(draft.definition, "results"),
        "template": form.template,
        "renewal": renewal_of(form.template),
        "lines": lines,
    }
    return draft_page(request, code, "manage/draft/result.html", "manage_draft_result", **context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission("manage.change")
def result_edit(request: HttpRequest, code: str) -> HttpResponse:
    return edited(request, draft_at(code), RESULT)


@never_cache
@require_safe
@permission("manage.view")
def result_sample(request: HttpRequest, code: str) -> HttpResponse:
    """The paper as it would be, with sample answers, without number, seal or signature."""
    draft = draft_at(code)
    read, offices = sound(draft.definition).definition, offices_for(code)
    if read is None or read.result_template is None:
        return draft_page(request, code, "manage/draft/no_sample.html", "manage_draft_result", draft=draft)
    content = pdf.render("result", sample_result(read, offices[0] if offices else None))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{code}-mau.pdf"'
    return response
