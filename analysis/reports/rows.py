"""What a report is made from: frozen rows, as the database's views give them; `analysis.counts` takes them too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WINNERS_RANK = 10  # a winner has this rank or better


@dataclass(frozen=True, slots=True)
class Solution:
    """One documented solution; copies of its documents are folded into it."""

    solution_id: str
    competition_id: str
    competition: str  # slug
    competition_title: str
    competition_url: str | None
    year: int | None
    rank: int | None
    rank_source: str | None
    counted_on: date | None
    task_types: tuple[str, ...]  # of its competition, main first; may be empty

    @property
    def is_winner(self) -> bool:
        """Whether its rank, from any source, is 10 or better."""
        return self.rank is not None and self.rank <= WINNERS_RANK

    @property
    def is_verified(self) -> bool:
        """Whether its rank stands in a leaderboard or a public index."""
        return self.rank_source in {"leaderboard", "index"}


@dataclass(frozen=True, slots=True)
class Use:
    """What one document of a solution says about one family."""

    claim_id: str
    document: str
    document_title: str | None
    document_url: str | None
    author: str | None
    competition_id: str
    competition: str
    year: int | None
    counted_on: date | None
    solution_id: str
    rank: int | None
    rank_source: str | None
    architecture_id: str | None
    architecture: str
    architecture_kind: str | None
    lineage: str
    lineage_name: str
    status: str
    variants: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    quote: str | None = None  # None in starter facts: the link stands in its place
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """One reason that one document gives."""

    claim_id: str
    category: str
    polarity: str
    quote: str | None
    document: str
    document_title: str | None
    document_url: str | None
    author: str | None
    competition: str | None
    counted_on: date | None
    solution_id: str | None
    rank: int | None
    architecture_id: str | None
    architecture: str
    lineage: str
    lineage_name: str
    status: str
    reason_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A line of families with its paper, where the catalogue has it."""

    lineage: str
    name: str
    kind: str | None = None
    year: int | None = None
    paper_title: str | None = None
    paper_url: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One published figure of one variant."""

    lineage: str
    library: str
    variant: str
    weights: str
    dataset: str  # "" when only the size is published
    metric: str
    value: float | None  # in the metric's own unit
    params_m: float | None
    gmacs: float | None
    size_mb: float | None


@dataclass(frozen=True, slots=True)
class LibraryName:
    """What a library calls a family of a line."""

    lineage: str
    library: str
    library_id: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows came from."""

    name: str
    kind: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class Competition:
    """One competition that the corpus knows, documented or not."""

    competition_id: str
    year: int | None
    n_teams: int | None
    slug: str = ""
    title: str = ""
    url: str | None = None
    metric: str | None = None
    task_types: tuple[str, ...] = ()  # main first; may be empty


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the whole corpus that no other row gives."""

    n_documents: int
    documents_by_kind: dict[str, int]
    claims_by_status: dict[str, int]
    n_without_competition: int  # documents that no statistic can place
    n_copies: int
    n_undated: int  # documented solutions without any date
    n_failures: int
    corpus_date: date | None  # the newest date of any document
    made_by: str | None  # extractor and catalogue version of the claims
    min_confidence: float | None = None  # 0-1, of the claims counted; None: all are
    n_unsure_claims: int = 0  # left out for being below it


@dataclass(frozen=True, slots=True)
class ExampleDocument:
    """One of the documents that ship as examples, with what was extracted from it."""

    kind: str
    title: str
    competition_title: str
    rank: int | None
    uses: tuple[Use, ...]
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class ReportRows:
    """Everything a report is made from; `uses` and `reasons` point at `solutions` by id."""

    figures: Figures
    competitions: tuple[Competition, ...]
    solutions: tuple[Solution, ...]
    uses: tuple[Use, ...]
    reasons: tuple[Why, ...]
    families: tuple[Family, ...]
    sources: tuple[Source, ...] = ()
    examples: tuple[ExampleDocument, ...] = ()
    measured: tuple[Measured, ...] = ()
    library_names: tuple[LibraryName, ...] = ()
