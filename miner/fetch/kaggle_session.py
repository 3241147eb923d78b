"""A session of Kaggle's client with limits on every body, and the credentials that Kaggle's own code finds.

Looked for, in this order: a token (KAGGLE_API_TOKEN, ~/.kaggle/access_token), a user name with its key (KAGGLE_USERNAME
and KAGGLE_KEY, kaggle.json in Kaggle's configuration folder), a sign-in by `kaggle auth login`.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus.records import Stop
from miner.fetch.answers import Code
from miner.fetch.kaggle_troubles import HttpAnswer, TooMuchError
from miner.fetch.limits import Limits

if TYPE_CHECKING:
    import requests

_STEP_BYTES = 16_384  # per read: what it unpacks to stays small, and the deadline is looked at often


@dataclass(slots=True)
class Noted:
    """What the session saw last."""

    n_sent: int = 0
    answer: HttpAnswer | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A client that is ready."""

    client: Any  # kagglesdk.KaggleClient
    endpoint: str  # scheme and host
    noted: Noted
    close: Callable[[], None]


@contextmanager
def quietly() -> Iterator[None]:
    """While this is open, nothing reaches stdout, and whoever reads from stdin finds it at its end."""
    stdin = sys.stdin
    sys.stdin = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        sys.stdin = stdin


def open_session(user_agent: str, limits: Limits) -> Opened | Stop | None:
    """A session with credentials; None when there are none, a Stop when they cannot be used. Never prints or exits."""
    try:
        with quietly():
            return _open(user_agent, limits)
    except (Exception, SystemExit) as error:  # noqa: BLE001  the library raises anything, and exits
        return Stop(
            f"Kaggle's client cannot be started ({type(error).__name__}): sign in again with `kaggle auth login`, or "
            "reinstall kaggle and kagglesdk"
        )


def _open(user_agent: str, limits: Limits) -> Opened | None:
    from kagglesdk.kaggle_creds import KaggleCredentials
    from kagglesdk.kaggle_env import get_access_token_from_env

    if get_access_token_from_env()[0]:
        return _session(user_agent, limits, {})
    first = _session(user_agent, limits, {})
    signed_in = KaggleCredentials.load(client=first.client)
    # Renewed here, with limits, so that importing kaggle, which would renew it without any, asks nobody.
    token = signed_in.get_access_token() if signed_in else None
    first.close()
    if pair := _user_and_key():
        return _session(user_agent, limits, pair)
    return _session(user_agent, limits, {"api_token": token}) if token else None


def _user_and_key() -> dict[str, str] | None:
    """The pair that Kaggle's command line would use, as arguments of `KaggleClient`."""
    from kaggle import api

    found: Mapping[str, str] = api.read_config_environment(api.read_config_file(quiet=True))
    user, key = found.get("username"), found.get("key")
    return {"username": user, "password": key} if user and key else None


def _session(user_agent: str, limits: Limits, credentials: Mapping[str, str]) -> Opened:
    from kagglesdk import KaggleClient
    from kagglesdk.kaggle_env import get_endpoint, get_env

    client = KaggleClient(user_agent=user_agent, **credentials)
    client.__enter__()  # makes the session, which stays open for keep-alive
    noted = limit_bodies(client.http_client()._session, limits)  # there is no public way to it
    return Opened(client, get_endpoint(get_env()), noted, lambda: client.__exit__(None, None, None))


def limit_bodies(session: requests.Session, limits: Limits) -> Noted:
    """Put timeouts, a size limit and a deadline on everything this session sends; what it notes of that."""
    from requests.adapters import HTTPAdapter

    noted = Noted()

    class LimitedAdapter(HTTPAdapter):
        """Reads each body itself, whatever the caller asked for."""

        def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
            """The response with its body read."""
            noted.n_sent += 1
            noted.answer = None
            deadline = time.monotonic() + limits.deadline_s
            options.update(stream=True, timeout=(limits.connect_timeout_s, limits.read_timeout_s))
            response = super().send(request, *args, **options)
            try:
                body = _read(response, deadline, limits)
            except BaseException:
                response.close()
                raise
            response.raw.release_conn()
            response._content = body
            response._content_consumed = True  # type: ignore[attr-defined]
            noted.answer = HttpAnswer(response.status_code, body, response.headers.get("Retry-After"))
            return response

    session.max_redirects = limits.redirects
    for scheme in ("http://", "https://"):
        session.mount(scheme, LimitedAdapter(max_retries=0))
    return noted


def _read(response: requests.Response, deadline: float, limits: Limits) -> bytes:
    """The decoded body, one packet at a time.

    Raises:
        TooMuchError: past the size or the deadline. What urllib3 raises for a broken body passes through.
    """
    body = bytearray()
    while piece := response.raw.read1(_STEP_BYTES, decode_content=True):
        body += piece
        if len(body) > limits.decoded_bytes:
            raise TooMuchError(Code.TOO_LARGE, f"the answer is larger than {limits.decoded_bytes:,} bytes")
        if time.monotonic() > deadline:
            raise TooMuchError(Code.DEADLINE, f"the answer took more than {limits.deadline_s:g} s")
    return bytes(body)
