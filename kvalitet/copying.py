"""All files from one storage to another, while the system is used: the missing are copied, all compared.

It can be stopped anywhere and run again. Nothing is deleted or written over on either side.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files import File

from kvalitet.s3 import PrivateBucket
from kvalitet.storage import PrivateFolder, in_use, sha256_of
from kvalitet.storage_address import is_address

TOLD_EVERY = 100


@dataclass
class Copied:
    """How many files were copied, were there already and were deleted meanwhile; the keys of those that
    differ.
    """

    new: int = 0
    known: int = 0
    gone: int = 0
    different: list[str] = field(default_factory=list)


def storage_at(url: str) -> Any:
    """The storage at what STORAGE_URL might say, or the one in use when that is empty."""
    if not url:
        return in_use()
    return PrivateBucket(url) if is_address(url) else PrivateFolder(location=url)


def copy_all(source: Any, target: Any, *, tell: Callable[[str], object] = print) -> Copied:
    """Copy each file of ``source`` that ``target`` has not, and read back and compare every one.

    StorageFault when one of them stops answering; what was copied until then is whole.
    """
    keys = list(source.keys())
    result = Copied()
    for number, key in enumerate(keys, start=1):
        try:
            with source.open(key, "rb") as file:
                _copy(key, file, target, result)
        except FileNotFoundError:
            result.gone += 1
        if number % TOLD_EVERY == 0 or number == len(keys):
            tell(f"{number} av {len(keys)} filer, {result.new} kopierade.")
    return result


def _copy(key: str, file: Any, target: Any, result: Copied) -> None:
    wanted = sha256_of(file)
    found = _sha256_at(key, target)
    if found is None:
        file.seek(0)
        target.save(key, File(file))
        result.new += 1
        found = _sha256_at(key, target)
    else:
        result.known += 1
    if found != wanted:
        result.different.append(key)


def _sha256_at(key: str, storage: Any) -> str | None:
    try:
        with storage.open(key, "rb") as file:
            return sha256_of(file)
    except FileNotFoundError:
        return None
