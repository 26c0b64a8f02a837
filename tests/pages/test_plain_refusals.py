"""Where a form is sent empty, or an address is opened that only takes forms, people are told in words."""

from typing import Any

from django import forms

from portal.models import Tenant, User


class Empty(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    file = forms.FileField()


def test_an_empty_field_says_what_to_do() -> None:
    assert dict(Empty({}).errors) == {
        "name": ["Hãy nhập mục này."],
        "kind": ["Hãy chọn một mục."],
        "file": ["Hãy nhập mục này."],
    }


def test_an_address_that_only_takes_forms_shows_a_page_to_browsers(tenant: Tenant, an: User, door: Any) -> None:
    client = door(an)
    answer = client.get("/tai-khoan/dang-xuat/", headers={"accept": "text/html,*/*"})
    assert answer.status_code == 405
    assert "Hồ sơ của tôi" in answer.content.decode()
    assert client.get("/tai-khoan/dang-xuat/", headers={"accept": "application/json"}).content == b""
