"""The .jsonl files of a folder -> what comes out of them: competitions, solution links, listed documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from pathlib import Path

from corpus.errors import ManifestError
from corpus.ids import canonical_url, competition_id, content_hash
from corpus.records import Competition, Document, Failure, RawDocument, SolutionLink
from miner.sources.files import Met, path_inside, read_bytes
from miner.sources.manifest_values import Row
from miner.sources.manifests import SLUG_ONLY, Entry, make_competition, make_entry, make_links, read_lines

ListItem = Competition | SolutionLink | tuple[Document, RawDocument] | Failure


class ListKind(Enum):
    """What the lines of a .jsonl file are."""

    COMPETITIONS = "competitions"
    SOLUTIONS = "solutions"
    DOCUMENTS = "documents"


def kind_of_list(path: Path) -> ListKind | None:
    """By the file's name, else by the keys of its first good line; None when it is none of these."""
    by_name = {"competitions.jsonl": ListKind.COMPETITIONS, "documents.jsonl": ListKind.DOCUMENTS}
    if path.name in by_name:
        return by_name[path.name]
    row = next((row for _, row in read_lines(path) if isinstance(row, dict)), {})
    if "doc_id" in row:
        return None if "corrected_at" in row else ListKind.DOCUMENTS
    if "slug" in row and isinstance(row.get("solutions"), list):
        return ListKind.SOLUTIONS
    return ListKind.COMPETITIONS if "slug" in row and "title" in row else None


def read_list(path: Path, kind: ListKind, met: Met) -> Iterator[ListItem]:
    """Everything that the file's lines give, in their order; a bad line is a failure."""
    match kind:
        case ListKind.COMPETITIONS:
            yield from _read_competitions(path, met)
        case ListKind.SOLUTIONS:
            yield from _read_solutions(path, met)
        case ListKind.DOCUMENTS:
            yield from _read_documents(path, met)


def _read_competitions(path: Path, met: Met) -> Iterator[ListItem]:
    for line, row in read_lines(path):
        try:
            competition = make_competition(_checked(row))
        except ValueError as error:
            yield _failure(path, line, error)
        else:
            met.competitions.add(competition.id)
            yield competition


def _read_solutions(path: Path, met: Met) -> Iterator[ListItem]:
    """Links, each behind its competition; the competition's own list, where it was read, knows more of it."""
    for line, row in read_lines(path):
        try:
            checked = _checked(row)
            competition = make_competition(checked, provenance=path.stem)
            links = list(make_links(checked, provenance=path.stem))
        except ValueError as error:
            yield _failure(path, line, error)
            continue
        if competition.id not in met.competitions:
            met.competitions.add(competition.id)
            yield competition
        yield from links


def _read_documents(path: Path, met: Met) -> Iterator[ListItem]:
    """Failures of lines, competitions that no list has named, then the documents: originals before near copies."""
    entries: dict[str, Entry] = {}
    for entry in _entries(path):
        if isinstance(entry, Failure):
            yield entry
        elif (name := entry.document.name) in entries:
            yield _failure(path, entry.line, f"doc_id {name!r} stands already in line {entries[name].line}")
        else:
            entries[name] = entry
            yield from entry.failures
    for platform, slug in dict.fromkeys(entry.competition for entry in entries.values() if entry.competition):
        if (competition := competition_id(platform, slug)) not in met.competitions:
            met.competitions.add(competition)
            yield Competition(competition, slug, platform, title=slug, provenance=SLUG_ONLY)
    originals = {name: _original(entry, entries) for name, entry in entries.items()}
    ids: dict[str, str] = {}  # of the documents that came out
    for entry in sorted(entries.values(), key=lambda entry: originals[entry.document.name] is not None):
        original = originals[entry.document.name]
        if entry.original and not original:
            yield _failure(path, entry.line, f"near_duplicate_of {entry.original[:80]!r} leads to no other document")
        item = _read_document(path, entry, met)
        if not isinstance(item, Failure):
            ids[item[0].name] = item[0].id
            item = (replace(item[0], copy_of=ids.get(original or "")), item[1])
        yield item


def _entries(path: Path) -> Iterator[Entry | Failure]:
    """The usable lines; documents whose url stands in several lines are all known by name, whatever the order."""
    rows = list(read_lines(path))
    urls = Counter(canonical_url(str(row["url"])) for _, row in rows if isinstance(row, dict) and row.get("url"))
    shared = frozenset(url for url, count in urls.items() if count > 1)
    for line, row in rows:
        try:
            yield make_entry(_checked(row), path, line, shared)
        except ValueError as error:
            yield _failure(path, line, error)


def _original(entry: Entry, entries: dict[str, Entry]) -> str | None:
    """The name at the end of the chain of near copies; None for an original, and for a chain that leads nowhere."""
    current, visited = entry, {entry.document.name}
    while current.original:
        following = entries.get(current.original)
        if following is None or following.document.name in visited:
            return None
        visited.add(following.document.name)
        current = following
    return current.document.name if current is not entry else None


def _read_document(manifest: Path, entry: Entry, met: Met) -> tuple[Document, RawDocument] | Failure:
    name = entry.document.name
    path = path_inside(manifest.parent, entry.path)
    if path is None:
        return Failure(name, "add", f"line {entry.line}", f"path {entry.path[:80]!r} leads out of the folder")
    if not path.exists():
        return Failure(name, "add", f"line {entry.line}", f"the listed file is missing: {entry.path}")
    met.is_new(path)
    content = read_bytes(path, name)
    if isinstance(content, Failure):
        return content
    return entry.document, RawDocument(entry.document.id, content, content_hash(content))


def _checked(row: Row | ManifestError) -> Row:
    if isinstance(row, ManifestError):
        raise ValueError(row.reason) from row
    return row


def _failure(path: Path, line: int, error: ValueError | str) -> Failure:
    return Failure(str(path), "add", f"line {line}" if line else "", str(error))
