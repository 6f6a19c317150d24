from django.db import models

from kvalitet.organisation.enums import Law


class DocumentType(models.TextChoices):
    LAW = "law", "Lag"
    REGULATION = "regulation", "Föreskrift"
    GUIDELINE = "guideline", "Riktlinje"
    PROGRAM = "program", "Program eller strategi"
    DELEGATION = "delegation", "Delegationsordning"
    OVERALL_ROUTINE = "overall_routine", "Övergripande rutin"
    PLAN = "plan", "Plan"
    AGREEMENT = "agreement", "Överenskommelse"
    PROCESS_ROUTINE = "process_routine", "Processrutin"
    UNIT_ROUTINE = "unit_routine", "Enhetsrutin"
    QUICK_GUIDE = "quick_guide", "Lathund"
    CHECKLIST = "checklist", "Checklista"
    TEMPLATE = "template", "Mall"
    EXTERNAL = "external", "Extern länk"


class Visibility(models.TextChoices):
    """Who may read; from the most readers to the fewest."""

    PUBLIC = "public", "Alla, även utan inloggning"
    PROVIDER = "provider", "Medarbetare och privata utförare"
    INTERNAL = "internal", "Medarbetare"
    UNIT = "unit", "Enheten som äger dokumentet"


class Source(models.TextChoices):
    UPLOADED = "uploaded", "Uppladdad fil"
    AUTHORED = "authored", "Skriven här"
    LINK = "link", "Länk"


class ReadHow(models.TextChoices):
    OWN = "own", "Har läst själv"
    GROUP = "group", "Gemensam genomgång"


class Stage(models.TextChoices):
    """By when in an introduction, counted from the day the role began."""

    DAY_1 = "day_1", "Dag 1"
    WEEK_1 = "week_1", "Vecka 1"
    MONTH_1 = "month_1", "Månad 1"
    MONTH_3 = "month_3", "Månad 3"


class FrozenKind(models.TextChoices):
    """In what form that which was decided is kept."""

    PDF = "pdf", "PDF"
    ORIGINAL = "original", "Originalfil"


class Retention(models.TextChoices):
    """What the nämnd's dokumenthanteringsplan says of a document once it no longer holds."""

    KEPT = "kept", "Bevaras"
    TWO_YEARS = "two_years", "Gallras 2 år efter att det upphört"
    FIVE_YEARS = "five_years", "Gallras 5 år efter att det upphört"
    TEN_YEARS = "ten_years", "Gallras 10 år efter att det upphört"
    WHEN_OBSOLETE = "when_obsolete", "Gallras när det inte längre behövs"


class AnswerDecision(models.TextChoices):
    """What is done with what somebody wrote on a remiss."""

    ADOPTED = "adopted", "Införs"
    REJECTED = "rejected", "Införs inte"
    NOTED = "noted", "Noteras"


class Basis(models.TextChoices):
    """What stands behind the word that a document still holds."""

    READ = "read", "Läst igen"
    UNCHANGED = "unchanged", "Oförändrad, inte läst igen"


class Approver(models.TextChoices):
    """Who fastställer a document of a type."""

    BOARD = "board", "nämnden"
    STEERING_GROUP = "steering_group", "styrgruppen"
    PROCESS_OWNER = "process_owner", "processägaren"
    MANAGER = "manager", "enhetschefen"


APPROVERS = {
    DocumentType.LAW: Approver.MANAGER,
    DocumentType.REGULATION: Approver.MANAGER,
    DocumentType.GUIDELINE: Approver.BOARD,
    DocumentType.PROGRAM: Approver.BOARD,
    DocumentType.DELEGATION: Approver.BOARD,
    DocumentType.OVERALL_ROUTINE: Approver.STEERING_GROUP,
    DocumentType.PLAN: Approver.STEERING_GROUP,
    DocumentType.AGREEMENT: Approver.STEERING_GROUP,
    DocumentType.PROCESS_ROUTINE: Approver.PROCESS_OWNER,
    DocumentType.UNIT_ROUTINE: Approver.MANAGER,
    DocumentType.QUICK_GUIDE: Approver.MANAGER,
    DocumentType.CHECKLIST: Approver.MANAGER,
    DocumentType.TEMPLATE: Approver.MANAGER,
    DocumentType.EXTERNAL: Approver.MANAGER,
}
# A document of nothing in particular is left empty, not called outside the law.
LAW_AREAS = [(one.value, one.label) for one in Law if one != Law.NONE]
# What others publish; here is only the way to it, and it may change any day.
LINKS_TO_LAW = (DocumentType.LAW, DocumentType.REGULATION)
SHORT_LIVED = (
    *LINKS_TO_LAW,
    DocumentType.EXTERNAL,
    DocumentType.QUICK_GUIDE,
    DocumentType.CHECKLIST,
    DocumentType.TEMPLATE,
)
DECIDED_BY_BOARD = tuple(kind for kind, who in APPROVERS.items() if who == Approver.BOARD)


class BatchStatus(models.TextChoices):
    """How far a bulk upload has come; nothing in it is a document before it is started."""

    OPEN = "open", "Inte inlagd än"
    MAKING = "making", "Läggs in"
    DONE = "done", "Inlagd"
    THROWN = "thrown", "Kastad"


class ItemChoice(models.TextChoices):
    """What is to be made of a file of a bulk upload; ASK has to be answered first."""

    ASK = "ask", "Välj"
    NEW = "new", "Nytt dokument"
    VERSION = "version", "Ny version"
    LINK = "link", "Koppla det som finns"
    SKIP = "skip", "Ta inte in filen"


class ItemOutcome(models.TextChoices):
    """What became of a file of a bulk upload."""

    WAITING = "waiting", "Väntar"
    MADE = "made", "Nytt utkast"
    VERSION = "version", "Ny version"
    LINKED = "linked", "Kopplat"
    SKIPPED = "skipped", "Inte intagen"
    REFUSED = "refused", "Avvisad"
    THROWN = "thrown", "Kastad"


class LinkStatus(models.TextChoices):
    """How an external link answered when it was last asked."""

    UNCHECKED = "unchecked", "Inte kontrollerad"
    ALIVE = "alive", "Svarar"
    FAILING = "failing", "Svarade inte senast"
    DEAD = "dead", "Död"
    REFUSED = "refused", "Kontrolleras inte"
