"""What processes show on others' pages and tell others of: start page, unit, Mitt arbete, news, notices."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format

from kvalitet.notifications import notify
from kvalitet.organisation import grants
from kvalitet.organisation.enums import Role
from kvalitet.organisation.models import Unit, User
from kvalitet.registries import Panel, Task, Use
from kvalitet.versions import RevisionStatus
from processes import actions, pages, permissions
from processes.models import Process, ProcessRevision, ProcessRevisionTransition, ProcessUnit
from processes.workflow import REVISION

KIND = "processes"
MOST, SHOWN_NEWS = 50, 10
# What is put in afterwards, such as a history from an older system, is no news.
NEWS_WITHIN = timedelta(days=1)


def start_panel(user: Any, obj: Any) -> Panel | None:
    """The start map on the front page: from there a routine is two clicks away."""
    return Panel("Våra processer", "processes/start_panel.html", {"bands": pages.start_map(user)})


def unit_panel(user: Any, unit: Any) -> Panel | None:
    """The processes that a unit itself works in."""
    rows = Process.objects.visible_to(user).active().used_by([unit.pk]).select_related("parent")
    processes = list(rows.order_by("tree_id", "lft"))
    if not processes:
        return None
    return Panel("Processer", "processes/unit_panel.html", {"processes": processes, "unit": unit})


def where_used(user: Any, obj: Any) -> Iterator[Use]:
    """The processes that a unit works in today."""
    if isinstance(obj, Unit):
        for process in Process.objects.visible_to(user).used_by([obj.pk]):
            yield Use(process.title, process.get_absolute_url(), "process")


def step_uses(user: Any, process_ids: Iterable[int]) -> dict[int, list[Use]]:
    """The units that work in the steps."""
    found: dict[int, list[Use]] = {}
    links = ProcessUnit.objects.on(timezone.localdate()).filter(process__in=list(process_ids))
    for link in links.select_related("unit").order_by("unit__position", "unit"):
        found.setdefault(link.process_id, []).append(
            Use(link.unit.name, link.unit.get_absolute_url(), "enhet")
        )
    return found


def move_units(moves: Mapping[int, int], *, user: Any) -> None:
    """From today the units work in the steps that take over."""
    today = timezone.localdate()
    places = {*moves, *moves.values()}
    links = ProcessUnit.objects.on(today).filter(process__in=places).select_related("unit")
    working: dict[int, dict[int, Unit]] = {}
    for link in links:
        working.setdefault(link.process_id, {})[link.unit_id] = link.unit
    processes = Process.objects.in_bulk(places)
    for gone, target in moves.items():
        if gone in working:
            working[target] = working.get(target, {}) | working[gone]
            actions.set_units(processes[target], working[target].values())
            actions.set_units(processes[gone], [])


def appointable_units(user: Any) -> frozenset[int]:
    """Units where an owner's process is used: there the owner may appoint ombud."""
    mine = permissions.stands_for(user)
    if not mine:
        return frozenset()
    links = ProcessUnit.objects.on(timezone.localdate()).filter(_owned(mine, "process__"))
    return frozenset(links.values_list("unit_id", flat=True))


def _owned(ids: Iterable[int], prefix: str = "") -> Q:
    """Processes that one of the persons answers for: as owner, or as the nearest owner above."""
    people = list(ids)
    above = Q(**{f"{prefix}owner": None})
    own = Q(**{f"{prefix}owner__in": people}) | above & Q(**{f"{prefix}parent__owner__in": people})
    above &= Q(**{f"{prefix}parent__owner": None})
    return own | above & Q(**{f"{prefix}parent__parent__owner__in": people})


def work(user: Any) -> Iterator[Task]:
    """What waits for the reader: to fastställa, to publish, to mend, to review."""
    mine = permissions.stands_for(user)
    for revision in _waiting_and_new(user):
        if revision.published_at is None and (task := _task(user, revision, mine)):
            since = timezone.localdate(revision.moved_at or revision.created_at)
            yield replace(task, since=since)


def _waiting_and_new(user: Any) -> list[Any]:
    """The open versions that may wait for ``user`` and the latest published: the first page tells of both,
    so they are read in one query, once a user object.
    """
    if not user.is_authenticated:
        return list(_latest(user))
    if not hasattr(user, "_versions_told"):
        user._versions_told = list(_waiting(user).union(_latest(user), all=True))
    found: list[Any] = user._versions_told
    return found


def _waiting(user: Any) -> Any:
    mine = permissions.stands_for(user)
    wanted = Q(status=RevisionStatus.IN_REVIEW) & (_owned(mine, "process__") | Q(reviewer__in=mine))
    wanted |= Q(status=RevisionStatus.DRAFT, author__in=mine, transitions__name="send_back")
    if grants.scope(user, permissions.Permission.PUBLISH).everywhere:
        wanted |= Q(status=RevisionStatus.APPROVED)
    return _told(ProcessRevision.objects.open().filter(wanted)).order_by("pk").distinct()[:MOST]


def _latest(user: Any) -> Any:
    visible = Process.objects.visible_to(user).values("pk")
    rows = ProcessRevision.objects.in_force().filter(process__in=visible)
    return _told(rows).order_by("-published_at")[:SHOWN_NEWS]


def _told(rows: Any) -> Any:
    """With the time of its last step, since when it waits."""
    steps = ProcessRevisionTransition.objects.filter(obj=OuterRef("pk")).exclude(name="sign")
    moved = Subquery(steps.order_by("-at").values("at")[:1])
    return rows.select_related("process__parent__parent").defer("renderings").annotate(moved_at=moved)


def _task(user: Any, revision: ProcessRevision, mine: frozenset[int]) -> Task | None:
    """Who was asked reviews; the owner decides when that is done, or when its last day has been."""
    name, url = f"{revision.title}, version {revision.label}", revision.get_absolute_url()
    if revision.status == RevisionStatus.APPROVED:
        return Task(f"Publicera processen {name}", url, "Publicera", kind=KIND)
    if revision.status == RevisionStatus.DRAFT:
        return Task(f"Komplettera processen {name}", url, "Öppna", kind=KIND)
    is_asked, is_signed = revision.reviewer_id in mine, revision.reviewed_by_id is not None
    if permissions.owner_id(revision.process) in mine and (is_signed or revision.author_id != user.pk):
        starts = None if is_signed or is_asked else revision.review_due
        due = None if is_signed else revision.review_due
        return Task(f"Fastställ processen {name}", url, "Fastställ", due=due, starts=starts, kind=KIND)
    if is_asked and not is_signed:
        return Task(f"Granska processen {name}", url, "Granska", due=revision.review_due, kind=KIND)
    return None


def news(user: Any, since: datetime) -> Iterator[Task]:
    """Versions published since, of what the reader may see, the latest first."""
    told = (one for one in _waiting_and_new(user) if one.published_at and one.published_at >= since)
    for revision in sorted(told, key=lambda one: one.published_at or since, reverse=True):
        what = "ny process" if revision.number == 1 else f"version {revision.label}"
        # What is in force has a first day.
        day = date_format(revision.valid_from, "j F Y")
        sentence = f"{revision.title}: {what} från {day}"
        yield Task(sentence, revision.process.get_absolute_url(), "Läs", kind=KIND)


def notify_on_changes() -> None:
    """Tell the ones a transition waits for; called once, when the app is ready."""
    REVISION.after("send", _tell_reviewer)
    REVISION.after("hand_over", _tell_reviewer)
    REVISION.after("sign", _tell_owner_signed)
    REVISION.after("send_back", _tell_author)
    REVISION.after("approve", _tell_publishers)
    REVISION.after("amend", _tell_owner_amended)


def _tell(
    people: Iterable[Any], revision: ProcessRevision, record: Any, what: str, due: date | None = None
) -> None:
    if record.at < timezone.now() - NEWS_WITHIN:
        return
    others = [person for person in people if person.pk != record.by_id]
    # A notice is mailed: it says what kind of thing waits, never its text.
    sentence = f"{what}: processversion {revision.label}"
    notify(others, kind=KIND, sentence=sentence, url=revision.get_absolute_url(), due=due)


def _tell_reviewer(revision: ProcessRevision, *, user: Any, record: Any) -> None:
    _tell([revision.reviewer], revision, record, "Att granska", revision.review_due)


def _owner_of(revision: ProcessRevision) -> Any:
    return User.objects.filter(pk=permissions.owner_id(revision.process) or 0)


def _tell_owner_signed(revision: ProcessRevision, *, user: Any, record: Any) -> None:
    _tell(_owner_of(revision), revision, record, "Granskad, att fastställa")


def _tell_owner_amended(revision: ProcessRevision, *, user: Any, record: Any) -> None:
    """One person did it, so the one who answers for the process hears of it."""
    _tell(_owner_of(revision), revision, record, "Redaktionell ändring publicerad")


def _tell_author(revision: ProcessRevision, *, user: Any, record: Any) -> None:
    _tell([revision.author], revision, record, "Tillbaka för komplettering")


def _tell_publishers(revision: ProcessRevision, *, user: Any, record: Any) -> None:
    held = User.objects.filter(is_active=True, assignments__role=Role.FACILITATOR)
    today = timezone.localdate()
    held = held.filter(Q(assignments__valid_to=None) | Q(assignments__valid_to__gte=today))
    _tell(held.filter(assignments__valid_from__lte=today).distinct(), revision, record, "Att publicera")


def drafted_processes(user: Any) -> Iterable[int]:
    """Ids of the processes whose open drafts ``user`` may find."""
    return Process.objects.with_drafts_for(user).values_list("pk", flat=True)
