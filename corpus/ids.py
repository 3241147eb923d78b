"""Ids made from content: the same input gives the same id on every machine, in any order; no counters, no clocks."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import urlsplit

ID_VERSION = "1"  # part of every hashed id: a change of rule cannot pass for the same id
_WEIGHTS_TAG = re.compile(r"\.[A-Za-z]\w*$")


def content_hash(content: bytes) -> str:
    """SHA-256 of the bytes as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def make_id(kind: str, *parts: object) -> str:
    """A 20-digit hex id of kind and parts; order of the parts matters.

    >>> make_id("document", "a") == make_id("document", "a")
    True
    >>> make_id("document", "a") == make_id("claim", "a")
    False
    """
    payload = "\x1f".join((ID_VERSION, kind, *map(str, parts)))
    return hashlib.blake2b(payload.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


@lru_cache(maxsize=4096)  # the names and headings of a document are asked for again and again
def squash(name: str) -> str:
    """Lower-case letters, digits and '+' of a name, so that spellings of one name meet.

    >>> squash("U-Net++"), squash("Deep_Lab v3")
    ('unet++', 'deeplabv3')
    """
    return re.sub(r"[^\w+]|_", "", name.casefold())


def bare_name(variant: str) -> str:
    """The variant's name without the tag of its weights; a dot inside a number or a version stays.

    >>> bare_name("resnet50.a1_in1k"), bare_name("Qwen2.5-14B"), bare_name("llama3.2_1b")
    ('resnet50', 'Qwen2.5-14B', 'llama3.2_1b')
    """
    return _WEIGHTS_TAG.sub("", variant)


def canonical_url(url: str) -> str:
    """The url by which one page is known: https, no "www.", fragment or closing slash, Kaggle's /c/ spelt out.

    Queries are dropped for Kaggle and GitHub, where they only choose a view; elsewhere they may name the page.

    >>> canonical_url("http://www.kaggle.com/c/some-slug/discussion/12?sort=votes#1")
    'https://kaggle.com/competitions/some-slug/discussion/12'
    """
    split = urlsplit(url.strip())
    host = (split.hostname or "").removeprefix("www.")
    path = re.sub(r"/+$", "", split.path)
    query = "" if host in {"kaggle.com", "github.com"} or not split.query else f"?{split.query}"
    if host == "kaggle.com":
        path = re.sub(r"^/c/", "/competitions/", path)
        path = re.sub(r"^(/competitions/[^/]+/discussion/\d+)/.*$", r"\1", path)
    return f"https://{host}{path}{query}"


def competition_id(platform: str, slug: str) -> str:
    """`platform/slug`, readable on purpose."""
    return f"{platform}/{slug}"


def document_id(url: str | None, name: str) -> str:
    """Known by its canonical url where it has one, else by its name."""
    return make_id("document", canonical_url(url) if url else f"name:{name}")


def solution_id(competition: str, rank: int | None, author: str | None, document: str) -> str:
    """One team's entry: by rank where it is known, else by author, else by the document alone."""
    if rank is not None:
        return make_id("solution", competition, "rank", rank)
    if author:
        return make_id("solution", competition, "author", author.casefold().strip())
    return make_id("solution", competition, "document", document)


def block_id(document: str, version_hash: str, position: int) -> str:
    """One block of one version of a document."""
    return make_id("block", document, version_hash, position)


def claim_id(document: str, architecture: str | None, name: str) -> str:
    """One claim per document and architecture; an unknown architecture is known by its squashed name."""
    return make_id("claim", document, architecture or f"name:{squash(name)}")
