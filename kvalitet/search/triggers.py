"""The row trigger that notes what has changed, whoever changed it and how."""

import pgtrigger

_FUNCTION = """
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO search_dirty (kind, object_id)
        SELECT '{kind}', changed.id FROM ({old}) AS changed (id) WHERE changed.id IS NOT NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO search_dirty (kind, object_id)
        SELECT '{kind}', changed.id FROM ({new}) AS changed (id) WHERE changed.id IS NOT NULL;
    END IF;
    RETURN NULL;
"""


def search_dirty_trigger(kind: str, id_expr: str = "{row}.id", *, name: str = "") -> pgtrigger.Trigger:
    """A trigger for ``Meta.triggers``: every insert, update and delete notes that object ``id_expr`` of
    ``kind`` must be indexed again.

    ``id_expr`` is SQL with ``{row}`` for the changed row: a column (``{row}.document_id``) or a query that
    gives several ids (``SELECT id FROM documents_document WHERE owner_id = {row}.id``). One row is added for
    each change and no existing row is touched, so writers never wait for each other or for the indexing.
    """
    query = id_expr if id_expr.lstrip().upper().startswith("SELECT") else f"SELECT {id_expr}"
    function = _FUNCTION.format(kind=kind, old=query.format(row="OLD"), new=query.format(row="NEW"))
    return pgtrigger.Trigger(
        name=name or f"search_{kind}",
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=function,
    )
