"""Competitions like the one a person describes, with what each score is made of and what differs."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.similar_index import SimilarIndex
from analysis.similar_records import CompetitionFacts, Query, Similar

__all__ = ["CompetitionFacts", "Query", "Similar", "SimilarIndex", "rank_similar"]


def rank_similar(query: Query, competitions: Sequence[CompetitionFacts], limit: int = 10) -> tuple[Similar, ...]:
    """The competitions nearest to the query, best first, equal ones by slug; at most `limit`.

    Builds an index for this one question; keep a `SimilarIndex` to ask several.

    Raises:
        NotKnownError: the query's slug is not among the competitions.
    """
    return SimilarIndex.build(competitions).search(query, limit)
