from django.db import models


class DocumentType(models.TextChoices):
    GUIDELINE = "guideline", "Riktlinje"
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
    LINK = "link", "Länk"


class Approver(models.TextChoices):
    """Who fastställer a document of a type."""

    BOARD = "board", "nämnden"
    STEERING_GROUP = "steering_group", "styrgruppen"
    PROCESS_OWNER = "process_owner", "processägaren"
    MANAGER = "manager", "enhetschefen"


APPROVERS = {
    DocumentType.GUIDELINE: Approver.BOARD,
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
