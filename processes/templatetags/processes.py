from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from processes.rendering import with_links

register = template.Library()


@register.filter
def with_step_links(html: str, links: Mapping[int, Sequence[Any]]) -> SafeString:
    """``{{ text|with_step_links:links }}``: HTML of a map with what hangs on each step at its place."""
    return mark_safe(with_links(html, links))  # noqa: S308 - both are made by templates of ours
