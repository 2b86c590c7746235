"""How many a second, and how long each takes."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from threading import Thread

CLIENTS = 8
SECONDS = 1.0
ALONE = 15  #: requests of one client, for the times


@dataclass
class Asked:
    """One page of one reader, and what each round gave: requests a second, and seconds of each alone."""

    name: str
    path: str
    cookie: str
    bytes: int = 0
    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.rates), max(self.rates)

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20, method="inclusive")[-1]


def measure(port: int, pages: Sequence[Asked], rounds: int) -> None:
    """Each in turn, round by round; a first second of each warms every process up, and is not counted."""
    for page in pages:
        page.bytes = len(_get(http.client.HTTPConnection("127.0.0.1", port), page))
        _together(port, page)
    for _round in range(rounds):
        for page in pages:
            page.rates.append(_together(port, page))
            connection = http.client.HTTPConnection("127.0.0.1", port)
            for _n in range(ALONE):
                begun = time.perf_counter()
                _get(connection, page)
                page.times.append(time.perf_counter() - begun)


def _together(port: int, page: Asked) -> float:
    done = [0] * CLIENTS
    until = time.perf_counter() + SECONDS

    def client(n: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < until:
            _get(connection, page)
            done[n] += 1

    begun = time.perf_counter()
    threads = [Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


def _get(connection: http.client.HTTPConnection, page: Asked) -> bytes:
    connection.request("GET", page.path, headers={"Cookie": page.cookie, "Host": "localhost"})
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:
        raise RuntimeError(f"{page.path} answered {reply.status}")
    return body
