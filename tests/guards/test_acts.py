"""Whoever reads the journal reads words: each act that some code records has its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.manage.acts import ACTS

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("portal", "payments", "integrations", "procedures")
# These are recorded by helpers, under a name that is handed to them.
HANDED_ON = {
    "draft.change", "draft.add", "draft.remove", "draft.move", "package.part", "package.drop_part", "package.open", "package.close",
    "account.open", "account.close", "level.day", "look",
}  # fmt: skip


def acts_in(source: str) -> Iterator[str]:
    """The names that calls of audit.record and audit.record_many give."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "audit.record_many"):
            told = ast.walk(node.args[1])
            yield from (one.value for one in told if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_act_has_words_and_no_words_are_left_over() -> None:
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    recorded = {act for file in files for act in acts_in(file.read_text())}
    assert recorded - ACTS.keys() == set()
    assert ACTS.keys() - recorded - HANDED_ON == set()


@pytest.mark.parametrize(
    "source", ['audit.record(me, "new.act", "x")', 'audit.record(me, "fault.add" if fresh else "new.act", key)']
)
def test_a_new_act_is_found(source: str) -> None:
    assert set(acts_in(source)) - ACTS.keys() == {"new.act"}
