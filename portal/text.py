"""Words as people type them: without diacritics, with y for i, upper or lower case."""

import secrets
import unicodedata

# Without 0, O, 1, I, L, U: read aloud over the telephone without doubt.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def fold(text: str) -> str:
    """`Đăng ký kinh doanh` and `dang ki kinh doanh` become the same: for search, never for display."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.replace("y", "i").split())


def sort_key(text: str) -> str:
    """Vietnamese order near enough for lists: by bare letters first, then by the letters as written."""
    return f"{fold(text)} {text}"


def random_code(groups: int = 3, length: int = 4) -> str:
    """An unguessable code to hand to a person, such as `7K2M-9QPX-3D4F` (59 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(length)) for _ in range(groups))
