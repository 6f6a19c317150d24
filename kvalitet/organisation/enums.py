from django.db import models


class UnitKind(models.TextChoices):
    BOARD = "board", "Nämnd"
    ADMINISTRATION = "administration", "Förvaltning"
    DEPARTMENT = "department", "Avdelning"
    UNIT = "unit", "Enhet"
    PROVIDER = "provider", "Privat utförare"


class Law(models.TextChoices):
    SOL = "sol", "SoL"
    LSS = "lss", "LSS"
    HSL = "hsl", "HSL"
    SCHOOL = "school", "Skollagen"
    NONE = "none", "Ingen (utanför SOSFS 2011:9)"


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "Samordnare"
    STEERING_GROUP = "steering_group", "Styrgrupp"
    FACILITATOR = "facilitator", "Processhandledare"
    MANAGER = "manager", "Chef"
    CASE_WORKER = "case_worker", "Handläggare"
    REPRESENTATIVE = "representative", "Ombud"
    EMPLOYEE = "employee", "Medarbetare"
    LEX_SARAH_OFFICER = "lex_sarah_officer", "Lex Sarah-ansvarig"
    MAS = "mas", "MAS"
    MAR = "mar", "MAR"
    BOARD = "board", "Nämndledamot"
    REGISTRAR = "registrar", "Registrator"
    CONTRACT_MANAGER = "contract_manager", "Avtalsansvarig"
    PROVIDER_CONTACT = "provider_contact", "Kontaktperson hos utförare"
    ADMIN = "admin", "Systemadministratör"

    @property
    def in_text(self) -> str:
        """The role inside a sentence: "chef", "lex Sarah-ansvarig", but "MAS"."""
        return self.label if self.label.isupper() else self.label[0].lower() + self.label[1:]


class Audience(models.IntegerChoices):
    """Who a page is for; a reader sees their own rank and the ones below it."""

    PUBLIC = 0, "Alla"
    PROVIDER = 1, "Privata utförare"
    INTERNAL = 2, "Medarbetare"


class DeviceKind(models.TextChoices):
    """Where a login is: how long it lasts, and what it opens without the password again."""

    ORDINARY = "ordinary", "Vanlig dator"
    OWN = "own", "Det här är min egen telefon"
    SHARED = "shared", "Delad enhet"
