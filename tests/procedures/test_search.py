"""People find a procedure though they cannot spell its name: the demo's catalogue by a table, the national list by rule."""

import random
from collections.abc import Callable

import pytest

from portal.models import Tenant
from portal.tenancy import inside
from portal.text import fold
from procedures.models import Dossier, Procedure, SearchWord
from procedures.queries import finding, popularity
from procedures.queries.spelling import parted, slips, words_of
from tests.forms import definition, text
from tests.procedures import shelf

# What somebody types → the code that must come first.
TYPED = [
    ("đăng ký khai sinh", "1.001193"), ("dang ky khai sinh", "1.001193"), ("dang ky khai snih", "1.001193"), ("dang ki kahi sinh", "1.001193"),
    ("khai sanh", "1.001193"), ("làm giấy khai sinh cho con", "1.001193"), ("GKS", "1.001193"), ("dawng kys khai sinh", "1.001193"),
    ("d9a8ng ky1 khai sinh", "1.001193"), ("dangkykhaisinh", "1.001193"), ("birth certificate", "1.001193"), ("1.001193", "1.001193"), ("001193", "1.001193"),
    ("giay phep xay dugn", "1.013225"), ("GPXD", "1.013225"), ("gpxd nhà ở", "1.013225"), ("xin phép xây nhà", "1.013225"), ("xay nha", "1.013225"),
    ("giay fep xay dung", "1.013225"), ("building permit", "1.013225"), ("1.0132", "1.013225"),
    ("hộ kinh doanh", "1.001612"), ("HKD", "1.001612"), ("hokinhdoanh", "1.001612"), ("mở quán cà phê", "1.001612"), ("toi muon mo tiem", "1.001612"),
    ("ho kinh donah", "1.001612"), ("giay phep kinh doanh ca the", "1.001612"),
    ("đăng ký thường trú", "1.004222"), ("nhap ho khau", "1.004222"), ("hộ khẩu", "1.004222"), ("dang ky thuong chu", "1.004222"),
    ("tạm trú", "1.004194"), ("KT3", "1.004194"), ("tam chu", "1.004194"), ("giấy CT07", "1.010041"),
    ("khai tử", "1.000656"), ("bao tu", "1.000656"), ("giấy chứng tử", "1.000656"),
    ("giấy độc thân", "1.004873"), ("xac nhan doc than", "1.004873"), ("tinh trang hon nhan", "1.004873"),
    ("sao y", "2.000815"), ("công chứng căn cước", "2.000815"), ("cong chung hop dong mua ban nha", "2.001035"), ("sang tên đất", "2.001035"),
    ("thẻ HDV", "1.004623"), ("huong dan vien du lihc", "1.004623"), ("karaoke", "1.001029"), ("giay phep karaok", "1.001029"),
    ("phu hieu xe", "2.002288"), ("phù hiệu xe tải", "2.002288"), ("hòa giải đất đai", "1.012812"), ("hoà giải đất đai", "1.012812"),
    ("thành lập công ty", "2.001583"), ("cong ty TNHH", "2.001583"), ("hộ nghèo", "1.011607"), ("ho ngeo", "1.011607"),
    ("lễ hội", "1.003622"), ("le hoi dinh", "1.003622"), ("cải chính hộ tịch", "1.004859"), ("doi ten", "1.004859"), ("trích lục khai sinh", "2.000635"),
]  # fmt: skip


@pytest.fixture
def demo(tenant: Tenant) -> dict[str, int]:
    return {row.code: row.pk for row in shelf.put(shelf.demo())}


def codes(typed: str) -> list[str]:
    by_key = dict(Procedure.objects.values_list("pk", "code"))
    return [by_key[key] for key in finding.search(typed).keys]


def test_everybody_finds_what_they_mean(demo: dict[str, int]) -> None:
    wrong = {typed: (code, codes(typed)[:3]) for typed, code in TYPED if codes(typed)[:1] != [code]}
    assert wrong == {}


def test_the_table_would_tell_a_search_that_knows_no_slips(
    demo: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without slips, everyday names and parting the table does not hold."""
    monkeypatch.setattr(finding, "slips", lambda word: {})
    monkeypatch.setattr(finding, "readings", lambda asked: iter([asked]))
    monkeypatch.setattr(finding, "parted", lambda word, known: [])
    assert sum(codes(typed)[:1] != [code] for typed, code in TYPED) >= 10


def test_a_slip_is_told_with_what_was_found_instead(demo: dict[str, int]) -> None:
    assert finding.search("dang ky khai snih").corrected == "đăng ký khai sinh"
    assert finding.search("đăng ký khai sinh").corrected == ""


def test_other_words_are_offered_only_where_they_find_more(tenant: Tenant) -> None:
    shelf.put(
        definition(f"1.{n:06}", name=text(name), keywords=[], summary=None)
        for n, name in enumerate(["Trợ cấp xã hội", "Trợ cấp hằng tháng", "Trợ cấp một lần", "Cấp phép họp chợ"])
    )
    few = finding.search("chợ cấp")
    assert few.instead == "trợ cấp"
    assert finding.search("trợ cấp").instead == ""


def test_what_is_unlike_is_not_found(demo: dict[str, int]) -> None:
    for typed in ("hộ chiếu", "xin visa", "zzzz", "máy bay", "%", "'; --"):
        assert finding.search(typed).keys == [], typed


def test_what_people_file_most_comes_first_among_equals(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = shelf.put(definition(code, name=text("Cấp thẻ"), keywords=[]) for code in ("1.000001", "1.000002"))
    assert finding.search("cấp thẻ").keys == [one.pk, two.pk]
    monkeypatch.setattr(finding, "popular", lambda: {two.pk: 7})
    assert finding.search("cấp thẻ").keys == [two.pk, one.pk]


def test_another_authority_finds_nothing_of_it(demo: dict[str, int], other_tenant: Tenant) -> None:
    with inside(other_tenant):
        assert finding.search("khai sinh").keys == []
        assert not SearchWord.objects.exists()


def test_popularity_counts_what_was_accepted_lately(tenant: Tenant) -> None:
    assert popularity.popular() == {}
    assert not Dossier.objects.exists()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("snih", "sinh"), ("sin", "sinh"), ("sinhh", "sinh"), ("sunh", "sinh"), ("giaais", "giai"), ("ddawng", "dang"), ("d9a8ng", "dang"),
        ("chu", "tru"), ("zai", "giai"), ("fep", "phep"),
    ],
)  # fmt: skip
def test_one_slip_away_is_the_word_that_was_meant(typed: str, meant: str) -> None:
    assert meant in slips(typed)
    assert typed not in slips(typed)


def test_two_slips_are_too_many() -> None:
    assert "sinh" not in slips("snhi")


def test_words_run_together_are_parted_into_the_fewest_that_are_known() -> None:
    assert parted("hokinhdoanh", {"ho", "kinh", "doanh", "do", "anh"}) == ["ho", "kinh", "doanh"]
    assert parted("hokinhx", {"ho", "kinh"}) == []


def test_spelling_is_all_one_here() -> None:
    assert words_of("Hoà giải, KÝ nhận") == words_of("hòa giai ki nhan") == ["hoa", "giai", "ki", "nhan"]


Spoil = Callable[[str, random.Random], str]


def _swapped(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _shorter(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


SPOILS: dict[str, Spoil] = {
    "without marks": lambda word, _chance: word,
    "two letters swapped": _swapped,
    "a letter missing": _shorter,
    "a letter twice": _doubled,
}


def spoiled(name: str, spoil: Spoil, chance: random.Random) -> str:
    """The name without diacritics, one of its longer words spoiled."""
    words = fold(name).split()
    at = chance.choice([n for n, word in enumerate(words) if len(word) > 2 and word.isalpha()] or [0])
    return " ".join([*words[:at], spoil(words[at], chance), *words[at + 1 :]])


@pytest.mark.skipif(not shelf.NATIONAL.exists(), reason="the national list is not beside the project")
def test_nineteen_of_twenty_misspelt_names_of_the_national_list_find_their_own(tenant: Tenant) -> None:
    rows = shelf.put(shelf.national())
    chance = random.Random(20261122)
    missed: dict[str, list[str]] = {how: [] for how in SPOILS}
    tried = 100
    for how, spoil in SPOILS.items():
        for row in chance.sample(rows, tried):
            same = {other.pk for other in rows if other.name == row.name}
            if not same & set(finding.search(spoiled(row.name, spoil, chance)).keys[:5]):
                missed[how].append(row.code)
    assert {how: codes for how, codes in missed.items() if len(codes) > tried * 0.05} == {}
