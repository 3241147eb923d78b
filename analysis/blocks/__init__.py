"""Bytes -> blocks -> segments."""

from __future__ import annotations

from analysis.blocks.reading import read_blocks
from analysis.blocks.segments import read_document_segments, read_segments

__all__ = [
    "read_blocks",
    "read_document_segments",
    "read_segments",
]
