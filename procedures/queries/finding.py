"""Searching the catalogue: people's words → procedures, the best first, in two or three queries however many there are."""

import itertools
import math
import re
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q

from portal.kept import by_version
from portal.text import fold
from procedures.models import Procedure, SearchWord
from procedures.queries.facets import kinds
from procedures.queries.popularity import popular
from procedures.queries.spelling import BEGUN, WORD, parted, pieces, slips, words_of
from procedures.queries.synonyms import readings

MOST_WORDS, MOST_READINGS, LONGEST = 12, 4, 200
# Each of so many words may be a slip, where the catalogue knows them all and no procedure says them together.
MOST_DOUBTED = 6
# Said around what is sought, in nearly every question.
FILLERS = re.compile(r"\b(toi|minh|em|muon|can|can lam|xin|lam|thu tuc|lam sao|the nao|o dau|nhu the nao|how to)\b")
CODE = re.compile(r"\d[\d.]{2,}")
# A procedure that says this share of what was asked for, counted by rarity, is told where none says all of it.
ENOUGH, AT_ALL, BESIDE_THE_BEST = 0.62, 0.34, 0.75
FEW = 3
# Somebody who finds few, but finds what they typed in one go, meant it.
SAID_IN_ONE_GO = 0.4
# A word that was meant stands beside another that was typed; else it is a likeness by chance.
SAID_TOGETHER = 0.1
# What is said by the name weighs more than a keyword, a keyword more than the summary.
WEIGHTS: dict[int, float] = {
    SearchWord.Place.NAME: 1.0,
    SearchWord.Place.KEYWORD: 0.75,
    SearchWord.Place.ELSEWHERE: 0.4,
}
MEANT_OTHERWISE = 0.93
LOOKED_AT = 60
# So many procedures say a word that it is kept by the process.
OFTEN = 50
Postings = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Hits:
    """Procedures by key, the best first. `corrected`: these are for other words than were typed; `instead`: those would
    find more."""

    keys: list[int] = field(default_factory=list)
    corrected: str = ""
    instead: str = ""


@dataclass(frozen=True)
class Reading:
    """One way to read what was asked: for each of its words what may stand for it, and how near that is."""

    words: list[Mapping[str, float]]
    likely: float = 1.0


@dataclass(frozen=True)
class Scored:
    scores: Mapping[int, float]
    reading: Reading

    @cached_property
    def best_first(self) -> list[int]:
        return sorted(self.scores, key=lambda key: (-self.scores[key], key))


def search(typed: str, *, still_typing: bool = False) -> Hits:
    """By code where it looks like one, else by words."""
    text = typed.strip()[:LONGEST]
    if CODE.fullmatch(text):
        return Hits(by_code(text))
    asked = _asked(text)
    if still_typing and len(asked) > 1 and len(asked[-1]) == 1:
        # One letter says too little of the word that it begins.
        asked = asked[:-1]
    return _by_words(asked, still_typing) if asked else Hits()


def by_code(part: str) -> list[int]:
    """What begins with it, then what holds it anywhere; the point may be left out."""
    rows = Procedure.objects.filter(current__isnull=False)
    found = rows.filter(Q(code__contains=part) | Q(code__endswith=f".{part}"))
    if "." not in part:
        found |= rows.filter(code__startswith=f"{part[0]}.{part[1:]}")
    pairs = found.values_list("code", "pk")[:LONGEST]
    return [key for code, key in sorted(pairs, key=lambda pair: (not pair[0].startswith(part), pair[0]))]


def _asked(text: str) -> list[str]:
    words = words_of(FILLERS.sub(" ", fold(text))) or words_of(text)
    return words[:MOST_WORDS]


def _by_words(asked: list[str], still_typing: bool) -> Hits:
    ways = list(readings(asked))[:MOST_READINGS]
    begun = _going_on(asked[-1]) if still_typing else set()
    known = _postings({word for way in ways for word in way} | begun)
    exact = [_reading(way, known, likely=1.0 if way is asked else MEANT_OTHERWISE) for way in ways]
    if still_typing:
        exact = [_begun(exact[0], asked[-1], known), *exact[1:]]
    count = kinds().count
    told = _all_words(exact, known, count)
    keys, best = _ranked(told)
    if keys and (still_typing or len(keys) >= FEW or best >= SAID_IN_ONE_GO):
        return Hits(keys)
    return _with_slips(asked, exact, keys, known, count)


def vocabulary() -> frozenset[str]:
    """Every word that the catalogue knows."""
    return by_version(
        "vocabulary", lambda: frozenset(SearchWord.objects.order_by().values_list("word", flat=True).distinct())
    )


def _postings(words: Collection[str]) -> dict[str, dict[int, int]]:
    """For each word that the catalogue knows: the procedures that say it, and where.

    A word that many say is in nearly every question and slow to read, so the process keeps it as it came: numbers, each a
    procedure's key and the place in it. Threads only ever add the same to what is kept.
    """
    kept: dict[str, array[int]] = by_version("words said often", dict)
    said = {word: kept[word] for word in words if word in kept}
    rare = [word for word in vocabulary().intersection(words) if word not in kept]
    if rare:
        rows = SearchWord.objects.filter(word__in=rare).order_by().values_list("word")
        found = rows.annotate(said=ArrayAgg(F("procedure_id") * 4 + F("place")))
        said |= {word: array("Q", numbers) for word, numbers in found}
        kept |= {word: said[word] for word in rare if len(said.get(word, ())) >= OFTEN}
    return {word: {one >> 2: one & 3 for one in numbers} for word, numbers in said.items()}


def _going_on(begun: str) -> set[str]:
    """What the word that is being typed may become."""
    return {word for word in vocabulary() if word.startswith(begun)} if len(begun) > 1 else set()


def _reading(words: Iterable[str], known: Postings, likely: float = 1.0) -> Reading:
    return Reading([{word: 1.0} if word in known else {} for word in words], likely)


def _begun(reading: Reading, begun: str, known: Postings) -> Reading:
    """The last word may go on."""
    going_on = {word: 1.0 if word == begun else BEGUN for word in known if word.startswith(begun)}
    return replace(reading, words=[*reading.words[:-1], going_on])


def _with_slips(
    asked: list[str], exact: list[Reading], keys: list[int], known: dict[str, dict[int, int]], count: int
) -> Hits:
    """Words that the catalogue does not know may be slips of those that it does; where it knows all, any may be.

    `keys` is what was found for the words as typed; what others find is offered only where it is more.
    """
    strange = [word for word in asked if word not in known]
    unknown = strange or asked[:MOST_DOUBTED]
    near = {word: _nearby(word) for word in unknown}
    parts = {part for word in unknown if len(word) > 4 for part in pieces(word)}
    known |= _postings(({slip for one in near.values() for slip in one} | parts) - set(known))
    mended = [_mended(asked, near, known), *_joined(asked, known)]
    meant = _all_words(mended, known, count)
    instead, best = _ranked(meant)
    if len(instead) > len(keys) and best >= (SAID_TOGETHER if strange else SAID_IN_ONE_GO):
        words = _written(instead[0], meant.reading, known)
        return Hits(keys, instead=words) if keys else Hits(instead, corrected=words)
    return Hits(keys or _nearly(exact, mended, known, count))


def _nearby(word: str) -> dict[str, float]:
    """Words of the catalogue that may have been meant."""
    likely = slips(word)
    return {slip: likely[slip] for slip in vocabulary().intersection(likely)}


def _nearly(exact: list[Reading], mended: list[Reading], known: Postings, count: int) -> list[int]:
    """Where nothing says it all: what says most of it, as it was typed, else as it was meant."""
    typed, _best = _ranked(_most_words(exact, known, count, ENOUGH))
    meant, best = ([], 0.0) if typed else _ranked(_most_words(mended, known, count, ENOUGH))
    return typed or (meant if best >= SAID_TOGETHER else [])


def _mended(asked: list[str], near: Mapping[str, Mapping[str, float]], known: Postings) -> Reading:
    return Reading([{**near.get(word, {}), **({word: 1.0} if word in known else {})} for word in asked])


def _joined(asked: list[str], known: Postings) -> list[Reading]:
    """Words that were run together, parted again."""
    apart = [parted(word, known) if word not in known and len(word) > 4 else [] for word in asked]
    if not any(apart):
        return []
    return [_reading([part for word, parts in zip(asked, apart, strict=True) for part in parts or [word]], known)]


def _all_words(ways: list[Reading], known: Postings, count: int) -> Scored:
    """Procedures that say every word of a reading; of several readings the one that each fits best."""
    found = [_scored(way, known, count) for way in ways if all(way.words)]
    return _best_of(found) if found else Scored({}, Reading([]))


def _scored(way: Reading, known: Postings, count: int) -> Scored:
    fewest, *others = sorted((_saying(words, known) for words in way.words), key=len)
    keys = [key for key in fewest if all(key in other for other in others)]
    rare = [_rarity(words, known, count) for words in way.words]
    whole = sum(rare) or 1.0
    scores = dict.fromkeys(keys, 0.0)
    for share, words in zip(rare, way.words, strict=True):
        told, worth = _weights(words, known), way.likely * share / whole
        for key in keys:
            scores[key] += worth * told(key)
    return Scored(scores, way)


def _saying(words: Mapping[str, float], known: Postings) -> Collection[int]:
    """The procedures that say one of these."""
    if len(words) == 1:
        return known[next(iter(words))]
    return set().union(*(known[word] for word in words))


def _weights(words: Mapping[str, float], known: Postings) -> Callable[[int], float]:
    """What a procedure that says one of these words gets for it: the way of nearly all words has no choice to make."""
    if len(words) > 1:
        return lambda key: _said(key, words, known)
    [(word, weight)] = words.items()
    places, worth = known[word], {place: weight * value for place, value in WEIGHTS.items()}
    return lambda key: worth[places[key]]


def _best_of(found: list[Scored]) -> Scored:
    """The first reading that finds anything leads; what others find comes along with its own score."""
    if len(found) == 1:
        return found[0]
    lead = next((one for one in found if one.scores), found[0])
    scores: dict[int, float] = {}
    for one in found:
        for key, score in one.scores.items():
            scores[key] = max(score, scores.get(key, 0.0))
    return Scored(scores, lead.reading)


def _said(key: int, words: Mapping[str, float], known: Postings) -> float:
    told = ((weight, known[word].get(key)) for word, weight in words.items())
    return max((weight * WEIGHTS[place] for weight, place in told if place is not None), default=0.0)


def _rarity(words: Mapping[str, float], known: Postings, count: int) -> float:
    """A word that few procedures say tells more; one that none says tells most."""
    often = max((len(known[word]) for word, weight in words.items() if weight == 1.0), default=0) or 0.5
    return math.log(1 + count / often)


def _most_words(ways: list[Reading], known: Postings, count: int, least: float) -> Scored:
    """Procedures that say enough of it, where none says all."""
    found: dict[int, float] = {}
    for way in ways:
        rare = [_rarity(words, known, count) for words in way.words]
        scores: dict[int, float] = {}
        for share, words in zip(rare, way.words, strict=True):
            for key in {key for word in words for key in known[word]}:
                scores[key] = scores.get(key, 0.0) + share * _said(key, words, known)
        whole = sum(rare) or 1.0
        for key, score in scores.items():
            found[key] = max(found.get(key, 0.0), way.likely * score / whole)
    best = max(found.values(), default=0.0)
    kept = {key: score for key, score in found.items() if score >= max(least, BESIDE_THE_BEST * best)}
    return Scored(kept, ways[0])


def _ranked(told: Scored) -> tuple[list[int], float]:
    """The best are looked at again by the order of their words; what many people use comes first among equals."""
    first = told.best_first[:LOOKED_AT]
    if not first:
        return [], 0.0
    names = dict(Procedure.objects.filter(pk__in=first).values_list("pk", "search"))
    often = popular()
    said = {key: _phrase(told.reading, names.get(key, "")) for key in first}
    final = {key: round(told.scores[key] + said[key], 2) for key in first}
    again = sorted(first, key=lambda key: (-final[key], -often.get(key, 0), len(names.get(key, "")), key))
    return [*again, *told.best_first[LOOKED_AT:]], max(said.values())


def _phrase(reading: Reading, search_text: str) -> float:
    """What is said in one go, in the order in which it was asked: in the name, in a keyword, in parts."""
    _code, *parts = search_text.split(" | ") if search_text else [""]
    if not parts:
        return 0.0
    return max(
        _in_order(reading, WORD.findall(parts[0]), 1.0),
        *(_in_order(reading, WORD.findall(one), 0.8) for one in parts[1:]),
        0.0,
    )


def _in_order(reading: Reading, words: list[str], weight: float) -> float:
    asked = reading.words
    if not asked or not words:
        return 0.0
    runs = [at for at in range(len(words) - len(asked) + 1) if all(words[at + n] in one for n, one in enumerate(asked))]
    if runs:
        return weight * (0.5 + 0.4 * len(asked) / len(words) + (0.1 if runs[0] == 0 else 0.0))
    pairs = sum(_next_to(first, second, words) for first, second in itertools.pairwise(asked))
    return weight * 0.35 * pairs / max(len(asked) - 1, 1)


def _next_to(first: Mapping[str, float], second: Mapping[str, float], words: list[str]) -> bool:
    return any(one in first and two in second for one, two in itertools.pairwise(words))


def _written(key: int, reading: Reading, known: Postings) -> str:
    """The words that were found, as that procedure writes them."""
    name, folded = Procedure.objects.values_list("name", "search").get(pk=key)
    spelled = {words_of(word)[0]: word for word in re.findall(r"[^\W_]+", name) if words_of(word)}
    best = [max(words, key=lambda word: words[word] if key in known[word] else 0.0) for words in reading.words]
    return " ".join(spelled.get(word, word) for word in best).lower() if folded else ""


def near(typed: str, limit: int = 3) -> list[int]:
    """The least unlike ones, to suggest where nothing was found."""
    asked = _asked(typed.strip()[:LONGEST])
    if not asked:
        return []
    nearby = {word: _nearby(word) for word in asked}
    known = _postings({*asked, *(slip for one in nearby.values() for slip in one)})
    ways = [_mended(asked, nearby, known)]
    count = kinds().count
    return _most_words(ways, known, count, AT_ALL).best_first[:limit]
