"""Bytes -> text that every later stage and SQLite can hold."""

from __future__ import annotations

import codecs
import re

from analysis.blocks.limits import MAX_CONTROL_SHARE
from corpus.errors import ReadError

_BOMS = (  # UTF-32 before UTF-16: its little-endian mark begins with the other's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))
_DECLARABLE = re.compile(r"(iso-?8859|windows-?125|latin|cp\d|koi8|gb|big5|shift|sjis|euc|iso-2022|utf-?8)[\w-]*", re.I)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATA_URI = re.compile(r"(data:[\w.+/-]{1,60};base64,)[A-Za-z0-9+/=\\]{64,}")


def decode_strictly(content: bytes, item: str) -> str:
    """The text of bytes that must be UTF-8, UTF-16 or UTF-32 (the last two with a byte order mark).

    Raises:
        ReadError: at the first byte that is none of it.
    """
    encoding, body = _split_mark(content)
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(content) - len(body)
        raise ReadError(item, f"byte {at}", f"wrong encoding: not {encoding.upper()} ({error.reason})") from error


def decode_text(content: bytes, item: str, declared: str | None = None) -> str:
    """The text of a page or script: by its byte order mark, else UTF-8, else as declared, else Windows-1252.

    Args:
        content: the raw bytes.
        item: the document's name, for the error.
        declared: encoding that the document itself names; unknown and non-text codecs are ignored.

    Raises:
        ReadError: when the bytes are no text at all.
    """
    encoding, body = _split_mark(content)
    if body is not content:
        return decode_strictly(content, item)
    n_controls = len(content) - len(content.translate(None, _CONTROLS))
    if n_controls > MAX_CONTROL_SHARE * len(content):
        raise ReadError(item, "", f"wrong encoding: {n_controls} control bytes of {len(content)}, so no text")
    candidates = [encoding]
    if declared and _DECLARABLE.fullmatch(declared):
        candidates.append(declared)
    for candidate in (*candidates, "cp1252"):
        try:
            return body.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("latin-1")


def clean_text(text: str) -> str:
    """The text with \\n line ends, without what SQLite cannot hold and without the payload of embedded images.

    NUL and lone surrogates become U+FFFD. Spans count in the result.

    >>> clean_text("a\\r\\nb\\rc\\0")
    'a\\nb\\nc\\ufffd'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        text = _SURROGATE.sub("\ufffd", text)
    if ";base64," in text:
        text = _DATA_URI.sub(r"\1", text)
    return text


def _split_mark(content: bytes) -> tuple[str, bytes]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding, content[len(mark) :]
    return "utf-8", content
