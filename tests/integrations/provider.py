"""The stand-in identity provider as tests see it: running, with somebody's browser at its pages."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from integrations.vneid.issuing import Issuing

BACK = "http://dongthap.localhost:8000/tai-khoan/vneid/ve/"


@dataclass
class Provider:
    """The running stand-in, the browser of somebody at its pages, and what it keeps inside."""

    address: str
    app: Flask
    issuing: Issuing

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def visit(self, browser: FlaskClient, url: str, person: str | None = "an") -> Any:
        path = url.removeprefix(self.address)
        form = {"person": person}
        return (
            browser.post(path, data=form, base_url=self.address) if person else browser.get(path, base_url=self.address)
        )
