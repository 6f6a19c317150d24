from django.db import models


class ProcessKind(models.TextChoices):
    """Only the first level has one."""

    STEERING = "steering", "Styrprocess"
    MAIN = "main", "Huvudprocess"
    SUPPORT = "support", "Stödprocess"


class ProcessState(models.TextChoices):
    PLANNED = "planned", "Planerad"
    ACTIVE = "active", "Aktiv"
    RETIRED = "retired", "Upphävd"


class Visibility(models.TextChoices):
    PUBLIC = "public", "Alla, även utan inloggning"
    INTERNAL = "internal", "Medarbetare"


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", "Utkast"
    IN_REVIEW = "in_review", "Granskas"
    APPROVED = "approved", "Fastställd"
    WITHDRAWN = "withdrawn", "Upphävd"


class Standing(models.TextChoices):
    """What a version is today. Computed from status, stamps and dates; never stored."""

    DRAFT = "draft", "Utkast"
    IN_REVIEW = "in_review", "Granskas"
    APPROVED = "approved", "Fastställd, inte publicerad"
    COMING = "coming", "Kommande"
    IN_FORCE = "in_force", "Gällande"
    REPLACED = "replaced", "Ersatt"
    WITHDRAWN = "withdrawn", "Upphävd"
    DISCARDED = "discarded", "Kastat utkast"
