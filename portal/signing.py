"""The port for signing: PAdES by an agency's certificate, and telling whether a PDF is still what was signed.

The certificates of the demonstration are made here, under an authority of our own; a real one comes with its own keys
in the same folder. Nothing is fetched from anywhere while a signature is checked.
"""

import datetime
import hashlib
import io
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asn1crypto import parser as asn1_parser
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.moments import now

log = logging.getLogger(__name__)
YEARS = 10


@dataclass(frozen=True)
class Verification:
    """What can be said of a PDF: signed by us, unchanged, and nothing added after the signature."""

    is_signed: bool
    is_intact: bool = False
    is_trusted: bool = False
    covers_whole_file: bool = False
    signer: str = ""
    signed_at: datetime.datetime | None = None

    @property
    def is_valid(self) -> bool:
        return self.is_signed and self.is_intact and self.is_trusted and self.covers_whole_file


def sign(
    pdf: bytes, *, signer: signers.SimpleSigner, reason: str, location: str, at: datetime.datetime | None = None
) -> bytes:
    """Sign a PDF (PAdES baseline B) with an agency's key; about 0.1 s."""
    meta = signers.PdfSignatureMetadata(
        field_name="Signature1",
        reason=reason,
        location=location,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
    )
    out = io.BytesIO()
    signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def verify(pdf: bytes) -> Verification:
    """Look at the first signature of a PDF. A file that is no PDF, or broken, is simply not signed by us."""
    try:
        found = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures
        if not found:
            return Verification(is_signed=False)
        status = validate_pdf_signature(found[0], _trust())
    except (PdfError, SigningError, ValueError, KeyError, OSError, TypeError, AttributeError, IndexError) as error:
        log.info("a file could not be read as a signed PDF: %s", type(error).__name__)
        return Verification(is_signed=False)
    return Verification(
        is_signed=True,
        is_intact=bool(status.intact and status.valid) and _only_zeros_after(found[0].pkcs7_content),
        is_trusted=bool(status.trusted),
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=status.signer_reported_dt,
    )


def _only_zeros_after(content: bytes) -> bool:
    """The room left behind the signature is not under it, so it may hold nothing."""
    _class, _method, _tag, header, body, trailer = asn1_parser.parse(content, strict=False)
    return not content[len(header) + len(body) + len(trailer) :].strip(b"\0")


def _trust() -> ValidationContext:
    _ca_files()
    root = load_cert_from_pemder(str(_folder() / "authority.pem"))  # type: ignore[no-untyped-call]
    return ValidationContext(trust_roots=[root], allow_fetching=False, revocation_mode="soft-fail")


def agency_key(tenant_name: str, office_name: str) -> signers.SimpleSigner:
    """The key of an office; in the demonstration it is made when first asked for."""
    return _agency_key(_folder(), tenant_name, office_name)


@lru_cache(maxsize=200)
def _agency_key(folder: Path, tenant_name: str, office_name: str) -> signers.SimpleSigner:
    key, certificate = _files(folder, tenant_name, office_name)
    # The authority's own certificate is not put into the file: nothing there would be under the signature.
    loaded = signers.SimpleSigner.load(str(key), str(certificate))  # type: ignore[no-untyped-call]
    if not isinstance(loaded, signers.SimpleSigner):
        raise SigningError(f"The key of {office_name} cannot be read.")
    return loaded


def _folder() -> Path:
    folder = Path(settings.SIGNING_KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _files(folder: Path, tenant_name: str, office_name: str) -> tuple[Path, Path]:
    name = hashlib.sha256(f"{tenant_name}/{office_name}".encode()).hexdigest()[:24]
    key_file, certificate_file = folder / f"{name}.key", folder / f"{name}.pem"
    if not certificate_file.exists():
        if not settings.DEMO and not settings.TESTING:
            raise SigningError(f"There is no signing key for {office_name} in {folder}.")
        authority_key, authority = _ca_files()
        key = _new_key()
        subject = _name(office_name, tenant_name)
        certificate = _certificate(subject, authority.subject, key, authority_key, is_authority=False)
        _keep(key_file, key)
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


def _ca_files() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key_file, certificate_file = _folder() / "authority.key", _folder() / "authority.pem"
    if not certificate_file.exists():
        key = _new_key()
        subject = _name("Một Cửa demo authority", "Một Cửa")
        _keep(key_file, key)
        certificate_file.write_bytes(
            _certificate(subject, subject, key, key, is_authority=True).public_bytes(serialization.Encoding.PEM)
        )
    loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise SigningError("The authority's key is not an RSA key.")
    return loaded, x509.load_pem_x509_certificate(certificate_file.read_bytes())


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _keep(path: Path, key: rsa.RSAPrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _name(common: str, organisation: str) -> x509.Name:
    # X.509 gives a common name 64 characters.
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, organisation[:64]),
        (NameOID.COMMON_NAME, common[:64]),
    ]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, issuer_key: rsa.RSAPrivateKey, *, is_authority: bool
) -> x509.Certificate:
    # Valid from before the demonstration's past.
    begins = now() - datetime.timedelta(days=365 * 4)
    usage = x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_authority, crl_sign=is_authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder(
        issuer,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        begins,
        begins + datetime.timedelta(days=365 * YEARS),
    )
    builder = builder.add_extension(
        x509.BasicConstraints(ca=is_authority, path_length=None), critical=True
    ).add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
    )
    return builder.sign(issuer_key, hashes.SHA256())
