"""Changes to a map without a drawing tool: `Sheet` holds its XML, `verbs` change it, `settle` draws it.

Only what is changed is touched: extensions, colours and whatever else another tool wrote stays in the file.
"""

from processes.bpmn.edit.room import NeedsRedraw, settle
from processes.bpmn.edit.sheet import EditError, Sheet

__all__ = ["EditError", "NeedsRedraw", "Sheet", "settle"]
