from processes.models.process import Process, ProcessUnit
from processes.models.revision import ProcessComment, ProcessRevision, ProcessRevisionTransition

__all__ = ["Process", "ProcessComment", "ProcessRevision", "ProcessRevisionTransition", "ProcessUnit"]
