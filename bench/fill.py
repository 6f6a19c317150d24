"""Makes the rows that the measures read, by SQL alone: 100 000 documents in half a minute.

It writes only to the measures' own databases. There the triggers are off while it writes, so history and the
notes to the search stay empty; every other constraint holds.
"""

from datetime import date
from typing import Any

from django.db import connection, transaction

PROCESS = "mottagning-och-vard"
STEPS, LINKED = 12, 20
TYPES = ["unit_routine", "unit_routine", "process_routine", "quick_guide", "checklist", "template"]
SEEN = ["internal"] * 6 + ["unit"] * 2 + ["public", "provider"]
ROOTS, BRANCHES, LEAVES = 10, 10, 18

_TREE = """
    WITH root AS (
        SELECT r, (SELECT coalesce(max(tree_id), 0) FROM processes_process) + r AS tree
        FROM generate_series(1, %(roots)s) r
    ), node AS (
        SELECT tree, r, 0 AS b, 0 AS l, 0 AS level, 1 AS lft,
            2 + %(branches)s * (2 + 2 * %(leaves)s) AS rght FROM root
        UNION ALL SELECT tree, r, b, 0, 1, 2 + (b - 1) * (2 + 2 * %(leaves)s), 1 + b * (2 + 2 * %(leaves)s)
        FROM root, generate_series(1, %(branches)s) b
        UNION ALL SELECT tree, r, b, l, 2, 1 + (b - 1) * (2 + 2 * %(leaves)s) + 2 * l,
            2 + (b - 1) * (2 + 2 * %(leaves)s) + 2 * l
        FROM root, generate_series(1, %(branches)s) b, generate_series(1, %(leaves)s) l
    )
    INSERT INTO processes_process (parent_id, position, title, slug, kind, state, visibility, owner_id,
        element_id, description, function, deadline, system_support, lft, rght, tree_id, level)
    SELECT NULL, 100 + r + b + l, initcap({word_r}) || ' ' || {word_b}, concat_ws('-', 'p', r, b, l),
        CASE WHEN level > 0 THEN '' WHEN r <= 2 THEN 'main' WHEN r <= 4 THEN 'steering' ELSE 'support' END,
        'active', CASE WHEN (r + b) %% 3 = 0 THEN 'public' ELSE 'internal' END,
        CASE WHEN level = 0 THEN (%(users)s::bigint[])[1 + r %% cardinality(%(users)s::bigint[])] END,
        CASE WHEN level = 0 THEN '' ELSE concat_ws('-', 'e', b, l) END, 'Steget beskrivs här.',
        'Handläggare', '', '', lft, rght, tree, level
    FROM node
"""
_PARENTS = """
    UPDATE processes_process AS child SET parent_id = parent.id FROM processes_process AS parent
    WHERE child.slug LIKE 'p-%%' AND child.level > 0 AND parent.tree_id = child.tree_id
        AND parent.level = child.level - 1 AND child.lft BETWEEN parent.lft AND parent.rght
"""
_PROCESS_UNITS = """
    INSERT INTO processes_processunit (process_id, unit_id, valid_from)
    SELECT process.id, unit.id, DATE '2020-01-01' FROM processes_process AS process, organisation_unit AS unit
    WHERE process.slug LIKE 'p-%%' AND process.level = 1 AND (process.id + unit.id) %% 7 = 0
"""
_DOCUMENTS = """
    INSERT INTO documents_document (title, type, owner_unit_id, responsible_id, dnr, visibility, keywords,
        target_group, law, review_months, next_review, is_governing, created_at, created_by_id)
    SELECT initcap({word_1}) || ' ' || {word_2} || CASE WHEN n %% 3 = 0 THEN ' ' || {word_3} ELSE '' END,
        (%(types)s::text[])[1 + {r_type} %% cardinality(%(types)s::text[])],
        (%(units)s::bigint[])[1 + {r_unit} %% cardinality(%(units)s::bigint[])],
        (%(users)s::bigint[])[1 + {r_user} %% cardinality(%(users)s::bigint[])], '',
        (%(seen)s::text[])[1 + {r_seen} %% cardinality(%(seen)s::text[])],
        '', '', '', 24, DATE '2025-06-01' + ({r_day} %% 900), false, now(), %(author)s
    FROM generate_series(%(first)s, %(last)s) n
    RETURNING id
"""
# Version 2 holds in most; version 1 is what it replaced; version 3 is under work.
_VERSIONS = """
    INSERT INTO documents_revision (document_id, number, minor, status, author_id, created_at, change_note,
        source, storage_key, file_name, file_kind, size, sha256, url, text, text_note, approved_at,
        approved_by_id, decision, valid_from, valid_to)
    SELECT id, v, 0, CASE v WHEN 3 THEN 'draft' ELSE 'approved' END, %(author)s, now(), '', 'uploaded',
        concat_ws('-', 'bench', id, v), 'rutin.docx', 'docx', 24000,
        md5(concat(id, '-', v)) || md5(concat(id, v)), '', '', '',
        CASE WHEN v < 3 THEN TIMESTAMPTZ '2024-01-01 09:00+01' END,
        CASE WHEN v < 3 THEN %(approver)s::bigint END, '',
        (ARRAY[DATE '2022-01-01', DATE '2024-01-01' + ((id %% 400)::int), NULL])[v],
        CASE WHEN v = 1 THEN DATE '2023-12-31' END
    FROM documents_document, generate_series(1, 3) v
    WHERE id = ANY(%(ids)s) AND (v = 2 AND id %% 20 > 0 OR v = 1 AND id %% 5 = 1
        OR v = 3 AND (id %% 20 = 0 OR id %% 11 = 1))
"""
_LINKS = """
    INSERT INTO documents_documentlink (document_id, process_id, is_home, created_at, created_by_id)
    SELECT d.id, (%(processes)s::bigint[])[1 + (hashint8(d.id) & 2147483647)
        %% cardinality(%(processes)s::bigint[])],
        true, now(), %(author)s FROM documents_document d WHERE d.id = ANY(%(ids)s)
"""
_LINKS_OF_MEASURED = """
    INSERT INTO documents_documentlink (document_id, process_id, is_home, created_at, created_by_id)
    SELECT id, (%(places)s::bigint[])[1 + row_number() OVER () %% cardinality(%(places)s::bigint[])],
        false, now(), %(author)s
    FROM (
        SELECT d.id FROM documents_document d JOIN documents_revision r ON r.document_id = d.id
        WHERE r.number = 2 AND r.status = 'approved' AND d.visibility = 'internal'
        ORDER BY d.id DESC LIMIT %(count)s
    ) AS chosen
"""


def lay_measured_process() -> None:
    """The process whose page is measured: a published map of ``STEPS`` activities."""
    from bench.svg import drawn_map
    from kvalitet import history
    from kvalitet.organisation.models import User
    from processes import imports
    from processes.enums import ProcessKind
    from processes.models import Process

    with transaction.atomic(), history.acting_as(User.objects.system(), why="bench"):
        data = drawn_map(STEPS * 4 // 3 * 2)
        revision, _ = imports.import_file(
            data=data, name="mapp.bpmn", title="Mottagning", parent=None, kind=ProcessKind.MAIN
        )
        Process.objects.filter(pk=revision.process_id).update(slug=PROCESS)
        imports.publish(revision, day=date(2024, 1, 1))


def link_measured_process() -> None:
    """Documents in force on the measured process and on each of its activities."""
    from processes.models import Process

    top = Process.objects.get(slug=PROCESS)
    places = [top.pk, *Process.objects.filter(parent=top).values_list("pk", flat=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        author = _shared(cursor)["author"]
        cursor.execute(_LINKS_OF_MEASURED, {"places": places, "author": author, "count": LINKED})


def fill(documents: int) -> None:
    """Documents until there are ``documents``, with their versions and links; the tree on the first call."""
    from documents.models import Document

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        shared = _shared(cursor)
        if not shared["processes"]:
            cursor.execute(_tree(), {**shared, "roots": ROOTS, "branches": BRANCHES, "leaves": LEAVES})
            cursor.execute(_PARENTS, {})
            cursor.execute(_PROCESS_UNITS, {})
            shared = _shared(cursor)
        there = Document.objects.count()
        if there < documents:
            cursor.execute(_documents(), {**shared, "first": there + 1, "last": documents})
            ids = [pk for (pk,) in cursor.fetchall()]
            cursor.execute(_VERSIONS, {**shared, "ids": ids})
            cursor.execute(_LINKS, {**shared, "ids": ids})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _shared(cursor: Any) -> dict[str, Any]:
    """What the statements choose from: units, people, processes and words."""
    from kvalitet.search.lexicon import shipped_words

    def ids(sql: str) -> list[int]:
        cursor.execute(sql)
        return [pk for (pk,) in cursor.fetchall()]

    users = ids("SELECT id FROM organisation_user WHERE is_active ORDER BY id")
    return {
        "units": ids("SELECT id FROM organisation_unit WHERE valid_to IS NULL ORDER BY id"),
        "users": users,
        "author": users[0],
        "approver": users[1],
        "processes": ids("SELECT id FROM processes_process WHERE slug LIKE 'p-%' ORDER BY id"),
        "words": sorted(shipped_words()),
        "types": TYPES,
        "seen": SEEN,
    }


def _tree() -> str:
    return _TREE.format(word_r=_word("r * 1000 + b * 50 + l"), word_b=_word("b * 777 + l * 13 + r"))


def _documents() -> str:
    words = {f"word_{place}": _word(f"n * 3 + {place}") for place in (1, 2, 3)}
    chances = {
        f"r_{name}": _chance(f"n::text || '{name}'") for name in ("type", "unit", "user", "seen", "day")
    }
    return _DOCUMENTS.format(**words, **chances)


def _word(key: str) -> str:
    """SQL for one of the words, always the same for the same key."""
    return f"(%(words)s::text[])[1 + {_chance(f'({key})::text')} %% cardinality(%(words)s::text[])]"


def _chance(key: str) -> str:
    return f"(hashtext({key}) & 2147483647)"
