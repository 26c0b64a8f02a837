"""Numbers without gaps or doubles: one row a series, incremented as late in the transaction as can be."""

import datetime

from django.db import connection

from portal.models import Office
from portal.moments import HERE
from portal.tenancy import current_tenant
from procedures.models import Signing

NEXT = """
INSERT INTO procedures_numbercounter (tenant_id, series, last) VALUES (%s, %s, 1)
ON CONFLICT (tenant_id, series) DO UPDATE SET last = procedures_numbercounter.last + 1 RETURNING last
"""


def next_number(series: str) -> int:
    """The next of a series. The row stays locked until the transaction ends, so a rollback gives the number back."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [current_tenant().pk, series])
        return int(cursor.fetchone()[0])


def dossier_number(office: Office, at: datetime.datetime) -> str:
    """`<office>-YYMMDD-NNNN`, daily per office (Thông tư 01/2018/TT-VPCP, Điều 19)."""
    day = at.astimezone(HERE).strftime("%y%m%d")
    return f"{office.code}-{day}-{next_number(f'dossier:{office.code}:{day}'):04d}"


def book_order(office: Office, at: datetime.datetime) -> int:
    """The place of a dossier in the year's tracking book (Mẫu 06) of the office that receives it."""
    return next_number(f"book:{office.code}:{at.astimezone(HERE).year}")


def register_of(office: Office, at: datetime.datetime) -> str:
    """The register of results of an office and year: the series that its numbers come from."""
    return f"result:{office.code}:{at.astimezone(HERE).year}"


def result_number(series: str, place: int) -> str:
    """`0012/2026/H58.30`"""
    _result, office, year = series.split(":")
    return f"{place:04d}/{year}/{office}"


def register_place(series: str) -> int:
    """The next place in a register: first one that was given up, so that the register keeps no gap; else a new one."""
    waiting = Signing.objects.select_for_update(skip_locked=True, of=("self",))
    freed = waiting.filter(series=series, is_free=True).order_by("place").first()
    if freed is None:
        return next_number(series)
    freed.is_free = False
    freed.save(update_fields=["is_free"])
    return int(freed.place)
