"""A supplement request that asks for nothing but a changed answer."""

from portal.models import Office, Tenant, User
from procedures.actions import supplements
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import filed, fresh


def test_what_is_mended_on_the_form_needs_no_file(
    tenant: Tenant, office: Office, an: User, binh: User, door: Door
) -> None:
    dossier = filed(offered(office), an)
    wanted = {"paper": "", "name": "Thông tin trên đơn: Mục đích", "wanted": "sửa trên biểu mẫu", "form": True}
    supplements.ask(dossier, binh, reason="Mục đích chưa rõ", wanted=[wanted], fields=["purpose"])
    door(an).post(f"/tai-khoan/ho-so/{dossier.reference}/bo-sung/", {"purpose": "other"})
    assert (fresh(dossier).state, fresh(dossier).answers["purpose"]) == ("submitted", "other")
