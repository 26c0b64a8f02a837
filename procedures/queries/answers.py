"""A dossier's answers held against its own version of the form: what is wrong, what is missing, what it costs."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

from procedures.models import ONLINE_CHANNELS, Attachment, Dossier
from procedures.queries.clocks import form_channel
from procedures.queries.places import commune_provinces
from procedures.queries.profiles import profile_of
from procedures.schema.fees import FeeLine, fees_due
from procedures.schema.fields import Context
from procedures.schema.form import Section
from procedures.schema.papers import RequiredPaper, papers_for
from procedures.schema.settle import settle
from procedures.schema.validate import Checked, Message, check


def context_for(dossier: Dossier, today: datetime.date) -> Context:
    files = Attachment.objects.filter(dossier=dossier, removed_at=None).exclude(status=Attachment.Status.INFECTED)
    return Context(
        today=today,
        profile=profile_of(dossier),
        communes=commune_provinces(),
        attachments={str(key) for key in files.values_list("pk", flat=True)},
    )


def check_section(dossier: Dossier, section: Section, answers: dict[str, Any], today: datetime.date) -> Checked:
    return check(section, {**dossier.answers, **answers}, context=context_for(dossier, today))


def check_form(dossier: Dossier, today: datetime.date) -> dict[str, Message]:
    """What is wrong, by path. On paper the papers themselves are counted, and what is declared was signed there."""
    form = dossier.version.parsed.form
    found = check(form, dossier.answers, context=context_for(dossier, today)).messages
    if dossier.channel in ONLINE_CHANNELS:
        return found
    return {
        path: message
        for path, message in found.items()
        if form.index[path.partition(".")[0]].type not in ("file", "declaration")
    }


def clean_answers(dossier: Dossier) -> dict[str, Any]:
    """Answers that count: hidden ones dropped, computed ones worked out."""
    return settle(dossier.version.parsed.form, dossier.answers, profile_of(dossier))


def registries_that_answered(dossier: Dossier) -> set[str]:
    return {told["registry"] for told in dossier.sources.values() if isinstance(told, dict)}


def required_papers(dossier: Dossier) -> tuple[RequiredPaper, ...]:
    return papers_for(
        dossier.version.parsed, dossier.answers, registries_that_answered(dossier), profile=profile_of(dossier)
    )


def file_fields(dossier: Dossier) -> dict[str, str]:
    """The papers that the form asks for as files → the question that asks."""
    fields = dossier.version.parsed.form.index.values()
    return {field.paper: field.key for field in fields if field.type == "file" and field.paper}


def missing_papers(dossier: Dossier, counts: Mapping[str, Any] | None = None) -> list[str]:
    """Names of papers that must be handed in and are not: online where the form's file field is still empty, on paper
    where the clerk counted none (`counts`; without them the clerk vouches for all)."""
    if dossier.channel not in ONLINE_CHANNELS:
        lacking = [
            paper
            for paper in required_papers(dossier)
            if paper.to_submit and not sum((counts or {}).get(paper.key, {}).values())
        ]
        return [] if counts is None else [paper.name.read(get_language() or "vi") for paper in lacking]
    asked = file_fields(dossier)
    needed = [paper for paper in required_papers(dossier) if paper.to_submit and paper.key in asked]
    return [paper.name.read(get_language() or "vi") for paper in needed if not dossier.answers.get(asked[paper.key])]


def fee_lines(dossier: Dossier) -> tuple[FeeLine, ...]:
    """At the rates of the day on which it was submitted, or of today while it is not."""
    return fees_due(dossier.version.parsed, dossier.answers, form_channel(dossier.channel), profile=profile_of(dossier))
