from django.db import models
from modelsearch import index


class Text(index.Indexed, models.Model):
    """A row of ``search_entry``, searched as Wagtail searches a page: the title counts twice."""

    title = models.TextField()
    body = models.TextField()
    audience = models.PositiveSmallIntegerField()

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("body"),
        index.FilterField("audience"),
    ]

    class Meta:
        managed = False
        db_table = "search_entry"
        app_label = "rival"

    def __str__(self) -> str:
        return self.title
