"""The tables of ``kvalitet.search``: what can be found, what must be indexed again, and the words of the
texts.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from kvalitet.search.records import Audience, Edition


class SearchEntry(models.Model):
    """One edition of one object, in the words it is found by. Written by ``kvalitet.search`` alone."""

    kind = models.CharField("slag", max_length=40)
    object_id = models.BigIntegerField("objekt")
    edition = models.CharField("utgåva", max_length=10, choices=Edition)
    url = models.CharField("adress", max_length=500)
    title = models.TextField("titel")
    title_key = models.TextField("titel i gemener")
    meta = models.TextField("plats", blank=True)
    status = models.CharField("status", max_length=60, blank=True)
    day = models.DateField("datum", null=True)
    body = models.TextField("text", blank=True)
    audience = models.PositiveSmallIntegerField("får hittas av", choices=Audience)
    unit_id = models.BigIntegerField("läses av enheten", null=True)
    process_id = models.BigIntegerField("läses av processens ägare", null=True)
    home_id = models.BigIntegerField("hör till enheten", null=True)
    allow = ArrayField(models.BigIntegerField(), verbose_name="får läsa", default=list)
    deny = ArrayField(models.BigIntegerField(), verbose_name="får inte läsa", default=list)
    title_vector = SearchVectorField("titelns ord")
    vector = SearchVectorField("alla ord")
    updated_at = models.DateTimeField("indexerad", db_default=Now())

    class Meta:
        db_table = "search_entry"
        verbose_name = "sökpost"
        verbose_name_plural = "sökposter"
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "edition"], name="search_entry_once"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="search_entry_audience"),
            models.CheckConstraint(condition=Q(edition__in=Edition.values), name="search_entry_edition"),
            models.CheckConstraint(
                condition=~Q(audience=Audience.CIRCLE) | Q(unit_id=None, process_id=None),
                name="search_entry_circle_is_by_name",
                violation_error_message="En sekretessbelagd uppgift får bara hittas av namngivna personer.",
            ),
        ]
        indexes = [
            GinIndex(fields=["vector"], name="search_entry_words"),
            GinIndex(fields=["title_vector"], name="search_entry_title_words"),
            GinIndex(fields=["title_key"], opclasses=["gin_trgm_ops"], name="search_entry_title_spelling"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchDirty(models.Model):
    """A note that an object has changed; added by row triggers, taken by the drain."""

    kind = models.CharField("slag", max_length=40)
    object_id = models.BigIntegerField("objekt")
    queued_at = models.DateTimeField("ändrad", db_default=Now())
    retry_at = models.DateTimeField("försök igen", db_default=Now())
    attempts = models.PositiveSmallIntegerField("försök", db_default=0)
    error = models.CharField("fel", max_length=200, blank=True, db_default="")

    class Meta:
        db_table = "search_dirty"
        verbose_name = "ändring att indexera"
        verbose_name_plural = "ändringar att indexera"
        indexes = [
            models.Index(fields=["retry_at", "id"], name="search_dirty_next"),
            models.Index(fields=["kind", "object_id"], name="search_dirty_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SearchTerm(models.Model):
    """A word of the public and internal texts: what suggestions and the opening of compounds are made
    from.
    """

    word = models.CharField("ord", max_length=60, primary_key=True)
    texts = models.PositiveIntegerField("texter", db_default=0)
    public_texts = models.PositiveIntegerField("offentliga texter", db_default=0)
    parts = models.CharField("delar", max_length=120, blank=True, db_default="")
    is_part = models.BooleanField("öppnar sammansättningar", db_default=False)

    class Meta:
        db_table = "search_term"
        verbose_name = "sökord"
        verbose_name_plural = "sökord"
        indexes = [GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_term_spelling")]

    def __str__(self) -> str:
        return self.word
