"""Which number the next version of a process gets, for addresses and for people."""

from typing import Any

from django.db.models import Max

from kvalitet.versions import Standing
from kvalitet.workflow import Blocked


def next_label(process: Any, amended: Any = None) -> dict[str, int]:
    """The columns of the next whole version, or of the next redaktionella ändring of ``amended``."""
    last = process.revisions.aggregate(number=Max("number"), major=Max("major"))
    label = {"number": (last["number"] or 0) + 1, "major": (last["major"] or 0) + 1, "minor": 0}
    if amended is None:
        return label
    same = process.revisions.filter(major=amended.major).aggregate(minor=Max("minor"))
    return {**label, "major": amended.major, "minor": (same["minor"] or 0) + 1}


def refuse_amending(last: Any) -> None:
    """Blocked unless ``last``, the latest published version, holds today."""
    if last is None:
        raise Blocked(["Ingen version är publicerad än. Börja en ny version."])
    if last.standing() != Standing.IN_FORCE:
        raise Blocked(
            [f"Version {last.label} är publicerad men gäller inte än. Gör ändringen när den gäller."]
        )
