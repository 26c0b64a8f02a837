"""The stand-in for VNeID is strict where a lax one would make our own checks prove nothing."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from integrations.vneid.issuing import Grant, Issuing, challenge_of
from tests.integrations.provider import BACK, Provider

VERIFIER = "v" * 43


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


def _code(provider: Provider) -> str:
    return str(parse_qs(urlsplit(_authorize(provider).location).query)["code"][0])


def _authorize(provider: Provider, **changes: str | None) -> Any:
    asked = {
        "response_type": "code",
        "client_id": "mot-cua",
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
    } | changes
    return provider.visit(
        provider.browser(), f"/authorize?{urlencode({k: v for k, v in asked.items() if v is not None})}"
    )


@pytest.mark.parametrize(
    "target",
    [
        "http://dongthap.localhost:8000/tai-khoan/vneid/ve/",
        "http://localhost:8000/tai-khoan/vneid/ve/",
        "http://127.0.0.1:9/tai-khoan/vneid/ve/",
    ],
)
def test_portals_of_this_machine_may_be_returned_to(provider: Provider, target: str) -> None:
    assert _authorize(provider, redirect_uri=target).location.startswith(f"{target}?code=")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "http://evil.example/tai-khoan/vneid/ve/",
        "http://evil-localhost/tai-khoan/vneid/ve/",
        "http://localhost.evil.example/tai-khoan/vneid/ve/",
        "https://dongthap.localhost/tai-khoan/vneid/ve/",
        "http://dongthap.localhost:8000/elsewhere/",
        "http://dongthap.localhost:8000/tai-khoan/vneid/ve/?next=//evil.example",
        "http://dongthap.localhost:8000/tai-khoan/vneid/ve/#f",
        "http://dongthap.localhost@evil.example/tai-khoan/vneid/ve/",
        "http://evil.example\\@dongthap.localhost/tai-khoan/vneid/ve/",
        "//dongthap.localhost/tai-khoan/vneid/ve/",
        "javascript:alert(1)//.localhost/tai-khoan/vneid/ve/",
    ],
)
def test_nobody_else_may_be_returned_to(provider: Provider, target: str) -> None:
    answer = _authorize(provider, redirect_uri=target)
    assert (answer.status_code, answer.location) == (400, None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
    ],
)
def test_a_question_that_lacks_something_is_sent_back(
    provider: Provider, changes: dict[str, str | None], error: str
) -> None:
    assert _authorize(provider, **changes).location == f"{BACK}?error={error}&state=s"


def test_an_unknown_client_is_not_sent_anywhere(provider: Provider) -> None:
    assert _authorize(provider, client_id="another").status_code == 400


def _redeem(provider: Provider, code: str, **changes: str) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": "mot-cua",
        "client_secret": "secret",
        "code_verifier": VERIFIER,
    } | changes
    return provider.browser().post("/token", data=form, base_url=provider.address)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": challenge_of(VERIFIER)},
        {"redirect_uri": BACK.replace("dongthap", "vhttdl")},
    ],
    ids=["wrong verifier", "no verifier", "the challenge itself", "another address"],
)
def test_a_code_is_worth_nothing_to_whom_it_was_not_given(provider: Provider, changes: dict[str, str]) -> None:
    code = _code(provider)
    refused = _redeem(provider, code, **changes)
    assert (refused.status_code, refused.json) == (400, {"error": "invalid_grant"})
    assert _redeem(provider, code).status_code == 400, "a code is spent by the first attempt"


def test_a_code_works_once(provider: Provider) -> None:
    code = _code(provider)
    assert [_redeem(provider, tried).status_code for tried in ("made-up", code, code)] == [400, 200, 400]


def test_a_code_lives_for_a_minute() -> None:
    clock = Clock()
    issuing = Issuing("mot-cua", "secret", clock)
    grant = Grant("mot-cua", BACK, "n", challenge_of(VERIFIER), "an")
    late, in_time = issuing.code_for(grant), issuing.code_for(grant)
    clock.seconds += 59
    assert issuing.redeem(in_time, "mot-cua", BACK, VERIFIER) == grant
    clock.seconds += 1
    assert issuing.redeem(late, "mot-cua", BACK, VERIFIER) is None


def test_a_client_may_say_its_secret_in_the_header_too(provider: Provider) -> None:
    code = _code(provider)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    answer = provider.browser().post("/token", data=form, auth=("mot-cua", "secret"), base_url=provider.address)
    assert answer.status_code == 200
    assert _redeem(provider, "any", client_secret="wrong").json == {"error": "invalid_client"}
    assert _redeem(provider, "any", grant_type="password").json == {"error": "unsupported_grant_type"}


def test_nobody_is_told_about_without_a_token(provider: Provider) -> None:
    for header in ({}, {"Authorization": "Bearer made-up"}, {"Authorization": "Bearer "}):
        assert provider.browser().get("/userinfo", headers=header, base_url=provider.address).status_code == 401


@pytest.mark.parametrize("target", ["http://evil.example/", "//evil.example", "", "https://dongthap.localhost/"])
def test_leaving_leads_nowhere_but_back_to_a_portal(provider: Provider, target: str) -> None:
    answer = provider.visit(
        provider.browser(), f"/logout?{urlencode({'post_logout_redirect_uri': target})}", person=None
    )
    assert (answer.status_code, answer.location) == (200, None)
