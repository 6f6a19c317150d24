"""The job that makes the file of an introduction's certificate out of its frozen facts."""

import io
from typing import Any

from documents.models import IntroductionCertificate
from kvalitet import jobs, navigation, notifications, storage
from kvalitet.jobs import JobFailed, Kind, Step
from kvalitet.models import Job

KIND = "documents.certificate"
PART = "certificate"
TEMPLATE = "documents/pdf/certificate.html"


def enqueue(certificate: IntroductionCertificate, *, user: Any) -> Job | None:
    """Nothing when the file is there."""
    if certificate.storage_key:
        return None
    arguments = {"certificate": certificate.pk}
    return jobs.enqueue(KIND, key=str(certificate.pk), user=user, arguments=arguments)


def latest(certificate: IntroductionCertificate) -> Job | None:
    if certificate.storage_key:
        return None
    return Job.objects.filter(kind=KIND, key=str(certificate.pk)).order_by("created_at").last()


def _of(job: Job) -> IntroductionCertificate:
    rows = IntroductionCertificate.objects.select_related("issued_by")
    found: IntroductionCertificate = rows.get(pk=job.arguments["certificate"])
    return found


def _typeset(job: Job) -> dict[str, str]:
    """The PDF under this worker's name; those of workers before it are deleted."""
    from kvalitet import pdf

    certificate = _of(job)
    for fence in range(1, job.fence):
        storage.delete(storage.key_of(storage.name_of_job(job.pk, fence, PART)))
    content = pdf.render(TEMPLATE, {"certificate": certificate, "facts": certificate.facts}, title="Intyg")
    try:
        stored = storage.put(io.BytesIO(content), name=storage.name_of_job(job.pk, job.fence, PART))
    except storage.StorageFull as full:
        raise JobFailed(str(full)) from full
    return {"storage_key": stored.key, "sha256": stored.sha256}


def _keep(job: Job, made: dict[str, str]) -> None:
    waiting = IntroductionCertificate.objects.filter(pk=job.arguments["certificate"], storage_key="")
    waiting.update(**made)
    introduction = _of(job).introduction_id
    job.result_url = str(navigation.address("documents:introduction", introduction))
    notifications.notify(
        [job.created_by],
        kind="documents.introduction",
        sentence="Intyget om introduktion är klart",
        url=job.result_url,
    )


jobs_kind = Kind(KIND, "Intyg om introduktion", [Step("Sätter intyget", _typeset, _keep)])
