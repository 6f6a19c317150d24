"""An åtgärd that changes a routine or a process is done when the new version holds: told by those apps'
own transitions, in the same transaction. A version that holds later is seen by the task of that night.
"""

from typing import Any

from documents.workflow import REVISION as DOCUMENT_REVISION
from improvement.actions.measures import settle_all
from processes.workflow import REVISION as PROCESS_REVISION


def connect() -> None:
    """Called once, when the app is ready."""
    DOCUMENT_REVISION.after("approve", _approved)
    PROCESS_REVISION.after("publish", _published)


def _approved(revision: Any, *, user: Any, record: Any) -> None:
    settle_all(document=revision.document_id)


def _published(revision: Any, *, user: Any, record: Any) -> None:
    settle_all(process=revision.process_id)
