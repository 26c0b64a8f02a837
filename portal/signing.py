"""The port for signing papers: PAdES B-B by keys of the authorities, verified against our own certificate authorities only.

A key lives under settings.SIGNING_KEYS/<authority>/<office>/ as certificate.pem and key.pem; the authorities trusted are the
certificates in SIGNING_KEYS/trusted/. The demo makes its own; anywhere else an administrator puts them there.
"""

import asyncio
import datetime
import io
import re
from dataclasses import dataclass

from asn1crypto import cms, pem
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal import moments
from portal.signing_keys import NoSigningKey, SigningKey, make_demo_key, signing_key, trusted_folder

__all__ = ["NoSigningKey", "SigningKey", "Verification", "make_demo_key", "sign", "signing_key", "verify"]

FIELD = "ChuKySo"
DIGEST = "sha256"
LARGEST = 50 * 1024 * 1024
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HOLE = re.compile(rb"<([0-9A-F]+)>")


@dataclass(frozen=True)
class Verification:
    """What a file says about itself; `valid` is everything at once, the rest tells a person what is wrong."""

    valid: bool
    signed: bool = False
    intact: bool = False
    trusted: bool = False
    covers_whole_file: bool = False
    signer_name: str = ""
    organisation: str = ""
    issuer_name: str = ""
    serial: str = ""
    signed_at: datetime.datetime | None = None
    reason: str = ""
    location: str = ""


class Dated(signers.PdfSigner):
    """A signer whose clock is the platform's."""

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = moments.now().astimezone(moments.HERE)
        return session


def sign(pdf: bytes, *, signer: SigningKey, reason: str, location: str) -> bytes:
    """The same file with an appended signature that certifies it and allows no change."""
    what = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        name=signer.name,
        reason=reason,
        location=location,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    # No picture of a signature; PDF/UA wants the empty field outside the page.
    where = fields.SigFieldSpec(FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed = Dated(what, signer=_signer(signer), new_field_spec=where).sign_pdf(writer)
    return bytes(signed.getbuffer())


def verify(pdf: bytes) -> Verification:
    """Judge a file by its last signature. Any doubt, and anything unreadable, means not valid."""
    found = list(_RANGE.finditer(pdf[:LARGEST]))
    if not found or len(pdf) > LARGEST:
        return Verification(valid=False)
    try:
        return _judged(pdf, *(int(number) for number in found[-1].groups()))
    except Exception:  # noqa: BLE001 - a hostile file may break the readers anywhere; what cannot be read is not valid
        return Verification(valid=False, signed=True)


def _signer(key: SigningKey) -> signers.SimpleSigner:
    return signers.SimpleSigner(
        signing_cert=certificate_of(key.certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(_der(key.private_key)),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        embed_roots=False,
    )


def _judged(pdf: bytes, before: int, after: int, rest: int) -> Verification:
    """Check the bytes first; only a file proved to come from a trusted key is opened by a PDF reader."""
    end = after + rest
    hole = _HOLE.fullmatch(pdf[before:after])
    if hole is None or end > len(pdf):
        return Verification(valid=False, signed=True)
    envelope = bytes.fromhex(hole[1].decode())
    content = cms.ContentInfo.load(envelope)
    signed = content["content"]
    status = _status(pdf[:before] + pdf[after:end], signed)
    intact = status.intact and status.valid and envelope.rstrip(b"\0") == _canonical(signed).rstrip(b"\0")
    trusted = intact and status.trusted
    whole = end == len(pdf)
    when, reason, location = _claims(pdf[:end]) if trusted else (None, "", "")
    subject = status.signing_cert.subject.native
    return Verification(
        valid=trusted and whole,
        signed=True,
        intact=intact,
        trusted=trusted,
        covers_whole_file=whole,
        signer_name=str(subject.get("organizational_unit_name") or subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        issuer_name=str(status.signing_cert.issuer.native.get("common_name", "")),
        serial=f"{status.signing_cert.serial_number:X}",
        signed_at=when,
        reason=reason,
        location=location,
    )


def _status(content: bytes, signed: cms.SignedData) -> StandardCMSSignatureStatus:
    return asyncio.run(async_validate_detached_cms(content, signed, _context()))


def _context() -> ValidationContext:
    return ValidationContext(trust_roots=_trusted(), allow_fetching=False, moment=moments.now())


def _canonical(signed: cms.SignedData) -> bytes:
    """The envelope as `sign` writes it: what the signature itself leaves unprotected must not differ either."""
    (certificate,), (one,) = signed["certificates"], signed["signer_infos"]
    algorithm = cms.DigestAlgorithm({"algorithm": DIGEST})
    issuer_and_serial = {"issuer": certificate.chosen.issuer, "serial_number": certificate.chosen.serial_number}
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(issuer_and_serial)}),
            "digest_algorithm": algorithm,
            "signed_attrs": one["signed_attrs"],
            "signature_algorithm": one["signature_algorithm"],
            "signature": one["signature"],
        }
    )
    content = {
        "version": "v1",
        "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate],
        "signer_infos": [info],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)}).dump())


def _claims(pdf: bytes) -> tuple[datetime.datetime | None, str, str]:
    """When, why and where, as the signed bytes say."""
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
    said = signature.sig_object
    return signature.self_reported_timestamp, str(said.get("/Reason", "")), str(said.get("/Location", ""))


def _trusted() -> list[asn1.Certificate]:
    return [certificate_of(path.read_bytes()) for path in sorted(trusted_folder(settings.SIGNING_KEYS).glob("*.pem"))]


def certificate_of(text: bytes) -> asn1.Certificate:
    return asn1.Certificate.load(_der(text))


def _der(text: bytes) -> bytes:
    return bytes(pem.unarmor(text)[2])
