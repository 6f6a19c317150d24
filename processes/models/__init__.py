from processes.models.address import ProcessAddress
from processes.models.imports import ImportedFile, MapImport, MapSignature
from processes.models.process import Process, ProcessUnit
from processes.models.revision import ProcessComment, ProcessRevision, ProcessRevisionTransition

__all__ = [
    "ImportedFile",
    "MapImport",
    "MapSignature",
    "Process",
    "ProcessAddress",
    "ProcessComment",
    "ProcessRevision",
    "ProcessRevisionTransition",
    "ProcessUnit",
]
