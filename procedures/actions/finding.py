"""What a published procedure is found by and listed under; kept anew with each version that is shown."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portal.text import fold, sort_key
from procedures.models import Procedure, SearchWord
from procedures.queries.spelling import words_of
from procedures.schema.definition import Definition

LONGEST_WORD = 40
LONGEST_KEY = 200
Place = SearchWord.Place


def shown(definition: Definition) -> dict[str, str]:
    """`search` holds code, name and keywords, folded, with bars between them; `ordered` is where lists put it."""
    parts = [definition.code, definition.name("vi"), *definition.keywords, definition.name("en")]
    return {
        "search": " | ".join(fold(part) for part in parts),
        "ordered": sort_key(definition.name("vi"))[:LONGEST_KEY],
        "ordered_en": sort_key(definition.name("en"))[:LONGEST_KEY],
    }


@transaction.atomic
def index(procedure: Procedure, definition: Definition) -> None:
    """Keep the words that the procedure is found by; what stays the same is not written again."""
    told = words(definition)
    known = dict(SearchWord.objects.filter(procedure=procedure).values_list("word", "place"))
    gone = [word for word, place in known.items() if told.get(word) != place]
    if gone:
        SearchWord.objects.filter(procedure=procedure, word__in=gone).delete()
    fresh = [(word, place) for word, place in told.items() if known.get(word) != place]
    SearchWord.objects.bulk_create(SearchWord(procedure=procedure, word=word, place=place) for word, place in fresh)


def index_new(made: Iterable[tuple[Procedure, Definition]]) -> None:
    """The words of procedures that had none before, together."""
    SearchWord.objects.bulk_create(
        SearchWord(procedure=procedure, word=word, place=place)
        for procedure, definition in made
        for word, place in words(definition).items()
    )


def forget(procedure: Procedure) -> None:
    """A procedure that was withdrawn is found no more."""
    SearchWord.objects.filter(procedure=procedure).delete()


def words(definition: Definition) -> dict[str, Any]:
    """Each word once, at the most telling place where it stands."""
    elsewhere = (definition.sector.name.read("vi"), definition.summary.read("vi"))
    placed: dict[str, Any] = dict.fromkeys(words_of(" ".join(elsewhere)), Place.ELSEWHERE)
    placed |= dict.fromkeys(words_of(" ".join((*definition.keywords, definition.name("en")))), Place.KEYWORD)
    placed |= dict.fromkeys(words_of(definition.name("vi")), Place.NAME)
    return {word: place for word, place in placed.items() if len(word) <= LONGEST_WORD}
