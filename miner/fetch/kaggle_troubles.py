"""What went wrong in a call of Kaggle's client: a code, a sentence, and how often asking again may help.

No text of the server or of an exception gets into the sentence: either might repeat a credential.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from corpus.errors import MinerError
from miner.fetch.answers import Code
from miner.fetch.limits import LIMITS
from miner.fetch.retry import RETRIED_STATUSES

CLIENT = "client"  # the code of a defect: the library or its answer is not what we know
N_CONTENT_TRIES = 2  # for an answer that came whole over the wire but is not what it should be


class TooMuchError(MinerError):
    """A body beyond a limit: its size or the time it took."""

    def __init__(self, code: Code, limit: str) -> None:
        self.code = code
        super().__init__(limit)


class NotWholeError(MinerError):
    """What came is an answer, and the thing inside it is cut short or missing; the text says how that shows."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What the last response was, before anybody read it as JSON."""

    status: int
    body: bytes
    retry_after: str | None


@dataclass(frozen=True, slots=True)
class CallTrouble:
    """Why one call gave nothing."""

    code: str
    reason: str
    status: int = 0  # 0: there was no answer
    tries: int = 1  # how often to ask in all
    retry_after: str | None = None
    is_unreachable: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


def trouble_of(error: BaseException, answer: HttpAnswer | None) -> CallTrouble:
    """What an exception means, given the answer that it was raised on, if there was one."""
    import requests

    if isinstance(error, TooMuchError):
        return CallTrouble(error.code, str(error), tries=1 if error.code == Code.TOO_LARGE else LIMITS.tries)
    if isinstance(error, NotWholeError):
        return CallTrouble(Code.TRUNCATED, str(error), 200, N_CONTENT_TRIES)
    if isinstance(error, requests.HTTPError):
        return _refused(answer)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return _not_json(answer)
    if isinstance(error, requests.TooManyRedirects):
        return CallTrouble(Code.REDIRECTS, "redirects do not end")
    return _broken(error) or _defect(error, answer)


def _refused(answer: HttpAnswer | None) -> CallTrouble:
    """An error status, in the header or, in the old envelope, in the body."""
    if answer is None:
        return CallTrouble(CLIENT, "the client reports an error without an answer")
    status = answer.status if answer.status >= 400 else _code_in_body(answer.body)
    tries = LIMITS.tries if status in RETRIED_STATUSES else 1
    if status >= 500:
        code = Code.HTTP_5XX
    elif status == 429:
        code = Code.HTTP_429
    else:
        code = Code.HTTP_4XX if status >= 400 else Code.HTTP_OTHER
    return CallTrouble(code, f"Kaggle answers HTTP {status}", status, tries, answer.retry_after)


def _code_in_body(body: bytes) -> int:
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError, RecursionError):
        return 0
    return code if isinstance(code, int) else 0


def _not_json(answer: HttpAnswer | None) -> CallTrouble:
    if answer is not None and answer.body.lstrip()[:1] == b"<":
        reason = "a page came where data was asked for"
        return CallTrouble(Code.UNEXPECTED_TYPE, reason, answer.status, LIMITS.tries)
    return CallTrouble(Code.TRUNCATED, "the answer is not whole", answer.status if answer else 0, LIMITS.tries)


def _broken(error: BaseException) -> CallTrouble | None:
    """What a connection that fails or breaks raises, in requests or below it."""
    import requests
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    if isinstance(error, requests.Timeout | ReadTimeoutError | TimeoutError):
        return CallTrouble(Code.TIMEOUT, "no answer in time", tries=LIMITS.tries, is_unreachable=True)
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return CallTrouble(Code.TRUNCATED, "the connection broke in mid-answer", tries=LIMITS.tries)
    if isinstance(error, requests.ConnectionError | ConnectionRefusedError):
        return CallTrouble(Code.CONNECTION, "the connection failed", tries=LIMITS.tries, is_unreachable=True)
    if isinstance(error, HTTPError | OSError):
        return CallTrouble(Code.TRUNCATED, "the connection broke in mid-answer", tries=LIMITS.tries)
    return None


def _defect(error: BaseException, answer: HttpAnswer | None) -> CallTrouble:
    if isinstance(error, SystemExit):
        return CallTrouble(CLIENT, "the client wanted to end the program")
    if isinstance(error, EOFError):
        return CallTrouble(CLIENT, "the client wanted to ask a question")
    reason = f"the client could not make sense of the answer ({type(error).__name__})"
    return CallTrouble(CLIENT, reason, answer.status if answer else 0)
