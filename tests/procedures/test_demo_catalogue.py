import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from integrations.people import BY_KEY
from payments.models import Account
from payments.queries import accounts_of
from portal.models import Office, Tenant
from portal.tenancy import inside
from procedures.actions import catalogue, levels
from procedures.demo import content
from procedures.models import Offering, Procedure
from procedures.queries.places import commune_provinces, communes, provinces
from procedures.schema.bundle import problems_of
from procedures.schema.definition import Definition, parse
from procedures.schema.fields import Context
from procedures.schema.identity import read_person_id
from procedures.schema.papers import papers_for
from procedures.schema.validate import check
from tests.cast import Cast

TENANTS = ("dongthap", "vhttdl")
FILED_ON = date(2026, 11, 20)
CODE = re.compile(r"\d\.\d{6}")
LEVELS = {
    "dongthap": {
        "1.001193": 4, "1.000656": 4, "1.001612": 4, "1.004222": 4, "1.004194": 4, "1.010041": 4, "1.003622": 4, "1.001029": 4,
        "1.004623": 4, "2.002288": 4, "2.001583": 4, "1.004873": 3, "1.004859": 3, "2.000635": 3, "1.013225": 3, "2.000815": 2,
        "1.011607": 2, "2.001035": 1, "1.012812": 1, "2.000986": 1,
    },
    "vhttdl": {"1.004623": 4, "9.000201": 4, "9.000203": 4, "9.000204": 4, "9.000202": 3, "9.000205": 2, "9.000206": 1},
}  # fmt: skip


def raw_procedures(tenant: str) -> list[dict[str, Any]]:
    return [raw for bundle in content.bundles(tenant) for raw in bundle["procedures"]]


RAW = [pytest.param(raw, id=f"{tenant}-{raw['code']}") for tenant in TENANTS for raw in raw_procedures(tenant)]
each_procedure = pytest.mark.parametrize("raw", RAW)
each_tenant = pytest.mark.parametrize("slug", TENANTS)


def told(slug: str) -> dict[str, Any]:
    return next(one for one in content.organisation()["tenants"] if one["slug"] == slug)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict) and "vi" in value:
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(inner, f"{path}.{key}")


@each_tenant
def test_every_bundle_can_be_taken_in(slug: str) -> None:
    assert [problem for bundle in content.bundles(slug) for problem in problems_of(bundle)] == []


@each_tenant
def test_the_catalogue_is_the_promised_one_and_no_code_comes_twice(slug: str) -> None:
    codes = [raw["code"] for raw in raw_procedures(slug)]
    assert sorted(codes) == sorted(LEVELS[slug])
    assert all(CODE.fullmatch(code) for code in codes)


@each_procedure
def test_every_text_is_there_in_both_languages(raw: dict[str, Any]) -> None:
    assert [path for path, text in texts(raw) if not (text["vi"].strip() and text.get("en", "").strip())] == []


def test_a_text_without_english_would_be_found() -> None:
    assert [path for path, text in texts({"name": {"vi": "Tên"}}) if not text.get("en")] == [".name"]


@each_procedure
def test_the_record_says_who_where_how_long_and_by_what_law(raw: dict[str, Any]) -> None:
    made = parse(raw)
    assert made.steps and made.summary and made.conditions and made.legal_basis and made.results and made.keywords
    assert made.agencies.competent and made.agencies.performing and made.agencies.cooperating
    assert all(made.time_for(channel) for channel in made.channels)
    assert made.route[-1].role == "head", "a dossier ends with a decision"
    assert set(made.life_events) <= {event["key"] for event in content.organisation()["life_events"]}


@each_procedure
def test_a_paper_asked_for_online_can_be_attached(raw: dict[str, Any]) -> None:
    made = parse(raw)
    given = {field.paper for section in made.sections for field in section.fields if field.type == "file"}
    asked = {paper.key for paper in made.papers if paper.mandatory and not paper.present_only and not paper.blank_form}
    assert "online" not in made.channels or asked <= given


@each_procedure
def test_filing_online_never_costs_more(raw: dict[str, Any]) -> None:
    for fee in parse(raw).fees:
        online, counter = fee.by("online"), fee.by("counter")
        if online and counter:
            assert (online.base, online.each) <= (counter.base, counter.each)


def test_the_household_business_costs_half_online() -> None:
    raw = next(raw for raw in raw_procedures("dongthap") if raw["code"] == "1.001612")
    assert [fee["amount"] for fee in raw["fees"]] == [{"online": 25000, "counter": 50000, "post": 50000}]


def filings(slug: str, made: Definition) -> list[content.Example]:
    return content.examples(slug, made.code, FILED_ON, lambda name: name)


def file_names(answers: dict[str, Any], made: Definition) -> set[str]:
    fields = [field for section in made.sections for field in section.fields if field.type == "file"]
    return {name for field in fields for name in answers.get(field.key, [])}


@each_tenant
def test_every_example_filing_is_clean_and_complete(slug: str) -> None:
    for raw in raw_procedures(slug):
        made = parse(raw)
        examples = filings(slug, made)
        assert len(examples) >= 2 or not made.sections
        for example in examples:
            context = Context(
                today=FILED_ON, communes=commune_provinces(), attachments=file_names(example.answers, made)
            )
            checked = check(made.form, example.answers, context=context)
            assert checked.messages == {}, (made.code, example.submitter)
            assert set(example.answers) <= set(checked.answers), "nothing is answered that the form does not ask"


@each_tenant
def test_every_example_filing_has_its_papers(slug: str) -> None:
    for raw in raw_procedures(slug):
        made = parse(raw)
        if "online" not in made.channels:
            continue
        fields = {
            field.paper: field.key for section in made.sections for field in section.fields if field.type == "file"
        }
        for example in filings(slug, made):
            needed = [
                paper.key for paper in papers_for(made, example.answers) if paper.to_submit and paper.key in fields
            ]
            assert [key for key in needed if not example.answers.get(fields[key])] == [], (made.code, example.submitter)


def test_a_wrong_answer_in_an_example_would_be_found() -> None:
    made = parse(next(raw for raw in raw_procedures("dongthap") if raw["code"] == "1.001612"))
    answers = filings("dongthap", made)[0].answers | {"birth_date": "1991-05-12"}
    assert check(made.form, answers, context=Context(today=FILED_ON)).messages.keys() == {"personal_id"}


@each_tenant
def test_examples_are_filed_by_demo_people_where_the_procedure_is_offered(slug: str) -> None:
    offered = {(offer["procedure"], offer["office"]) for offer in told(slug)["offers"]}
    for raw in raw_procedures(slug):
        for example in filings(slug, parse(raw)):
            assert example.submitter in BY_KEY
            assert (raw["code"], example.office) in offered


@each_tenant
def test_offices_stand_under_known_offices_in_known_communes(slug: str) -> None:
    codes = {office["code"]: office for office in told(slug)["offices"]}
    assert len(codes) == len(told(slug)["offices"])
    for office in codes.values():
        assert office["parent"] is None or office["parent"] in codes
        assert office["commune_code"] in communes()
        assert set(office.get("successors", [])) <= codes.keys()
    accounts = [account["office"] for account in told(slug)["accounts"]]
    assert set(accounts) <= codes.keys()


def test_the_town_of_go_cong_is_dissolved_and_succeeded_by_four_wards() -> None:
    offices = {office["code"]: office for office in told("dongthap")["offices"]}
    town = offices["H58.15"]
    assert (town["closed_on"], offices["H58.15.01"]["parent"]) == ("2025-07-01", "H58.15")
    assert {offices[code]["commune_code"] for code in town["successors"]} == {"28306", "28297", "28729", "28315"}


@each_tenant
def test_every_step_at_every_office_has_somebody_to_take_it(slug: str) -> None:
    held = {(row["office"], row["role"]) for one in told(slug)["people"] for row in one["memberships"]}
    routes = {raw["code"]: {step.role for step in parse(raw).route} for raw in raw_procedures(slug)}
    for offer in told(slug)["offers"]:
        for role in {*routes[offer["procedure"]], "clerk", "cashier"}:
            assert (offer["office"], role) in held, (offer, role)
    assert {(None, "administrator"), (None, "auditor")} <= held


def test_nobody_is_two_people() -> None:
    rows = [one for slug in TENANTS for one in told(slug)["people"]]
    made_here = [one for one in rows if "personal_id" in one]
    assert len({one["subject"] for one in rows}) == len(rows)
    assert {one["subject"] for one in rows if "personal_id" not in one} <= BY_KEY.keys()
    # Who is told of in both places is told of alike: the stand-in signs in the very person that holds the role.
    assert {BY_KEY[one["subject"]].personal_id for one in made_here} == {one["personal_id"] for one in made_here}
    numbers = [one["personal_id"] for one in made_here]
    assert len(set(numbers)) == len(numbers)
    for one in made_here:
        number = read_person_id(one["personal_id"])
        assert number.place and str(number.birth_year) == one["birth_date"][:4]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@each_tenant
def test_the_authority_s_colours_can_be_read(slug: str) -> None:
    theme = told(slug)["theme"]
    assert contrast(theme["brand"], theme["brand_ink"]) >= 7
    assert contrast(theme["brand"], theme["brand_soft"]) >= 7
    assert contrast(theme["accent"], "#ffffff") >= 4.5
    assert contrast("#777777", "#ffffff") < 4.5


def test_places_are_the_34_provinces_and_3321_communes() -> None:
    assert (len(provinces()), len(communes())) == (34, 3321)
    assert communes()["28306"] == ("Phường Gò Công", "82")
    assert set(commune_provinces().values()) == provinces().keys()


def found(slug: str) -> None:
    """Publish a tenant's catalogue and open what its offices offer, as the demonstration does."""
    for row in sorted(told(slug)["offices"], key=lambda row: str(row["code"])):
        parent = Office.objects.filter(code=row["parent"]).first()
        Office.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"], "kind": row["kind"], "parent": parent}
        )
    offices = {office.code: office for office in Office.objects.all()}
    for row in told(slug)["accounts"]:
        Account.objects.create(**{**row, "office": offices[row["office"]]})
    made = {raw["code"]: catalogue.publish(raw).procedure for raw in raw_procedures(slug)}
    for row in told(slug)["offers"]:
        opened = {name: row[name] for name in ("blank_forms", "online_open", "pays_online", "returns_online")}
        Offering.objects.create(procedure=made[row["procedure"]], office=offices[row["office"]], **opened)
    levels.settle_all()


@each_tenant
def test_levels_come_out_as_promised(slug: str, cast: Cast) -> None:
    with inside(Tenant.objects.get(slug=slug)):
        found(slug)
        assert dict(Procedure.objects.values_list("code", "level")) == LEVELS[slug]


def test_closing_one_ward_s_accounts_takes_the_household_business_down_to_level_three(tenant: Tenant) -> None:
    found("dongthap")
    ward = Office.objects.get(code="H58.31")
    assert len(accounts_of(ward)) == 2
    Account.objects.filter(office=ward).update(is_active=False)
    levels.settle_all()
    assert Procedure.objects.get(code="1.001612").level == 3
    assert set(Offering.objects.filter(procedure__code="1.001612").values_list("level", flat=True)) == {3, 4}
