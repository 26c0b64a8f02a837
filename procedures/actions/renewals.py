"""A dossier that renews a result: what is known stands in it already, and it says which result it renews."""

from django.db import transaction

from procedures.actions import drafts
from procedures.models import Dossier, Paper, Renewal
from procedures.queries.renewals import known_answers


@transaction.atomic
def carry_over(draft: Dossier, paper: Paper) -> int:
    """Fill in where nothing stands yet; the person looks through it and sends it. Returns how many answers came along."""
    drafts.editable(draft)
    Renewal.objects.update_or_create(dossier=draft, defaults={"paper": paper})
    known = known_answers(paper.dossier, draft.version.parsed.form)
    fresh = {key: value for key, value in known.items() if key not in draft.answers}
    if fresh:
        drafts.save_answers(draft, fresh)
    return len(fresh)
