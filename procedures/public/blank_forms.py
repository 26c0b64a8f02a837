"""The blank form of a procedure, to print and fill in by hand: the same definition as the form on the screen."""

from typing import Any

from django.urls import reverse

from portal import docx, pdf
from portal.models import Office
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.notifications import origin
from procedures.schema.definition import Definition


def has_blank_form(procedure: Procedure, offerings: list[Offering]) -> bool:
    """Where some office lets it be downloaded and there is something to fill in."""
    return bool(procedure.current and procedure.current.parsed.sections) and any(one.blank_forms for one in offerings)


def pdf_of(version: ProcedureVersion, office: Office | None, language: str) -> bytes:
    return pdf.render("blank_form", _data(version, office), language=language, at=version.published_at)


def docx_of(version: ProcedureVersion, office: Office | None, language: str) -> bytes:
    data = _data(version, office)
    return docx.form_docx(data["title"], data["sections"], data["papers"], data["qr_url"], language=language)


def _data(version: ProcedureVersion, office: Office | None) -> dict[str, Any]:
    """What both kinds of file say, in both languages; each takes its own."""
    definition = version.parsed
    return {
        "agency": {"name": {"vi": office.name, "en": office.name_en}} if office else None,
        "title": _title(definition),
        "code": definition.code,
        "sections": definition.raw["form"]["sections"],  # type: ignore[index]
        "papers": _papers(definition),
        "qr_url": f"{origin()}{reverse('procedure', args=[definition.code], urlconf='portal.urls')}",
    }


def _title(definition: Definition) -> dict[str, str]:
    """The form's own name where the record tells it, else the procedure's."""
    named = next((paper.name for paper in definition.papers if paper.blank_form), definition.title)
    return {"vi": named.vi, "en": named.en}


def _papers(definition: Definition) -> list[dict[str, Any]]:
    return [
        {
            "name": {"vi": paper.name.vi, "en": paper.name.en},
            "originals": paper.originals,
            "copies": paper.copies,
            "mandatory": paper.mandatory and paper.when is None,
        }
        for paper in definition.papers
        if not paper.blank_form and not paper.present_only
    ]
