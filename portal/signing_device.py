"""Signing with a device outside: a paper is made ready, a hash goes out, a signature comes back, and only then is it sealed.

Between the two nothing is held: what is needed to go on is in `Prepared`, plain bytes that any process can take up again.
A device is anything that signs the attributes with the certificate's key: the office's own key on this server, a token in
somebody's hand, a remote service.
"""

import asyncio
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.utils.translation import gettext_noop
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.signing import DIGEST, FIELD, Dated, certificate_of
from portal.signing_keys import SigningKey

# Room for the envelope, in bytes: a certificate and an RSA signature of 4096 bits fit.
ROOM = 4096


class DeviceFailed(Exception):
    """The device gave no signature, or one that is not this certificate's over this paper; `str()` is shown."""


@dataclass(frozen=True)
class Prepared:
    """A paper with an empty place for its signature, and what a device is to sign."""

    pdf: bytes
    start: int
    end: int
    document_digest: bytes
    attributes: bytes

    @property
    def digest(self) -> str:
        """What the device is shown: the SHA-256 of the attributes, in hexadecimal."""
        return hashlib.sha256(self.attributes).hexdigest()


Device = Callable[[bytes], bytes]


def prepare(pdf: bytes, *, certificate: bytes, name: str, reason: str, location: str) -> Prepared:
    """Leave room for a PAdES signature that certifies the paper and allows no change; `certificate` is PEM."""
    what = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=DIGEST, name=name, reason=reason, location=location,
        subfilter=fields.SigSeedSubFilter.PADES, certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    where = fields.SigFieldSpec(FIELD, invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    signer = _external(certificate)
    ready, _document, out = asyncio.run(
        Dated(what, signer=signer, new_field_spec=where).async_digest_doc_for_signing(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=ROOM
        )
    )
    attributes = asyncio.run(signer.signed_attrs(ready.document_digest, DIGEST, use_pades=True))
    out.seek(0)
    return Prepared(
        out.read(),
        ready.reserved_region_start,
        ready.reserved_region_end,
        ready.document_digest,
        attributes.dump(),
    )


def seal(prepared: Prepared, *, certificate: bytes, signature: bytes) -> bytes:
    """The signed paper. Raises DeviceFailed for a signature that the certificate's key did not make over these attributes."""
    _check(certificate, signature, prepared.attributes)
    attributes = cms.CMSAttributes.load(prepared.attributes)
    envelope = asyncio.run(_external(certificate, signature).async_sign_prescribed_attributes(DIGEST, attributes))
    out = io.BytesIO(prepared.pdf)
    place = PreparedByteRangeDigest(prepared.document_digest, prepared.start, prepared.end)
    PdfTBSDocument.finish_signing(out, place, envelope)
    return out.getvalue()


def office_key(key: SigningKey) -> Device:
    """The device that the office's key on this server is."""

    def sign(attributes: bytes) -> bytes:
        private = serialization.load_pem_private_key(key.private_key, password=None)
        if isinstance(private, ec.EllipticCurvePrivateKey):
            return private.sign(attributes, ec.ECDSA(hashes.SHA256()))
        if isinstance(private, rsa.RSAPrivateKey):
            return private.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        raise DeviceFailed(gettext_noop("Khóa của cơ quan thuộc loại chưa dùng được."))

    return sign


def _external(certificate: bytes, signature: bytes | None = None) -> signers.ExternalSigner:
    return signers.ExternalSigner(
        signing_cert=certificate_of(certificate),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
        signature_value=signature or 256,
        embed_roots=False,
    )


def _check(certificate: bytes, signature: bytes, attributes: bytes) -> None:
    public = x509.load_pem_x509_certificate(certificate).public_key()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise DeviceFailed(gettext_noop("Chứng thư thuộc loại chưa dùng được."))
    except InvalidSignature as error:
        raise DeviceFailed(
            gettext_noop("Chữ ký không phải do khóa của chứng thư này tạo trên đúng văn bản này.")
        ) from error
