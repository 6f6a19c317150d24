"""What a person may, for the query that loads them: roles, denials, exceptions; each as one JSON value."""

# One row per role held today: own, or of a person one stands in for today, with every unit below. Whoever
# stands in is employed themselves; MAS and MAR answer for hälso- och sjukvården alone.
HELD_SQL = """
    SELECT coalesce(jsonb_agg(jsonb_build_array(
        a.role, a.unit_id, CASE WHEN a.user_id = who.id THEN NULL ELSE a.user_id END,
        (SELECT jsonb_agg(below.id) FROM organisation_unit here JOIN organisation_unit below
         ON below.tree_id = here.tree_id AND below.lft BETWEEN here.lft AND here.rght
         WHERE here.id = a.unit_id AND (a.role NOT IN ('mas', 'mar') OR below.law = 'hsl'))
    ) ORDER BY a.id), '[]')
    FROM (SELECT %s::bigint AS id, %s::date AS day) who
    JOIN organisation_roleassignment a
    ON a.valid_from <= who.day AND (a.valid_to IS NULL OR a.valid_to >= who.day)
    AND (a.user_id = who.id OR a.user_id IN (
        SELECT away.user_id FROM organisation_absence away
        JOIN organisation_roleassignment own ON own.user_id = away.substitute_id
        AND own.role <> 'provider_contact'
        AND own.valid_from <= who.day AND (own.valid_to IS NULL OR own.valid_to >= who.day)
        WHERE away.substitute_id = who.id AND who.day BETWEEN away.first_day AND away.last_day))
"""

DENIED_SQL = """
    SELECT coalesce(jsonb_agg(jsonb_build_array(content_type_id, object_id)), '[]')
    FROM organisation_denial WHERE user_id = %s
"""

EXCEPTIONS_SQL = """
    SELECT coalesce(jsonb_agg(jsonb_build_array(x.place, x.codename, x.id)), '[]')
    FROM ($rows) AS x (place, codename, id)
"""
EXCEPTION_ROWS = """
    SELECT '$table', p.codename, e.content_object_id FROM $table e
    JOIN auth_permission p ON p.id = e.permission_id WHERE e.user_id = %s
"""
NO_EXCEPTION = "SELECT '', '', 0 WHERE %s IS NULL"
