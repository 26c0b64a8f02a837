import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from procedures.models.form_messages import SENTENCES, problem_sentence, sentence
from procedures.schema.definition import DefinitionError, parse
from procedures.schema.messages import CODES, WARNINGS, Message
from tests.procedures.schema_samples import bare

EXAMPLES = {"missing": "day month", "id_gender": "female", "given": "31/02/2020", "low": "0.50", "high": "9.50"}


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert set(SENTENCES) == {*CODES, *WARNINGS}


@pytest.mark.parametrize(("code", "names"), [*CODES.items(), *WARNINGS.items()])
def test_a_sentence_uses_only_the_words_that_its_code_carries(code: str, names: tuple[str, ...]) -> None:
    used = set(re.findall(r"%\((\w+)\)s", str(SENTENCES[code])))
    assert used <= {"label", *names}
    told = sentence(Message(code, {name: EXAMPLES.get(name, 12) for name in names}), "Số định danh")
    assert "%" not in told
    assert told[-1] in ".?"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (Message("person_id_length", {"got": 11}), "Số định danh có 12 chữ số; bạn đã nhập 11."),
        (
            Message("money_max", {"max": 12_000_000, "got": 12_000_001}),
            "“Vốn” không được lớn hơn 12.000.000 đồng; bạn đã nhập 12.000.001 đồng.",
        ),
        (
            Message("decimal_max", {"high": "9.50", "given": "1234.50"}),
            "“Vốn” không được lớn hơn 9,5; bạn đã nhập 1.234,5.",
        ),
        (Message("choice", {"given": "ba"}), "“ba” không có trong danh sách của “Vốn”; hãy chọn lại một mục."),
        (Message("date_future", {"today": "2026-11-22"}), "“Vốn” không được sau hôm nay (22/11/2026)."),
        (
            Message("date_incomplete", {"missing": "day month"}),
            "“Vốn” còn thiếu ngày, tháng; hãy nhập thêm cho đủ.",
        ),
        (
            Message("person_id_birth_year", {"id_year": 1990, "given_year": "1991"}),
            "Số định danh cho biết năm sinh 1990, nhưng ngày sinh bạn nhập là năm 1991. Hãy kiểm tra cả hai.",
        ),
        (
            Message("person_id_gender", {"id_gender": "female"}),
            "Số định danh này là của nữ, khác với giới tính bạn đã chọn. Hãy kiểm tra cả hai.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Message) else "",
)
def test_a_sentence_says_what_is_wrong_and_how_to_mend_it(message: Message, told: str) -> None:
    assert sentence(message, "Vốn") == told


def test_big_numbers_follow_the_language() -> None:
    with translation.override("en"):
        assert "12,000" in sentence(Message("money_max", {"max": 12_000, "got": 13_000}), "Capital")


def test_a_label_full_of_percent_signs_stays_a_label() -> None:
    assert sentence(Message("required"), "Tỷ lệ % (%(x)s)") == "Hãy nhập “Tỷ lệ % (%(x)s)”."


def test_what_is_wrong_with_a_definition_can_be_told_in_the_readers_language() -> None:
    with pytest.raises(DefinitionError) as raised:
        parse(bare(code=None, fes=1))
    for problem in raised.value.problems:
        assert problem_sentence(problem) == problem.sentence
