"""Requests per second of several addresses, in alternating rounds: a busy moment hits them all alike."""

import http.client
import statistics
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

ROUNDS = 5
SECONDS = 2.0
CONNECTIONS = 4


@dataclass(frozen=True)
class Speed:
    """The median round's requests per second, and the 95th percentile of all answers in milliseconds."""

    per_second: float
    p95: float


def side_by_side(urls: dict[str, str], headers: dict[str, str]) -> dict[str, Speed]:
    """Measure every named address; the first answer of each is checked and not counted."""
    for url in urls.values():
        _ask_once(url, headers)
    rounds: dict[str, list[list[float]]] = {name: [] for name in urls}
    for _ in range(ROUNDS):
        for name, url in urls.items():
            rounds[name].append(_round(url, headers))
    return {name: _speed(found) for name, found in rounds.items()}


def _speed(rounds: list[list[float]]) -> Speed:
    times = [seconds for one in rounds for seconds in one]
    per_second = statistics.median(len(one) / SECONDS for one in rounds)
    return Speed(per_second, statistics.quantiles(times, n=20)[-1] * 1000)


def _round(url: str, headers: dict[str, str]) -> list[float]:
    times: list[float] = []
    end = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=_ask_until, args=(end, url, headers, times)) for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _ask_until(end: float, url: str, headers: dict[str, str], times: list[float]) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    while (start := time.perf_counter()) < end:
        _ask(connection, url, headers)
        times.append(time.perf_counter() - start)
    connection.close()


def _ask_once(url: str, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    _ask(connection, url, headers)
    connection.close()


def _ask(connection: http.client.HTTPConnection, url: str, headers: dict[str, str]) -> bytes:
    parts = urlsplit(url)
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{url} answers {response.status}")
    return body
