"""Keys and certificates of the authorities, as files; the demo's own certificate authority makes what is missing."""

import datetime
import fcntl
import hashlib
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.text import slugify

# The demo lives through past years, so its certificates reach back.
VALID_FROM = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)
VALID_UNTIL = datetime.datetime(2055, 1, 1, tzinfo=datetime.UTC)
AUTHORITY = "Một Cửa, chứng thư trình diễn"


class NoSigningKey(RuntimeError):
    """Nobody has put a key for this office in place."""


@dataclass(frozen=True)
class SigningKey:
    """Who signs (`name` for the authority `organisation`), with what; PEM, the key unencrypted in a private folder."""

    name: str
    organisation: str
    certificate: bytes
    private_key: bytes = field(repr=False)


def signing_key(tenant_name: str, office: str) -> SigningKey:
    """The key with which this office signs; the demo makes one when there is none."""
    found = _read(tenant_name, office)
    if found is not None:
        return found
    if not (settings.DEMO or settings.TESTING):
        raise NoSigningKey(f"No signing key for {office} in {_folder(tenant_name, office)}.")
    return make_demo_key(tenant_name, office)


def make_demo_key(tenant_name: str, office: str) -> SigningKey:
    """A key for an office, certified by the demo's own authority; the existing one if there is one."""
    with _alone():
        existing = _read(tenant_name, office)
        if existing is not None:
            return existing
        authority, authority_key = _authority()
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _certificate_for(key, _name(office, tenant_name), authority.subject, is_authority=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        certificate = builder.add_extension(issuer, critical=False).sign(authority_key, hashes.SHA256())
        _keep(_folder(tenant_name, office), certificate, key)
        made = _read(tenant_name, office)
    if made is None:
        raise NoSigningKey(f"The key of {office} could not be kept.")
    return made


def trusted_folder(folder: Path) -> Path:
    return folder / "trusted"


def _read(tenant_name: str, office: str) -> SigningKey | None:
    folder = _folder(tenant_name, office)
    if not (folder / "certificate.pem").is_file():
        return None
    certificate, key = (folder / "certificate.pem").read_bytes(), (folder / "key.pem").read_bytes()
    return SigningKey(name=office, organisation=tenant_name, certificate=certificate, private_key=key)


def _folder(tenant_name: str, office: str) -> Path:
    return Path(settings.SIGNING_KEYS) / _file_name(tenant_name) / _file_name(office)


def _file_name(name: str) -> str:
    """Readable, and different for names that differ only in their marks."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return f"{slugify(letters)[:60]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    folder = Path(settings.SIGNING_KEYS) / "demo-authority"
    if not (folder / "certificate.pem").is_file():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(AUTHORITY, "Một Cửa")
        certificate = _certificate_for(key, name, name, is_authority=True).sign(key, hashes.SHA256())
        _keep(folder, certificate, key)
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    loaded = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise NoSigningKey("The demo authority's key is of another kind.")
    trusted = trusted_folder(Path(settings.SIGNING_KEYS)) / "demo-authority.pem"
    _write(trusted, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate, loaded


def _name(name: str, organisation: str) -> x509.Name:
    """A common name holds 64 bytes, too few for some offices: the whole name stands in the unit."""
    short = name.encode()[:64].decode(errors="ignore").strip()
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, short),
        ]
    )


def _certificate_for(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, *, is_authority: bool
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _keep(folder: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    """The certificate last: where it is, the key is too."""
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    _write(folder / "key.pem", secret)
    _write(folder / "certificate.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    half.replace(path)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time makes keys: web and worker may both need the first one at once."""
    folder = Path(settings.SIGNING_KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
