"""The blank form of a procedure, to fill in on a screen or by hand: the same definition as the form that is filed online."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from portal import docx, pdf
from portal.models import Office
from portal.moments import HERE
from portal.pdf_fields import fillable
from procedures.models import Offering, Procedure, ProcedureVersion
from procedures.notifications import origin
from procedures.queries.blanks import NOTHING, BlankForm, blank_form
from procedures.schema.definition import Definition


def has_blank_form(procedure: Procedure, offerings: list[Offering]) -> bool:
    """Where some office lets it be downloaded and there is something to fill in."""
    return bool(procedure.current and procedure.current.parsed.sections) and any(one.blank_forms for one in offerings)


def pdf_of(
    version: ProcedureVersion, office: Office | None, language: str, values: Mapping[str, Any] = NOTHING
) -> bytes:
    made = blank_form(version, values)
    paper = pdf.render("blank_form", _data(version, office, made), language=language, at=version.published_at)
    return fillable(paper, made.fields)


def docx_of(
    version: ProcedureVersion, office: Office | None, language: str, values: Mapping[str, Any] = NOTHING
) -> bytes:
    made = blank_form(version, values)
    return docx.form_docx(_data(version, office, made), made.fields, language=language)


def _data(version: ProcedureVersion, office: Office | None, made: BlankForm) -> dict[str, Any]:
    """What both kinds of file say."""
    definition = version.parsed
    published = version.published_at.astimezone(HERE).date() if version.published_at else None
    return {
        "fillable": True,
        "agency": {"name": {"vi": office.name, "en": office.name_en}} if office else None,
        "title": _title(definition),
        "code": definition.code,
        "edition": {"number": version.number, "date": published},
        "sections": made.sections,
        "papers": made.papers,
        "qr_url": f"{origin()}{reverse('procedure', args=[definition.code], urlconf='portal.urls')}",
    }


def _title(definition: Definition) -> dict[str, str]:
    """The form's own name where the record tells it, else the procedure's."""
    named = next((paper.name for paper in definition.papers if paper.blank_form), definition.title)
    return {"vi": named.vi, "en": named.en}
