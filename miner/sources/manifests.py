"""Lines of documents.jsonl, competitions.jsonl and solution indexes -> records. Unknown keys are ignored.

`sha256` in documents.jsonl is not compared: an edited file is a new version of its document, and the manifest's other
facts still hold. A fact that cannot be read (a date, a rank) is left out and said; the document is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from corpus.errors import ManifestError
from corpus.ids import canonical_url, competition_id, document_id
from corpus.records import Competition, Document, DocumentKind, Failure, RankSource, RankStatement, SolutionLink
from miner.sources.manifest_values import Row, date_field, int_field, tags_field, text_field, year_field
from miner.sources.ranks import public_ranks_in_title, rank_in_title

MAX_MANIFEST_BYTES = 200_000_000  # read whole: originals must be known before their copies
SLUG_ONLY = "named by a document only"  # provenance of a competition of which nothing but slug and platform is known
_INDEX_NAME = "kaggle-solutions index"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Entry:
    """One usable line of documents.jsonl."""

    line: int
    document: Document
    path: str  # of its file, relative to the manifest
    original: str | None  # doc_id of the document that this one nearly copies
    competition: tuple[str, str] | None  # platform, slug
    failures: tuple[Failure, ...]  # facts left out


def read_lines(path: Path) -> Iterator[tuple[int, Row | ManifestError]]:
    """Each line's number, from 1, with its object, or with what is wrong; blank lines are skipped."""
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        yield 0, ManifestError(str(path), 0, f"larger than {MAX_MANIFEST_BYTES // 10**6} MB")
        return
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except UnicodeDecodeError as error:
                yield number, ManifestError(str(path), number, f"wrong encoding: not UTF-8 at byte {error.start}")
            except (ValueError, RecursionError) as error:
                yield number, ManifestError(str(path), number, f"not JSON: {str(error)[:100]}")
            else:
                is_object = isinstance(row, dict)
                yield number, row if is_object else ManifestError(str(path), number, "the line is no JSON object")


def make_competition(row: Row, provenance: str | None = None) -> Competition:
    """The competition that a line describes; its title is the slug where the line has none.

    Raises:
        ValueError: without a slug, or with a value that cannot be meant.
    """
    slug = _slug(text_field(row, "slug"))
    platform = text_field(row, "platform") or "kaggle"
    deadline = date_field(row, "deadline")
    return Competition(
        id=competition_id(platform, slug),
        slug=slug,
        platform=platform,
        title=text_field(row, "title") or slug,
        url=text_field(row, "url"),
        year=year_field(row) or (deadline.year if deadline else None),
        deadline=deadline,
        metric=text_field(row, "metric"),
        description=text_field(row, "description"),
        tags=tags_field(row),
        n_teams=int_field(row, "n_teams") if "n_teams" in row else int_field(row, "teams"),
        reward=text_field(row, "reward", "prize"),
        provenance=text_field(row, "source") or provenance,
    )


def make_links(row: Row, provenance: str) -> Iterator[SolutionLink]:
    """The links of one line of a solution index.

    Raises:
        ValueError: a solution without a web link, or with a rank that cannot be meant.
    """
    competition = competition_id(text_field(row, "platform") or "kaggle", _slug(text_field(row, "slug")))
    for solution in row.get("solutions") or []:
        link = text_field(solution, "link", "url") if isinstance(solution, dict) else None
        if not link or not link.startswith(("http://", "https://")):
            raise ValueError(f"a solution without a web link: {str(solution)[:80]}")
        kind = text_field(solution, "kind") or "description"
        yield SolutionLink(competition, canonical_url(link), int_field(solution, "rank", 1), kind, provenance)


def make_entry(row: Row, manifest: Path, line: int, shared_urls: frozenset[str]) -> Entry:
    """The document that a line describes.

    Args:
        row: the line's object.
        manifest: the file it is from, for messages.
        line: its number.
        shared_urls: canonical urls that several lines give; such documents are known by their names.

    Raises:
        ValueError: without a usable doc_id or format.
    """
    name, form = _doc_id(row), _format(row)
    facts = _Facts(name, manifest, line)
    url = facts.take(lambda: text_field(row, "url"))
    slug = facts.take(lambda: _slug(text_field(row, "competition"))) if row.get("competition") else None
    platform = facts.take(lambda: text_field(row, "platform")) or "kaggle"
    kind = facts.take(lambda: _kind(row)) or kind_of_file(f"{name}.{form}")
    title = facts.take(lambda: text_field(row, "title"))
    path = facts.take(lambda: text_field(row, "path"))
    published_on = facts.take(lambda: date_field(row, "date"))
    is_known_by_url = url is not None and canonical_url(url) not in shared_urls
    document = Document(
        id=document_id(url if is_known_by_url else None, name),
        name=name,
        kind=kind,
        format=form,
        title=title,
        author=facts.take(lambda: text_field(row, "author")),
        url=url,
        competition_id=competition_id(platform, slug) if slug else None,
        ranks=facts.take(lambda: _ranks(row, kind, title)) or (),
        published_on=published_on,
        year=facts.take(lambda: year_field(row)) or (published_on.year if published_on else None),
        language=facts.take(lambda: text_field(row, "language")),
        licence=facts.take(lambda: text_field(row, "licence", "license")),
        votes=facts.take(lambda: int_field(row, "votes", -(10**9))),
    )
    return Entry(
        line=line,
        document=document,
        path=path or f"documents/{name}.{form}",
        original=facts.take(lambda: text_field(row, "near_duplicate_of")),
        competition=(platform, slug) if slug else None,
        failures=tuple(facts.failures),
    )


def kind_of_file(name: str) -> DocumentKind:
    """What a file without a manifest is, by its name."""
    stem, _, suffix = name.lower().rpartition(".")
    match suffix:
        case "ipynb":
            return DocumentKind.NOTEBOOK
        case "html" | "htm":
            return DocumentKind.BLOG
        case "md" | "markdown":
            return DocumentKind.README if stem.startswith("readme") else DocumentKind.WRITEUP
        case _:
            return DocumentKind.SCRIPT


def format_of_file(name: str) -> str | None:
    """The format that a file's suffix stands for; None when it is not one that is read."""
    suffix = name.lower().rpartition(".")[2] if "." in name else ""
    known = {"markdown": "md", "htm": "html"}.get(suffix, suffix)
    return known if known in {"ipynb", "md", "html", "py", "r", "rmd"} else None


def title_rank(kind: DocumentKind, title: str | None) -> tuple[RankStatement, ...]:
    """The rank that an author's title states; a notebook or script may carry somebody else's rank in its title."""
    is_authors = kind in (DocumentKind.WRITEUP, DocumentKind.README, DocumentKind.BLOG)
    rank = rank_in_title(title) if is_authors else None
    return (RankStatement(RankSource.AUTHOR, rank, "title"),) if rank else ()


class _Facts:
    """Takes facts one by one; what cannot be read becomes a failure of the fact, not of the document."""

    def __init__(self, name: str, manifest: Path, line: int) -> None:
        self.name, self.manifest, self.line = name, manifest, line
        self.failures: list[Failure] = []

    def take(self, read: Callable[[], _Value]) -> _Value | None:
        try:
            return read()
        except ValueError as error:
            message = f"{error}; this fact is left out"
            self.failures.append(Failure(self.name, "add", f"{self.manifest.name}, line {self.line}", message))
            return None


def _ranks(row: Row, kind: DocumentKind, title: str | None) -> tuple[RankStatement, ...]:
    rank = int_field(row, "rank", 1)
    if rank is None:
        return title_rank(kind, title) if kind is DocumentKind.WRITEUP else ()
    stated = text_field(row, "rank_source")
    if stated is None and rank in public_ranks_in_title(title):
        return title_rank(kind, title)  # taken from a title that speaks of the public leaderboard, which is not final
    source = RankSource.INDEX if stated == _INDEX_NAME else RankSource.AUTHOR
    return (RankStatement(source, rank, stated or "manifest"),)


def _kind(row: Row) -> DocumentKind | None:
    kind = text_field(row, "kind")
    if kind is None:
        return None
    try:
        return DocumentKind(kind.lower())
    except ValueError as error:
        raise ValueError(f"kind {kind[:40]!r} is none of {', '.join(DocumentKind)}") from error


def _doc_id(row: Row) -> str:
    name = text_field(row, "doc_id")
    if not name:
        raise ValueError("no doc_id")
    if len(name) > 200 or set(name) & set("/\\") or name.startswith("."):
        raise ValueError(f"doc_id {name[:60]!r} cannot be a file's name")
    return name


def _format(row: Row) -> str:
    form = text_field(row, "format") or (text_field(row, "path") or "").rpartition(".")[2]
    known = format_of_file(f"x.{form}")
    if known is None:
        raise ValueError(f"format {form[:40]!r} is not known; known are ipynb, md, html, py, r, rmd")
    return known


def _slug(slug: str | None) -> str:
    if not slug:
        raise ValueError("no slug")
    if len(slug) > 200 or set(slug) & set("/\\?# \t\n"):
        raise ValueError(f"slug {slug[:60]!r} cannot be part of an address")
    return slug
