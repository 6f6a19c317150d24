from django.db import models


class DeviationStatus(models.TextChoices):
    REPORTED = "reported", "Rapporterad"
    RECEIVED = "received", "Mottagen"
    INVESTIGATING = "investigating", "Utreds"
    ACTING = "acting", "Åtgärdas"
    ACTED = "acted", "Åtgärdad"
    CLOSED = "closed", "Avslutad"
    NOT_DEVIATION = "not_deviation", "Inte en avvikelse"
    TO_INQUIRY = "to_inquiry", "Förd till utredning"
    MERGED = "merged", "Sammanslagen"
    WITHDRAWN = "withdrawn", "Återtagen"


class Suspicion(models.TextChoices):
    """Whether the event may be a missförhållande, which only the lex Sarah-ansvarig may rule out."""

    NONE = "none", "Ingen misstanke"
    SUSPECTED = "suspected", "Kan vara missförhållande"
    RETURNED = "returned", "Bedömd som avvikelse"
    INQUIRY = "inquiry", "Utreds som missförhållande"


class Harm(models.TextChoices):
    YES = "yes", "Ja"
    COULD_HAVE = "could_have", "Nej, men det kunde ha hänt"
    NO = "no", "Nej"
    UNKNOWN = "unknown", "Vet inte"


class Told(models.TextChoices):
    """Whether something was done that always has to be weighed: with its day, or why not."""

    YES = "yes", "Ja"
    NO = "no", "Nej"


class CaseLaw(models.TextChoices):
    SOL = "sol", "SoL"
    LSS = "lss", "LSS"
    HSL = "hsl", "HSL"


class Zone(models.TextChoices):
    GREEN = "green", "Grön"
    YELLOW = "yellow", "Gul"
    RED = "red", "Röd"


class AttachmentKind(models.TextChoices):
    PICTURE = "picture", "Bild"
    PDF = "pdf", "Pdf"


class EntryKind(models.TextChoices):
    FACT = "fact", "Faktum"
    ASSESSMENT = "assessment", "Bedömning"
    SUPPLEMENT = "supplement", "Tillägg från rapportören"


class CauseArea(models.TextChoices):
    COMMUNICATION = "communication", "Kommunikation och information"
    COMPETENCE = "competence", "Utbildning och kompetens"
    ORGANISATION = "organisation", "Omgivning och organisation"
    TECHNOLOGY = "technology", "Teknik och utrustning"
    PROCEDURES = "procedures", "Procedurer, rutiner och riktlinjer"
    COOPERATION = "cooperation", "Samverkan"
    INDIVIDUAL = "individual", "Den enskildes situation"


class MeasureStatus(models.TextChoices):
    PLANNED = "planned", "Planerad"
    ONGOING = "ongoing", "Pågår"
    DONE = "done", "Genomförd"
    JUDGED = "judged", "Effekt bedömd"
    DROPPED = "dropped", "Utgår"


class MeasureType(models.TextChoices):
    IMMEDIATE = "immediate", "Omedelbar"
    CORRECTIVE = "corrective", "Korrigerande"
    PREVENTIVE = "preventive", "Förebyggande"
    IMPROVEMENT = "improvement", "Förbättring"


class MeasureContent(models.TextChoices):
    CHANGED_ROUTINE = "changed_routine", "Ändrad rutin"
    NEW_ROUTINE = "new_routine", "Ny rutin"
    CHANGED_PROCESS = "changed_process", "Ändrad process"
    TRAINING = "training", "Utbildning"
    INFORMATION = "information", "Information, APT"
    STAFFING = "staffing", "Bemanning"
    TECHNOLOGY = "technology", "Teknik, hjälpmedel"
    ENVIRONMENT = "environment", "Fysisk miljö"
    ORGANISATION = "organisation", "Organisation"
    AGREEMENT = "agreement", "Samverkansöverenskommelse"
    OTHER = "other", "Annat"


class Strength(models.TextChoices):
    """How much a measure rests on people remembering it."""

    STRONG = "strong", "Stark: bygger bort risken"
    MEDIUM = "medium", "Medel: stöd, checklista, dubbelkontroll"
    WEAK = "weak", "Svag: utbildning, information, påminnelse"


class SpreadReply(models.TextChoices):
    """What a unit answers to *Kan det hända hos oss?*"""

    YES = "yes", "Ja"
    NO = "no", "Nej"
    HANDLED = "handled", "Redan hanterat"


class LessonKind(models.TextChoices):
    LESSON = "lesson", "Lärdom"
    GOOD_EXAMPLE = "good_example", "Gott exempel"


class LessonStatus(models.TextChoices):
    DRAFT = "draft", "Utkast"
    SENT = "sent", "Väntar på publicering"
    PUBLISHED = "published", "Publicerad"
    WITHDRAWN = "withdrawn", "Indragen"


class ProposalStatus(models.TextChoices):
    SUBMITTED = "submitted", "Lämnat"
    CONSIDERED = "considered", "Övervägs"
    PLANNED = "planned", "Blir åtgärd"
    CARRIED_OUT = "carried_out", "Genomfört direkt"
    DECLINED = "declined", "Avböjt"
    WITHDRAWN = "withdrawn", "Återtaget"


class ProposalReceiver(models.TextChoices):
    """Who answers a förbättringsförslag."""

    UNIT = "unit", "Enhetens chef"
    OWNER = "owner", "Processägaren"


class ReviewKind(models.TextChoices):
    IVO = "ivo", "IVO"
    AUDIT = "audit", "Kommunens revision"
    COUNTY_BOARD = "county_board", "Länsstyrelsen"
    CONTRACT = "contract", "Avtalsuppföljning"
    OTHER = "other", "Annan"


class Effect(models.TextChoices):
    YES = "yes", "Ja"
    PARTLY = "partly", "Delvis"
    NO = "no", "Nej"


class Clock(models.TextChoices):
    """What runs from the day a case comes in, each with a day of its own."""

    RECEIVE = "receive", "Ta emot"
    INVESTIGATE = "investigate", "Utreda"
    ANSWER = "answer", "Svara rapportören"


class Awaited(models.TextChoices):
    """What others than the reporter wait for an answer to; each has one deadline for all."""

    SPREAD = "spread", "Svara på Kan det hända hos oss?"
    PROPOSAL = "proposal", "Svara på förbättringsförslag"
    EXCHANGE = "exchange", "Svara i avvikelse i samverkan"


class NoticeKind(models.TextChoices):
    """What has been said of a clock: that its day comes, that it has passed, and to the next chef up."""

    BEFORE = "before", "Påminnelse"
    LATE = "late", "Försenad"
    ESCALATED = "escalated", "Eskalerad"


class PhraseUse(models.TextChoices):
    """Where an own standard phrase is offered."""

    ANSWER = "answer", "När jag svarar rapportören"
    REASON = "reason", "När jag skriver varför det inte är en avvikelse"


OPEN_STATUSES = (
    DeviationStatus.REPORTED,
    DeviationStatus.RECEIVED,
    DeviationStatus.INVESTIGATING,
    DeviationStatus.ACTING,
    DeviationStatus.ACTED,
)
HANDLED = (
    DeviationStatus.RECEIVED,
    DeviationStatus.INVESTIGATING,
    DeviationStatus.ACTING,
    DeviationStatus.ACTED,
)


class Direction(models.TextChoices):
    """Which way an avvikelse i samverkan goes."""

    OUT = "out", "Från oss"
    IN = "in", "Till oss"


class Party(models.TextChoices):
    REGION = "region", "Region"
    SCHOOL = "school", "Skola"
    MUNICIPALITY = "municipality", "Annan kommun"
    PROVIDER = "provider", "Utförare"
    OTHER = "other", "Annan"


class ExchangeStatus(models.TextChoices):
    DRAFT = "draft", "Utkast"
    SENT = "sent", "Väntar på svar"
    ESCALATED = "escalated", "Lyft till chefer"
    ANSWERED = "answered", "Besvarad"
    DROPPED = "dropped", "Kastad"


# What came in and is no case of its own: figures of what happened, and how it went, leave it out.
NOT_COUNTED = (DeviationStatus.NOT_DEVIATION, DeviationStatus.MERGED, DeviationStatus.WITHDRAWN)
COUNTED_WORDS = (
    "Rapporter som bedömts inte vara avvikelser, slagits ihop med en annan eller tagits tillbaka "
    "är inte egna ärenden och räknas för sig."
)
