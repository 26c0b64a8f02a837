"""A result that another procedure renews: named in the definition, judged at publication, and followed by the citizen."""

import json
from typing import Any

import pytest
from django.urls import reverse

from portal.models import Office, Tenant, User
from portal.moments import today
from procedures.actions import bundles, catalogue, drafting, publication, results, submission
from procedures.models import Dossier, Offering, Paper, Procedure, ProcedureVersion, Renewal
from procedures.queries.renewals import renewing_code, where_to_renew
from procedures.schema.definition import DefinitionError, parse
from tests.cast import make_office
from tests.forms import definition, offered
from tests.pages.boxes import boxes
from tests.pages.desk import drafted, filed, in_process
from tests.pages.test_renewal import CODE, DAY, TEMPLATE, address

OTHER = "1.999002"
NAMING = {**TEMPLATE, "renewed_by": OTHER}


@pytest.fixture
def renewing(tenant: Tenant, office: Office) -> Offering:
    """The procedure for renewals; its own results have no end."""
    return offered(office, OTHER, result_template={**TEMPLATE, "validity_months": None})


@pytest.fixture
def held(tenant: Tenant, office: Office, an: User, binh: User, dung: User) -> Dossier:
    """Returned, and at its end."""
    dossier = in_process(filed(offered(office, CODE, result_template=NAMING), an), binh, step="sign", to=dung)
    results.decide(drafted(dossier, dung), dung)
    results.hand_over(dossier, an, how="online")
    Paper.objects.filter(dossier=dossier, kind="result").update(valid_until=today() + 20 * DAY)
    return dossier


def test_the_citizen_is_led_to_the_other_procedure_with_the_old_answers(
    renewing: Offering, held: Dossier, an: User, binh: User, door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.public.dossier_renewal.fill_from_population", lambda *_: True)
    client = door(an)
    assert f"gia hạn bằng thủ tục “{renewing.procedure.title}”" in client.get(address(held)).content.decode()
    client.post(address(held), follow=True)
    draft = Dossier.objects.get(state="draft")
    assert (draft.procedure.code, draft.answers["purpose"]) == (OTHER, "loan")
    assert Renewal.objects.get().paper.dossier == held
    old = Paper.objects.get(dossier=held, kind="result")
    submission.submit(draft, an, "key-renewal")
    assert old.number in client.get(f"/tai-khoan/ho-so/{draft.reference}/").content.decode()
    assert old.number in door(binh).get(f"/mot-cua/ho-so/{draft.reference}/").content.decode()


def test_without_a_name_the_same_procedure_renews(office: Office, renewing: Offering, held: Dossier) -> None:
    """The control."""
    assert renewing_code(held) == OTHER
    catalogue.publish(definition(CODE, result_template=TEMPLATE))
    held.refresh_from_db()
    again = Dossier.objects.get(pk=held.pk)
    assert renewing_code(again) == CODE
    found = where_to_renew(again)
    assert found is not None and found.procedure.code == CODE


def test_a_procedure_of_one_office_renews_for_all(renewing: Offering, held: Dossier) -> None:
    centre = make_office("H58.05", "Sở Tư pháp")
    Offering.objects.filter(pk=renewing.pk).update(office=centre)
    found = where_to_renew(held)
    assert found is not None and found.office == centre
    catalogue.offer(renewing.procedure, make_office("H58.06", "Sở Xây dựng"), online_open=True)
    assert where_to_renew(held) is None  # several, and none of them is the one that gave it


def test_what_is_named_has_to_be_there_and_offered(held: Dossier, en: User, office: Office, tenant: Tenant) -> None:
    raw = definition(CODE, result_template={**TEMPLATE, "renewed_by": "9.000000"})
    said = [str(one.sentence.pattern) for one in publication.judge(raw, CODE).advice if one.stops]
    assert said == ["Không có thủ tục nào mang mã %(code)s để gia hạn."]
    catalogue.publish(definition(OTHER))
    raw = definition(CODE, result_template=NAMING)
    said = [str(one.sentence.pattern) for one in publication.judge(raw, CODE).advice if one.stops]
    assert said == ["Thủ tục gia hạn %(code)s chưa có ở đơn vị nào."]
    catalogue.offer(Procedure.objects.get(code=OTHER), office)
    assert not [one for one in publication.judge(raw, CODE).advice if one.stops]  # the control


def test_a_result_without_an_end_is_only_advised(tenant: Tenant, renewing: Offering) -> None:
    raw = definition(CODE, result_template={**NAMING, "validity_months": None})
    found = [one for one in publication.judge(raw, CODE).advice if one.address == "result_template.renewed_by"]
    assert [one.stops for one in found] == [False]


def test_the_name_is_a_code() -> None:
    with pytest.raises(DefinitionError):
        parse(definition(CODE, result_template={**TEMPLATE, "renewed_by": "không phải mã"}))
    template = parse(definition(CODE, result_template=NAMING)).result_template
    assert template is not None and template.renewed_by == OTHER


def test_a_bundle_carries_the_name_there_and_back(tenant: Tenant, office: Office) -> None:
    both = [definition(CODE, result_template=NAMING), definition(OTHER, result_template=TEMPLATE)]
    text = json.dumps({"format": "motcua-bundle", "version": 1, "procedures": both})
    plan = bundles.take_in(text, None)
    assert [one.effect for one in plan.entries] == ["new", "new"]
    given = bundles.given_out()
    assert ProcedureVersion.objects.get(procedure__code=CODE).parsed.result_template.renewed_by == OTHER  # type: ignore[union-attr]
    assert [one.effect for one in bundles.plan_for(json.dumps(given)).entries] == ["same", "same"]


def test_a_bundle_that_names_nothing_known_is_refused_there(tenant: Tenant, office: Office) -> None:
    text = json.dumps(
        {"format": "motcua-bundle", "version": 1, "procedures": [definition(CODE, result_template=NAMING)]}
    )
    (entry,) = bundles.plan_for(text).entries
    assert entry.effect == "refused"
    assert OTHER in entry.faults[0].sentence
    catalogue.publish(definition(OTHER))
    (entry,) = bundles.plan_for(text).entries
    assert entry.effect == "new"  # the control


def test_the_designer_writes_and_shows_it(renewing: Offering, held: Dossier, en: User, door: Any) -> None:
    drafting.begin(CODE, en)
    client, at = door(en), reverse("manage_draft_result_edit", args=[CODE])
    page = client.get(at).content.decode()
    assert f'value="{OTHER}"' in page
    assert renewing.procedure.title in client.get(reverse("manage_draft_result", args=[CODE])).content.decode()
    told = {**boxes(page), "renewed_by": "9.000000"}
    assert client.post(at, told).status_code == 302
    assert "không có ở đây" in client.get(reverse("manage_draft_result", args=[CODE])).content.decode()
    checks = client.get(reverse("manage_draft_checks", args=[CODE])).content.decode()
    assert "Không có thủ tục nào mang mã 9.000000 để gia hạn." in checks
    wrong = client.post(at, {**told, "renewed_by": "gia hạn"}).content.decode()
    assert "không đúng dạng" in wrong
