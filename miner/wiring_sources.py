"""From settings to opened sources: every module in `miner/sources` that has `open_source` is one."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from corpus.errors import MinerError, UsageError
from corpus.records import Document, Fetched, Stop, Target, Visit
from miner.config import SOURCES, Settings

if TYPE_CHECKING:
    from corpus.store import Store
    from miner.fetch.client import WebClient
    from miner.jobs.sources_status import KnownSource
    from miner.sources.protocol import Answer, Discovered, Scope, Source


@dataclass(frozen=True, slots=True)
class Opened:
    """The sources of one run, and the web client that they share."""

    sources: tuple[Source, ...]
    web: WebClient | None

    def n_web_requests(self) -> int:
        """Requests that the web client has sent so far."""
        return self.web.n_requests if self.web else 0


class ClosedSource:
    """Stands for a source that cannot be opened: it stops at once and says why."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._stop = Stop(reason)

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """Nothing but the reason."""
        yield self._stop

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """The reason again."""
        return self._stop

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """Never called: nothing is fetched."""
        raise UsageError(f"{self.name} is not open")


def available_sources() -> dict[str, ModuleType]:
    """Name -> module of every crawled source, in the order in which a refresh asks them."""
    import miner.sources

    found = {}
    for info in pkgutil.iter_modules(miner.sources.__path__, "miner.sources."):
        module = importlib.import_module(info.name)
        if hasattr(module, "open_source"):
            found[str(module.NAME)] = module
    order = {name: place for place, name in enumerate(SOURCES)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def known_sources(settings: Settings) -> list[KnownSource]:
    """The sources of this program with what the settings say of them."""
    from miner.jobs.sources_status import KnownSource

    enabled = settings.enabled_sources
    return [KnownSource(name, about(module), name in enabled) for name, module in available_sources().items()]


def about(module: ModuleType) -> str:
    """What a source brings and needs, in one sentence: the first line of its module's docstring, without its name."""
    first = (module.__doc__ or "").strip().splitlines()[0]
    return first.partition(": ")[2] or first


@contextmanager
def open_sources(
    names: Sequence[str],
    settings: Settings,
    store: Store,
    *,
    pace_s: float | None = None,
    offline: bool = False,
    keeps: bool = True,
) -> Iterator[Opened]:
    """The sources asked for, or those that the settings enable; what hosts said is kept at the block's end.

    Args:
        names: of sources; empty: those that are enabled.
        settings: with each source's options.
        store: remembers robots.txt and waiting times of hosts.
        pace_s: seconds between two requests to one host, instead of what the settings say.
        offline: only sources that read a local `folder`.
        keeps: whether what hosts said is written to the store.

    Raises:
        UsageError: a name that no source has.
    """
    modules = available_sources()
    unknown = [name for name in names if name not in modules]
    if unknown:
        raise UsageError(f"there is no source {', '.join(unknown)}; there are {', '.join(modules)}")
    wanted = [name for name in modules if name in (names or settings.enabled_sources)]
    pace_s = settings.pace_s if pace_s is None else pace_s
    web = None if offline else _open_web(settings, store, pace_s)
    shared = {"pace_s": pace_s, "contact": settings.contact}  # for sources whose own client asks the network
    options = {name: {**settings.options_for(name), **shared} for name in wanted}
    opened = Opened(tuple(_open(name, modules[name], options[name], web, offline=offline) for name in wanted), web)
    try:
        yield opened
    finally:
        if web is not None and web.n_requests and keeps:
            _keep_hosts(store, web)


def _open(
    name: str, module: ModuleType, options: Mapping[str, object], web: WebClient | None, *, offline: bool
) -> Source:
    if offline and "folder" not in options:
        return ClosedSource(name, "needs the network, and --offline was asked for")
    try:
        source: Source = module.open_source(options, web, os.environ)
    except MinerError as error:
        return ClosedSource(name, str(error))
    return source


def _open_web(settings: Settings, store: Store, pace_s: float) -> WebClient:
    from miner.fetch.client import open_web
    from miner.fetch.robots import HostState, RobotsStatus

    states = {
        row.host: HostState(
            RobotsStatus(row.robots_status) if row.robots_status else None,
            row.robots_body,
            row.robots_checked_at,
            row.not_before,
        )
        for row in store.crawl.hosts().values()
    }
    return open_web(pace_s=pace_s, contact=settings.contact, host_states=states)


def _keep_hosts(store: Store, web: WebClient) -> None:
    from corpus.store_crawl import HostRow

    store.crawl.save_hosts(
        HostRow(
            host,
            state.robots_status.value if state.robots_status else None,
            state.robots_body,
            state.robots_checked_at,
            state.not_before,
        )
        for host, state in web.host_states().items()
    )
