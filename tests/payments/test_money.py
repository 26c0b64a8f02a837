import ast
import inspect

import pytest

from payments import money
from payments.money import Balance, Item, claim_of, items_from_json, total


def test_items_add_up_in_whole_dong() -> None:
    assert total([Item("charge", "Lệ phí", 25000), Item("fee", "Phí", 5000)]) == 30000


@pytest.mark.parametrize("amount", [-1, 2.5, True, "25000"])
def test_an_amount_is_a_whole_number_of_dong_and_nothing_else(amount: int) -> None:
    with pytest.raises(ValueError, match="đồng"):
        Item("fee", "Phí", amount)


def test_an_item_is_a_charge_or_a_fee() -> None:
    with pytest.raises(ValueError, match="neither"):
        Item("gift", "Quà", 1)  # type: ignore[arg-type]


def test_items_survive_the_database() -> None:
    items = [Item("charge", "Lệ phí", 25000)]
    assert items_from_json([item.as_json() for item in items]) == items


def test_a_claim_is_the_same_for_the_same_items_of_the_same_subject() -> None:
    items = [Item("charge", "Lệ phí", 25000)]
    assert claim_of("HS-1", items) == claim_of("HS-1", list(items))
    assert claim_of("HS-1", items) != claim_of("HS-2", items)
    assert claim_of("HS-1", items) != claim_of("HS-1", [Item("charge", "Lệ phí", 25001)])


def test_what_was_received_is_somewhere() -> None:
    assert Balance(received=30000, applied=20000, suspense=4000, refunded=6000).difference == 0
    assert Balance(received=30000, applied=20000, suspense=4000, refunded=5999).difference == 1


def test_a_refund_empties_suspense_first() -> None:
    assert Balance(received=30000, applied=20000, suspense=10000).drawn(15000) == (10000, 5000)


def test_money_is_plain_arithmetic() -> None:
    imported = [
        node for node in ast.walk(ast.parse(inspect.getsource(money))) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = {a.name for n in imported if isinstance(n, ast.Import) for a in n.names} | {
        str(n.module) for n in imported if isinstance(n, ast.ImportFrom)
    }
    assert names == {"hashlib", "json", "collections.abc", "dataclasses", "typing"}
