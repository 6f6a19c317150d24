from django.db import models


class RateCount(models.Model):
    """How often something was done lately; ``key`` is a hash, so that no address or name stands here.

    The table is UNLOGGED: a crash empties it, and a count costs no write to the log of the database.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "räknat försök"
        verbose_name_plural = "räknade försök"

    def __str__(self) -> str:
        return f"{self.count} sedan {self.began_at:%Y-%m-%d %H:%M}"
