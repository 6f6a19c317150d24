"""Avvikelser for the measures, by SQL alone, with causes and åtgärder; as ``bench.fill`` for documents."""

from typing import Any

from django.db import connection, transaction

YEARS = 4
_CASES = """
    INSERT INTO improvement_deviation (submission, reported_at, reported_on, reported_by_id, what_happened,
        happened_on, unit_id, unit_path, harm, immediate_action, is_manager_involved, suspicion, status,
        answer_by, category_id, law, summary, zone, assessment_reason, consequence_text, answer, inquiry_dnr,
        received_at, received_by_id, answered_at, answered_by_id, closed_at, closed_by_id, matrix_id,
        likelihood, consequence)
    SELECT md5('case' || n)::uuid, day, day::date, %(user)s, repeat('Insatsen blev inte utförd. ', 12),
        day::date, place.id, place.path, 'no', repeat('Vi ringde. ', 5), false, 'none',
        CASE WHEN n %% 5 = 0 THEN 'received' ELSE 'closed' END, day::date + 30,
        (%(categories)s::bigint[])[1 + {category} %% cardinality(%(categories)s::bigint[])],
        (ARRAY['sol', 'sol', 'lss', 'hsl'])[1 + n %% 4], 'En insats uteblev.',
        (ARRAY['green', 'green', 'yellow', 'red'])[1 + {zone} %% 4], '', '', 'Nu ringer vi alltid.', '',
        day, %(user)s, CASE WHEN n %% 5 > 0 THEN day + ({days} %% 60) * INTERVAL '1 day' END,
        CASE WHEN n %% 5 > 0 THEN %(user)s::bigint END,
        CASE WHEN n %% 5 > 0 THEN day + INTERVAL '90 day' END,
        CASE WHEN n %% 5 > 0 THEN %(user)s::bigint END, %(matrix)s, 1, 1
    FROM generate_series(1, %(count)s) n
    CROSS JOIN LATERAL (SELECT TIMESTAMPTZ '2022-01-01 09:00+01'
        + ({day} %% (365 * %(years)s)) * INTERVAL '1 day' AS day) AS at_
    JOIN LATERAL (SELECT (%(units)s::bigint[])[1 + {unit} %% cardinality(%(units)s::bigint[])] AS id) AS u
        ON true
    JOIN {paths} AS place ON place.id = u.id
"""
_PATHS = """(SELECT here.id, array_agg(above.id ORDER BY above.level) AS path FROM organisation_unit here
    JOIN organisation_unit above ON above.tree_id = here.tree_id AND above.lft <= here.lft
    AND above.rght >= here.rght GROUP BY here.id)"""
_CAUSES = """
    INSERT INTO improvement_cause (deviation_id, area, sentence, created_by_id, created_at)
    SELECT id, (ARRAY['communication', 'competence', 'organisation', 'procedures'])[1 + id %% 4],
        'Att rutinen saknades.', %(user)s, reported_at FROM improvement_deviation WHERE id %% 2 = 0
"""
_MEASURES = """
    INSERT INTO improvement_measure (deviation_id, title, description, type, content, strength, unit_id,
        responsible_id, due, expected, effect_on, status, effect, effect_text, created_by_id, created_at,
        done_at, done_by_id, judged_at, judged_by_id)
    SELECT id, 'Ring upp', '', 'corrective', 'changed_routine',
        (ARRAY['strong', 'medium', 'weak'])[1 + id %% 3], unit_id, %(user)s, reported_on + 30, '',
        reported_on + 90, 'judged', (ARRAY['yes', 'yes', 'partly', 'no'])[1 + id %% 4], '', %(user)s,
        reported_at, reported_at + INTERVAL '25 day', %(user)s, reported_at + INTERVAL '91 day', %(user)s
    FROM improvement_deviation WHERE id %% 3 = 0
"""


def fill(count: int) -> None:
    """So many cases over four years in every unit that has none below; nothing when they are there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM improvement_deviation")
        if cursor.fetchone()[0] >= count:
            return
        cursor.execute("SET LOCAL session_replication_role = replica")
        given = _shared(cursor) | {"count": count, "years": YEARS}
        chances = {
            name: f"(hashtext(n::text || '{name}') & 2147483647)"
            for name in ("category", "zone", "days", "day", "unit")
        }
        cursor.execute(_CASES.format(paths=_PATHS, **chances), given)
        cursor.execute(_CAUSES, given)
        cursor.execute(_MEASURES, given)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _shared(cursor: Any) -> dict[str, Any]:
    def ids(sql: str) -> list[int]:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]

    return {
        "user": ids("SELECT id FROM organisation_user WHERE is_active ORDER BY id")[0],
        "units": ids("SELECT id FROM organisation_unit WHERE rght = lft + 1 ORDER BY id"),
        "categories": ids("SELECT id FROM improvement_deviationcategory WHERE parent_id IS NOT NULL"),
        "matrix": ids("SELECT id FROM improvement_riskmatrix WHERE is_default")[0],
    }
