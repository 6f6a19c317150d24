"""The addresses of processes. One is made when the process is; changed, the one before leads to it still."""

from collections.abc import Iterable

from django.utils.text import slugify

# Words that stand first in addresses under /processer/ and therefore cannot be the address of a process.
RESERVED = frozenset({"ny", "importera", "under-arbete", "har-och-saknar"})
LENGTH = 110


def propose(title: str, *, parent_slug: str = "") -> str:
    """The address as one would want it: the parent's and the title's words."""
    words = slugify(title) or "process"
    return (f"{parent_slug[:80]}-{words}" if parent_slug else words)[:LENGTH].strip("-")


def unique(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with the first free number after it."""
    used = RESERVED | set(taken)
    slug, number = wanted, 2
    while slug in used:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
