"""Calling the API as a program does: JSON in, JSON out."""

from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.api.agreement import disagreements

ROOT = "/api/v1"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """The response, with what it says as `.told`; whatever a test asks for, the answer is as described."""
    call = getattr(client, method)
    told = {} if body is None else {"data": body, "content_type": "application/json"}
    answer = call(f"{ROOT}/{path}", headers={name.replace("_", "-"): value for name, value in headers.items()}, **told)
    answer.told = answer.json() if answer.content else None
    assert disagreements(method, f"{ROOT}/{path}", answer) == []
    return answer


def get(client: Client, path: str) -> Any:
    return send(client, "get", path)


def post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return send(client, "post", path, {} if body is None else body, **headers)


def patch(client: Client, path: str, body: Any) -> Any:
    return send(client, "patch", path, body)


def give(client: Client, reference: str, file: SimpleUploadedFile, **where: str) -> Any:
    answer = cast(Any, client.post(f"{ROOT}/dossiers/{reference}/attachments/", {"file": file, **where}))
    answer.told = answer.json()
    return answer


def submit(client: Client, reference: str, key: str = "key-1", body: Any = None) -> Any:
    return post(
        client, f"dossiers/{reference}/submission/", {"declared": True} if body is None else body, Idempotency_Key=key
    )


def step(client: Client, reference: str, name: str, **told: Any) -> Any:
    return post(client, f"desk/dossiers/{reference}/steps/{name}/", told)


def begun(client: Client, office: str, code: str = "1.999001") -> str:
    """A draft with good answers; its reference."""
    reference: str = post(client, "dossiers/", {"procedure": code, "office": office}).told["reference"]
    patch(client, f"dossiers/{reference}/", {"answers": {"full_name": "Nguyễn Thị An", "purpose": "loan"}})
    return reference
