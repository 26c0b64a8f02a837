"""An identity provider of our own, strict where the real one must be: exact client, PKCE S256, codes that work once for a minute."""

import os
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, jsonify, redirect, render_template, request, session

from integrations.people import BY_KEY, CAST, NEIGHBOURS, OFFICIALS, DemoPerson
from integrations.stand_in import Mood, main, new_app
from integrations.vneid.issuing import Grant, Issuing

GENDERS = {"male": "Nam", "female": "Nữ"}
CALLBACK = "/tai-khoan/vneid/ve/"


class Invalid(Exception):
    """A request that is not passed on to anybody: it may not have come from the portal."""


def make_app(mood: Mood | None = None, issuing: Issuing | None = None) -> Flask:
    app = new_app(__name__, mood)
    app.secret_key = secrets.token_bytes(32)
    # Cookies know no ports: a name of its own keeps it apart from others on this machine.
    app.config["SESSION_COOKIE_NAME"] = "vneid_stand_in"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    held = issuing or Issuing(
        os.environ.get("VNEID_CLIENT_ID", "mot-cua"), os.environ.get("VNEID_CLIENT_SECRET", "demo-client-secret")
    )
    _add_pages(app, held)
    _add_endpoints(app, held)
    return app


def _add_pages(app: Flask, held: Issuing) -> None:
    @app.get("/")
    def home() -> Any:
        return render_template("vneid_home.html", person=BY_KEY.get(session.get("person", "")))

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        """Who has chosen once is led straight on: one sign-in for all hosts."""
        try:
            asked = _checked_request(held)
        except Invalid as problem:
            return render_template("vneid_problem.html", problem=str(problem)), 400
        wrong = _what_is_wrong(asked)
        if wrong:
            return _back(asked, error=wrong)
        if request.method == "POST" and request.form.get("person") in BY_KEY:
            session["person"] = request.form["person"]
        elif asked.get("prompt") in ("login", "select_account"):
            session.pop("person", None)
        person = session.get("person")
        if person not in BY_KEY:
            return _back(asked, error="login_required") if asked.get("prompt") == "none" else _choice()
        grant = Grant(
            asked["client_id"], asked["redirect_uri"], asked.get("nonce", ""), asked["code_challenge"], person
        )
        return _back(asked, code=held.code_for(grant))

    @app.get("/logout")
    def log_out() -> Any:
        session.clear()
        target = request.args.get("post_logout_redirect_uri", "")
        return redirect(target) if _is_portal(target) else render_template("vneid_home.html", person=None)


def _add_endpoints(app: Flask, held: Issuing) -> None:
    @app.get("/.well-known/openid-configuration")
    def discovery() -> Any:
        return jsonify(_description(_issuer()))

    @app.get("/jwks")
    def keys() -> Any:
        return jsonify(held.public_keys())

    @app.post("/token")
    def token() -> Any:
        basic = request.authorization
        client = (
            (basic.username, basic.password)
            if basic
            else (request.form.get("client_id"), request.form.get("client_secret"))
        )
        if not held.is_client(*client):
            return jsonify(error="invalid_client"), 401
        if request.form.get("grant_type") != "authorization_code":
            return jsonify(error="unsupported_grant_type"), 400
        form = request.form
        grant = held.redeem(
            form.get("code", ""), str(client[0]), form.get("redirect_uri", ""), form.get("code_verifier", "")
        )
        if grant is None:
            return jsonify(error="invalid_grant"), 400
        return jsonify(held.tokens_for(grant, _issuer()))

    @app.route("/userinfo", methods=["GET", "POST"])
    def userinfo() -> Any:
        person = BY_KEY.get(held.person_of(request.headers.get("Authorization", "").removeprefix("Bearer ")))
        return jsonify(_told(person)) if person else (jsonify(error="invalid_token"), 401)


def _issuer() -> str:
    return request.host_url.rstrip("/")


def _description(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile"],
    }


def _checked_request(held: Issuing) -> dict[str, str]:
    asked = request.args.to_dict()
    if not held.is_known(asked.get("client_id", "")):
        raise Invalid("Hệ thống gửi yêu cầu chưa được đăng ký.")
    target = asked.get("redirect_uri", "")
    if not _is_portal(target) or not urlsplit(target).path.endswith(CALLBACK) or urlsplit(target).query:
        raise Invalid("Địa chỉ nhận kết quả không nằm trong danh sách được phép.")
    return asked


def _is_portal(address: str) -> bool:
    """A host of this machine, by http, without credentials or fragment."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    here = host in ("localhost", "127.0.0.1") or host.endswith(".localhost")
    return parts.scheme == "http" and here and not parts.fragment and "@" not in parts.netloc and "\\" not in address


def _what_is_wrong(asked: dict[str, str]) -> str:
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in asked.get("scope", "").split():
        return "invalid_scope"
    if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
        return "invalid_request"
    return ""


def _back(asked: dict[str, str], **answer: str) -> Any:
    state = {"state": asked["state"]} if asked.get("state") else {}
    return redirect(f"{asked['redirect_uri']}?{urlencode(answer | state)}", 303)


def _choice() -> Any:
    citizens = [CAST[0], *NEIGHBOURS]
    return render_template(
        "vneid_choose.html",
        citizens=citizens,
        officials=[*(p for p in CAST if p.post), *OFFICIALS],
        query=request.query_string.decode(),
    )


def _told(person: DemoPerson) -> dict[str, str]:
    return {
        "sub": person.key,
        "SoDinhDanh": person.personal_id,
        "HoVaTen": person.full_name,
        "NgayThangNamSinh": f"{person.birth_date:%d/%m/%Y}",
        "GioiTinh": GENDERS[person.gender],
        "SoDienThoai": person.phone,
        "ThuDienTu": person.email,
        "TechID": f"tech-{person.personal_id[-6:]}",
        "loAs": "2",
    }


if __name__ == "__main__":
    main(make_app(), "Stand-in VNeID")
