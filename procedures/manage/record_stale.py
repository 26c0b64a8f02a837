"""Two administrators at the same part of a record: what the other wrote meanwhile, shown beside what one typed."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.models import User
from procedures.manage.differences import differences
from procedures.models import VersionDraft
from procedures.queries import versions
from procedures.schema import parts


@dataclass(frozen=True)
class Crossed:
    """A part that another changed since the page was shown: who, when, and place by place what they and we say."""

    address: str
    by: User | None
    at: datetime.datetime
    rows: list[dict[str, Any]]


def differing(draft: VersionDraft, wanted: Mapping[str, Any], sent: Mapping[str, str]) -> list[Crossed]:
    """Which of the parts that one is about to write are not any more what the page had shown (`seen-<address>`)."""
    found = []
    for address, mine in wanted.items():
        now = parts.find(draft.definition, address)
        if parts.fingerprint(now) != sent.get(f"seen-{address}"):
            by, at = versions.last_change(draft, address)
            found.append(Crossed(address, by, at, differences(mine, now)))
    return found
