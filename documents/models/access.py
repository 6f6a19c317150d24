from django.db import models
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from documents.models.document import Document
from documents.permissions import Permission
from kvalitet import history
from kvalitet.organisation import grants
from kvalitet.organisation.models import User
from kvalitet.search import search_dirty_trigger


@history.track()
class DocumentUserPermission(UserObjectPermissionBase):
    """An exception on one document: a co-author, or a guest who may read what is fastställt."""

    content_object = models.ForeignKey(
        Document, models.RESTRICT, related_name="user_permissions", verbose_name="dokument"
    )

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "rätt till ett enskilt dokument"
        verbose_name_plural = "rätter till enskilda dokument"
        triggers = [search_dirty_trigger("document", "{row}.content_object_id")]

    def __str__(self) -> str:
        return f"{self.user}: {self.permission.name}"


def reviewers_of(document: Document) -> dict[int, User]:
    """Those who may read the draft because of an open remiss, by id."""
    name = grants.codename(Permission.REVIEWER)
    rows = DocumentUserPermission.objects.filter(content_object=document, permission__codename=name)
    return {one.user_id: one.user for one in rows.select_related("user")}


@history.track()
class Favourite(models.Model):
    """A document that a person keeps among *Mina rutiner*."""

    user = models.ForeignKey(User, models.CASCADE, related_name="favourite_documents", verbose_name="person")
    document = models.ForeignKey(Document, models.CASCADE, related_name="favourites", verbose_name="dokument")
    created_at = models.DateTimeField("vald", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "favorit"
        verbose_name_plural = "favoriter"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "document"],
                name="favourite_once",
                violation_error_message="Dokumentet är redan en favorit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} för {self.user}"
