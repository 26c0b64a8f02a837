"""From the sign-in page through VNeID and back: who was chosen there is signed in here, at this host only."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from portal.models import User
from tests.conftest import Door
from tests.integrations.provider import Provider
from tests.integrations.servers import order

pytestmark = pytest.mark.django_db(databases=["default", "owner", "platform"])


def test_a_citizen_signs_in_and_is_taken_over_by_personal_id(provider: Provider, door: Door, an: User) -> None:
    browser = door()
    away = browser.get(reverse("sign_in_begin"))
    assert away.status_code == 302
    there = provider.visit(provider.browser(), away["Location"])
    target = urlsplit(there.location)
    assert target.path == reverse("sign_in_back")
    back = browser.get(target.path, {name: values[0] for name, values in parse_qs(target.query).items()})
    assert (back.status_code, back["Location"]) == (302, reverse("account"))
    an.refresh_from_db()
    assert (an.issuer, an.subject, browser.session["_auth_user_id"]) == (provider.address, "an", str(an.pk))


def test_a_made_up_answer_signs_nobody_in(provider: Provider, door: Door) -> None:
    browser = door()
    browser.get(reverse("sign_in_begin"))
    refused = browser.get(reverse("sign_in_back"), {"code": "made-up", "state": "made-up"})
    assert refused.status_code == 400
    assert "_auth_user_id" not in browser.session


def test_a_provider_that_is_away_is_told_in_words(provider: Provider, door: Door) -> None:
    order(provider.address, "down")
    assert door().get(reverse("sign_in_begin")).status_code == 503
