"""Swedish sort order, the same on every server.

The immutable SQL function ``swedish(text)`` is created in a migration; ``Swedish("title")`` calls it.
Servers differ in which collations they have, so the order is made with ``translate`` and the C collation.
"""

from django.db.models import Func, TextField


class Swedish(Func):
    """Sort key of a text column: å ä ö last, case and foreign accents ignored."""

    function = "swedish"
    output_field = TextField()


CREATE_SWEDISH = """
CREATE FUNCTION swedish(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower(value), 'åäæöøéèêëáàâãíìîïóòôõúùûüýÿçñ', '{||}}eeeeaaaaiiiioooouuuuyycn') COLLATE "C";
"""
