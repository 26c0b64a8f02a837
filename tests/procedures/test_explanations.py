"""The first line of a deadline's explanation says truly whether the day of reception counts."""

from typing import Any

import pytest

from procedures import clock
from procedures.queries.explanations import explained
from tests.procedures.test_clock import OFFICE, at, pause, rule


@pytest.mark.parametrize(
    ("amount", "settings", "words"),
    [
        (2, {}, "ngày tiếp nhận không tính"),
        (0, {}, "phải trả trong chính ngày đó"),
        (2, {"counting": "hours"}, "tính theo giờ làm việc từ lúc đó"),
        (0, {"counting": "hours"}, "phải trả trong chính ngày đó"),
    ],
)
def test_it_fits_the_rule(amount: int, settings: dict[str, Any], words: str) -> None:
    due = clock.due(rule(amount, **settings), OFFICE, at("2026-11-16T10:39"), [])
    assert words in explained(due)[0].text


def test_a_time_begun_anew_by_a_supplement_says_so() -> None:
    anew = clock.due(
        rule(2, supplement_mode="restart"),
        OFFICE,
        at("2026-11-16T10:39"),
        [pause("2026-11-17T08:00", "2026-11-18T09:00")],
    )
    told = [one.text for one in explained(anew)]
    assert "ngày tiếp nhận không tính" in told[0]
    assert any("Nhận đủ bổ sung" in text for text in told)


def test_an_extension_is_told_in_its_unit() -> None:
    longer = clock.Extension(at("2026-11-17T09:00"), 2, "45/QĐ")
    told = explained(clock.due(rule(3), OFFICE, at("2026-11-16T10:39"), [], extensions=[longer]))
    assert "thêm 2 ngày làm việc, quyết định 45/QĐ" in " ".join(one.text for one in told)
