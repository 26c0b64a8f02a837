"""The people of the demonstration: made up, consistent with one another, known to the stand-ins and to the demo data only."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).resolve().parent / "people.json"


@dataclass(frozen=True)
class DemoPerson:
    """A made-up person. `key` is their OpenID subject; relatives are keys of others or, where nobody stands, names."""

    key: str
    full_name: str
    personal_id: str
    birth_date: date
    marital_status: str
    commune: str
    street: str
    hometown: str = ""
    ethnicity: str = "Kinh"
    father: str = ""
    mother: str = ""
    spouse: str = ""
    post: str = ""

    @property
    def gender(self) -> str:
        """The fourth digit of a personal id: even for men, odd for women (Nghị định 137/2015/NĐ-CP, Điều 13)."""
        return "female" if int(self.personal_id[3]) % 2 else "male"

    @property
    def province(self) -> str:
        return province_of(self.commune)

    @property
    def phone(self) -> str:
        return f"09{self.personal_id[-8:]}"

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


def province_of(commune: str) -> str:
    """Everybody here lives in Đồng Tháp (82) or Hà Nội (01)."""
    return "01" if commune.startswith("0") else "82"


def _read(group: str) -> tuple[DemoPerson, ...]:
    rows = json.loads(FILE.read_text(encoding="utf-8"))[group]
    return tuple(DemoPerson(**{**row, "birth_date": date.fromisoformat(row["birth_date"])}) for row in rows)


# The cast of tests and demo; people who live around them; the other officials of the demo's offices.
CAST = _read("cast")
NEIGHBOURS = _read("neighbours")
OFFICIALS = _read("officials")
PEOPLE = CAST + NEIGHBOURS + OFFICIALS
BY_KEY = {person.key: person for person in PEOPLE}
BY_PERSONAL_ID = {person.personal_id: person for person in PEOPLE}
