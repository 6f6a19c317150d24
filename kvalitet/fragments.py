"""Parts of pages that are drawn once: a part is kept under everything that it was drawn from.

    html = fragments.kept("processes/content.html", {"title": "Mottagning", "links": [("Rutin", "/r/7/")]})

There is nothing to invalidate. When a fact is another, so is the key; and two readers get the same HTML only
when they would see the same, since what a reader may see is decided before, in the facts. The template knows
the facts alone: no request, no user, no row that could fetch more on its way.
"""

import hashlib
import marshal
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

SECONDS = 24 * 60 * 60


def kept(template: str, facts: Mapping[str, Any]) -> SafeString:
    """``template`` drawn with ``facts``: texts, numbers, booleans, None, and lists and dicts of such.

    ValueError for anything else, such as a row, a date or a text marked as safe: HTML that was made elsewhere
    is given as ``str`` and marked in the template.
    """
    # This version of the format writes equal values alike, whichever objects they are.
    written = marshal.dumps((template, dict(facts)), 2)
    key = f"fragment-{hashlib.blake2b(written, digest_size=20).hexdigest()}"
    html: str | None = cache.get(key)
    if html is None:
        html = str(render_to_string(template, dict(facts)))
        cache.set(key, html, SECONDS)
    return mark_safe(html)  # noqa: S308 - a template of ours, which escapes
