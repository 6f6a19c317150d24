"""Requests per second of several addresses, in alternating rounds: a busy moment hits them all alike.

`make bench M=load` itself is in bench/crowd.py.
"""

import gzip
import http.client
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlsplit

from bench.rows import Row
from bench.world import World

ROUNDS = 5
SECONDS = 1.5
CONNECTIONS = 4
WARMING = 5
Headers = dict[str, str]


@dataclass(frozen=True)
class Speed:
    """The median round's requests per second, and the 95th percentile of all answers in milliseconds."""

    per_second: float
    p95: float


def side_by_side(urls: dict[str, Sequence[str]], headers: Headers) -> dict[str, Speed]:
    """Measure the addresses under each name, asked by turns; the first few answers are not counted."""
    for those in urls.values():
        for _, url in zip(range(2 * CONNECTIONS), cycle(those), strict=False):
            body(url, headers)
    rounds: dict[str, list[list[float]]] = {name: [] for name in urls}
    for _ in range(ROUNDS):
        for name, those in urls.items():
            rounds[name].append(_round(those, headers))
    return {name: _speed(found) for name, found in rounds.items()}


def one_by_one(pairs: list[tuple[str, str]], headers: list[Headers], times: int) -> list[tuple[Speed, Speed]]:
    """Each pair of addresses in turns, one request at a time, so that both meet the same machine."""
    found = []
    for pair in pairs:
        taken: tuple[list[float], list[float]] = ([], [])
        for number in range(times + WARMING):
            for place in (0, 1):
                # A connection each: one that waits while the other is asked is closed by the server.
                start = time.perf_counter()
                raw(pair[place], headers[place])
                if number >= WARMING:
                    taken[place].append(time.perf_counter() - start)
        found.append((_alone(taken[0]), _alone(taken[1])))
    return found


def body(url: str, headers: Headers) -> bytes:
    """The answer of one request, as a browser sees it."""
    answer = raw(url, headers)
    return gzip.decompress(answer) if answer[:2] == b"\x1f\x8b" else answer


def raw(url: str, headers: Headers) -> bytes:
    """The answer of one request as it comes over the wire."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    answer = _ask(connection, url, headers)
    connection.close()
    return answer


def _alone(times: list[float]) -> Speed:
    return Speed(1 / statistics.median(times), statistics.quantiles(times, n=20)[-1] * 1000)


def _speed(rounds: list[list[float]]) -> Speed:
    times = [seconds for one in rounds for seconds in one]
    per_second = statistics.median(len(one) / SECONDS for one in rounds)
    return Speed(per_second, statistics.quantiles(times, n=20)[-1] * 1000)


def _round(urls: Sequence[str], headers: Headers) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    starts = [place * len(urls) // CONNECTIONS for place in range(CONNECTIONS)]
    threads = [
        threading.Thread(target=_ask_until, args=(end, [*urls[start:], *urls[:start]], headers, times))
        for start in starts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _ask_until(end: float, urls: Sequence[str], headers: Headers, times: list[float]) -> None:
    connection = http.client.HTTPConnection(urlsplit(urls[0]).netloc, timeout=60)
    for url in cycle(urls):
        if (start := time.perf_counter()) >= end:
            break
        _ask(connection, url, headers)
        times.append(time.perf_counter() - start)
    connection.close()


def _ask(connection: http.client.HTTPConnection, url: str, headers: Headers) -> bytes:
    parts = urlsplit(url)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise RuntimeError(f"{url} answers {response.status}")
    return answer


def measure(world: World) -> Iterator[Row]:
    """A hundred readers and twenty writers on two processes: latency by page, memory, connections."""
    from bench import crowd

    yield from crowd.measured(world)
