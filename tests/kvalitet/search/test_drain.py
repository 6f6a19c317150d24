"""The index follows the data, whoever changes it, and no change is lost."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from kvalitet import search
from kvalitet.search.records import Audience
from tests.kvalitet.search.notes import add, found, sql


@pytest.mark.usefixtures("notes")
def test_every_way_of_writing_is_noticed():
    first, second = add("Ett larm"), add("Två larm")
    sql("UPDATE search_note SET title = 'Ny titel' WHERE id = %s", first)
    sql("DELETE FROM search_note WHERE id = %s", second)
    search.drain_now()
    assert found("titel") == [first]
    assert found("larm") == []


@pytest.mark.usefixtures("notes")
def test_object_that_fails_is_noted_without_its_text_and_stops_nobody(caplog):
    poisoned = sql("INSERT INTO search_note (title) VALUES ('giftig') RETURNING id")[0][0]
    sound = add("Frisk rutin")
    assert found("frisk") == [sound]
    assert sql("SELECT object_id, attempts, error FROM search_dirty") == [(poisoned, 1, "RuntimeError")]
    assert "detta får inte" not in caplog.text
    assert search.drain_now() == 0


@pytest.mark.usefixtures("notes")
def test_failed_object_is_indexed_once_it_is_mended():
    poisoned = sql("INSERT INTO search_note (title) VALUES ('giftig') RETURNING id")[0][0]
    search.drain_now()
    sql("UPDATE search_note SET title = 'Lagad'")
    search.drain_now()
    assert found("lagad") == [poisoned]


@pytest.mark.usefixtures("notes")
def test_failed_object_is_tried_again_later():
    sql("INSERT INTO search_note (title) VALUES ('giftig')")
    search.drain_now()
    sql("UPDATE search_dirty SET retry_at = now()")
    search.drain_now()
    assert sql("SELECT attempts FROM search_dirty") == [(2,)]


@pytest.mark.usefixtures("notes")
def test_entry_open_to_a_unit_cannot_be_confidential():
    with pytest.raises(IntegrityError, match="search_entry_circle_is_by_name"), transaction.atomic():
        search.write_entries(
            "note",
            [search.EntryData(object_id=1, url="/", title="x", audience=Audience.CIRCLE, unit_id=7)],
        )


@pytest.mark.usefixtures("notes")
def test_edition_that_is_no_longer_there_disappears():
    note = add("Larm")
    draft = search.EntryData(
        object_id=note, url="/", title="Larm", audience=Audience.STAFF, edition=search.Edition.DRAFT
    )
    search.write_entries("note", [draft])
    assert found("larm") == [note, note]
    sql("UPDATE search_note SET body = 'x'")
    search.drain_now()
    assert found("larm") == [note]


@pytest.mark.usefixtures("notes")
def test_forgotten_object_leaves_no_trace():
    note = add("Hemligt namn", "Zebulon")
    search.forget("note", [note])
    search.relearn()
    assert found("zebulon") == []
    assert sql("SELECT count(*) FROM search_term WHERE word = 'zebulon'") == [(0,)]


@pytest.mark.usefixtures("notes")
def test_word_learnt_later_opens_compounds_indexed_before():
    note = add("Vargflockar")
    assert found("flock") == []
    for number in range(3):
        add(f"Flock nummer {number}")
        add(f"Varg nummer {number}")
    search.relearn()
    search.drain_now()
    assert note in found("flock")


@pytest.mark.usefixtures("notes")
def test_rebuild_makes_the_whole_index_anew():
    note = add("Larm")
    sql("DELETE FROM search_entry")
    sql("DELETE FROM search_dirty")
    search.rebuild()
    assert found("larm") == [note]


@pytest.fixture
def committed_notes(transactional_db, notes):
    """The table of notes outside any transaction, for tests with several connections."""
    yield
    sql("DROP TABLE search_note")
    sql("DROP FUNCTION search_note_changed")


@pytest.mark.usefixtures("committed_notes")
def test_concurrent_workers_and_writers_lose_no_change():
    sql("INSERT INTO search_note (title) SELECT 'nollställd' FROM generate_series(1, 60)")
    stop = threading.Event()

    def write() -> None:
        for turn in range(1, 6):
            for note_id in range(1, 61):
                sql("UPDATE search_note SET title = %s WHERE id = %s", f"omgång{turn}", note_id)
        connections.close_all()

    def drain() -> None:
        while not stop.is_set():
            search.drain()
        connections.close_all()

    workers = [threading.Thread(target=drain) for _ in range(3)]
    writer = threading.Thread(target=write)
    for thread in [*workers, writer]:
        thread.start()
    writer.join(timeout=60)
    stop.set()
    for worker in workers:
        worker.join(timeout=60)
    search.drain_now()
    assert sql("SELECT DISTINCT title FROM search_entry WHERE kind = 'note'") == [("omgång5",)]
    assert sql("SELECT count(*) FROM search_dirty") == [(0,)]


@pytest.mark.usefixtures("committed_notes")
def test_writer_never_waits_for_the_drain():
    note = add("Larm")
    sql("UPDATE search_note SET body = 'ett'")
    with transaction.atomic():
        search.drain()
        done = threading.Event()

        def write() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            sql("UPDATE search_note SET body = 'två' WHERE id = %s", note)
            done.set()
            connections.close_all()

        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=10)
    assert done.is_set()
    search.drain_now()
    assert found("två") == [note]
