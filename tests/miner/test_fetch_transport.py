"""One request and one answer: whole, within limits, or a named trouble (fault matrix A4 to A8, A15)."""

from __future__ import annotations

import gzip
import os
import resource
import time
import zlib

import pytest
from hypothesis import given, strategies as st
from loopback.scripted_server import Dialer, ScriptedServer, Step

from miner.fetch.answers import Code, Exchange, Trouble
from miner.fetch.bodies import Body, BodyRefusedError
from miner.fetch.limits import LIMITS, Limits
from miner.fetch.transport import Transport

HERE = ("127.0.0.1",)
TEXT = b"<p>moths and lamps</p>" * 40
PACKED = gzip.compress(TEXT)
GZIP = {"Content-Encoding": "gzip"}


def send(step: Step, limits: Limits = LIMITS) -> Exchange | Trouble:
    with ScriptedServer({"/p": step}) as server:
        return Transport("tester/1", limits).send(f"{server.url}/p", {}, HERE)


def code_of(got: Exchange | Trouble) -> Code | None:
    return got.code if isinstance(got, Trouble) else None


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (PACKED, "gzip"),
        (PACKED, "x-gzip"),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT)[2:-4], "deflate"),  # raw, as some servers send it
        (gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), "gzip"),  # two members
        (PACKED + b"\0" * 20, "gzip"),  # padding
    ],
)
def test_a_body_arrives_whole(body: bytes, encoding: str) -> None:
    got = send(Step(body=body, headers={"Content-Encoding": encoding} if encoding else {}))
    assert isinstance(got, Exchange)
    assert (got.status, got.body) == (200, TEXT)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Step(body=TEXT, close_after=10), Code.TRUNCATED),
        (Step(body=TEXT, reset_after=10), Code.TRUNCATED),
        (Step(body=PACKED[:30], headers=GZIP), Code.TRUNCATED),
        (Step(body=TEXT, headers=GZIP), Code.BAD_ENCODING),
        (Step(body=gzip.compress(PACKED), headers={"Content-Encoding": "gzip, gzip"}), Code.BAD_ENCODING),
        (Step(body=TEXT, headers={"Content-Encoding": "br"}), Code.BAD_ENCODING),
        (Step(body=TEXT, headers={"Content-Encoding": "zstd"}), Code.BAD_ENCODING),
        (Step(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nXX\r\n"), Code.TRUNCATED),
        (Step(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), Code.TRUNCATED),
        (Step(raw=b""), Code.CONNECTION),
        (Step(raw=b"what is this\r\n\r\n"), Code.CONNECTION),
        (Step(raw=b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n"), Code.CONNECTION),
    ],
)
def test_a_body_that_is_not_whole_is_none(step: Step, code: Code) -> None:
    assert code_of(send(step)) is code


def test_a_refused_connection_is_a_trouble() -> None:
    with ScriptedServer({}) as server:
        url = f"{server.url}/p"
    assert code_of(Transport("tester/1").send(url, {}, HERE)) is Code.CONNECTION


def test_a_bomb_is_stopped_before_it_fills_the_memory() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    assert len(bomb) < 250_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(send(Step(body=bomb, headers=GZIP))) is Code.TOO_LARGE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_too_many_bytes_on_the_wire_are_cut() -> None:
    assert code_of(send(Step(body=os.urandom(3_000)), Limits(wire_bytes=2_000))) is Code.TOO_LARGE
    assert code_of(send(Step(body=os.urandom(2_000)), Limits(wire_bytes=2_000))) is None


@pytest.mark.parametrize("raw", [None, b"HTTP/1.1 200 OK\r\nX-A: "])
def test_a_dripping_answer_is_cut_at_the_deadline(raw: bytes | None) -> None:
    """The one test with real time: every single piece comes within the read timeout."""
    step = Step(body=b"x" * 60, raw=raw and raw + b"y" * 60, drip=(1, 0.5))  # 30 s in all
    limits = Limits(deadline_s=0.3, read_timeout_s=5.0)
    started = time.monotonic()
    with ScriptedServer({"/p": step}) as server:
        got = Transport("tester/1", limits).send(f"{server.url}/p", {}, HERE)
        took_s = time.monotonic() - started
    assert code_of(got) is Code.DEADLINE
    assert took_s < 15


def test_headers_are_kept_without_control_characters() -> None:
    head = b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Bad: a\x1b[2Jb\x00c\r\nETag: W/"\xe9"\r\nX-Big: %s\r\n\r\n'
    got = send(Step(raw=head % (b"z" * 20_000)))
    assert isinstance(got, Exchange)
    assert got.headers["x-bad"] == "a\\x1b[2Jb\\x00c"
    assert len(got.headers["x-big"]) == LIMITS.header_chars
    assert got.etag == 'W/"é"'


def test_a_validator_with_control_characters_is_not_kept() -> None:
    got = send(Step(raw=b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "a\x1bb"\r\n\r\n'))
    assert isinstance(got, Exchange)
    assert got.etag is None


def test_nothing_secret_is_sent(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither cookies that came before, nor .netrc, nor a proxy of the environment (A10)."""
    with ScriptedServer({"/p": Step(headers={"Set-Cookie": "id=secret"})}) as server:
        netrc = os.path.join(str(tmp_path), "netrc")
        with open(netrc, "w", encoding="utf-8") as file:
            file.write("machine 127.0.0.1 login me password secret\n")
        monkeypatch.setenv("NETRC", netrc)
        monkeypatch.setenv("HTTP_PROXY", "http://me:secret@127.0.0.1:1")
        transport = Transport("tester/1")
        for _ in range(2):
            assert isinstance(transport.send(f"{server.url}/p", {}, HERE), Exchange)
        sent = [dict(request.headers) for request in server.requests]
    assert [set(headers) for headers in sent] == [{"host", "user-agent", "accept-encoding", "connection"}] * 2
    assert "secret" not in str(sent)


def test_every_request_has_its_own_connection() -> None:
    """Not every server closes its end when asked to; what was checked for one request is not used for another."""
    with ScriptedServer({"/p": Step(body=TEXT)}) as server:
        dialer = Dialer({"93.184.216.34": server.port})
        transport = Transport("tester/1", dial=dialer)
        for _ in range(3):
            assert isinstance(transport.send("http://a.example/p", {}, ("93.184.216.34",)), Exchange)
    assert len(dialer.asked) == 3


@given(st.binary(max_size=3_000), st.sampled_from(["gzip", "deflate", ""]), st.integers(1, 500))
def test_any_split_of_a_body_gives_the_same_bytes(text: bytes, encoding: str, size: int) -> None:
    packed = {"gzip": gzip.compress(text), "deflate": zlib.compress(text), "": text}[encoding]
    body = Body(encoding, LIMITS)
    for start in range(0, len(packed), size):
        body.feed(packed[start : start + size])
    assert body.whole() == text


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_give_a_body_or_a_refusal(noise: bytes, encoding: str) -> None:
    body, code = Body(encoding, LIMITS), None
    try:
        body.feed(noise)
        body.whole()
    except BodyRefusedError as error:
        code = error.code
    assert code in {None, Code.BAD_ENCODING, Code.TRUNCATED}
