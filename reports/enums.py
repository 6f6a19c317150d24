from django.db import models


class ReportStatus(models.TextChoices):
    DRAFT = "draft", "Utkast"
    PREPARING = "preparing", "Bereds"
    PREPARED = "prepared", "Beredd"
    DECIDED = "decided", "Beslutad"
    PUBLISHED = "published", "Publicerad"


FROZEN = (ReportStatus.DECIDED, ReportStatus.PUBLISHED)
