"""Search over many texts beside Wagtail's search for PostgreSQL: pages a second for the same queries."""

import os
import subprocess
from collections.abc import Iterator
from urllib.parse import urlencode

from bench import load
from bench.rows import Row
from bench.search import READER, title_words
from bench.world import BIN, LARGE, MANY, ROOT, World, settings

SETTINGS = "bench.rival.settings"
_QUERIES = 100
_TIMES = 5


def measure(world: World) -> Iterator[Row]:
    """The whole page against a bare list of the other's hits, which has neither header nor marked words."""
    _prepare(world)
    headers = world.login(READER)
    asked = [f"/sok/?{urlencode({'q': query})}" for query in title_words(_QUERIES)]
    with world.serve() as ours, world.serve(SETTINGS) as theirs:
        urls = {"ours": [ours + path for path in asked], "theirs": [theirs + path for path in asked]}
        speeds = load.side_by_side(urls, headers)
    here, there = speeds["ours"].per_second, speeds["theirs"].per_second
    value = f"{here / there:.1f} × ({here:.0f} mot {there:.0f}/s)"
    name = f"söksida mot Wagtails sök, {MANY} dokument"
    yield Row(name, value, f"≥ {_TIMES} ×", here >= _TIMES * there)


def _prepare(world: World) -> None:
    """The other's tables and index, made when they are not there."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('modelsearch_indexentry') IS NOT NULL")
        if cursor.fetchone()[0]:
            return
    environment = {**os.environ, **settings(world.cluster.url(LARGE)), "DJANGO_SETTINGS_MODULE": SETTINGS}
    for command in (["migrate", "modelsearch"], ["rebuild_modelsearch_index"]):
        subprocess.run(
            [str(BIN / "python"), "manage.py", *command, "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE modelsearch_indexentry")
