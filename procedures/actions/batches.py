"""Many papers signed on one confirmation: each by itself in the background, with what became of it."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal import audit, outbox
from portal.models import User
from portal.moments import now
from portal.signing_device import DeviceFailed
from portal.tenancy import current_tenant, inside
from procedures.actions import results, signing
from procedures.models import Dossier, Paper, SigningBatch, SigningItem
from procedures.queries.dossiers import desk_dossier
from procedures.workflow import NotAllowed

MOST = 200
# How often a device that is away is asked before the item says so; the head may then sign it by hand.
TRIES = 4


def confirm(head: User, key: str, seen: Mapping[str, str], dossiers: Sequence[Dossier]) -> SigningBatch:
    """Take the confirmation down; sent twice it is one batch. `seen` is the hash of each dossier as the head saw it."""
    try:
        with transaction.atomic():
            batch = SigningBatch.objects.create(key=key, head=head, confirmed_at=now())
            items = [SigningItem(batch=batch, dossier=one, made_from=seen[one.reference]) for one in dossiers[:MOST]]
            SigningItem.objects.bulk_create(items)
            with outbox.unhurried():
                for item in items:
                    outbox.put("sign", f"item-{item.pk}", {"item": item.pk})
            audit.record(head, "signing.confirm", f"batch:{batch.pk}", dossiers=[one.reference for one in dossiers])
    except IntegrityError:
        return SigningBatch.objects.get(key=key, head=head)
    tenant_id = current_tenant().pk
    # Two hands: signing is arithmetic, and a machine has more than one processor.
    for _hand in range(2):
        transaction.on_commit(lambda: outbox.wake(tenant_id), robust=True)
    return batch


def sign(item_id: int, *, is_last_try: bool = False) -> None:
    """Sign one paper of a batch, if nobody did. A device that fails raises until the last try, and then the item says so."""
    tenant = current_tenant()
    with inside(tenant):
        item = SigningItem.objects.select_related("batch__head", "dossier").get(pk=item_id)
    if item.state != SigningItem.State.WAITING:
        return
    try:
        with inside(tenant):
            dossier = _as_seen(item)
            draft = results.decision(dossier, item.batch.head)
        paper = signing.through(dossier, item.batch.head, draft)
    except NotAllowed as refusal:
        _note(item, SigningItem.State.FAILED, str(refusal))
    except DeviceFailed:
        if not is_last_try:
            raise
        _note(item, SigningItem.State.FAILED, _("Thiết bị ký không trả lời; mở hồ sơ để ký lại hoặc bỏ."))
    else:
        _note(item, SigningItem.State.SIGNED, paper.number, paper)


def _as_seen(item: SigningItem) -> Dossier:
    """The dossier, if the head may still sign it and it is as it was when the head confirmed."""
    try:
        dossier = desk_dossier(item.batch.head, item.dossier.reference, "dossier.decide")
    except Http404:
        raise NotAllowed(_("Bạn không còn quyền ký hồ sơ này.")) from None
    if dossier.event_hash != item.made_from:
        raise NotAllowed(_("Sau khi bạn xác nhận, hồ sơ đã thay đổi. Hãy xem lại rồi ký."))
    return dossier


def _note(item: SigningItem, state: str, words: str, paper: Paper | None = None) -> None:
    with inside(current_tenant()):
        SigningItem.objects.filter(pk=item.pk, state=SigningItem.State.WAITING).update(
            state=state, words=words[:300], paper=paper, done_at=now()
        )
