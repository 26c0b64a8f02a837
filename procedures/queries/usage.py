"""What of a procedure's form is in use by dossiers that are still open."""

from django.db.models import Count

from procedures.models import Dossier, ProcedureVersion
from procedures.models.lifecycle import FINAL


def open_dossiers_with(code: str, key: str, kind: str) -> int:
    """How many open dossiers, drafts too, were begun on a version that has this field. Answers are encrypted, so the
    version speaks for them."""
    rows = Dossier.objects.filter(procedure__code=code).exclude(state__in=FINAL)
    counts = dict(rows.values_list("version").annotate(n=Count("pk")))
    versions = ProcedureVersion.objects.filter(pk__in=counts)
    return sum(counts[one.pk] for one in versions if (found := one.parsed.form.index.get(key)) and found.type == kind)
