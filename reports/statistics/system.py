"""Processes and documents of a unit and a year. Nothing in them is secret, so no number is hidden.

They have no tree of their day: they count under the organisation as it is when the figures are fetched.
"""

from collections.abc import Iterable
from typing import Any

from processes.models import ProcessRevision
from reports.statistics.figures import Area, Figure
from reports.statistics.scope import Scope, Units, rows

# A later version moved the review; then the version of that day tells when it was due.
DOCUMENTS = """
    SELECT count(*) FILTER (WHERE is_of_year AND is_first),
        count(DISTINCT document_id) FILTER (WHERE is_of_year AND NOT is_first),
        count(*) FILTER (WHERE holds),
        count(*) FILTER (WHERE holds AND %(day)s > CASE
            WHEN valid_to IS NULL OR valid_to >= %(today)s THEN next_review
            ELSE (valid_from + make_interval(months => review_months))::date END)
    FROM (
        SELECT revision.document_id, revision.valid_from, revision.valid_to,
            document.next_review, document.review_months,
            revision.approved_at >= %(first_at)s AND revision.approved_at < %(after_at)s AS is_of_year,
            revision.number = 1 AND revision.minor = 0 AS is_first,
            revision.valid_from <= %(day)s
                AND (revision.valid_to IS NULL OR revision.valid_to >= %(day)s) AS holds
        FROM documents_revision revision
        JOIN documents_document document ON document.id = revision.document_id
        WHERE revision.approved_at IS NOT NULL AND {ours}
    ) AS version
"""
OUR_DOCUMENTS = "document.owner_unit_id = ANY(%(units)s)"
PROCESSES = """
    WITH ours AS ({ours})
    SELECT
        (SELECT count(*) FROM processes_processrevision revision JOIN ours ON ours.id = revision.process_id
            WHERE revision.published_at >= %(first_at)s AND revision.published_at < %(after_at)s),
        count(*),
        count(*) FILTER (WHERE {has_none})
    FROM processes_process process JOIN ours ON ours.id = process.id
    WHERE {is_activity}
"""
IS_ACTIVITY = "process.level > 0 AND process.state = 'active' AND process.rght = process.lft + 1"
HAS_NO_ROUTINE = """NOT EXISTS (
    SELECT FROM documents_documentlink link JOIN documents_revision revision
        ON revision.document_id = link.document_id AND revision.approved_at IS NOT NULL
        AND revision.valid_from <= %(today)s
        AND (revision.valid_to IS NULL OR revision.valid_to >= %(today)s)
    WHERE link.process_id = process.id)
"""
WITHOUT_ROUTINE = """
    SELECT process.id FROM processes_process process JOIN ({ours}) AS ours ON ours.id = process.id
    WHERE {is_activity} AND {has_none}
"""
ALL_PROCESSES = "SELECT id FROM processes_process"
OUR_PROCESSES = """
    SELECT DISTINCT process.id FROM processes_process process
    JOIN processes_process top ON top.tree_id = process.tree_id
        AND top.lft <= process.lft AND top.rght >= process.rght
    JOIN processes_processunit link ON link.process_id = top.id
        AND link.valid_from <= %(day)s AND (link.valid_to IS NULL OR link.valid_to >= %(day)s)
    WHERE link.unit_id = ANY(%(units)s)
"""


def activities_without_routine(scope: Scope, units: Units) -> list[int]:
    """Ids of the activities that the figure of that name counts."""
    return [pk for (pk,) in rows(_sql(WITHOUT_ROUTINE, scope), _given(scope, units))]


def published_versions(scope: Scope, units: Units) -> Any:
    """The versions of processes that the figure of that name counts."""
    given = scope.parameters()
    ours = [pk for (pk,) in rows(_sql("{ours}", scope), _given(scope, units))]
    return ProcessRevision.objects.filter(
        process__in=ours, published_at__gte=given["first_at"], published_at__lt=given["after_at"]
    )


def _sql(sql: str, scope: Scope) -> str:
    """The topmost unit has them all, and needs not look whose they are."""
    ours = ALL_PROCESSES if scope.is_whole else OUR_PROCESSES
    return sql.format(ours=ours, is_activity=IS_ACTIVITY, has_none=HAS_NO_ROUTINE)


def _given(scope: Scope, units: Units) -> dict[str, Any]:
    return {**scope.parameters(), "units": list(units.below)}


def area(scope: Scope, units: Units) -> Area:
    return Area("area_system", "Processer och rutiner", tuple(_figures(scope, units)))


def _figures(scope: Scope, units: Units) -> Iterable[Figure]:
    given = _given(scope, units)
    where = f"{scope.unit.name} och enheterna under, i organisationen den dag siffrorna hämtades"
    documents = DOCUMENTS.format(ours="true" if scope.is_whole else OUR_DOCUMENTS)
    published, activities, without = rows(_sql(PROCESSES, scope), given)[0]
    yield _figure(
        "processes_published",
        "Publicerade processversioner",
        published,
        f"Versioner av processer som publicerades {scope.year} och används i {where}.",
        scope.behind("reports:published_versions"),
    )
    yield from _documents(scope, where, rows(documents, given)[0])
    yield _figure(
        "activities_without_routine",
        "Aktiviteter utan rutin",
        without,
        f"Av {activities} aktiviteter i processer som används i {where}: de som inte har något gällande "
        "dokument kopplat till sig.",
        scope.behind("reports:without_routine"),
    )


def _documents(scope: Scope, where: str, counts: tuple[int, ...]) -> Iterable[Figure]:
    new, changed, held, overdue = counts
    yield _figure(
        "documents_new",
        "Nya dokument",
        new,
        f"Dokument vars första version fastställdes {scope.year}, som ägs av {where}.",
        scope.documents(nya_after=scope.first, nya_before=scope.last),
    )
    yield _figure(
        "documents_changed",
        "Dokument som fick en ny version",
        changed,
        f"Dokument som hade en version innan och fick en ny fastställd {scope.year}, som ägs av {where}.",
        scope.documents(andrade_after=scope.first, andrade_before=scope.last),
    )
    yield _figure(
        "documents_in_force",
        "Gällande dokument",
        held,
        f"Dokument som gällde {scope.day} och ägs av {where}.",
        scope.documents(standing="in_force") if scope.is_running else scope.documents(gallde=scope.day),
    )
    yield _figure(
        "documents_overdue",
        "Försenade översyner",
        overdue,
        f"Dokument som gällde {scope.day}, där dagen för översyn hade passerat, och ägs av {where}.",
        scope.documents(urval="overdue") if scope.is_running else scope.documents(forsenade=scope.day),
    )


def _figure(key: str, label: str, value: int, definition: str, url: str = "") -> Figure:
    return Figure(key, label, value, definition, url, is_sensitive=False)
