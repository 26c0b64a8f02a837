"""Finding a dossier: by code, hash and declared clear words, inside one's own offices only."""

from typing import Any

import pytest

from portal.models import Office, Tenant, User
from portal.tenancy import inside
from procedures.models import Dossier, DossierWord
from procedures.queries import searching
from procedures.queries.worklist import page_of, wanted_of
from procedures.schema.definition import DefinitionError, parse
from tests.forms import definition, offered, text
from tests.pages.desk import filed

SHOP = {"key": "shop", "label": text("Tên cửa hàng"), "type": "text", "searchable": True}


def form(*fields: Any) -> dict[str, Any]:
    base = definition()["form"]
    base["sections"][0]["fields"] += fields
    return dict(base)


def found(person: User, q: str, **asked: str) -> set[int]:
    return {row.pk for row in page_of(person, wanted_of({"q": q, **asked}, [])).rows}


@pytest.fixture
def shop(tenant: Tenant, office: Office, an: User) -> Dossier:
    return filed(offered(office, form=form(SHOP)), an, shop="Phở Hòa Bình")


@pytest.mark.parametrize(
    "q", ["nguyen thi an", "An Nguyễn", "pho hoa binh", "phở an", "an xac nhan", "082190001234", "+84 912 345 678", "1.999001", "xác nhận thử"]
)  # fmt: skip
def test_it_is_found(shop: Dossier, binh: User, q: str) -> None:
    assert found(binh, q) == {shop.pk}


@pytest.mark.parametrize(
    "q", ["nguyen thi", "nguyen van an", "pho bo", "08219000123", "0912345679", "an ket hon", "%", "_"]
)
def test_it_is_not_found(shop: Dossier, binh: User, q: str) -> None:
    assert found(binh, q) == ({shop.pk} if q == "nguyen thi" else set())


def test_by_reference_number_and_the_beginning_of_a_number(shop: Dossier, binh: User) -> None:
    from procedures.actions import intake

    intake.accept(shop, binh)
    for q in (shop.reference, shop.reference.lower(), shop.number, shop.number[:-3]):
        assert found(binh, q) == {shop.pk}, q


def test_undeclared_answers_are_not_searched(tenant: Tenant, office: Office, an: User, binh: User) -> None:
    filed(offered(office, form=form({**SHOP, "searchable": False})), an, shop="Phở Hòa Bình")
    assert found(binh, "pho hoa") == set()


@pytest.mark.parametrize(
    "change", [{"type": "person_id"}, {"type": "phone"}, {"type": "address"}, {"registry": "population.personal_id"}, {"registry": "account.phone"}]
)  # fmt: skip
def test_what_is_to_be_kept_shut_cannot_be_declared(change: dict[str, str]) -> None:
    with pytest.raises(DefinitionError) as refusal:
        parse(definition(form=form(SHOP | change)))
    assert [problem.path for problem in refusal.value.problems] == ["form.sections[0].fields[3].searchable"]


def test_words_follow_the_dossier_by_themselves(shop: Dossier, office: Office) -> None:
    other = Office.objects.create(code="H58.31", name="Phường khác", kind="commune")
    shop.search, shop.processing_office = "tran van moi", other
    shop.save()
    told = set(DossierWord.objects.filter(dossier=shop).values_list("word", "office"))
    assert told == {(word, place.pk) for word in ("tran", "van", "moi") for place in (office, other)}
    shop.processing_office = None
    shop.save(update_fields=["processing_office"])
    assert set(DossierWord.objects.filter(dossier=shop).values_list("office", flat=True)) == {office.pk}


def test_a_word_that_many_say_is_asked_of_each(shop: Dossier, binh: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_FOUND", 1)
    for q in ("an", "nguyen an", "an pho"):
        assert found(binh, q) == {shop.pk}
    assert found(binh, "an nguyen", list="closed") == set()


@pytest.mark.parametrize("q", ["nguyen thi an", "082190001234", "pho hoa binh"])
def test_others_find_nothing(
    shop: Dossier, giang: User, binh: User, other_tenant: Tenant, tenant: Tenant, q: str
) -> None:
    with inside(other_tenant):
        assert found(giang, q) == set()
    elsewhere = Office.objects.create(code="H58.31", name="Phường khác", kind="commune")
    for row in Dossier.objects.filter(pk=shop.pk):
        row.office = row.receiving_office = elsewhere
        row.save(update_fields=["office", "receiving_office"])
    assert found(binh, q) == set()
