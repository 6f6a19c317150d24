"""The round of checks: a job that asks the links some at a time, and what a link's answers add up to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from documents import notices
from documents.enums import LinkStatus
from documents.links import finding
from documents.links.fetch import Answer, Checker
from documents.models import LinkCheck, LinkPlace
from documents.permissions import Permission
from kvalitet import jobs
from kvalitet.jobs import JobFailed, Kind, Step
from kvalitet.models import Job
from kvalitet.organisation import grants

CHECK = "documents.check_links"
NOTICE = "documents.link"
PER_STEP = 25
AT_A_TIME = 8
# Two answers nearer each other than this count as one: pressing the button again proves nothing.
APART = timedelta(hours=20)
DEAD_AFTER, DEAD_WITHIN = 3, timedelta(days=13)
GONE_AFTER = 2
OFF = "Länkkontrollen är avstängd här. Den som sköter systemet slår på den med inställningen LINK_CHECKS."

Answers = list[tuple[int, Answer]]


def enqueue(*, user: Any, only_own: bool = False) -> Job:
    """Begin a round over every link, or those of the documents that ``user`` writes. JobFailed if off."""
    if not settings.LINK_CHECKS:
        raise JobFailed(OFF)
    count = max(LinkCheck.objects.count(), finding.sources().count())
    arguments = {"parts": 1 + count // PER_STEP, "own": user.pk if only_own else None}
    return jobs.enqueue(CHECK, key=f"own-{user.pk}" if only_own else "all", user=user, arguments=arguments)


def steps(job: Job) -> list[Step]:
    """One that finds the links, and then parts of them by their keys, so that they stay the same."""
    parts = job.arguments["parts"]
    return [
        Step("Letar upp länkarna", lambda job: None, _collect),
        *(
            Step(f"Frågar länkar, del {part + 1} av {parts}", partial(_ask, part=part), _keep)
            for part in range(parts)
        ),
        Step("Avslutar", lambda job: None, _end),
    ]


def _collect(job: Job, nothing: None) -> None:
    finding.collect()


def _ask(job: Job, *, part: int) -> Answers:
    rows = LinkCheck.objects.alias(part=F("id") % job.arguments["parts"]).filter(part=part)
    if job.arguments.get("own"):
        own = managed_by(job.created_by).values("check_row")
        rows = rows.filter(pk__in=own)
    return ask(list(rows.values_list("pk", "url")), Checker())


def ask(links: Sequence[tuple[int, str]], checker: Checker) -> Answers:
    """Ask some links at a time, never two of the same site at once."""
    sites: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for pk, url in links:
        sites[_site(url)].append((pk, url))

    def in_turn(of_site: Iterable[tuple[int, str]]) -> Answers:
        return [(pk, checker.check(url)) for pk, url in of_site]

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return [one for answers in pool.map(in_turn, sites.values()) for one in answers]


def _site(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def _keep(job: Job, answers: Answers) -> None:
    keep(answers)


def keep(answers: Answers, now: datetime | None = None) -> None:
    """Write down how links answered, and tell of those that by this are dead."""
    now = now or timezone.now()
    told = dict(answers)
    for row in LinkCheck.objects.select_for_update().filter(pk__in=list(told)).order_by("pk"):
        _count(row, told[row.pk], now)
        if row.status == LinkStatus.DEAD and row.told_at is None:
            tell(row)
            row.told_at = now
        row.save()


def _count(row: LinkCheck, answer: Answer, now: datetime) -> None:
    is_repeat = row.failures and row.last_checked and now - row.last_checked < APART
    row.reason, row.final_url = answer.reason[:300], answer.final_url[:2000]
    if answer.is_alive or answer.is_refused:
        row.status = LinkStatus.ALIVE if answer.is_alive else LinkStatus.REFUSED
        row.failures, row.gone, row.failing_since, row.told_at = 0, 0, None, None
        row.last_checked = now
        return
    if is_repeat:
        return
    row.last_checked = now
    row.failures += 1
    row.gone = row.gone + 1 if answer.is_gone else 0
    row.failing_since = row.failing_since or now
    is_long = row.failures >= DEAD_AFTER and now - row.failing_since >= DEAD_WITHIN
    is_dead = is_long or row.gone >= GONE_AFTER or row.status == LinkStatus.DEAD
    row.status = LinkStatus.DEAD if is_dead else LinkStatus.FAILING


def tell(row: LinkCheck) -> None:
    """Tell those who answer for the documents, once: type and unit, never a title or the address."""
    for place in LinkPlace.objects.filter(check_row=row).select_related(
        "document__responsible", "document__owner_unit"
    ):
        document = place.document
        sentence = f"{document.get_type_display()}: en länk svarar inte längre"
        notices.tell([document.responsible], document, sentence, kind=NOTICE)


def _end(job: Job, nothing: None) -> None:
    job.result_url = reverse("documents:links")


def managed_by(user: Any) -> Any:
    """Places in documents that ``user`` writes by a role, or answers for."""
    scope = grants.scope(user, Permission.WRITE)
    rows = LinkPlace.objects.visible_to(user)
    if scope.everywhere:
        return rows
    return rows.filter(Q(document__owner_unit__in=list(scope.unit_ids)) | Q(document__responsible=user.pk))


def may_manage(user: Any) -> bool:
    """Whether there can be documents whose links are ``user``'s to look after."""
    return bool(grants.scope(user, Permission.WRITE))


def with_dead_links(revisions: Any) -> Any:
    """The queryset with ``dead_links`` of each version in force: url, the day and why."""
    rows = LinkCheck.objects.filter(places__revision=OuterRef("pk"), status=LinkStatus.DEAD).order_by("pk")
    told = JSONObject(url="url", on="last_checked", reason="reason")
    return revisions.annotate(dead_links=ArraySubquery(rows.values(told=told)))


def dead_in(revision: Any) -> list[dict[str, Any]]:
    """The dead links of a version read so, for who reads it."""
    found = vars(revision)["dead_links"] if revision else []
    return [{**row, "on": parse_datetime(row["on"])} for row in found]


KIND = Kind(CHECK, "Kontroll av länkar", steps)
