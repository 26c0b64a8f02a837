"""Signing in at VNeID: every link of the chain is checked, and each check is shown to bite."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from integrations import vneid
from integrations.vneid import Claims, SignInFailed, live
from tests.integrations.provider import BACK, Provider
from tests.integrations.servers import order, recorded


def _request(path: str = "/", session: Any = None, **params: str) -> HttpRequest:
    request = RequestFactory().get(path, params)
    request.session = session if session is not None else SessionStore()
    return request


def _asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _depart() -> tuple[HttpRequest, str]:
    request = _request()
    return request, vneid.begin(request, BACK)["Location"]


def _return(departed: HttpRequest, location: str) -> HttpRequest:
    return _request("/tai-khoan/vneid/ve/", departed.session, **_asked(location))


def test_who_is_chosen_there_is_known_here(provider: Provider) -> None:
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    assert answer.status_code == 303
    assert answer.location.startswith(BACK)
    assert vneid.complete(_return(departed, answer.location)) == Claims(
        issuer=provider.address,
        subject="an",
        personal_id="082190001234",
        full_name="Nguyễn Thị An",
        birth_date="1990-05-12",
        gender="female",
        phone="0990001234",
        email="an@example.com",
    )


def test_the_recorded_description_of_a_person_means_the_same() -> None:
    claims = live._claims({"iss": "https://vneid.example", "sub": "an"}, recorded("vneid_userinfo.json"))
    assert (claims.personal_id, claims.full_name, claims.birth_date, claims.gender) == (
        "082190001234",
        "Nguyễn Thị An",
        "1990-05-12",
        "female",
    )


def test_what_the_provider_does_not_tell_stays_empty() -> None:
    claims = live._claims({"iss": "i", "sub": "s"}, {"sub": "s", "name": "Foreigner", "NgayThangNamSinh": "spring"})
    assert (claims.personal_id, claims.full_name, claims.birth_date, claims.gender, claims.phone) == (
        "",
        "Foreigner",
        "",
        "",
        "",
    )


def test_the_question_carries_state_nonce_and_a_sha256_challenge(provider: Provider) -> None:
    asked = _asked(_depart()[1])
    assert (asked["response_type"], asked["redirect_uri"], asked["code_challenge_method"]) == ("code", BACK, "S256")
    assert asked["scope"] == "openid profile"
    assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) >= 20
    again = _asked(_depart()[1])
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))


def test_one_sign_in_holds_for_all_hosts_until_one_leaves(provider: Provider) -> None:
    browser = provider.browser()
    provider.visit(browser, _depart()[1])
    elsewhere = "http://vhttdl.localhost:8000/tai-khoan/vneid/ve/"
    departed = _request()
    url = vneid.begin(departed, elsewhere)["Location"]
    answer = provider.visit(browser, url, person=None)
    assert answer.location.startswith(elsewhere)
    assert vneid.complete(_return(departed, answer.location)).subject == "an"
    gone = provider.visit(browser, vneid.leave("http://dongthap.localhost:8000/"), person=None)
    assert gone.location == "http://dongthap.localhost:8000/"
    assert provider.visit(browser, url, person=None).status_code == 200


def test_somebody_else_can_be_asked_for(provider: Provider) -> None:
    browser = provider.browser()
    url = _depart()[1]
    provider.visit(browser, url)
    assert provider.visit(browser, f"{url}&prompt=select_account", person=None).status_code == 200
    assert "error=login_required" in provider.visit(browser, f"{url}&prompt=none", person=None).location


def test_the_page_offers_the_people_and_says_what_it_is(provider: Provider) -> None:
    page = provider.visit(provider.browser(), _depart()[1], person=None).text
    assert page.count('name="person"') > 30
    assert "Nguyễn Thị An" in page
    assert "Bản mô phỏng" in page
    assert "<h1>Chọn người đăng nhập</h1>" in page


def test_a_wrong_state_is_refused(provider: Provider) -> None:
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    back = _return(departed, answer.location)
    wrong = _request("/tai-khoan/vneid/ve/", departed.session, code=back.GET["code"], state="another")
    with pytest.raises(SignInFailed):
        vneid.complete(wrong)
    stranger = _request("/tai-khoan/vneid/ve/", None, code=back.GET["code"], state=back.GET["state"])
    with pytest.raises(SignInFailed):
        vneid.complete(stranger)


def test_a_wrong_nonce_is_refused(provider: Provider) -> None:
    departed, url = _depart()
    nonce = _asked(url)["nonce"]
    answer = provider.visit(provider.browser(), url.replace(nonce, "n" * len(nonce)))
    with pytest.raises(SignInFailed) as refusal:
        vneid.complete(_return(departed, answer.location))
    assert "nonce" in str(refusal.value.__cause__)


def test_a_code_of_another_sign_in_is_refused_for_its_challenge(provider: Provider) -> None:
    mine, url = _depart()
    theirs = provider.visit(provider.browser(), _depart()[1], "binh")
    injected = _request(
        "/tai-khoan/vneid/ve/", mine.session, code=_asked(theirs.location)["code"], state=_asked(url)["state"]
    )
    with pytest.raises(SignInFailed) as refusal:
        vneid.complete(injected)
    assert "invalid_grant" in str(refusal.value.__cause__)


def test_the_same_answer_twice_is_refused(provider: Provider) -> None:
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    kept = dict(departed.session.items())
    vneid.complete(_return(departed, answer.location))
    with pytest.raises(SignInFailed):
        vneid.complete(_return(departed, answer.location))
    departed.session.update(kept)  # even if the session still knew the state, the code is spent
    with pytest.raises(SignInFailed) as refusal:
        vneid.complete(_return(departed, answer.location))
    assert "invalid_grant" in str(refusal.value.__cause__)


def test_who_says_no_is_not_signed_in(provider: Provider) -> None:
    departed, url = _depart()
    with pytest.raises(SignInFailed):
        vneid.complete(_request("/", departed.session, error="access_denied", state=_asked(url)["state"]))


def test_a_wrong_client_secret_is_refused(provider: Provider, settings: Any) -> None:
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    settings.VNEID_CLIENT_SECRET = "wrong"
    with pytest.raises(SignInFailed):
        vneid.complete(_return(departed, answer.location))


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"iss": "http://elsewhere.example"}, "'iss'"),
        ({"aud": "another-client"}, "'aud'"),
        ({"exp": 1_000_000_000}, "expired"),
        ({"sub": None}, "'sub'"),
        ({"nonce": None}, "'nonce'"),
        ({"sub": "binh"}, "another subject"),
    ],
    ids=[
        "another issuer",
        "another client's",
        "expired",
        "about nobody",
        "without the nonce",
        "about another than the description",
    ],
)
def test_a_signed_token_that_is_not_for_us_or_not_now_is_refused(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, claim: dict[str, Any], why: str
) -> None:
    sign = jwt.encode

    def sign_changed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
        return sign(header, {name: value for name, value in (claims | claim).items() if value is not None}, key)

    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    monkeypatch.setattr(jwt, "encode", sign_changed)
    with pytest.raises(SignInFailed) as refusal:
        vneid.complete(_return(departed, answer.location))
    assert why in str(refusal.value.__cause__)


def test_a_token_signed_by_another_key_is_refused(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    honest = provider.issuing.public_keys()
    provider.issuing._key = RSAKey.generate_key(2048, {"kid": honest["keys"][0]["kid"]})
    monkeypatch.setattr(provider.issuing, "public_keys", lambda: honest)
    with pytest.raises(SignInFailed) as refusal:
        vneid.complete(_return(departed, answer.location))
    assert "bad_signature" in str(refusal.value.__cause__)


def test_a_token_signed_with_what_everybody_knows_is_refused(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The public key taken for a shared secret (HS256): the old confusion of algorithms."""
    sign = jwt.encode

    def sign_with_public_key(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
        return sign({"alg": "HS256", "kid": key.kid}, claims, OctKey.import_key(key.as_pem(private=False)))

    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    monkeypatch.setattr(jwt, "encode", sign_with_public_key)
    with pytest.raises(SignInFailed):
        vneid.complete(_return(departed, answer.location))


def test_a_new_key_of_the_provider_is_noticed_at_once(provider: Provider) -> None:
    first, url = _depart()
    assert vneid.complete(_return(first, provider.visit(provider.browser(), url).location)).subject == "an"
    provider.issuing._key = RSAKey.generate_key(2048, auto_kid=True)
    second, url = _depart()
    assert vneid.complete(_return(second, provider.visit(provider.browser(), url).location)).subject == "an"


@pytest.mark.parametrize("mode", ["down", "wrong"])
def test_a_provider_in_trouble_signs_nobody_in(provider: Provider, mode: str) -> None:
    order(provider.address, mode)
    with pytest.raises(SignInFailed) as failure:
        vneid.begin(_request(), BACK)
    assert failure.value.away
    with pytest.raises(vneid.Unavailable):
        vneid.check()
    order(provider.address, "ok")
    departed, url = _depart()
    answer = provider.visit(provider.browser(), url)
    order(provider.address, mode)
    with pytest.raises(SignInFailed):
        vneid.complete(_return(departed, answer.location))


def test_a_provider_that_calls_itself_by_another_name_is_not_ours(provider: Provider, settings: Any) -> None:
    settings.VNEID_ISSUER = provider.address.replace("127.0.0.1", "localhost") + "/"
    with pytest.raises(SignInFailed):
        vneid.begin(_request(), BACK)


def test_the_description_is_read_once(provider: Provider) -> None:
    _depart()
    order(provider.address, "down")
    assert _depart()[1].startswith(f"{provider.address}/authorize")
