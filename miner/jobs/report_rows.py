"""The database's rows -> the rows that a report is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from analysis.reports.rows import (
    Competition,
    ExampleDocument,
    Family,
    Figures,
    LibraryName,
    Measured,
    ReportRows,
    Solution,
    Source,
    Use,
    Why,
)
from corpus.records import Filters
from corpus.titles import plain_title
from corpus.views import (
    EXAMPLE_PLATFORM,
    CompetitionRow,
    Readable,
    SolutionRow,
    UseRow,
    select_documents,
    select_reasons,
    select_uses,
)
from corpus.views_report import (
    Wording,
    claim_roles,
    claim_variants,
    claim_wordings,
    claims_by_status,
    documents_by_kind,
    library_names,
    lineages,
    main_stamp,
    measured,
    totals,
)
from corpus.views_status import corpus_dates, sources
from miner.jobs.ask_scope import Scope


@dataclass(frozen=True, slots=True)
class Words:
    """How claims are worded, by claim; and how titles read."""

    wordings: Mapping[str, Wording]
    variants: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, tuple[str, ...]]
    title: Callable[[str | None], str | None]  # remembers: a title stands in every claim of its document


def read_report_rows(store: Readable, scope: Scope) -> ReportRows:
    """Everything the report is made from; the invented examples stand apart and are counted nowhere.

    Args:
        store: the corpus.
        scope: its competitions, solutions and uses; a least confidence among its filters holds for the examples too.
    """
    filters = scope.filters
    competitions = {row.competition_id: row for row in scope.competitions}
    words = _read_words(store)
    solutions = _solutions(scope.solutions, competitions)
    return ReportRows(
        figures=_figures(store, filters, solutions),
        competitions=tuple(
            Competition(
                row.competition_id,
                row.year,
                row.n_teams,
                row.slug,
                row.title,
                row.url,
                row.metric,
                tuple((row.task_types or "").split()),
            )
            for row in competitions.values()
        ),
        solutions=solutions,
        uses=_uses(scope.uses, words),
        reasons=_reasons(store, filters, words),
        families=tuple(
            Family(row.lineage, row.name, row.kind, row.year, row.paper_title, row.paper_url) for row in lineages(store)
        ),
        sources=tuple(Source(row.name, row.kind, row.licence) for row in sources(store) if row.kind != "placeholder"),
        examples=read_examples(store, filters.min_confidence, words),
        measured=tuple(
            Measured(
                row.lineage,
                row.library,
                row.variant,
                row.weights,
                row.dataset,
                row.metric,
                row.value,
                row.params_m,
                row.gmacs,
                row.size_mb,
            )
            for row in measured(store)
        ),
        library_names=tuple(LibraryName(*row) for row in library_names(store)),
    )


def read_examples(
    store: Readable, min_confidence: float | None = None, words: Words | None = None
) -> tuple[ExampleDocument, ...]:
    """The example documents that ship, each with what was extracted from it."""
    filters = Filters(platform=EXAMPLE_PLATFORM, min_confidence=min_confidence)
    words = words or _read_words(store)
    uses, reasons = _uses(select_uses(store, filters), words), _reasons(store, filters, words)
    return tuple(
        ExampleDocument(
            row.kind,
            plain_title(row.title) or row.document,
            row.competition_title or "",
            row.rank,
            tuple(use for use in uses if use.document == row.document),
            tuple(why for why in reasons if why.document == row.document),
        )
        for row in select_documents(store, filters)
    )


def _figures(store: Readable, filters: Filters, solutions: tuple[Solution, ...]) -> Figures:
    counts = totals(store)
    newest = corpus_dates(store).newest_document
    every, claims = claims_by_status(store), claims_by_status(store, filters.min_confidence)
    return Figures(
        n_documents=counts.n_documents,
        documents_by_kind=documents_by_kind(store),
        claims_by_status=claims,
        n_without_competition=counts.n_without_competition,
        n_copies=counts.n_copies,
        n_undated=sum(solution.year is None for solution in solutions),
        n_failures=counts.n_failures,
        corpus_date=date.fromisoformat(newest[:10]) if newest else None,
        made_by=main_stamp(store),
        min_confidence=filters.min_confidence,
        n_unsure_claims=sum(every.values()) - sum(claims.values()),
    )


def _solutions(rows: Iterable[SolutionRow], competitions: dict[str, CompetitionRow]) -> tuple[Solution, ...]:
    solutions = []
    for row in rows:
        competition = competitions[row.competition_id]
        solutions.append(
            Solution(
                row.solution_id,
                row.competition_id,
                row.competition,
                competition.title,
                competition.url,
                row.year,
                row.rank,
                row.rank_source,
                row.counted_on,
                tuple((competition.task_types or "").split()),
            )
        )
    return tuple(solutions)


def _read_words(store: Readable) -> Words:
    wordings = {wording.claim_id: wording for wording in claim_wordings(store)}
    return Words(wordings, claim_variants(store), claim_roles(store), cache(plain_title))


def _uses(rows: Iterable[UseRow], words: Words) -> tuple[Use, ...]:
    return tuple(
        Use(
            claim_id=row.claim_id,
            document=row.document,
            document_title=words.title(row.document_title),
            document_url=row.document_url,
            author=words.wordings[row.claim_id].author,
            competition_id=row.competition_id,
            competition=row.competition,
            year=row.year,
            counted_on=row.counted_on,
            solution_id=row.solution_id,
            rank=row.rank,
            rank_source=row.rank_source,
            architecture_id=row.architecture_id,
            architecture=row.architecture,
            architecture_kind=row.architecture_kind,
            lineage=row.lineage,
            lineage_name=row.lineage_name,
            status=row.status,
            variants=words.variants.get(row.claim_id, ()),
            roles=words.roles.get(row.claim_id, ()),
            quote=words.wordings[row.claim_id].quote,
            is_code=words.wordings[row.claim_id].is_code,
        )
        for row in rows
    )


def _reasons(store: Readable, filters: Filters, words: Words) -> tuple[Why, ...]:
    return tuple(
        Why(
            claim_id=row.claim_id,
            category=row.category,
            polarity=row.polarity,
            quote=row.quote,
            document=row.document,
            document_title=words.title(row.document_title),
            document_url=row.document_url,
            author=words.wordings[row.claim_id].author,
            competition=row.competition,
            counted_on=row.counted_on,
            solution_id=row.solution_id,
            rank=row.rank,
            architecture_id=row.architecture_id,
            architecture=row.architecture,
            lineage=row.lineage,
            lineage_name=row.lineage_name,
            status=row.status,
        )
        for row in select_reasons(store, filters)
        if row.solution_id is not None
    )
