"""The tools that agents get: each parses the request and asks one job; their words are those of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Unpack

from analysis.counts.groups import Per
from analysis.counts.lift import Correction
from analysis.counts.popularity import By
from analysis.reading import Kind, Order
from corpus.records import Answer, Filters
from corpus.store import Store
from miner.filter_words import FilterWords, ScopeWords, make_filters, narrow_winners, read_day
from miner.jobs import ask

Asked = Callable[[Callable[[Store], Answer]], str]  # puts a question to the corpus and gives the answer as JSON
Tools = list[Callable[..., str]]
Medal = Literal["gold", "silver", "bronze", "any"]

N_CHOICES = 4  # architectures that `choose` gives an agent where it does not say, with code for each
N_OF_EACH = 3  # architectures of each group, where there are twenty groups
MOST_SQL_ROWS = 200


def narrowed(words: ScopeWords) -> Filters:
    """Filters from what an agent writes; "", 0 and false say nothing.

    Raises:
        UsageError: for a day that is none, or a number out of bounds.
    """
    said: ScopeWords = {name: value for name, value in words.items() if value}  # type: ignore[assignment]
    return make_filters(said)


def counting_tools(asked: Asked) -> Tools:
    """The tools that count architectures: all, by year, beside one another."""

    def popularity(
        per: Per | None = None,
        with_copies: bool = False,
        by: By = "lineage",
        limit: int = 0,
        **filters: Unpack[FilterWords],
    ) -> str:
        """Architectures by the number of documented solutions that use them: n/N, share, interval, coverage.

        per: in each task, modality, metric, platform or year by itself; limit: 20, or 3 of each.
        """
        if per:
            return asked(
                lambda store: ask.popularity_per(
                    store, narrowed(filters), per, by, limit or N_OF_EACH, with_copies=with_copies
                )
            )
        return asked(lambda store: ask.popularity(store, narrowed(filters), by, limit or 20, with_copies=with_copies))

    def trends(
        architectures: list[str] | None = None, by: By = "lineage", limit: int = 6, **filters: Unpack[FilterWords]
    ) -> str:
        """Shares by year of these architectures, else of the most used: n/N, interval, the years one overtook another.

        With one architecture: what replaced it.
        """
        names = tuple(architectures or ())
        return asked(lambda store: ask.trends(store, narrowed(filters), names, by, limit))

    def together(
        architecture: str,
        per: Per | None = None,
        by: By = "lineage",
        limit: int = 15,
        **filters: Unpack[FilterWords],
    ) -> str:
        """What solutions that use an architecture use beside it: n/N, share, interval, lift; per: in each group."""
        if per:
            return asked(lambda store: ask.together_per(store, architecture, narrowed(filters), per, by, min(limit, 5)))
        return asked(lambda store: ask.together(store, architecture, narrowed(filters), by, limit))

    def unknown(limit: int = 20) -> str:
        """Architectures that documents name and the catalogue lacks, with counts and examples."""
        from miner.jobs.ask_unknown import unknown as ask_unknown

        return asked(lambda store: ask_unknown(store, limit))

    return [popularity, trends, together, unknown]


def winning_tools(asked: Asked) -> Tools:
    """The tools that tell of winners, and compare cohorts and years."""

    def winners(
        what: str = "",
        first_place: bool = False,
        medal: Medal | None = None,
        single_model: bool = False,
        by: By = "lineage",
        limit: int = 15,
        **filters: Unpack[FilterWords],
    ) -> str:
        """What won in a competition (slug), a kind of task ("image/segmentation"), competitions like a text, or all.

        Shares with n/N, newest winners with rank, link and quote, combinations, what was dropped. medal: Kaggle's zone
        in place of rank 10 or better; single_model: list the winners of one family alone.
        """
        choice = ask.WinnersChoice(medal, single_model=single_model)
        return asked(
            lambda store: ask.winners(
                store, what, narrow_winners(narrowed(filters), medal, first_place=first_place), by, limit, choice
            )
        )

    def yearly(years: list[int] | None = None, limit: int = 12, **filters: Unpack[FilterWords]) -> str:
        """What winners used, year by year (the last three): language models, vision families, boosters, packages."""
        return asked(lambda store: ask.yearly(store, narrowed(filters), tuple(years or ()), limit))

    def lift(
        min_solutions: int = 10,
        correction: Correction = "bh",
        by: By = "lineage",
        limit: int = 30,
        **filters: Unpack[FilterWords],
    ) -> str:
        """Over- and underrated architectures: winners' share against everybody else's, with interval and p value."""
        return asked(
            lambda store: ask.lift(
                store, narrowed(filters), by, limit, min_solutions=min_solutions, correction=correction
            )
        )

    def dropped(architecture: str = "", by: By = "lineage", limit: int = 20, **filters: Unpack[FilterWords]) -> str:
        """What was tried and dropped; with an architecture: who dropped it, with reason, sentence, rank and link."""
        return asked(lambda store: ask.dropped(store, narrowed(filters), architecture or None, by, limit))

    return [winners, yearly, lift, dropped]


def choosing_tools(asked: Asked) -> Tools:
    """The tools that help to choose, and what to read first."""

    def similar(what: str, no_curated: bool = False, limit: int = 10, **filters: Unpack[FilterWords]) -> str:
        """Competitions similar to a description or a slug: parts of each score, stated differences, what won there.

        no_curated: leave out facts that people labelled.
        """
        return asked(lambda store: ask.similar(store, what, narrowed(filters), limit, curated=not no_curated))

    def why(architecture: str, by: By = "lineage", limit: int = 2, **filters: Unpack[FilterWords]) -> str:
        """Authors' reasons for and against an architecture, by category, with counts, quotes (limit each) and links."""
        return asked(lambda store: ask.why(store, architecture, narrowed(filters), by, limit))

    def compare(architectures: list[str], by: By = "lineage", limit: int = 5, **filters: Unpack[FilterWords]) -> str:
        """Architectures side by side: wins, reasons, who switched and why, papers, sizes; what is not known."""
        return asked(lambda store: ask.compare(store, architectures, narrowed(filters), by, limit))

    def choose(
        what: str,
        max_size_mb: float = 0,
        max_params_m: float = 0,
        max_gmacs: float = 0,
        limit: int = N_CHOICES,
        **filters: Unpack[FilterWords],
    ) -> str:
        """What to start with for a task, a competition or a description, within limits (0: none), with starter code.

        Each row names a variant, why it is there and the ids of the claims behind it; what is known to be too large and
        what has no known size stand apart, under facts.
        """
        from analysis.counts.sizes import Limits

        limits = Limits(max_size_mb or None, max_params_m or None, max_gmacs or None)
        return asked(lambda store: ask.choose(store, what, narrowed(filters), limits, limit))

    def reading_list(
        what: str,
        kinds: Mapping[Kind, int] | None = None,
        max_minutes: int = 0,
        order: Order = "foundations",
        papers_first: bool | None = None,
        limit: int = 10,
        **filters: Unpack[FilterWords],
    ) -> str:
        """What to read on a task type, description, competition or architecture: items with reason, minutes, link.

        kinds: items of each kind at most, as {"paper": 3, "writeup": 4}; others are left out.
        """
        from analysis.reading import Limits

        choice = ask.ReadingChoice(Limits(limit, max_minutes or None, kinds or None), order, papers_first)
        return asked(lambda store: ask.reading_list(store, what, narrowed(filters), choice))

    return [similar, why, compare, choose, reading_list]


def looking_tools(asked: Asked) -> Tools:
    """The tools that look closer, and at the corpus itself."""

    def show(what: str, **filters: Unpack[FilterWords]) -> str:
        """Everything known of one document, competition, architecture, variant or claim, with its evidence."""
        return asked(lambda store: ask.show(store, what, narrowed(filters)))

    def search(words: str, limit: int = 10, **filters: Unpack[ScopeWords]) -> str:
        """Places in the documents that hold all the words; titles where the corpus has no text."""
        return asked(lambda store: ask.search(store, words, narrowed(filters), limit))

    def changes(since: str, limit: int = 20) -> str:
        """What came, changed and went from that day (YYYY-MM-DD, UTC), and what it means for the claims."""
        from miner.jobs.changes import changes as ask_changes

        return asked(lambda store: ask_changes(store, read_day("since", since), limit))

    def status() -> str:
        """What the corpus holds, how fresh it is, what failed and what is missing."""
        from miner.wiring import current_stamp

        return asked(lambda store: ask.status(store, current_stamp()))

    def sql(query: str, param: dict[str, str] | None = None, limit: int = 50) -> str:
        """One SELECT over the views, read-only; "" lists the views, "v_claims" alone the columns of that view.

        param: what each :name stands for.
        """
        from miner.jobs import ask_sql

        words = query.split()
        if not words:
            return asked(ask_sql.sql_tables)
        if len(words) == 1 and words[0].startswith("v_"):
            return asked(lambda store: ask_sql.sql_schema(store, words[0]))
        limits = ask_sql.Limits(3.0, max(1, min(limit, MOST_SQL_ROWS)), 500, 500_000)
        return asked(lambda store: ask_sql.sql(store, query, param, limits))

    return [show, search, changes, status, sql]
