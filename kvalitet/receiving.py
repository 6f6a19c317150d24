"""Large uploads on their way in: on a full disk the form comes back with the reason and what was typed."""

import contextlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from kvalitet.storage import NO_ROOM


class Lost(InMemoryUploadedFile):
    """A file that there was no room for: what it was called and how large, and none of its bytes."""

    is_lost = True


class ToDisk(TemporaryFileUploadHandler):
    """Django's own, which answers a full disk with an error page. Here the file becomes ``Lost``."""

    is_full = False
    is_unfinished = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_full, self.is_unfinished = False, True
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_full:
            return
        try:
            self.file.write(raw_data)
        except OSError as error:
            self._give_up(error)

    def file_complete(self, file_size: int) -> Any:
        self.is_unfinished = False
        if not self.is_full:
            try:
                return super().file_complete(file_size)
            except OSError as error:
                self._give_up(error)
        name, kind = self.file_name, self.content_type
        return Lost(BytesIO(), self.field_name, name, kind, file_size, self.charset)

    def drop_unfinished(self) -> None:
        """Delete a file that was cut on its way: Django leaves it until its memory is wanted."""
        if self.is_unfinished and hasattr(self, "file"):
            self.upload_interrupted()

    def _give_up(self, error: OSError) -> None:
        if error.errno not in NO_ROOM:
            raise error
        self.is_full = True
        with contextlib.suppress(OSError):
            self.file.close()


class WholeBody:
    """The body of a request, or an OSError when the connection broke before it had all come.

    Django takes what came for the whole: half a text, or half a picture, would be saved as if it were sent.
    """

    def __init__(self, stream: Any, length: int) -> None:
        self.stream, self.left = stream, length

    def read(self, size: int = -1) -> bytes:
        return self._counted(self.stream.read(size), is_all=size < 0)

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self.stream.readline(size), is_all=False)

    def _counted(self, data: bytes, *, is_all: bool) -> bytes:
        self.left -= len(data)
        if self.left > 0 and (is_all or not data):
            raise OSError("the connection was cut in the middle of the body")
        return data
