"""Search: one table of everything that can be found, in Swedish, filtered in SQL by who is looking.

An app registers a ``Kind`` in ``AppConfig.ready()`` and puts ``search_dirty_trigger`` on the models that its
entries are made from; the rest is kept fresh by the drain. ``find`` is the only way to read.
"""

from kvalitet.search.drain import drain, drain_now, rebuild
from kvalitet.search.find import find
from kvalitet.search.index import forget, write_entries
from kvalitet.search.records import Audience, Edition, EntryData, Hit, Kind, Reader, Result
from kvalitet.search.registry import kinds, register, set_readers, unregister
from kvalitet.search.tasks import wake
from kvalitet.search.terms import relearn
from kvalitet.search.triggers import search_dirty_trigger

__all__ = [
    "Audience",
    "Edition",
    "EntryData",
    "Hit",
    "Kind",
    "Reader",
    "Result",
    "drain",
    "drain_now",
    "find",
    "forget",
    "kinds",
    "rebuild",
    "register",
    "relearn",
    "search_dirty_trigger",
    "set_readers",
    "unregister",
    "wake",
    "write_entries",
]
