"""In which order to ask several hosts: whoever may be asked soonest, so that a slow host keeps nobody waiting."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from miner.fetch.pace import host_of

Item = TypeVar("Item")


def take_turns(items: Iterable[Item], url_of: Callable[[Item], str], wait_s: Callable[[str], float]) -> Iterator[Item]:
    """The items, those of one host in their order; each time one of the host with the shortest wait.

    Args:
        items: all are taken at once.
        url_of: the address an item is fetched from.
        wait_s: seconds until a url's host may be asked, at the moment of the call.
    """
    queues: defaultdict[str, deque[Item]] = defaultdict(deque)
    for item in items:
        queues[host_of(url_of(item))].append(item)
    while queues:
        host = min(queues, key=lambda name: wait_s(url_of(queues[name][0])))
        queue = queues.pop(host)
        yield queue.popleft()
        if queue:
            queues[host] = queue  # behind the others: equal waits alternate
