"""Frozen records that travel between the stages; standard library only.

source -> RawDocument + Document -> Block -> Mention -> Claim -> rows -> answer. A value moves right only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from corpus.records_analysis import Agreement as Agreement, Sketch as Sketch
from corpus.records_crawl import (
    Fetched as Fetched,
    Gone as Gone,
    LeaderboardRank as LeaderboardRank,
    Stop as Stop,
    Target as Target,
    Unchanged as Unchanged,
    Visit as Visit,
)


class DocumentKind(StrEnum):
    """What a document is, whatever its file format."""

    WRITEUP = "writeup"
    NOTEBOOK = "notebook"
    README = "readme"
    BLOG = "blog"
    SCRIPT = "script"


class BlockKind(StrEnum):
    """What a block is. Cells are whole notebook cells; the others are pieces of a page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"
    MARKDOWN_CELL = "markdown_cell"
    CODE_CELL = "code_cell"


class Status(StrEnum):
    """How an architecture stands in the solution a document describes; `strength` orders them."""

    USED = "used"
    TRIED = "tried"
    MENTIONED = "mentioned"

    @property
    def strength(self) -> int:
        """3 for used, 2 for tried, 1 for mentioned."""
        return {"used": 3, "tried": 2, "mentioned": 1}[self.value]


class Role(StrEnum):
    """What an architecture does in a solution."""

    MAIN = "main"
    BACKBONE = "backbone"
    DECODER = "decoder"
    HEAD = "head"
    META = "meta"
    EMBEDDER = "embedder"
    RETRIEVER = "retriever"
    RERANKER = "reranker"
    GENERATOR = "generator"
    TEACHER = "teacher"
    BASELINE = "baseline"


class ReasonCategory(StrEnum):
    """Why an architecture was chosen, kept, preferred, dropped or avoided."""

    ACCURACY = "accuracy"
    SPEED = "speed"
    MEMORY = "memory"
    DIVERSITY = "diversity"
    ROBUSTNESS = "robustness"
    DATA_FIT = "data_fit"
    PRETRAINING = "pretraining"
    PRECEDENT = "precedent"
    SIMPLICITY = "simplicity"
    CONSTRAINT = "constraint"
    OTHER = "other"


class Polarity(StrEnum):
    """Whether a reason speaks for or against."""

    FOR = "for"
    AGAINST = "against"


class RankSource(StrEnum):
    """Where a rank comes from, strongest first."""

    LEADERBOARD = "leaderboard"
    INDEX = "index"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Competition:
    """One competition as its source describes it."""

    id: str  # platform/slug
    slug: str
    platform: str
    title: str
    url: str | None = None
    year: int | None = None  # of the deadline
    deadline: date | None = None
    metric: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    n_teams: int | None = None
    reward: str | None = None
    provenance: str | None = None  # the source as the manifest names it, licence included


@dataclass(frozen=True, slots=True)
class TaskType:
    """One `modality/task` label of a competition; position 0 is the main one."""

    competition_id: str
    task_type: str
    position: int
    source: str  # "inferred" or "curated"
    evidence: str  # what it was read from: "tag: nlp; metric: Macro F1; title: sentiment"
    made_by: str


@dataclass(frozen=True, slots=True)
class SolutionLink:
    """A public index's statement: this link describes the solution that took this rank."""

    competition_id: str
    url: str
    rank: int | None
    kind: str  # description, code, video ... as the index says
    provenance: str


@dataclass(frozen=True, slots=True)
class RankStatement:
    """One source's statement of a document's rank."""

    source: RankSource
    rank: int  # 1 is best
    evidence: str  # "title", "repository text", the index's name ...


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document beside its content."""

    id: str
    name: str  # the manifest's doc_id, else a stable short name made from path or url
    kind: DocumentKind
    format: str  # ipynb, md, html, py, r, rmd
    title: str | None = None
    author: str | None = None
    url: str | None = None
    competition_id: str | None = None
    ranks: tuple[RankStatement, ...] = ()
    published_on: date | None = None
    year: int | None = None
    language: str | None = None  # ISO 639-1 as the manifest says
    licence: str | None = None
    votes: int | None = None
    copy_of: str | None = None  # document id of the original, when this is a near copy
    source: str = "folder"


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document's bytes as fetched, never edited."""

    document_id: str
    content: bytes
    content_hash: str  # sha256, hex


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document: a paragraph, a list item, a table, fenced code, or one whole notebook cell."""

    id: str
    document_id: str
    position: int  # 0-based, in reading order
    kind: BlockKind
    text: str  # what spans count in; NUL characters replaced
    headings: tuple[str, ...] = ()  # the heading trail above it, outermost first
    language: str | None = None  # of code: python, r ...; None for prose


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one block that is read as one: in a Markdown cell a paragraph or list item, else all of it."""

    block_id: str
    start: int
    end: int  # characters [start, end) of the block's text
    kind: BlockKind  # never a cell, except CODE_CELL
    headings: tuple[str, ...]
    intro: str = ""  # for a list item or table: the line that introduces it ("We also tried:")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters [start, end) of one block's text."""

    block_id: str
    start: int
    end: int


class CodeUse(StrEnum):
    """What code does with an architecture."""

    RUN = "run"  # built, loaded, trained or called by code that is reached
    DEFINED = "defined"  # in a branch, function or class that nothing reaches
    COMMENTED = "commented"  # in commented-out code that would run it
    NAMED = "named"  # only in a string, path, comment or print


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a document names an architecture; not kept, a claim keeps its evidence."""

    span: Span  # of the name itself
    name: str  # the architecture's name, from the catalogue or, when it is unknown there, from the document
    architecture_id: str | None  # the catalogue's family id; None when the catalogue lacks it
    variant: str | None = None  # size or checkpoint as written
    code_use: CodeUse | None = None  # set for mentions found in code
    roles: tuple[Role, ...] = ()  # hints from the construction ("encoder_name=" -> backbone)
    context: Span | None = None  # the statement or sentence around it, at most 300 characters


@dataclass(frozen=True, slots=True)
class Variant:
    """A size or checkpoint string that the document gives."""

    name: str
    status: Status


@dataclass(frozen=True, slots=True)
class Reason:
    """The author's own statement of why."""

    category: ReasonCategory
    polarity: Polarity
    span: Span | None  # None in starter facts, which carry no quotes
    quote: str | None  # the text at `span`, at most 300 characters
    confidence: float | None = (
        None  # 0-1: how likely the quote says this of the architecture; None where a person says so
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence or statement a claim stands on."""

    span: Span | None  # None in starter facts
    quote: str | None  # the text at `span`, at most 300 characters; holds the name
    name_start: int | None = None  # where the name lies in the block
    name_end: int | None = None
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one document says about one architecture, and why we think so."""

    id: str
    document_id: str
    name: str  # as the catalogue has it, or as the document has it when it is unknown
    architecture_id: str | None
    status: Status
    roles: tuple[Role, ...]
    variants: tuple[Variant, ...]
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]  # never empty for claims made from a document
    confidence: float  # 0-1: the probability of its status, as the judge sees it
    made_by: str  # extractor and catalogue version
    text_status: Status | None = None  # what its prose alone says; None where not named, and in starter facts
    code_status: Status | None = None  # what its code alone says
    agreement: Agreement | None = None  # None where its text or its code names no architecture at all


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read or done; counted and shown, the run goes on."""

    item: str  # document name, path or url
    stage: str  # add, read, analyse, refresh ...
    where: str  # place inside the item, "" for the whole
    message: str
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentAnalysis:
    """Everything derived from one version of one document."""

    document_id: str
    content_hash: str
    made_by: str
    blocks: tuple[Block, ...]
    claims: tuple[Claim, ...]
    failures: tuple[Failure, ...] = ()
    sketch: Sketch | None = None  # None: too short to be told from others by its words
    prose_language: str | None = None  # ISO 639-1 as detected; None where there is too little prose to tell
    packages: tuple[str, ...] = ()  # that its code imports


@dataclass(frozen=True, slots=True)
class Architecture:
    """One family of the catalogue."""

    id: str
    name: str
    lineage: str  # id of the line that statistics count
    lineage_name: str
    kind: str  # cnn, transformer_encoder, gbdt ...
    is_counted: bool  # False for techniques, losses, libraries and systems
    aliases: tuple[str, ...] = ()
    ambiguous_aliases: tuple[str, ...] = ()  # also ordinary words, or shared: need context
    tasks: tuple[str, ...] = ()
    year: int | None = None
    paper_title: str | None = None
    paper_url: str | None = None
    paper_check: str = "none"  # source, page, context_match, title_seen, none
    libraries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One published figure of one variant with one set of weights on one data set."""

    architecture_id: str
    library: str
    variant: str
    weights: str  # "" when the library names none
    dataset: str  # ImageNet-1k, COCO val2017 ...; "" when only size is published
    metric: str  # top1_pct, box_ap ...; ""
    value: float | None
    params_m: float | None  # millions
    gmacs: float | None
    size_mb: float | None
    image_size: int | None  # pixels, one side
    source: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which competitions and solutions a question is about; every answering command takes all of them."""

    task: str | None = None  # "audio/classification", or a modality alone: "audio"
    year: int | None = None  # of the competition, else of the document
    since: date | None = None  # counted_on >= since
    until: date | None = None  # counted_on <= until
    platform: str | None = None
    metric: str | None = None  # part of the metric's name, any case
    rank_at_most: int | None = None  # None: everybody, ranked or not
    verified: bool = False  # only ranks from a leaderboard or a public index
    as_of: date | None = None  # what was known then: rows without any date are left out, and counted
    exclude: tuple[str, ...] = ()  # competition slugs, * as wildcard
    min_confidence: float | None = None  # 0-1, of claims; None: all


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer."""

    name: str  # the field in JSON and CSV; stable
    title: str  # what a person reads
    kind: str = "text"  # text, int, share (0-1), number, date, url, list, quote, side (of a comparison)
    note: str = ""  # one sentence, for the docs


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question gives: rows with named columns, and what must be known to read them."""

    name: str  # the command that gives it: popularity, winners ...
    title: str  # one line, with the filters in words
    columns: tuple[Column, ...]
    rows: tuple[dict[str, object], ...]  # keys are the columns' names; may hold more (nested) fields for JSON
    facts: dict[str, object] = field(default_factory=dict)  # denominators, dates covered, corpus date ...
    notes: tuple[str, ...] = ()  # sentences a reader must see: what is left out, what is not known
    query: dict[str, object] = field(default_factory=dict)  # the request as understood
