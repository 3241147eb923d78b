"""READMEs and notebooks of the author repositories on GitHub that documents and indexes link to.

A link to a repository gives its README; a link to a Markdown file or notebook gives that file. Nothing else of a
repository is read, but the beginning of its licence. Options: `raw_base`, where raw files are served.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from corpus.errors import UsageError
from corpus.ids import document_id
from corpus.records import Document, DocumentKind, Fetched, Gone, Target, Visit
from miner.fetch.answers import Expect, Response
from miner.fetch.canonical import page_key, web_address
from miner.fetch.robots import origin_of
from miner.sources.loose import describe_loose
from miner.sources.manifests import title_rank
from miner.sources.pages_answers import page_name, text_fact, without_content
from miner.sources.protocol import Answer, Discovered, Scope

if TYPE_CHECKING:
    from miner.fetch.client import WebClient

NAME = "repositories"
RAW_BASE = "https://raw.githubusercontent.com"
_READMES = ("README.md", "readme.md", "Readme.md")
_LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "COPYING")
_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}\Z")  # of an owner, a repository, a branch
_NOT_OWNERS = frozenset(
    {
        "about",
        "apps",
        "collections",
        "contact",
        "customer-stories",
        "enterprise",
        "explore",
        "features",
        "join",
        "login",
        "marketplace",
        "notifications",
        "orgs",
        "pricing",
        "search",
        "security",
        "settings",
        "site",
        "sponsors",
        "stars",
        "topics",
        "trending",
        "users",
    }
)
_FORMATS = {".md": "md", ".ipynb": "ipynb"}
_LICENCE_HEADS = (  # in the first lines of the text, most particular first
    ("apache license", "Apache-2.0"),
    ("gnu affero general public license", "AGPL"),
    ("gnu lesser general public license", "LGPL"),
    ("gnu general public license", "GPL"),
    ("mozilla public license", "MPL-2.0"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("mit license", "MIT"),
    ("mit no attribution", "MIT-0"),
    ("isc license", "ISC"),
    ("boost software license", "BSL-1.0"),
    ("the unlicense", "Unlicense"),
    ("free and unencumbered software released into the public domain", "Unlicense"),
    ("cc0 1.0 universal", "CC0-1.0"),
    ("attribution-noncommercial", "CC-BY-NC"),
    ("attribution-sharealike", "CC-BY-SA"),
    ("attribution 4.0 international", "CC-BY-4.0"),
    ("permission is hereby granted, free of charge", "MIT"),
    ("redistribution and use in source and binary forms", "BSD"),
)


class RepositoryFile(NamedTuple):
    """What a link leads to: a file of a repository, or with no path its README."""

    owner: str
    repository: str
    branch: str = "HEAD"
    path: str = ""

    @property
    def url(self) -> str:
        """Where a person finds it."""
        base = f"https://github.com/{self.owner}/{self.repository}"
        return f"{base}/blob/{self.branch}/{quote(self.path)}" if self.path else base

    @property
    def format(self) -> str:
        """By its suffix; a README is Markdown."""
        return _FORMATS[_suffix(self.path)] if self.path else "md"


def open_source(options: Mapping[str, object], web: WebClient, environ: Mapping[str, str]) -> Repositories:
    """The source for one run; `environ` is not looked at.

    Raises:
        UsageError: `raw_base` is no web address.
    """
    raw_base = options.get("raw_base", RAW_BASE)
    if not isinstance(raw_base, str) or web_address(raw_base) is None:
        raise UsageError("sources.repositories.raw_base must be an http or https address")
    return Repositories(raw_base.rstrip("/"), web)


class Repositories:
    """Files of repositories, over polite HTTP."""

    name = NAME

    def __init__(self, raw_base: str, web: WebClient) -> None:
        self._raw_base, self._web = raw_base, web
        self._is_configured = origin_of(raw_base) != RAW_BASE
        self._licences: dict[tuple[str, str], str | None] = {}  # of this run

    def discover(self, scope: Scope, visits: Mapping[str, Visit]) -> Iterator[Discovered]:
        """What the known links lead to, each once; with a competition where all links to it agree on one."""
        competitions: defaultdict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        found: defaultdict[tuple[str, str, str, str], set[RepositoryFile]] = defaultdict(set)
        for link, competition in scope.known_links:
            if file := file_of_link(link):
                same = (file.owner.lower(), file.repository.lower(), file.branch, file.path)  # names have no case
                found[same].add(file)
                competitions[same].update({competition} if competition else ())
        for same, spellings in found.items():
            file, named = min(spellings), competitions[same]
            of_one = next(iter(named)) if len(named) == 1 else None
            if not scope.competitions or (of_one or "").rpartition("/")[2] in scope.competitions:
                kind = "notebook" if file.format == "ipynb" else "readme"
                yield Target(self.name, page_key(file.url) or file.url, kind, file.url, of_one)

    def fetch(self, target: Target, visit: Visit | None) -> Answer:
        """The file, or what became of it; of a README the usual spellings are tried."""
        file = file_of_link(target.url or target.key)
        if file is None:
            return Gone("no file of a repository")
        answer: Answer = Gone("no README.md")
        for path in (file.path,) if file.path else _READMES:
            got = without_content(
                target,
                self._web.get(
                    self._raw_url(file, path),
                    etag=visit.etag if visit else None,
                    last_modified=visit.last_modified if visit else None,
                    is_configured=self._is_configured,
                    expect=Expect.NOTEBOOK if file.format == "ipynb" else Expect.TEXT,
                ),
            )
            if isinstance(got, Response):
                return self._fetched(file, path, got)
            if not isinstance(got, Gone):
                return got
            answer = got
        return answer

    def _fetched(self, file: RepositoryFile, path: str, got: Response) -> Fetched:
        return Fetched(
            content=got.body,
            format=file.format,
            url=file.url,
            etag=got.etag,
            last_modified=got.last_modified,
            facts={"path": path, "author": file.owner, "licence": self._licence(file)},
        )

    def _raw_url(self, file: RepositoryFile, path: str) -> str:
        return f"{self._raw_base}/{file.owner}/{file.repository}/{file.branch}/{quote(path)}"

    def _licence(self, file: RepositoryFile) -> str | None:
        repository = (file.owner.lower(), file.repository.lower())
        if repository not in self._licences:
            self._licences[repository] = None
            for path in _LICENCES:
                url = self._raw_url(file._replace(branch="HEAD"), path)
                got = self._web.get(url, is_configured=self._is_configured, expect=Expect.TEXT)
                if isinstance(got, Response):
                    self._licences[repository] = licence_of_text(got.body)
                    break
        return self._licences[repository]

    def describe(self, target: Target, fetched: Fetched) -> Document:
        """The document, with the title and rank that its own text begins with."""
        url = fetched.url or target.url or target.key
        kind = DocumentKind.NOTEBOOK if fetched.format == "ipynb" else DocumentKind.README
        title = describe_loose(Path(f"file.{fetched.format}"), fetched.content).title
        return Document(
            id=document_id(target.key, ""),
            name=page_name(target.key),
            kind=kind,
            format=fetched.format,
            title=title,
            author=text_fact(fetched.facts.get("author")),
            url=url,
            competition_id=target.competition_id,
            ranks=title_rank(kind, title),
            licence=text_fact(fetched.facts.get("licence")),
            source=self.name,
        )


def file_of_link(link: str) -> RepositoryFile | None:
    """What a link to GitHub leads to, if that is a repository, a Markdown file or a notebook.

    >>> file_of_link("https://github.com/reef/first-place.git?tab=readme")
    RepositoryFile(owner='reef', repository='first-place', branch='HEAD', path='')
    >>> file_of_link("https://github.com/reef/first-place/blob/main/nb/train.ipynb").path
    'nb/train.ipynb'
    """
    address = web_address(link)
    if address is None:
        return None
    split = urlsplit(address)
    parts = [unquote(part) for part in split.path.split("/") if part]
    if (split.hostname or "").removeprefix("www.") != "github.com" or len(parts) < 2:
        return None
    owner, repository, rest = parts[0], parts[1].removesuffix(".git"), parts[2:]
    if not (_PART.match(owner) and _PART.match(repository)) or owner.lower() in _NOT_OWNERS:
        return None
    if not rest or rest[0] == "tree":
        return RepositoryFile(owner, repository)
    is_file = len(rest) > 2 and rest[0] in ("blob", "raw") and _suffix(rest[-1]) in _FORMATS
    if not is_file or not _PART.match(rest[1]) or not all(_is_name(part) for part in rest[2:]):
        return None
    return RepositoryFile(owner, repository, rest[1], "/".join(rest[2:]))


def licence_of_text(text: bytes) -> str | None:
    """The licence that a licence file begins with, by its SPDX name or family; None when it is not recognised.

    >>> licence_of_text(b"MIT License\\n\\nCopyright"), licence_of_text(b"All rights reserved")
    ('MIT', None)
    """
    head = " ".join(text[:1_000].decode("utf-8", "replace").lower().split())
    places = [(head.find(words), -len(words), name) for words, name in _LICENCE_HEADS if words in head]
    return min(places)[2] if places else None


def _suffix(path: str) -> str:
    return f".{path.rpartition('.')[2].lower()}"


def _is_name(part: str) -> bool:
    return part not in (".", "..") and "/" not in part and part.isprintable() and len(part) <= 255
