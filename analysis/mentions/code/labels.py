"""What running code says of a model by a label: predictions of it that are read, a comment beside its weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analysis.mentions.code.lexical import Lexemes, read_lexemes
from analysis.mentions.code.naming import Match
from corpus.records import Role

MAX_LABEL_WORDS = 6  # a longer comment tells a story
MAX_LINE_CHARS = 1_000
MAX_LABELS = 200  # names of one cell that are looked at

# words of files and columns that hold what a model predicted
_PREDICTIONS = frozenset(
    {"oof", "oofs", "oofp", "pred", "preds", "prediction", "predictions", "submission", "submissions"}
)
_READS = re.compile(r"(?:read|load|scan)\w{0,40}\(|\bopen\(|\bpath")
_WRITES = re.compile(r"(?:save|write|dump|to_\w|log)\w{0,40}\(|print\(")
_WORDS = re.compile(r"[a-z]+")
_PATH = re.compile(r"[\"'][^\"'\n]*[^\"'\s]/[^\"'\n]*[\"']")


def labelled(text: str, names: Iterable[Match]) -> Iterator[tuple[Match, tuple[Role, ...]]]:
    """The names that stand in such labels, with their roles; `names` are those found in the cell."""
    n_seen, known = 0, (-1, "", read_lexemes(""))
    for name in names:
        if name.is_ambiguous or n_seen >= MAX_LABELS:
            continue
        n_seen += 1
        start, end = text.rfind("\n", 0, name.start) + 1, text.find("\n", name.end)
        line = text[start : end if end >= 0 else len(text)]
        if len(line) > MAX_LINE_CHARS:
            continue
        if known[0] != start:
            known = (start, line, read_lexemes(line))
        at = name.start - start
        kind = known[2].kind_at(at)
        if kind == "comment" and _is_label(line, known[2], at):
            yield name, ()
        elif kind == "string" and _is_prediction(line, known[2], at):
            yield name, (Role.EMBEDDER,)


def _is_label(line: str, lexemes: Lexemes, at: int) -> bool:
    """Whether a comment stands beside an item that is a path: it says what is there.

    >>> line = '    ("../runs/27/", [0, 1]),  # 0.346 resnet18'
    >>> _is_label(line, read_lexemes(line), len(line) - 3)
    True
    """
    start, _ = lexemes.span_at(at)
    item = line[:start].strip()
    return item.endswith(",") and bool(_PATH.search(item)) and len(line[start:].split()) <= MAX_LABEL_WORDS


def _is_prediction(line: str, lexemes: Lexemes, at: int) -> bool:
    """Whether a string names predictions that are read: as a file, or as one of several features or files.

    The same part of the path must say both: a competition may be named after an architecture.

    >>> line = "frame = read_csv('in/oof_resnet18.csv')"
    >>> _is_prediction(line, read_lexemes(line), line.index("resnet"))
    True
    """
    start, end = lexemes.span_at(at)
    word = line[start:end]
    slash = line.find("/", at, end)
    part = line[max(start, line.rfind("/", start, at)) : slash if slash >= 0 else end]
    if " " in word or _PREDICTIONS.isdisjoint(_WORDS.findall(part.casefold())) or _WRITES.search(line):
        return False
    return line.strip() in (word, word + ",") or bool(_READS.search(line))
