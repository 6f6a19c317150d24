"""What can be found, and who is looking: filled by the apps in ``AppConfig.ready()``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kvalitet.search.records import Audience, Kind, Reader

_kinds: dict[str, Kind] = {}


def _stranger(user: Any) -> Reader:
    return Reader(rank=Audience.STAFF if user.is_authenticated else Audience.PUBLIC, user_id=user.pk)


@dataclass
class Readers:
    """How the frame asks the organisation app who a user is; set once with ``set_readers``."""

    reader_for: Callable[[Any], Reader] = _stranger
    unit_choices: Callable[[Any], Sequence[tuple[int, str]]] = lambda user: ()
    units_under: Callable[[int], Sequence[int]] = lambda unit_id: (unit_id,)


readers = Readers()


def register(kind: Kind) -> None:
    """Make ``kind`` findable; the same name twice is a programming error."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered twice for search")
    _kinds[kind.name] = kind


def unregister(name: str) -> None:
    """Take a kind out again; for tests that register their own."""
    _kinds.pop(name, None)


def kinds() -> list[Kind]:
    """All kinds in the order they are shown."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name))


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)


def set_readers(
    reader_for: Callable[[Any], Reader],
    unit_choices: Callable[[Any], Sequence[tuple[int, str]]],
    units_under: Callable[[int], Sequence[int]],
) -> None:
    """Say how a user (anonymous too) becomes a Reader, which units can be chosen, and what is below one."""
    readers.reader_for, readers.unit_choices, readers.units_under = reader_for, unit_choices, units_under
