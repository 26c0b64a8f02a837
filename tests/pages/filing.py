"""A procedure with every kind of page for the tests of filing, and files to attach."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfWriter

from portal.tenancy import inside
from procedures.models import Dossier
from tests.cast import Cast
from tests.forms import offered, text

CODE = "1.999001"
START = f"/thu-tuc/{CODE}/nop/"


def field(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": text(f"Ô {key}"), "type": kind, "required": True, **more}


def sections() -> list[dict[str, Any]]:
    owner = [
        field("full_name", "text", registry="population.full_name", autocomplete="name"),
        field("personal_id", "person_id", registry="population.personal_id"),
        field("born", "date", registry="population.birth_date"),
        field("residence", "address", registry="population.residence"),
    ]
    matter = [
        field(
            "purpose",
            "choice",
            choices=[{"value": "loan", "label": text("Vay vốn")}, {"value": "other", "label": text("Việc khác")}],
        ),
        field("which", "text", when={"field": "purpose", "is": "other"}),
        field(
            "members",
            "group",
            required=False,
            max_items=3,
            fields=[field("name", "text"), field("age", "number", required=False)],
        ),
        field("proof", "file", required=False, accept=["pdf", "png"], max_mb=1),
    ]
    return [
        {"key": "owner", "title": text("Người yêu cầu"), "fields": owner},
        {"key": "matter", "title": text("Việc cần xác nhận"), "fields": matter},
    ]


def offer_it(cast: Cast, **changes: Any) -> None:
    with inside(cast.tenant):
        offered(cast.office, CODE, **{"form": {"sections": sections()}, **changes})


def draft_of(cast: Cast, subject: str = "an") -> Dossier:
    with inside(cast.tenant):
        found: Dossier = (
            Dossier.objects.filter(submitter=cast.people[subject])
            .select_related("procedure", "office", "version")
            .latest("pk")
        )
        return found


OWNER = {
    "full_name": "Nguyễn Thị An", "personal_id": "082190001234", "born-day": "12", "born-month": "5", "born-year": "1990",
    "residence-province": "82", "residence-commune": "28306", "residence-street": "12 Trương Định",
}  # fmt: skip
MATTER = {"purpose": "loan"}
CONTACT = {"phone": "0912345678", "email": "an@example.vn", "delivery": "online"}


def begin(client: Client, cast: Cast) -> str:
    """An begins; returns the address of her draft."""
    client.post(START, {"office": cast.office.code, "whom": "self"})
    return f"{START}{draft_of(cast).reference}/"


def fill_in(client: Client, at: str) -> None:
    client.post(f"{at}owner/", OWNER)
    client.post(f"{at}matter/", MATTER)
    client.post(f"{at}lien-he/", CONTACT)


def a_pdf(name: str = "hop-dong.pdf") -> SimpleUploadedFile:
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue(), "application/pdf")


def a_picture(name: str = "anh.png", kind: str = "PNG") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue(), "image/png")
