"""A body as it comes off the wire -> its bytes, within limits and whole, or a refusal."""

from __future__ import annotations

import zlib

from corpus.errors import MinerError
from miner.fetch.answers import Code
from miner.fetch.limits import Limits

ACCEPT_ENCODING = "gzip, deflate"  # nothing else is asked for, so nothing else is taken
_GZIP_WBITS = 16 + zlib.MAX_WBITS
_STEP_BYTES = 1_000_000  # decoded at a time, so that a bomb is seen before it has filled the memory


class BodyRefusedError(MinerError):
    """A body that is too large, not whole or not encoded as it claims."""

    def __init__(self, code: Code, message: str) -> None:
        self.code = code
        super().__init__(message)


class Body:
    """Gathers one body piece by piece; never holds more than the limits allow."""

    def __init__(self, encoding: str, limits: Limits) -> None:
        """Ready for a body with this Content-Encoding.

        Raises:
            BodyRefusedError: an encoding that was not asked for, or several inside one another.
        """
        names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1 or not set(names) <= {"gzip", "x-gzip", "deflate"}:
            raise BodyRefusedError(Code.BAD_ENCODING, f"content encoding {', '.join(names)[:60]} is not taken")
        self._name = names[0] if names else ""
        self._limits = limits
        self._n_wire = self._n_decoded = 0
        self._pieces: list[bytes] = []
        self._stream = zlib.decompressobj(_GZIP_WBITS)
        self._head = b""  # of a deflate stream, until it shows which of the two kinds it is

    def feed(self, piece: bytes) -> None:
        """Takes the next piece.

        Raises:
            BodyRefusedError: beyond a limit, or not what the encoding says.
        """
        self._n_wire += len(piece)
        if self._n_wire > self._limits.wire_bytes:
            raise BodyRefusedError(Code.TOO_LARGE, f"more than {self._limits.wire_bytes:,} bytes were sent")
        if not self._name:
            self._keep(piece)
            return
        try:
            self._decode(piece)
        except zlib.error as error:
            raise BodyRefusedError(Code.BAD_ENCODING, f"not {self._name}, though it says so: {error}") from error

    def _decode(self, piece: bytes) -> None:
        if self._name == "deflate" and len(self._head) < 2:
            self._head += piece
            if len(self._head) < 2:
                return
            piece = self._head
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_header(piece) else -zlib.MAX_WBITS)
        while piece:
            if self._stream.eof:  # a gzip file may have several members
                self._stream = zlib.decompressobj(_GZIP_WBITS)
            self._keep(self._stream.decompress(piece, _STEP_BYTES))
            piece = self._stream.unused_data or self._stream.unconsumed_tail
            if self._stream.eof and (self._name == "deflate" or not piece.strip(b"\0")):
                return  # what follows a whole stream is padding

    def _keep(self, piece: bytes) -> None:
        self._n_decoded += len(piece)
        if self._n_decoded > self._limits.decoded_bytes:
            raise BodyRefusedError(Code.TOO_LARGE, f"more than {self._limits.decoded_bytes:,} bytes when decoded")
        self._pieces.append(piece)

    def whole(self) -> bytes:
        """All of it.

        Raises:
            BodyRefusedError: the encoded stream did not come to its end.
        """
        if self._name and self._n_wire and not self._stream.eof:
            raise BodyRefusedError(Code.TRUNCATED, f"the {self._name} stream ends early")
        return b"".join(self._pieces)


def _has_zlib_header(start: bytes) -> bool:
    """Some servers leave out the header that "deflate" asks for (RFC 1950, 2.2)."""
    return start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
