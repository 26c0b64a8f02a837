"""The population registry: one contract for recorded answers and the stand-in, and every way in which it can fail."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from integrations import data_platform, population
from integrations.models import LookUp
from integrations.people import BY_KEY, PEOPLE
from integrations.population import Address, Person, Relative, live
from integrations.population.stand_in import make_app
from portal.models import Tenant, User
from portal.tenancy import as_person, inside
from tests.cast import Cast
from tests.integrations.servers import order, playing, running

pytestmark = pytest.mark.django_db(databases=["default", "owner", "platform"])
BORN = date(1990, 5, 12)
TOKENS = {"POST /token": "platform_token.json", "POST /qldc/token": "population_token.json"}
LOOK_UP = "POST /qldc/TraCuuThongTinCongDan"
HOME = Address("82", "28306", "12 Trương Định")
AN = Person(
    personal_id="082190001234",
    full_name="Nguyễn Thị An",
    birth_date=BORN,
    gender="female",
    ethnicity="Kinh",
    nationality="VN",
    marital_status="single",
    hometown=Address("82", "28306", ""),
    residence=HOME,
    current_residence=HOME,
    spouse=None,
    father=Relative("Nguyễn Văn Phước", "082060010111"),
    mother=Relative("Trần Thị Sáu", "082163010222"),
)


def _ask(name: str = "Nguyễn Thị An", **more: Any) -> Person | None:
    return population.look_up("082190001234", name, BORN, purpose="Điền sẵn tờ khai", **({"asked_by": None} | more))


@pytest.fixture
def stand_in(settings: Any) -> Iterator[str]:
    with running(make_app()) as address:
        settings.POPULATION_URL = address
        yield address


@pytest.fixture(params=["recorded", "stand-in"])
def registry(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    app = make_app() if request.param == "stand-in" else playing(TOKENS | {LOOK_UP: "population_found.xml"})
    with running(app) as address:
        settings.POPULATION_URL = address
        yield


def test_a_person_who_matches_is_told_in_our_words(known: Tenant, registry: None) -> None:
    assert _ask() == AN


def test_a_name_in_another_case_and_spelling_of_the_same_letters_matches(known: Tenant, stand_in: str) -> None:
    assert _ask(" nguyễn  thị an ") == AN


@pytest.mark.parametrize(
    ("personal_id", "name", "born"),
    [
        ("082190001235", "Nguyễn Thị An", BORN),
        ("082190001234", "Nguyễn Văn An", BORN),
        ("082190001234", "Nguyễn Thị An", date(1990, 5, 13)),
    ],
    ids=["another id", "another name", "another birth date"],
)
def test_somebody_who_does_not_match_in_all_three_is_nobody(
    known: Tenant, stand_in: str, personal_id: str, name: str, born: date
) -> None:
    assert population.look_up(personal_id, name, born, purpose="p", asked_by=None) is None


def test_an_empty_recorded_answer_is_nobody(known: Tenant, settings: Any) -> None:
    with running(playing(TOKENS | {LOOK_UP: "population_not_found.xml"})) as settings.POPULATION_URL:
        assert _ask() is None


def test_all_the_people_of_the_demonstration_are_known(known: Tenant, stand_in: str) -> None:
    for person in PEOPLE:
        found = live.look_up(person.personal_id, person.full_name, person.birth_date, "")
        assert found is not None
        assert (found.full_name, found.gender, found.marital_status) == (
            person.full_name,
            person.gender,
            person.marital_status,
        )


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_a_registry_in_trouble_is_unavailable(known: Tenant, stand_in: str, mode: str) -> None:
    order(stand_in, mode)
    with pytest.raises(population.Unavailable):
        _ask()
    order(stand_in, "ok")
    assert _ask() == AN


def test_a_slow_registry_is_unavailable_before_it_answers(known: Tenant, stand_in: str) -> None:
    order(stand_in, "slow", 600)
    with pytest.raises(population.Unavailable):
        _ask()


def test_no_address_is_unavailable(known: Tenant, settings: Any) -> None:
    settings.POPULATION_URL = ""
    with pytest.raises(population.Unavailable):
        _ask()


@pytest.mark.parametrize("answer", ["population_fault.xml", "population_bomb.xml", "platform_token.json"])
def test_an_answer_of_another_shape_is_unavailable(known: Tenant, settings: Any, answer: str) -> None:
    with running(playing(TOKENS | {LOOK_UP: answer})) as settings.POPULATION_URL, pytest.raises(population.Unavailable):
        _ask()


def test_another_persons_data_are_not_handed_on(known: Tenant, settings: Any) -> None:
    with (
        running(playing(TOKENS | {LOOK_UP: "population_found.xml"})) as settings.POPULATION_URL,
        pytest.raises(population.Unavailable),
    ):
        population.look_up("082085002345", "Trần Văn Bình", date(1985, 11, 3), purpose="p", asked_by=None)


def test_tokens_that_the_registry_forgot_are_fetched_again(known: Tenant, stand_in: str, settings: Any) -> None:
    assert _ask() == AN
    port = int(stand_in.rsplit(":", 1)[1])
    data_platform._kept.update({key: ("forgotten", until) for key, (_token, until) in data_platform._kept.items()})
    assert settings.POPULATION_URL.endswith(str(port))
    assert _ask() == AN


def test_a_question_is_on_record_with_purpose_and_outcome(known: Tenant, stand_in: str, an: User, binh: User) -> None:
    _ask(asked_by=binh, about=an, dossier_reference="REF-1")
    with inside(known):
        row = LookUp.objects.get()
        assert (row.neighbour, row.purpose, row.asked_by, row.about) == ("population", "Điền sẵn tờ khai", binh, an)
        assert (row.dossier_reference, row.outcome) == ("REF-1", "found")
        assert row.took_ms is not None


def test_a_question_that_found_nobody_or_no_registry_is_on_record_too(known: Tenant, stand_in: str) -> None:
    _ask("Nguyễn Văn An")
    order(stand_in, "down")
    with pytest.raises(population.Unavailable):
        _ask()
    with inside(known):
        assert list(LookUp.objects.order_by("pk").values_list("outcome", flat=True)) == ["not_found", "unavailable"]


def test_the_record_is_written_before_the_question_leaves(known: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def look_up(*_question: Any) -> Person:
        with inside(known):
            seen.append(LookUp.objects.get().outcome)
        return AN

    monkeypatch.setattr(live, "look_up", look_up)
    assert _ask() == AN
    assert seen == ["asked"]


def test_without_a_record_there_is_no_answer(known: Tenant, stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(LookUp, "save", refuse)
    with pytest.raises(OSError, match="disk full"):
        _ask()


def test_nothing_is_asked_inside_a_transaction(cast: Cast, stand_in: str) -> None:
    with inside(cast.tenant):
        with pytest.raises(RuntimeError, match="durable"):
            _ask()
        assert not LookUp.objects.exists()


def test_whom_it_concerned_sees_it_and_nobody_else(known: Tenant, stand_in: str, an: User, binh: User) -> None:
    _ask(asked_by=binh)  # not told about whom: found by the personal id
    with as_person(an):
        assert [row.about for row in LookUp.objects.all()] == [an]
    with as_person(binh):
        assert not LookUp.objects.exists()


def test_another_authority_does_not_see_it(known: Tenant, stand_in: str, other_tenant: Tenant) -> None:
    _ask()
    with inside(other_tenant):
        assert not LookUp.objects.exists()


def test_the_registry_is_well_when_it_hands_out_its_token(stand_in: str) -> None:
    assert population.check() == ""
    order(stand_in, "wrong")
    data_platform.forget("")
    with pytest.raises(population.Unavailable):
        population.check()


def test_the_ids_of_the_people_agree_with_their_birth_and_sex() -> None:
    for person in PEOPLE:
        century = 19 + int(person.personal_id[3]) // 2
        assert (len(person.personal_id), f"{century}{person.personal_id[4:6]}") == (12, str(person.birth_date.year)), (
            person.key
        )
    assert len(BY_KEY) == len(PEOPLE) == len({person.personal_id for person in PEOPLE})
