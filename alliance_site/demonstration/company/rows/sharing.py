"""Several processes that make up lives and write lines of them, for the one Postgres that takes them in.

They are forked, so that each has the whole organisation without its being sent. Keys are dealt out to them in
turn and their loads are taken in turn, so what comes of it hangs on their number, which is always the same,
and on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection

PROCESSES = 2
Load = dict[str, bytes]  #: of each table, what COPY is to read


def shared(loads: Callable[[int, int], Iterator[Load]]) -> Iterator[Load]:
    """What `loads(number, of_how_many)` yields in each of the processes, one of each after the other.

    Raises EOFError if one of them dies, which has said why.
    """
    context = get_context("fork")
    ends = [context.Pipe(duplex=False) for _ in range(PROCESSES)]
    processes = [
        context.Process(target=_work, args=(loads, number, sending), daemon=True)
        for number, (_, sending) in enumerate(ends)
    ]
    for process, (_, sending) in zip(processes, ends, strict=True):
        process.start()
        sending.close()  # else the parent itself would keep it open, and never learn of an end
    waiting = [receiving for receiving, _ in ends]
    while waiting:
        for receiving in list(waiting):
            load: Load | None = receiving.recv()
            if load is None:
                waiting.remove(receiving)
            else:
                yield load
    for process in processes:
        process.join()


def _work(loads: Callable[[int, int], Iterator[Load]], number: int, sending: Connection) -> None:
    for load in loads(number, PROCESSES):
        sending.send(load)
    sending.send(None)
