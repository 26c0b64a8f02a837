"""A whole submission, as a browser makes it: pages, sections, a file, check, submit, payment, the bank's word, receipt."""

import io
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pypdf import PdfWriter

from integrations.people import BY_KEY
from payments.models import Account
from payments.providers.base import stamp
from payments.providers.vnpay import sign, sign_data
from portal.models import Tenant
from portal.moments import now, today
from portal.tenancy import inside
from procedures.demo import content
from procedures.demo.filing import retold
from procedures.models import Offering
from procedures.schema.fees import fees_due
from procedures.schema.form import Section
from procedures.schema.input import to_inputs

CODE, OFFICE, EXAMPLE = "1.001612", "H58.30", "duy"
START = f"/thu-tuc/{CODE}/nop/"
FILE_SIZE = 20 * 1024
TASKS = "muc-luc"


@dataclass(frozen=True)
class Asked:
    """One request of the flow."""

    path: str
    form: dict[str, list[str]] | None = None
    file: tuple[str, bytes] | None = None
    signed_in: bool = True


@dataclass(frozen=True)
class Answered:
    status: int
    location: str
    text: str


@dataclass
class Filing:
    """What is filed, read once: the sections of the form, the account of the office, the fee."""

    sections: dict[str, Section]
    account: Account
    fee: int
    example: dict[str, Any]
    file: bytes = field(default_factory=lambda: a_pdf(FILE_SIZE))


def filing(tenant: Tenant) -> Filing:
    with inside(tenant):
        offering = Offering.objects.select_related("procedure__current").get(procedure__code=CODE, office__code=OFFICE)
        definition: Any = offering.procedure.current.parsed  # type: ignore[union-attr]
        account = Account.objects.get(office__code=OFFICE, provider="vnpay")
    example = next(e for e in content.examples(tenant.slug, CODE, today(), str) if e.submitter == EXAMPLE)
    fee = sum(line.amount for line in fees_due(definition, example.answers, "online") if line.when_due == "submission")
    return Filing({one.key: one for one in definition.sections}, account, fee, example.answers)


def a_pdf(size: int) -> bytes:
    """A sound PDF of about this size."""
    writer, held = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.add_attachment("noi-dung.txt", bytes(range(256)) * (size // 256))
    writer.write(held)
    return held.getvalue()


def submission(what: Filing, subject: str) -> Generator[Asked, Answered, str]:
    """From "Nộp trực tuyến" to the receipt of the payment; returns the dossier's reference."""
    answers = retold(what.example, BY_KEY[EXAMPLE], BY_KEY[subject])
    yield Asked(START)
    page = yield Asked(START, form={"office": [OFFICE], "whom": ["self"]})
    reference = page.location.split("/")[4]
    at = f"{START}{reference}/"
    while (key := page.location.removeprefix(at).strip("/")) != "kiem-tra":
        shown = yield Asked(page.location)
        if key == TASKS:  # a long form begins at its list; the first line leads to the first page
            page = Answered(302, re.findall(rf'href="({re.escape(at)}[^"#]+)"', shown.text)[0], "")
            continue
        page = yield _filled(what, at, key, answers, subject)
        _proceeded(page, at, key)
    check = yield Asked(f"{at}kiem-tra/")
    _proceeded((yield Asked(f"{at}kiem-tra/", form={"true": ["on"]})), at, "kiem-tra", check)
    yield Asked(f"{at}da-nop/")
    yield from _paid(what, reference)
    return reference


def _filled(what: Filing, at: str, key: str, answers: dict[str, Any], subject: str) -> Asked:
    if key == "lien-he":
        home = BY_KEY[subject]
        told = {"phone": [home.phone], "email": [home.email], "delivery": ["online"], "address": [home.street]}
        return Asked(f"{at}lien-he/", form=told)
    form: dict[str, list[str]] = {}
    file = None
    for one in what.sections[key].fields:
        if one.type == "file":
            file = (one.key, what.file) if one.key in answers else file
        else:
            form |= to_inputs(one, answers.get(one.key))
    return Asked(f"{at}{key}/", form=form, file=file)


def _proceeded(page: Answered, at: str, key: str, before: Answered | None = None) -> None:
    if page.status != 302 or page.location == f"{at}{key}/":
        wrong = re.findall(r'<a href="[^"]*#id_[^"]*">[^<]*', page.text)
        raise RuntimeError(f"{at}{key}/ was not accepted ({page.status}): {wrong}")


def _paid(what: Filing, reference: str) -> Generator[Asked, Answered, None]:
    """Open the payment, leave for the bank, the bank's signed word to us, the payer's way back, the receipt."""
    opened = yield Asked(f"/tai-khoan/ho-so/{reference}/thanh-toan/", form={})
    page = opened.location
    yield Asked(page)
    yield Asked(f"{page}di/", form={"account": [str(what.account.pk)]})
    yield Asked(f"{page}di/")
    said = yield Asked(f"/thanh-toan/vnpay/ipn/?{_words(what, page.strip('/').split('/')[-1])}", signed_in=False)
    if '"00"' not in said.text:
        raise RuntimeError(f"The payment was not confirmed: {said.text}")
    paid = yield Asked(page)
    if "bien-lai.pdf" not in paid.text:
        raise RuntimeError(f"{page} shows no receipt")
    yield Asked(f"/tai-khoan/ho-so/{reference}/")


def _words(what: Filing, payment: str) -> str:
    number = str(date.today().toordinal() * 10**6 + hash(payment) % 10**6)  # noqa: TID251, DTZ011 -- any number will do
    words = {
        "vnp_TmnCode": what.account.terminal,
        "vnp_Amount": str(what.fee * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{number}",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": f"Thanh toan phi le phi {payment}",
        "vnp_PayDate": stamp(now()),
        "vnp_ResponseCode": "00",
        "vnp_TransactionNo": number,
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": payment,
    }
    told = sign_data(words)
    return f"{told}&vnp_SecureHash={sign(told, what.account.secret)}"
