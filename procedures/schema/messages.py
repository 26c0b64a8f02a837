"""What can be wrong with an answer: codes and the words that their sentences need; the sentences live with the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# code → names of its params. procedures.models.form_messages has one sentence for each; a test compares the two.
CODES: Mapping[str, tuple[str, ...]] = {
    "required": (),
    "required_choice": (),
    "required_choices": (),
    "required_date": (),
    "required_file": (),
    "declaration": (),
    "shape": (),
    "too_long": ("max", "got"),
    "number": ("given",),
    "whole_number": ("given",),
    "number_min": ("min", "got"),
    "number_max": ("max", "got"),
    "money": ("given",),
    "money_min": ("min", "got"),
    "money_max": ("max", "got"),
    "decimal": ("given",),
    "decimal_digits": ("digits", "got"),
    "decimal_min": ("low", "given"),
    "decimal_max": ("high", "given"),
    "date": ("given",),
    "date_incomplete": ("missing",),
    "date_impossible": ("given",),
    "date_year": ("given",),
    "date_future": ("today",),
    "date_past": ("today",),
    "date_min": ("min",),
    "date_max": ("max",),
    "choice": ("given",),
    "choice_words": (),
    "choices_min": ("min", "got"),
    "choices_max": ("max", "got"),
    "yes_no": ("given",),
    "person_id_characters": ("given",),
    "person_id_length": ("got",),
    "person_id_length_either": ("got",),
    "person_id_old": (),
    "person_id_place": ("place",),
    "person_id_year": ("year",),
    "person_id_birth_year": ("id_year", "given_year"),
    "person_id_gender": ("id_gender",),
    "business_code_characters": ("given",),
    "business_code_length": ("got",),
    "business_code_check": ("given",),
    "business_code_branch": ("given",),
    "phone": ("given",),
    "phone_length": ("got",),
    "email": ("given",),
    "email_at": ("given",),
    "email_domain": ("domain",),
    "address": (),
    "address_province": (),
    "address_province_unknown": (),
    "address_commune": (),
    "address_commune_unknown": (),
    "address_commune_elsewhere": (),
    "address_street": (),
    "rows_min": ("min", "got"),
    "rows_max": ("max", "got"),
    "files_min": ("min", "got"),
    "files_max": ("max", "got"),
    "file_unknown": (),
}
# Worth a second look, never a reason to refuse.
WARNINGS: Mapping[str, tuple[str, ...]] = {
    "person_id_place_unknown": ("place",),
    "email_typo": ("suggestion",),
}


@dataclass(frozen=True)
class Message:
    """One thing wrong with one answer."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Invalid(Exception):
    """An answer that cannot be accepted; messages by the part of the field that they concern ('' is the whole)."""

    def __init__(self, code: str, part: str = "", **params: str | int) -> None:
        self.messages = {part: Message(code, params)}
        super().__init__(code)

    @classmethod
    def together(cls, messages: dict[str, Message]) -> "Invalid":
        made = cls("shape")
        made.messages = messages
        return made
