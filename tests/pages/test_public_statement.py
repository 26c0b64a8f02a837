from portal.models import Office, Tenant
from tests.conftest import Door
from tests.pages.public import publish


def test_the_accessibility_statement_says_what_is_not_good_yet(tenant: Tenant, door: Door) -> None:
    page = door().get("/kha-nang-tiep-can/").content.decode()
    assert "Những chỗ chưa tốt" in page and "WCAG 2.2" in page


def test_robots_stay_out_of_what_is_somebodys(tenant: Tenant, door: Door) -> None:
    words = door().get("/robots.txt").content.decode()
    for path in ("/tai-khoan/", "/mot-cua/", "/quan-tri/", "/tra-cuu/"):
        assert f"Disallow: {path}" in words
    assert "dongthap.localhost" in words and "sitemap.xml" in words


def test_the_sitemap_names_every_procedure_of_this_authority(office: Office, door: Door, other_tenant: Tenant) -> None:
    publish(office, "1.001612", "Đăng ký thành lập hộ kinh doanh")
    here, there = door().get("/sitemap.xml"), door(at=other_tenant).get("/sitemap.xml")
    assert here["Content-Type"] == "application/xml"
    assert b"/thu-tuc/1.001612/</loc>" in here.content
    assert b"1.001612" not in there.content
