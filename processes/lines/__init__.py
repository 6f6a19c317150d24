"""A process as lines of text: ``read`` makes a description of them, ``write`` lines of a description."""

from processes.lines.reading import Reading, read
from processes.lines.writing import write

__all__ = ["Reading", "read", "write"]
