"""How people miss a word: a slip of a finger, another keyboard's marks, a letter that sounds the same, words run together."""

import re
from collections.abc import Collection, Iterator

from portal.text import fold

LETTERS = "abcdefghijklmnopqrstuvwxz"
LONGEST_SYLLABLE = 7
# How near a slip is to the word that was meant, of 1.
MARKS, SWAPPED, SOUNDS, DROPPED, REPLACED, BEGUN = 0.96, 0.94, 0.9, 0.88, 0.84, 0.8
# What an input method would have turned into a mark, had it been on (Telex); fold has made y an i.
TELEX = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
TONES = "sfrxj"
SOUNDS_LIKE = (("ch", "tr"), ("tr", "ch"), ("gi", "d"), ("d", "gi"), ("gi", "r"), ("r", "gi"), ("f", "ph"), ("ph", "f"), ("z", "gi"), ("j", "gi"), ("w", "qu"))  # fmt: skip
WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The folded words of a text, in their order, without signs between them."""
    return WORD.findall(fold(text))


def slips(word: str) -> dict[str, float]:
    """Every word that may have been meant, with how likely: one slip away, about 250 for four letters."""
    found = dict.fromkeys(_one_letter_off(word), REPLACED)
    found |= dict.fromkeys(_dropped(word), DROPPED)
    found |= dict.fromkeys(_sounding_alike(word), SOUNDS)
    found |= dict.fromkeys(_swapped(word), SWAPPED)
    found |= dict.fromkeys(_unmarked(word), MARKS)
    found.pop(word, None)
    found.pop("", None)
    return found


def _swapped(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _dropped(word: str) -> Iterator[str]:
    """A letter too many, or one that is missing."""
    for at in range(len(word) + 1):
        yield word[:at] + word[at + 1 :]
        for letter in LETTERS:
            yield word[:at] + letter + word[at:]


def _one_letter_off(word: str) -> Iterator[str]:
    for at in range(len(word)):
        for letter in LETTERS:
            yield word[:at] + letter + word[at + 1 :]


def _sounding_alike(word: str) -> Iterator[str]:
    for said, meant in SOUNDS_LIKE:
        if word.startswith(said):
            yield meant + word[len(said) :]


def _unmarked(word: str) -> Iterator[str]:
    """`ddawng` and `d9a8ng` were to become đăng."""
    yield "".join(letter for letter in word if not letter.isdigit())
    plain = word
    for typed, meant in TELEX:
        plain = plain.replace(typed, meant)
    yield plain
    for at in range(1, len(plain)):
        if plain[at] in TONES:
            yield plain[:at] + plain[at + 1 :]


def pieces(word: str) -> set[str]:
    """Every part that may be a syllable of its own, where words were run together."""
    starts = range(len(word))
    return {
        word[at : at + length] for at in starts for length in range(2, LONGEST_SYLLABLE + 1) if at + length <= len(word)
    }


def parted(word: str, known: Collection[str]) -> list[str]:
    """`hokinhdoanh` into ho kinh doanh: the fewest known parts that make it up; none where there are no such parts."""
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(2, len(word) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end - 1):
            before, part = best[start], word[start:end]
            now = best[end]
            if before is not None and part in known and (now is None or len(before) + 1 < len(now)):
                best[end] = [*before, part]
    return best[-1] or []
