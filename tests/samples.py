"""One of each thing that an address can show, made once for the tests that open every page as everyone."""

import io
import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from documents import actions as document_actions
from documents import extraction, uploads
from documents.enums import DocumentType
from documents.enums import Visibility as DocumentVisibility
from documents.frozen import freezing
from documents.models import (
    AptItem,
    DocumentLink,
    DocumentUserPermission,
    GroupReading,
    Introduction,
    PackageItem,
    ReadReceipt,
    ReceiptRequirement,
    ReviewAnswer,
    Revision,
    UploadBatch,
)
from documents.permissions import Permission as DocumentPermission
from documents.writing import Written
from improvement import actions as improvement_actions
from improvement.actions import attaching, exchanges, measures
from improvement.actions import sources as source_actions
from improvement.enums import AttachmentKind, CauseArea, DeviationStatus
from improvement.models import (
    Analysis,
    Attachment,
    Cause,
    Deviation,
    Exchange,
    ExternalReview,
    InvestigationEntry,
    Measure,
    MeasureCase,
    ReviewDocument,
    Shortcoming,
    StandardPhrase,
)
from kvalitet import jobs, notifications
from kvalitet.models import Job
from kvalitet.organisation.models import Absence, RoleAssignment, SecondFactor, Unit
from kvalitet.versions import RevisionStatus
from processes import actions
from processes.enums import Visibility
from processes.models import MapImport, Process, ProcessRevision
from reports.enums import ReportStatus
from reports.models import QualityReport
from tests.cast import Cast, make_cast
from tests.documents import reading_factories as readings
from tests.documents.files.samples import pdf_file
from tests.factories import days
from tests.improvement import factories as cases
from tests.improvement import learning
from tests.processes.factories import bpmn, bring_to, make_draft, make_process, publish
from tests.reports.factories import printed

MAP = bpmn(
    ("motta", "Ta emot anmälan", [("registrera", "Registrera"), ("bedom", "Bedöm skydd")]),
    ("besluta", "Besluta om att inleda", (), "Gruppledaren beslutar."),
    name="Aktualisera",
)


@dataclass(frozen=True)
class Processes:
    """``public`` is open to all and has a map and a version under work; ``coming`` is only a draft."""

    public: Process
    step: Process
    internal: Process
    coming: Process
    public_in_force: ProcessRevision
    public_draft: ProcessRevision
    coming_draft: ProcessRevision
    approved: ProcessRevision
    editorial: ProcessRevision


@dataclass(frozen=True)
class Documents:
    """Versions in force for each circle of readers, one under work and one in review; all of one unit.

    ``editorial`` is mended words under work; ``asked`` is on remiss to grannmedarbetare, who has answered.
    """

    public: Revision
    provider: Revision
    internal: Revision
    unit: Revision
    draft: Revision
    written: Revision
    in_review: Revision
    editorial: Revision
    asked: Revision
    answer: ReviewAnswer
    link: DocumentLink
    invitation: DocumentUserPermission


@dataclass(frozen=True)
class Reading:
    """Of the public document a requirement, a receipt of medarbetare's, a line on the home unit's APT list,
    a held meeting. And medarbetare's plan, whose mentor is handlaggare.
    """

    requirement: ReceiptRequirement
    receipt: ReadReceipt
    apt_item: AptItem
    held: GroupReading
    package_item: PackageItem
    introduction: Introduction


@dataclass(frozen=True)
class Improvement:
    attachment: Attachment
    """``case`` is under inquiry, handed over to handlaggare and of a process; one is suspected (processagare
    is jävig in it), one has no unit.
    """

    phrase: StandardPhrase
    case: Deviation
    suspected: Deviation
    unplaced: Deviation
    cause: Cause
    entry: InvestigationEntry
    measure: Measure
    link: MeasureCase
    exchange: Exchange
    learning: learning.Learning
    analysis: Analysis
    review: ExternalReview
    shortcoming: Shortcoming
    review_link: ReviewDocument
    changing: Measure


@dataclass(frozen=True)
class Reports:
    """The nämnd's published report and its draft; one that is prepared, and the draft of one unit."""

    published: QualityReport
    draft: QualityReport
    preparing: QualityReport
    prepared: QualityReport
    decided: QualityReport
    of_unit: QualityReport


@dataclass(frozen=True)
class Samples:
    cast: Cast
    processes: Processes
    documents: Documents
    reading: Reading
    improvement: Improvement
    reports: Reports
    kept: dict[str, Revision]
    job: Job
    map_import: MapImport
    upload_batch: UploadBatch
    absence: Absence
    assignment: RoleAssignment
    uid: str
    token: str


def make_samples() -> Samples:
    cast = make_cast()
    notifications.notify(
        [cast.medarbetare], kind="organisation.role", sentence="Du är utsedd till ombud", url="/konto/"
    )
    SecondFactor.objects.create(user=cast.ombud, sealed=b"")
    processes = make_processes(cast)
    documents = make_documents(cast, processes.public)
    return Samples(
        cast=cast,
        processes=processes,
        documents=documents,
        reading=make_reading(cast, documents.public),
        improvement=make_improvement(cast, processes.public),
        reports=make_reports(cast),
        kept={name: keep(cast, name) for name in ("public", "internal")},
        job=Job.objects.create(kind="documents.extract", key="prov", created_by=cast.samordnare),
        map_import=MapImport.objects.create(
            created_by=cast.processhandledare, kind="main", visibility=Visibility.INTERNAL
        ),
        upload_batch=UploadBatch.objects.create(
            submission=uuid.uuid4(),
            created_by=cast.ombud,
            type=DocumentType.UNIT_ROUTINE,
            owner_unit=cast.units.home,
            responsible=cast.ombud,
        ),
        absence=Absence.objects.get(),
        assignment=RoleAssignment.objects.get(user=cast.ombud, role="representative"),
        uid=urlsafe_base64_encode(force_bytes(cast.utan_roll.pk)),
        token=default_token_generator.make_token(cast.utan_roll),
    )


def make_reports(cast: Cast) -> Reports:
    year = days(0).year

    def made(status: str, before: int, unit: Unit | None = None) -> QualityReport:
        return printed(cast, status, unit=unit or cast.units.board, year=year - before)

    return Reports(
        draft=made(ReportStatus.DRAFT, 0),
        published=made(ReportStatus.PUBLISHED, 1),
        decided=made(ReportStatus.DECIDED, 2),
        prepared=made(ReportStatus.PREPARED, 3),
        preparing=made(ReportStatus.PREPARING, 4),
        of_unit=made(ReportStatus.DRAFT, 0, cast.units.home),
    )


def make_processes(cast: Cast) -> Processes:
    public = _used_at_home(cast, make_process(cast, "Barn och unga"))
    in_force = publish(cast, public, map_bytes=MAP, mission="Barn får skydd i tid.")
    internal = _used_at_home(cast, make_process(cast, "Bemanna", visibility=Visibility.INTERNAL))
    publish(cast, internal, mission="Det finns folk på plats.")
    coming = _used_at_home(cast, make_process(cast, "Ta emot praktikanter"))
    approved = _used_at_home(cast, make_process(cast, "Introducera"))
    mended = _used_at_home(cast, make_process(cast, "Handleda"))
    publish(cast, mended, mission="Ingen står ensam.")
    return Processes(
        public=public,
        step=Process.objects.get(parent=public, element_id="motta"),
        internal=internal,
        coming=coming,
        public_in_force=in_force,
        public_draft=make_draft(cast, public, mission="Barn får skydd samma dag."),
        coming_draft=make_draft(cast, coming, mission="Praktikanten lär sig.", map_bytes=MAP),
        editorial=actions.start_revision(mended, user=cast.processhandledare, is_minor=True),
        approved=bring_to(make_draft(cast, approved), cast, RevisionStatus.APPROVED),
    )


def _used_at_home(cast: Cast, process: Process) -> Process:
    actions.set_units(process, [cast.units.home])
    return process


def make_documents(cast: Cast, process: Process) -> Documents:
    in_force = {kind.value: _in_force(cast, kind) for kind in DocumentVisibility}
    public = in_force["public"].document
    in_review = _draft(cast, "Granskad lathund")
    document_actions.change_status(in_review, "send", user=cast.ombud)
    document_actions.invite(
        in_force["unit"].document,
        person=cast.grannmedarbetare,
        permission=DocumentPermission.GUEST,
        user=cast.chef,
    )
    asked = _draft(cast, "Lathund på remiss")
    remiss = document_actions.start_round(
        asked, user=cast.ombud, question="Stämmer den?", due=days(7), people=[cast.grannmedarbetare]
    )
    answer = document_actions.answer_round(remiss, user=cast.grannmedarbetare, text="Telefonnumret saknas.")
    return Documents(
        draft=_draft(cast, "Ny lathund"),
        written=_draft(cast, "Skriven lathund", content=Written("## Gör så här")),
        editorial=_editorial(cast),
        asked=asked,
        answer=answer,
        in_review=in_review,
        link=document_actions.link(public, process=process, user=cast.ombud),
        invitation=DocumentUserPermission.objects.get(permission__codename="guest"),
        **in_force,
    )


def keep(cast: Cast, visibility: str) -> Revision:
    """An uploaded PDF that is fastställd, with its copy."""
    content = uploads.check(io.BytesIO(pdf_file(f"Rutin som är {visibility}")), "rutin.pdf")
    draft = _draft(cast, f"Kvar som {visibility}", visibility, content=content)
    extraction.keep(draft, extraction.text_of(draft))
    document_actions.change_status(draft, "send", user=cast.ombud)
    approved = document_actions.change_status(draft, "approve", user=cast.chef)
    jobs.run(Job.objects.get(kind=freezing.KIND, key=str(draft.pk)).pk)
    return approved


def _draft(
    cast: Cast, title: str, visibility: str = DocumentVisibility.INTERNAL, *, content: Any = None
) -> Revision:
    values = {
        "title": title,
        "type": DocumentType.UNIT_ROUTINE,
        "owner_unit": cast.units.home,
        "responsible": cast.ombud,
        "visibility": visibility,
    }
    content = content or "https://rutiner.invalid/" + visibility
    return document_actions.create_document(user=cast.ombud, values=values, content=content)


def _editorial(cast: Cast) -> Revision:
    document = _in_force(cast, DocumentVisibility.INTERNAL, "Rutin som rättas").document
    return document_actions.new_revision(
        document, user=cast.ombud, content="https://rutiner.invalid/ratt", change_note="Länk.", is_minor=True
    )


def _in_force(cast: Cast, visibility: str, title: str = "") -> Revision:
    draft = _draft(cast, title or f"Rutin för {visibility}", visibility)
    document_actions.change_status(draft, "send", user=cast.ombud)
    return document_actions.change_status(draft, "approve", user=cast.chef)


def make_reading(cast: Cast, public: Revision) -> Reading:
    document = public.document
    package = readings.make_package(cast)
    return Reading(
        requirement=readings.ask(cast, document),
        receipt=document_actions.confirm(document, user=cast.medarbetare),
        held=readings.hold(cast, [document], [cast.ombud]),
        apt_item=document_actions.put_on_list(document, unit=cast.units.home, user=cast.ombud),
        package_item=package.items.get(),
        introduction=readings.make_plan(package, cast.medarbetare, cast),
    )


def make_improvement(cast: Cast, process: Process) -> Improvement:
    case = cases.report(cast, process=process)
    case = cases.bring_to(case, cast, DeviationStatus.INVESTIGATING)
    improvement_actions.hand_over(case, person=cast.handlaggare, user=cast.chef)
    cause = improvement_actions.add_cause(
        case, user=cast.chef, area=CauseArea.PROCEDURES, sentence="Att rutinen saknades ökade risken."
    )
    entry = improvement_actions.add_entry(case, user=cast.chef, kind="assessment", text="Listan lästes inte.")
    measure = cases.plan(case, cast)
    other = cases.report(cast)
    link = measures.answer_case(measure, deviation=other, user=cast.chef)
    suspected = cases.report(cast, is_suspected=True)
    improvement_actions.bar(suspected, person=cast.processagare, reason="Nära.", user=cast.lexansvarig)
    files = [attaching.Ready(BytesIO(b"dots"), AttachmentKind.PICTURE)]
    attaching.attach(files, [], deviation=case)
    files = [attaching.Ready(BytesIO(b"spots"), AttachmentKind.PICTURE)]
    attaching.attach_to_entry(files, [], entry=entry)
    exchange = exchanges.begin(
        case,
        user=cast.chef,
        values={
            "direction": "out",
            "party": "provider",
            "party_name": "Utföraren AB",
            "provider": cast.units.provider,
            "text": "Hur gör ni?",
            "answer_by": days(9),
        },
    )
    exchange = exchanges.change_status(exchange, "send", user=cast.chef)
    return Improvement(
        phrase=StandardPhrase.objects.create(owner=cast.chef, text="Tack, det är åtgärdat."),
        attachment=case.attachments.get(entry=None),
        case=case,
        suspected=suspected,
        unplaced=cases.report(cast, unit=None),
        cause=cause,
        entry=entry,
        measure=measure,
        link=link,
        exchange=exchange,
        learning=learning.make(cast),
        **_sources(cast, process),
    )


def _sources(cast: Cast, process: Process) -> dict[str, Any]:
    """An analysis and a granskning with a brist and a document, and an åtgärd that changes the process."""
    review = cases.review(cast)
    document = _in_force(cast, "internal", "Rutin som granskades").document
    return {
        "analysis": cases.analysis(cast),
        "review": review,
        "shortcoming": source_actions.add_shortcoming(review, user=cast.chef, text="En brist."),
        "review_link": source_actions.link_document(review, user=cast.chef, document=document),
        "changing": cases.plan(review, cast, process=process),
    }
