"""A person's browser, as the measures and the fault tests drive it: logged in, sending forms."""

import uuid
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 120  # seconds
SECRET = "a" * 32  # of the cookie and the form alike, which is what Django compares
REPORT = "/avvikelser/ny/"
EDGE = "kant"


def session_of(user: Any) -> str:
    """The key of a new login of theirs."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from kvalitet.organisation.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "kvalitet.organisation.authentication.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def report(**values: str) -> dict[str, str]:
    """The fields of a report that is not sent yet: the key is its own."""
    return {"submission": str(uuid.uuid4()), "harm": "no", **values}


def post(
    address: str,
    session: str,
    path: str,
    fields: Mapping[str, str],
    *,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    patience: float = PATIENCE,
) -> tuple[int, str]:
    """The answer's status and where it leads. OSError or HTTPException: there was none.

    ``files`` are by field: what the file is called, and its bytes.
    """
    data = {**fields, "csrfmiddlewaretoken": SECRET}
    kind = f"multipart/form-data; boundary={EDGE}" if files else "application/x-www-form-urlencoded"
    body = _multipart(data, files) if files else urlencode(data).encode()
    headers = {"Cookie": f"sessionid={session}; csrftoken={SECRET}", "Content-Type": kind}
    connection = HTTPConnection(urlsplit(address).netloc, timeout=patience)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status, answer.headers.get("Location", "")


def acknowledged(status: int, where: str) -> int | None:
    """The number that the reporter was given, or None: nothing was acknowledged."""
    last = where.strip("/").rpartition("/")[2]
    return int(last) if status == 302 and last.isdigit() else None


def _multipart(fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    head = f"--{EDGE}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    for name, (filename, data) in files.items():
        parts += [f'{head}"{name}"; filename="{filename}"\r\n\r\n'.encode(), data, b"\r\n"]
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()
