"""A signed paper says who signed it and when; one changed byte, one added byte or another's key gives it away."""

import datetime
import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from portal import moments, pdf, signing, signing_keys
from portal.signing_keys import NoSigningKey, SigningKey, make_demo_key, signing_key
from tests.portal.specimens import AT, SPECIMENS

AUTHORITY = "Ủy ban nhân dân tỉnh Đồng Tháp"
OFFICE = "Ủy ban nhân dân phường Gò Công"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Path:
    settings.DEMO = True
    settings.SIGNING_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture(scope="module")
def paper() -> bytes:
    return pdf.render("result", SPECIMENS["result"], at=AT)


@pytest.fixture
def signed(paper: bytes) -> bytes:
    return _signed(paper, signing_key(AUTHORITY, OFFICE))


def _signed(paper: bytes, key: SigningKey) -> bytes:
    with moments.travel(AT):
        return signing.sign(paper, signer=key, reason="Kết quả số 1", location="Gò Công")


def test_a_signed_paper_is_valid_and_says_who_when_and_why(signed: bytes) -> None:
    found = signing.verify(signed)
    assert (found.valid, found.signed, found.intact, found.trusted, found.covers_whole_file) == (True,) * 5
    assert (found.signer_name, found.organisation) == (OFFICE, AUTHORITY)
    assert (found.signed_at, found.reason, found.location) == (AT, "Kết quả số 1", "Gò Công")
    assert found.issuer_name == signing_keys.AUTHORITY
    assert found.serial


def test_signing_leaves_the_paper_as_it_was(paper: bytes, signed: bytes) -> None:
    assert signed.startswith(paper)
    before, after = (pypdf.PdfReader(io.BytesIO(content)) for content in (paper, signed))
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    assert after.trailer["/Root"]["/Lang"] == "vi"  # type: ignore[index]
    assert before.metadata is not None
    assert after.metadata is not None
    assert after.metadata.title == before.metadata.title


def test_other_readers_find_the_same_signature(signed: bytes) -> None:
    """The embedded signature holds for pyHanko's own full validation of PDF files too."""
    embedded = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    status = validate_pdf_signature(embedded[0], signing._context())
    assert status.bottom_line
    assert status.docmdp_ok
    assert embedded[0].sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_one_flipped_bit_anywhere_is_found(paper: bytes, signed: bytes) -> None:
    places = [
        *range(0, len(paper), len(paper) // 100),
        *range(len(paper), len(signed), (len(signed) - len(paper)) // 100),
        *range(len(signed) - 40, len(signed)),
    ]
    assert [place for place in places if signing.verify(_flipped(signed, place, place % 8)).valid] == []


def test_the_envelope_of_the_signature_may_not_change_either(signed: bytes) -> None:
    """Not all of it is under the signature: versions, algorithm names, the room behind it."""
    start = signed.rindex(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    places = [*range(start, start + 180), *range(start + 900, start + 1300, 3), *range(end - 60, end + 1)]
    assert [place for place in places if signing.verify(_flipped(signed, place, 0)).valid] == []
    assert [place for place in places if signing.verify(_flipped(signed, place, 5)).valid] == []


def test_a_file_put_back_as_it_was_is_valid_again(signed: bytes) -> None:
    assert signing.verify(_flipped(_flipped(signed, 400, 3), 400, 3)).valid


def _flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


def _commented(content: bytes) -> bytes:
    return content + b"\n% more"


def _updated(content: bytes) -> bytes:
    """A proper incremental update, as an editor saves it."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root["/PageMode"] = writer.root["/Lang"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _line_end(content: bytes) -> bytes:
    return content + b"\n"


@pytest.mark.parametrize("added", [_commented, _updated, _line_end])
def test_what_is_added_after_signing_is_not_covered(signed: bytes, added: Callable[[bytes], bytes]) -> None:
    found = signing.verify(added(signed))
    assert not found.valid
    assert not found.covers_whole_file
    assert found.intact, "what was signed is still as it was"
    assert found.signer_name == OFFICE


def test_a_paper_cut_short_is_not_valid(signed: bytes) -> None:
    assert not any(signing.verify(signed[:-cut]).valid for cut in (1, 2, 100, 5000))


def test_a_signature_moved_to_another_paper_is_not_valid(signed: bytes, paper: bytes) -> None:
    other = pdf.render("result", {**SPECIMENS["result"], "title": "Giấy chứng nhận đăng ký họ kinh doanh"}, at=AT)
    assert not signing.verify(other[: len(paper)].ljust(len(paper)) + signed[len(paper) :]).valid


def test_the_certificate_of_a_foreign_authority_is_not_trusted(
    paper: bytes, signed: bytes, settings: Any, own_keys: Path, tmp_path: Path
) -> None:
    settings.SIGNING_KEYS = tmp_path / "foreign"
    forged = _signed(paper, make_demo_key(AUTHORITY, OFFICE))
    assert signing.verify(forged).valid, "at home"
    settings.SIGNING_KEYS = own_keys
    found = signing.verify(forged)
    assert (found.valid, found.intact, found.trusted) == (False, True, False)
    assert found.signed_at is None, "an untrusted file's own claims are not repeated"
    assert signing.verify(signed).valid


def test_an_authority_added_by_the_administrator_is_trusted(
    paper: bytes, settings: Any, own_keys: Path, tmp_path: Path
) -> None:
    settings.SIGNING_KEYS = tmp_path / "foreign"
    foreign = _signed(paper, make_demo_key(AUTHORITY, OFFICE))
    settings.SIGNING_KEYS = own_keys
    (own_keys / "trusted").mkdir(parents=True)
    root = (tmp_path / "foreign" / "trusted" / "demo-authority.pem").read_bytes()
    (own_keys / "trusted" / "government.pem").write_bytes(root)
    assert signing.verify(foreign).valid


def test_nobody_is_trusted_before_there_is_an_authority(signed: bytes, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEYS = tmp_path / "empty"
    assert not signing.verify(signed).trusted


def test_an_expired_certificate_is_not_valid(signed: bytes) -> None:
    with moments.travel(signing_keys.VALID_UNTIL + datetime.timedelta(days=1)):
        assert not signing.verify(signed).valid


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7 broken",
        b"/ByteRange [0 1 2 3]",
        b"/ByteRange [0 25 29 99999999]<00>",
        b"/ByteRange [0 22 26 0]x<AB>",
        b"x<30>/ByteRange [0 1 5 25 ]",
    ],
)
def test_what_is_no_signed_paper_is_not_valid_and_breaks_nothing(content: bytes) -> None:
    assert not signing.verify(content).valid


def test_an_unsigned_paper_is_told_from_a_broken_one(paper: bytes, signed: bytes) -> None:
    assert not signing.verify(paper).signed
    assert signing.verify(_flipped(signed, 400, 0)).signed


def test_each_office_keeps_its_key(own_keys: Path) -> None:
    first = make_demo_key(AUTHORITY, OFFICE)
    assert make_demo_key(AUTHORITY, OFFICE) == first == signing_key(AUTHORITY, OFFICE)
    assert make_demo_key(AUTHORITY, "Ủy ban nhân dân phường Gõ Công") != first
    assert make_demo_key("Bộ Văn hóa, Thể thao và Du lịch", OFFICE) != first


def test_keys_are_for_the_server_alone(own_keys: Path) -> None:
    key = make_demo_key(AUTHORITY, OFFICE)
    secrets = list(own_keys.rglob("key.pem"))
    assert len(secrets) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o700
    assert "PRIVATE" not in repr(key)


def test_a_long_name_is_told_whole(paper: bytes) -> None:
    name = "Trung tâm Phục vụ hành chính công phường Gò Công, tỉnh Đồng Tháp, cơ sở số hai"
    assert signing.verify(_signed(paper, make_demo_key(AUTHORITY, name))).signer_name == name


def test_only_a_demonstration_makes_its_own_keys(settings: Any) -> None:
    made = signing_key(AUTHORITY, OFFICE)
    settings.DEMO = settings.TESTING = False
    assert signing_key(AUTHORITY, OFFICE) == made, "a key that is there is used"
    with pytest.raises(NoSigningKey, match="Tân Điền"):
        signing_key(AUTHORITY, "Tân Điền")
