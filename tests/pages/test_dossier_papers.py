"""A dossier's papers on one card: verdict, files, how they were handed in and digitised; read from the database once."""

from typing import Any

from portal.models import Office, Tenant
from procedures.models import GivenPaper
from tests.cast import Cast
from tests.forms import offered
from tests.pages.processing import page
from tests.pages.test_desk_register import PAPERS
from tests.pages.test_paper_lists import given, registered
from tests.pages.test_query_counts import asked


def test_each_paper_stands_once_with_its_counts_and_its_digital_copy(
    tenant: Tenant, office: Office, cast: Cast, door: Any
) -> None:
    client = door(cast.people["binh"])
    dossier = registered(client, offered(office, papers=PAPERS))[0]
    row = GivenPaper.objects.filter(dossier=dossier).order_by("pk")[0]
    GivenPaper.objects.filter(pk=row.pk).update(originals=1, certified=0, copies=2)
    GivenPaper.objects.create(dossier=dossier, paper="besides", title="Sổ hộ khẩu cũ", originals=1)
    card = client.get(page(dossier)).content.decode().split('id="giay-to"')[1].split("</section>")[0]
    assert "Bản chính 1 · Bản chụp 2 · " in card
    assert card.count("Sổ hộ khẩu cũ") == 2  # its name, and whose digital copy the link describes
    assert f"/giay-to/{row.paper}/" in card


def test_the_lists_of_papers_stand_on_the_same_card(tenant: Tenant, office: Office, cast: Cast, door: Any) -> None:
    client = door(cast.people["binh"])
    dossiers = registered(client, offered(office, papers=PAPERS))
    given(client, office, dossiers)
    card = client.get(page(dossiers[0])).content.decode().split('id="giay-to"')[1].split("</section>")[0]
    assert 'Bàn giao giấy tờ <span class="tally">1</span>' in card


def test_files_and_counts_are_each_read_once(tenant: Tenant, office: Office, cast: Cast, door: Any) -> None:
    client = door(cast.people["binh"])
    dossier = registered(client, offered(office, papers=PAPERS))[0]
    found = asked(client, page(dossier))
    assert sum('FROM "procedures_attachment"' in sql for sql in found) == 1
    assert sum('FROM "procedures_givenpaper"' in sql for sql in found) == 1
