"""A supplement request that asks for nothing but a changed answer."""

from portal.models import Office, Tenant, User
from procedures.actions import supplements
from procedures.models import Attachment, Message, SupplementRequest
from tests.conftest import Door
from tests.forms import offered
from tests.pages.desk import filed, fresh
from tests.pages.filing import a_pdf


def test_what_is_mended_on_the_form_needs_no_file(
    tenant: Tenant, office: Office, an: User, binh: User, door: Door
) -> None:
    dossier = filed(offered(office), an)
    wanted = {"paper": "", "name": "Thông tin trên đơn: Mục đích", "wanted": "sửa trên biểu mẫu", "form": True}
    supplements.ask(dossier, binh, reason="Mục đích chưa rõ", wanted=[wanted], fields=["purpose"])
    door(an).post(f"/tai-khoan/ho-so/{dossier.reference}/bo-sung/", {"purpose": "other"})
    assert (fresh(dossier).state, fresh(dossier).answers["purpose"]) == ("submitted", "other")


def test_who_reads_english_is_told_in_english_what_is_wrong_with_which_paper(
    tenant: Tenant, office: Office, an: User, chi: User, door: Door
) -> None:
    papers = [{"key": "card", "name": {"vi": "Thẻ căn cước", "en": "Identity card"}, "originals": 0, "copies": 1}]
    dossier = filed(offered(office, papers=papers), an)
    an.language = "en"
    an.save(update_fields=["language"])
    client = door(chi)
    client.cookies["django_language"] = "en"
    sent = {"papers": ["card"], "fault-0": "unreadable", "reason": "Mờ", "answers": ["purpose"], "seen": "1"}
    client.post(f"/mot-cua/ho-so/{dossier.reference}/bo-sung/", sent)
    asked = SupplementRequest.objects.get()
    # Mẫu 02 and the Vietnamese page say it in Vietnamese, though the officer works in English.
    assert [one["name"] for one in asked.papers] == ["Thẻ căn cước", "Thông tin trên đơn: Mục đích"]
    reader, address = door(an), f"/tai-khoan/ho-so/{dossier.reference}/bo-sung/"
    assert "Ảnh, bản quét mờ" in reader.get(address).content.decode()
    reader.cookies["django_language"] = "en"
    page = reader.post(address, {"purpose": "other"}).content.decode()
    for words in ("The picture or scan is blurred or cut off", "all four corners", "Attach “Identity card”"):
        assert words in page
    assert "Ảnh, bản quét mờ" not in page
    letter = Message.objects.get(recipient=an, occasion="supplement_requested").body
    assert "- Identity card: The picture or scan is blurred or cut off. Photograph or scan it again" in letter


def test_one_file_serves_for_two_papers_and_sent_twice_is_there_once(
    tenant: Tenant, office: Office, an: User, binh: User, door: Door
) -> None:
    dossier = filed(offered(office), an)
    wanted = [{"paper": "", "name": name, "wanted": ""} for name in ("Thẻ căn cước", "Giấy tờ nơi ở")]
    supplements.ask(dossier, binh, reason="Thiếu", wanted=wanted)
    client, address = door(an), f"/tai-khoan/ho-so/{dossier.reference}/bo-sung/"
    client.post(address, {"paper-0": a_pdf(), "upload": "paper-0"})
    client.post(address, {"paper-0": a_pdf(), "paper-1": a_pdf()})
    assert sorted(Attachment.objects.values_list("paper", flat=True)) == ["Giấy tờ nơi ở", "Thẻ căn cước"]
    assert fresh(dossier).state == "submitted"
