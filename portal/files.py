"""Stored files: outside every public folder, named by chance, hashed while they stream."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from portal.tenancy import current_tenant


@dataclass(frozen=True)
class Stored:
    """Where a file lies, how long it is (bytes) and its SHA-256."""

    path: str
    size: int
    sha256: str


def store(content: "UploadedFile[bytes] | bytes", folder: str, ending: str) -> Stored:
    """Keep a file under a name that nobody can guess or choose, in its tenant's folder."""
    name = f"{current_tenant().slug}/{folder}/{secrets.token_hex(16)}.{ending}"
    chunks: Iterable[bytes] = [content] if isinstance(content, bytes) else content.chunks()
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    path = default_storage.save(name, ContentFile(content) if isinstance(content, bytes) else _rewound(content))
    return Stored(path=path, size=size, sha256=digest.hexdigest())


def _rewound(upload: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    upload.seek(0)
    return upload


def open_stored(path: str) -> IO[bytes]:
    return default_storage.open(path, "rb")


def read_stored(path: str) -> bytes:
    with open_stored(path) as file:
        return file.read()


def discard(path: str) -> None:
    """Delete what was kept for a while."""
    default_storage.delete(path)


def download(content: Any, name: str, kind: str = "application/octet-stream", *, inline: bool = False) -> FileResponse:
    """Send a file so that a browser never runs it as a page of ours."""
    response = FileResponse(content, as_attachment=not inline, filename=name, content_type=kind)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
