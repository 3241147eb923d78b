"""Bytes -> blocks -> segments."""

from __future__ import annotations

from analysis.blocks.notebook import DataSource, NotebookMetadata, read_notebook_metadata
from analysis.blocks.reading import read_blocks
from analysis.blocks.segments import read_document_segments, read_segments

__all__ = [
    "DataSource",
    "NotebookMetadata",
    "read_blocks",
    "read_document_segments",
    "read_notebook_metadata",
    "read_segments",
]
