"""The signed e-copy of a slip: made by a worker after the slip was issued, never while somebody waits for a page."""

from django.core.files.storage import default_storage

from portal import signing
from portal.files import store
from portal.moments import now
from portal.signing_keys import signing_key
from portal.tenancy import current_tenant, inside
from procedures.models import Paper
from procedures.queries.papers import rendered


def seal(key: int) -> None:
    """Render, sign by the organisation's certificate, keep; done twice, the first copy stays and the second goes.

    Runs in no transaction: only reading the paper and noting the file touch rows. Raises NoSigningKey where nobody put a
    key for the office in place; the outbox tries again and then tells the administrator.
    """
    tenant = current_tenant()
    with inside(tenant):
        paper = Paper.objects.select_related("dossier").get(pk=key)
    if paper.path:
        return
    at, office = now(), str(paper.data["office"])
    content = signing.sign(
        rendered(paper, seal={"name": office, "at": at}),
        signer=signing_key(tenant.name, office),
        reason=f"{paper.get_kind_display()} {paper.number}".strip(),
        location=office,
    )
    stored = store(content, "papers", "pdf")
    with inside(tenant):
        kept = Paper.objects.filter(pk=key, path="").update(
            path=stored.path, size=stored.size, sha256=stored.sha256, signed_at=at, signer=office
        )
    if not kept:
        default_storage.delete(stored.path)
