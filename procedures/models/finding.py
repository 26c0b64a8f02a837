"""What the catalogue is found by: every word of a procedure, so that a search reads only the rows of its own words."""

from typing import ClassVar

from django.db import models

from portal.tenancy import TenantOwned
from procedures.models.catalogue import Procedure


class SearchWord(TenantOwned):
    """A folded word and a procedure that says it.

    A table instead of an index over arrays or trigrams: under row-level security PostgreSQL may use an index only by
    operators that cannot leak, and of those that search text only equality and order are.
    """

    class Place(models.IntegerChoices):
        """Where the procedure says it, the most telling place first."""

        NAME = 0
        KEYWORD = 1
        ELSEWHERE = 2

    word = models.CharField(max_length=40, db_collation="C")
    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="words", db_index=False)
    place = models.PositiveSmallIntegerField(choices=Place.choices)

    class Meta(TenantOwned.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "word", "procedure"], include=["place"], name="search_word_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "procedure"], name="search_word_of")]

    def __str__(self) -> str:
        return f"{self.word}: {self.procedure_id}"
