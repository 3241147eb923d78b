"""The database's rows -> the rows that a report is made from."""

from __future__ import annotations

from datetime import date

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
    select_competitions,
    select_documents,
    select_reasons,
    select_solutions,
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


def read_report_rows(store: Readable, min_confidence: float | None = None) -> ReportRows:
    """Everything the report is made from; the invented examples stand apart and are counted nowhere.

    Of claims only those of this confidence or more, the examples' too.
    """
    filters = Filters(min_confidence=min_confidence)
    competitions = {row.competition_id: row for row in select_competitions(store, filters)}
    wordings = {wording.claim_id: wording for wording in claim_wordings(store)}
    solutions = _solutions(store, filters, competitions)
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
        uses=_uses(store, filters, wordings),
        reasons=_reasons(store, filters, wordings),
        families=tuple(
            Family(row.lineage, row.name, row.kind, row.year, row.paper_title, row.paper_url) for row in lineages(store)
        ),
        sources=tuple(Source(row.name, row.kind, row.licence) for row in sources(store) if row.kind != "placeholder"),
        examples=read_examples(store, wordings, min_confidence),
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
    store: Readable, wordings: dict[str, Wording] | None = None, min_confidence: float | None = None
) -> tuple[ExampleDocument, ...]:
    """The example documents that ship, each with what was extracted from it."""
    filters = Filters(platform=EXAMPLE_PLATFORM, min_confidence=min_confidence)
    if wordings is None:
        wordings = {wording.claim_id: wording for wording in claim_wordings(store)}
    uses, reasons = _uses(store, filters, wordings), _reasons(store, filters, wordings)
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


def _solutions(store: Readable, filters: Filters, competitions: dict[str, CompetitionRow]) -> tuple[Solution, ...]:
    solutions = []
    for row in select_solutions(store, filters):
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


def _uses(store: Readable, filters: Filters, wordings: dict[str, Wording]) -> tuple[Use, ...]:
    variants, roles = claim_variants(store), claim_roles(store)
    return tuple(
        Use(
            claim_id=row.claim_id,
            document=row.document,
            document_title=plain_title(row.document_title),
            document_url=row.document_url,
            author=wordings[row.claim_id].author,
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
            variants=variants.get(row.claim_id, ()),
            roles=roles.get(row.claim_id, ()),
            quote=wordings[row.claim_id].quote,
            is_code=wordings[row.claim_id].is_code,
        )
        for row in select_uses(store, filters)
    )


def _reasons(store: Readable, filters: Filters, wordings: dict[str, Wording]) -> tuple[Why, ...]:
    return tuple(
        Why(
            claim_id=row.claim_id,
            category=row.category,
            polarity=row.polarity,
            quote=row.quote,
            document=row.document,
            document_title=plain_title(row.document_title),
            document_url=row.document_url,
            author=wordings[row.claim_id].author,
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
