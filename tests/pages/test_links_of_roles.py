"""A page leads nobody to where that person may not go."""

import re
from typing import Any

import pytest

from portal.models import Office, Tenant
from tests.cast import Cast
from tests.forms import offered
from tests.pages.processing import page
from tests.pages.test_desk_register import PAPERS
from tests.pages.test_paper_lists import given, registered

LINK = re.compile(r'href="(/mot-cua/[^"#]+)"')


def links_of(html: str) -> set[str]:
    return {found.replace("&amp;", "&") for found in LINK.findall(html)}


@pytest.mark.parametrize("who", ["binh", "chi", "dung", "en", "khoa"])
def test_every_link_on_a_dossiers_page_opens(tenant: Tenant, office: Office, cast: Cast, door: Any, who: str) -> None:
    binh, client = door(cast.people["binh"]), door(cast.people[who])
    dossiers = registered(binh, offered(office, papers=PAPERS))
    given(binh, office, dossiers)
    links = links_of(client.get(page(dossiers[0])).content.decode())
    assert links
    assert sorted(link for link in links if client.get(link).status_code == 404) == []


def test_who_may_hand_papers_on_is_led_there(tenant: Tenant, office: Office, cast: Cast, door: Any) -> None:
    binh = door(cast.people["binh"])
    dossier = registered(binh, offered(office, papers=PAPERS))[0]
    wanted = f"/mot-cua/ban-giao/lap/?chosen={dossier.reference}"
    assert wanted in links_of(binh.get(page(dossier)).content.decode())
    assert wanted not in links_of(door(cast.people["khoa"]).get(page(dossier)).content.decode())
