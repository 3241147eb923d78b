"""How much of one document is read; beyond a limit the document is a ReadError, never a slow or half-read one."""

from __future__ import annotations

MAX_DOCUMENT_BYTES = 20_000_000  # the largest real notebook measured without outputs has 1 MB; 20 leaves room for plots
MAX_CELLS = 20_000  # of one notebook; real ones have some hundreds
MAX_MARKDOWN_LINES = 100_000  # of one document: markdown-it reads 25,000 one-letter list items a second at worst
MAX_BLOCK_CHARS = 1_000_000  # longer text is cut at a line end into several blocks, so that no later stage meets more
MAX_HEADING_CHARS = 200  # of one heading in a trail; longer "headings" are prose set large
MAX_INTRO_CHARS = 200  # of the lines that introduce a list item or table
MAX_CONTROL_SHARE = 0.05  # text holds hardly any control characters, compressed data some 10 %
