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


class Outcome(models.TextChoices):
    """What became of one file of a bulk import."""

    WAITING = "waiting", "Väntar"
    IMPORTED = "imported", "Importerad"
    REMARKS = "remarks", "Importerad med anmärkningar"
    VERSION = "version", "Känd process, ny version"
    UNCHANGED = "unchanged", "Oförändrad"
    REFUSED = "refused", "Avvisad"
