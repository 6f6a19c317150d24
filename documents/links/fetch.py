"""Asks one web address whether it answers, so that the question can never be turned inwards.

The name is resolved once and the connection made to exactly the address that was judged, with the name in
SNI and Host: a name that changes its mind between the two leads nowhere. Each redirect is judged anew. No
cookies, no proxies of the environment, nothing kept of the answer. The standard library is enough: an HTTP
library would have to be talked out of its own resolving, pooling, redirects and proxies.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

from documents.links import addresses
from documents.links.addresses import Network, Refused, Resolve, Unknown

SECONDS = 10.0
MAX_REDIRECTS = 5
MAX_BYTES = 64 * 1024
WEB_PORTS = frozenset({80, 443})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LOCKED = frozenset({401, 403, 407})
GONE = frozenset({404, 410})
AGENT = "Kvalitet-lankkontroll/1.0"

TOO_SLOW = "Sidan svarade inte inom 10 sekunder."
NO_ANSWER = "Det gick inte att få kontakt med webbplatsen."
BAD_TLS = "Webbplatsens certifikat gick inte att lita på."
STRANGE = "Webbplatsen svarade på ett sätt som inte gick att förstå."
ROUND = "Adressen skickar vidare fler än fem gånger."
MISSING = "Sidan finns inte längre (svar {status})."
BROKEN = "Webbplatsen svarade med ett fel (svar {status})."
NEEDS_LOGIN = "Sidan finns men kräver inloggning."


@dataclass(frozen=True)
class Answer:
    """What came of asking. ``is_gone``: the site says there is no page. ``is_refused``: it was not asked."""

    is_alive: bool
    reason: str = ""
    final_url: str = ""
    is_gone: bool = False
    is_refused: bool = False


@dataclass(frozen=True)
class _Reply:
    status: int
    location: str


@dataclass(frozen=True)
class Checker:
    """``allow`` are closed networks, and ``ports`` other ports, that may be reached all the same: for tests.

    They are arguments of the one who makes the checker, never a setting, so that no configuration opens the
    inside. ``seconds`` is for the whole of a check, its redirects included.
    """

    allow: Sequence[Network] = ()
    ports: frozenset[int] = WEB_PORTS
    resolve: Resolve = addresses.resolved
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    seconds: float = SECONDS

    def check(self, url: str) -> Answer:
        """Ask ``url``, following its redirects; says in Swedish what is wrong. Raises nothing."""
        ends = time.monotonic() + self.seconds
        try:
            for _ in range(MAX_REDIRECTS + 1):
                reply = self._ask(url, ends)
                if reply.status not in REDIRECTS or not reply.location:
                    return _judged(reply, url)
                url = urljoin(url, reply.location)[:2000]
        except Refused as refused:
            return Answer(is_alive=False, reason=str(refused), is_refused=True)
        except Unknown as unknown:
            return Answer(is_alive=False, reason=str(unknown))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Answer(is_alive=False, reason=_why(error, ends))
        return Answer(is_alive=False, reason=ROUND)

    def _ask(self, url: str, ends: float) -> _Reply:
        """HEAD, and GET where a site has no answer to that."""
        split, host, port = addresses.parts(url, ports=self.ports)
        found = addresses.choose(host, port, resolve=self.resolve, allow=self.allow)
        where = _Where(split.scheme, host, port, addresses.target(split))
        reply = self._first_that_answers("HEAD", where, found, ends)
        if reply.status < 400:
            return reply
        return self._first_that_answers("GET", where, found, ends)

    def _first_that_answers(self, method: str, where: "_Where", found: list[str], ends: float) -> _Reply:
        """A host may have addresses of a network that we do not reach: the next is tried."""
        for address in found[:-1]:
            with contextlib.suppress(OSError):
                return self._send(method, where, address, ends)
        return self._send(method, where, found[-1], ends)

    def _send(self, method: str, where: "_Where", address: str, ends: float) -> _Reply:
        left = ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection = _Pinned(where, address, left, self.tls)
        try:
            connection.connect()
            with _cut_off(connection.sock, ends):
                headers = {"User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}
                connection.request(method, where.target, headers=headers)
                answer = connection.getresponse()
                answer.read(MAX_BYTES)
                # A line that was cut off ends the headers, and would pass for a whole answer.
                if time.monotonic() >= ends:
                    raise TimeoutError
                return _Reply(answer.status, answer.headers.get("Location", "").strip())
        finally:
            connection.close()


@dataclass(frozen=True)
class _Where:
    scheme: str
    host: str
    port: int
    target: str


class _Pinned(http.client.HTTPConnection):
    """A connection to ``address`` in the name of ``where.host``; TLS is verified against that name."""

    def __init__(self, where: _Where, address: str, seconds: float, tls: ssl.SSLContext) -> None:
        super().__init__(where.host, where.port, timeout=seconds)
        self.default_port = addresses.PORTS[where.scheme]
        self.where, self.address, self.tls = where, address, tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.where.scheme == "https":
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.host)


@contextmanager
def _cut_off(sock: socket.socket, ends: float) -> Iterator[None]:
    """Close the line when the time is up: a server that sends a letter now and then keeps no timeout."""
    timer = threading.Timer(max(0.0, ends - time.monotonic()), _shut, [sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _judged(reply: _Reply, url: str) -> Answer:
    if 200 <= reply.status < 300:
        return Answer(is_alive=True, final_url=url)
    if reply.status in LOCKED:
        return Answer(is_alive=True, reason=NEEDS_LOGIN, final_url=url)
    is_gone = reply.status in GONE
    words = (MISSING if is_gone else BROKEN).format(status=reply.status)
    return Answer(is_alive=False, reason=words, final_url=url, is_gone=is_gone)


def _why(error: Exception, ends: float) -> str:
    if isinstance(error, TimeoutError) or time.monotonic() >= ends:
        return TOO_SLOW
    if isinstance(error, ssl.SSLError):
        return BAD_TLS
    return STRANGE if isinstance(error, http.client.HTTPException | ValueError) else NO_ANSWER
