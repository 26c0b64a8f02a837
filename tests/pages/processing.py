"""What the tests of a dossier's page at the desk share."""

import io
from typing import Any

from django.test import Client
from django.urls import reverse
from PIL import Image

from portal.files import store
from procedures.models import Attachment, Dossier
from tests.pages.desk import fresh


def page(dossier: Dossier) -> str:
    return reverse("desk_dossier", args=[dossier.reference])


def shown(client: Client, dossier: Dossier) -> str:
    return client.get(page(dossier)).content.decode()


def at(name: str, dossier: Dossier, *more: Any) -> str:
    return reverse(name, args=[dossier.reference, *more])


def step(client: Client, deed: str, dossier: Dossier, **told: Any) -> Any:
    told.setdefault("seen", fresh(dossier).event_count)
    return client.post(at(f"desk_{deed}", dossier), told, follow=True)


def scan(pages: int = 3) -> bytes:
    held, sheets = io.BytesIO(), [Image.new("L", (200, 280), 255 - number) for number in range(pages)]
    sheets[0].save(held, "PDF", save_all=True, append_images=sheets[1:])
    return held.getvalue()


def given(dossier: Dossier, content: bytes = b"", kind: str = "pdf", paper: str = "request", **more: Any) -> Attachment:
    stored = store(content or scan(), "attachments", kind)
    told = {"status": "clean", "field_key": "", **more}
    return Attachment.objects.create(
        dossier=dossier, paper=paper, name=f"giấy.{kind}", path=stored.path, size=stored.size, sha256=stored.sha256, kind=kind, **told
    )  # fmt: skip
