"""Kaggle's official client, unmodified, made fit for unattended work.

The client has no timeouts, retries nothing, reads a whole body whatever its size, and its command line part prints,
prompts and exits. Here every call has a connect, a read and a whole-call limit, a size limit, four tries with full
jitter and a pace; Retry-After holds back every later call, because they all go to one host; stdout is silent, stdin
empty, SystemExit a failure. Credentials are found by Kaggle's own code in Kaggle's own places and stay inside it.
Only this module and `kaggle_session` touch the client.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from corpus.records import Failure, Gone, Stop
from miner.fetch.addresses import is_loopback
from miner.fetch.client import Surroundings
from miner.fetch.kaggle_session import Opened, open_session, quietly
from miner.fetch.kaggle_troubles import CallTrouble, trouble_of
from miner.fetch.limits import LIMITS, Limits
from miner.fetch.pace import Pace, host_of
from miner.fetch.retry import backoff_s, retry_after_s

T = TypeVar("T")
Refusal = Failure | Gone | Stop
Opener = Callable[[str, Limits], Opened | Stop | None]

FORBIDDEN_IN_A_ROW = 20  # so many 403 one after the other speak of the credentials, not of the items
UNREACHABLE_IN_A_ROW = 5  # items in a row: the host is down, and each more would cost minutes

HOW_TO = (
    "Kaggle needs an account: create an API token on kaggle.com (Settings, API), then set KAGGLE_API_TOKEN "
    "or save it as ~/.kaggle/access_token; the other sources work without"
)
REFUSED = f"Kaggle refused the credentials (HTTP {{status}}): they are wrong, expired or lack rights. {HOW_TO}"


class KaggleHost:
    """Kaggle's API through one client and one connection; one call at a time."""

    def __init__(
        self,
        user_agent: str,
        pace_s: float = LIMITS.spacing_s,
        surroundings: Surroundings | None = None,
        opener: Opener = open_session,
        limits: Limits = LIMITS,
    ) -> None:
        around = surroundings or Surroundings()
        self.n_requests = 0  # sent in this run, repeated ones included
        self._clock, self._rng, self._limits = around.clock, around.rng, limits
        self._pace = Pace(pace_s, around.clock, around.sleep, limits)
        self._open_as, self._opener = user_agent, opener
        self._opened: Opened | None = None
        self._host = ""
        self._stop: Stop | None = None
        self._is_accepted = False  # the credentials have worked in this run
        self._n_forbidden = self._n_unreachable = 0

    def ask(self, item: str, call: Callable[[Any], T]) -> T | Refusal:
        """What the call returns, given a `KaggleClient`; or why it cannot be had.

        The call may raise NotWholeError for an answer that is cut short: it is asked for once more. `item` names the
        thing in a Failure. After a Stop every later call gets the same Stop, without a request.
        """
        opened = self._open()
        if isinstance(opened, Stop):
            return opened
        n_tried = 0
        while True:
            n_tried += 1
            self._pace.wait(self._host)
            answer = self._try(opened, call)
            if not isinstance(answer, CallTrouble):
                self._is_accepted, self._n_forbidden, self._n_unreachable = True, 0, 0
                return answer
            self._hold(answer, n_tried)
            if self._stop is not None:
                return self._stop
            if n_tried >= min(answer.tries, self._limits.tries):
                return self._give_up(item, answer)

    def close(self) -> None:
        """Give the connection back."""
        if self._opened is not None:
            self._opened.close()

    def _open(self) -> Opened | Stop:
        if self._stop is not None:
            return self._stop
        if self._opened is None:
            opened = self._opener(self._open_as, self._limits)
            if not isinstance(opened, Opened):
                self._stop = opened or Stop(HOW_TO)
                return self._stop
            self._opened, self._host = opened, host_of(opened.endpoint)
            self._pace.learn(self._host, is_loopback=is_own_machine(opened.endpoint))
        return self._opened

    def _try(self, opened: Opened, call: Callable[[Any], T]) -> T | CallTrouble:
        """One call. Whatever the library raises costs this call only; a defect of its or ours has the code `client`."""
        n_before, started = opened.noted.n_sent, time.monotonic()
        opened.noted.answer = None
        try:
            with quietly():
                return call(opened.client)
        except (Exception, SystemExit) as error:  # noqa: BLE001  the library raises anything, and exits
            return trouble_of(error, opened.noted.answer)
        finally:
            self.n_requests += opened.noted.n_sent - n_before
            self._pace.finished(self._host, time.monotonic() - started)

    def _hold(self, trouble: CallTrouble, n_tried: int) -> None:
        """Keep every later call waiting as long as the trouble asks for; stop where that is beyond this run."""
        if trouble.tries == 1:
            return
        now = self._clock()
        told_s = retry_after_s(trouble.retry_after, now)
        if told_s is not None and told_s > self._limits.retry_after_in_run_s:
            until = now + timedelta(seconds=min(told_s, self._limits.retry_after_kept_s))
            self._stop = Stop(f"Kaggle asks to wait until {until:%Y-%m-%d %H:%M} UTC (HTTP {trouble.status})", until)
            return
        self._pace.hold(self._host, backoff_s(n_tried, self._rng, self._limits) + (told_s or 0.0))

    def _give_up(self, item: str, trouble: CallTrouble) -> Refusal:
        self._n_forbidden = self._n_forbidden + 1 if trouble.status == 403 else 0
        self._n_unreachable = self._n_unreachable + 1 if trouble.is_unreachable else 0
        are_bad = trouble.status == 401 or (trouble.status == 403 and not self._is_accepted)
        if are_bad or self._n_forbidden >= FORBIDDEN_IN_A_ROW:
            self._stop = Stop(REFUSED.format(status=trouble.status))
        elif self._n_unreachable >= UNREACHABLE_IN_A_ROW:
            self._stop = Stop(f"Kaggle cannot be reached ({trouble.code}); the next run tries again")
        if self._stop is not None:
            return self._stop
        if trouble.status in {404, 410}:
            self._is_accepted = True
            return Gone(f"Kaggle answers HTTP {trouble.status}")
        return Failure(item, "refresh", "", str(trouble))


def is_own_machine(endpoint: str) -> bool:
    """Whether the client was pointed at this machine.

    >>> [is_own_machine(url) for url in ("http://localhost", "http://127.0.0.1:8000", "https://api.kaggle.com")]
    [True, True, False]
    """
    host = urlsplit(endpoint).hostname or ""
    try:
        return host == "localhost" or is_loopback(host)
    except ValueError:
        return False
