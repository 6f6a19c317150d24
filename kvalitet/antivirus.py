"""Asks clamd whether a file holds something that it knows, before the file is stored.

Off where the setting CLAMD is empty. The protocol is a handful of lines, which the libraries wrap under
licences that the product cannot carry, or send from a name on disk; so it is spoken here.
"""

import logging
import socket
import struct
from typing import BinaryIO

from django.conf import settings

logger = logging.getLogger(__name__)

# With the other looks at a file, below the 30 seconds after which the web server gives up on a request.
SECONDS = 9.0
BLOCK = 64 * 1024
MAX_ANSWER = 4096
FOUND = (
    "Filen stoppades av virusskyddet och är inte sparad. Öppna den inte. Hör av dig till it-supporten, och "
    "hämta dokumentet på nytt där du fick det ifrån."
)
UNREACHABLE = "Filen kan inte granskas av virusskyddet just nu och är inte sparad. Försök igen om en stund."


class Stopped(Exception):
    """The file may not be stored; the message is Swedish, for the user."""


class Infected(Stopped):
    """clamd knows the file as harmful."""

    def __init__(self) -> None:
        super().__init__(FOUND)


class NotScanned(Stopped):
    """clamd gave no answer, and the setting says that nothing is then taken in."""

    def __init__(self) -> None:
        super().__init__(UNREACHABLE)


def scan(file: BinaryIO) -> None:
    """Return when the file may be stored, and leave it at its start; else raise Infected or NotScanned.

    The log gets what was found, and neither the name of the file nor who sent it.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _ask(file)
    except OSError as error:
        answer = f"{type(error).__name__} ERROR"
    finally:
        file.seek(0)
    if answer.endswith(" FOUND"):
        logger.warning("an upload was refused: %s", answer.removeprefix("stream: "))
        raise Infected
    if answer.endswith(": OK"):
        return
    logger.error("clamd does not answer as it should: %s", answer)
    if settings.CLAMD_REQUIRED:
        raise NotScanned


def _ask(file: BinaryIO) -> str:
    """clamd's one line about the bytes: "stream: OK", "stream: NAME FOUND" or one that ends in ERROR."""
    file.seek(0)
    with _connected() as connection:
        connection.sendall(b"zINSTREAM\0")
        try:
            while block := file.read(BLOCK):
                connection.sendall(struct.pack("!L", len(block)) + block)
            connection.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has said why, and stopped reading: the file is larger than its own limit
        return _line(connection)


def _line(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER and (more := connection.recv(MAX_ANSWER)):
        answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected() -> socket.socket:
    """A connection to where CLAMD says: a path, with or without ``unix:``, else host:port."""
    place = settings.CLAMD.removeprefix("unix:")
    if place.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(place)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)
