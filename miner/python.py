"""The door for Python: every question of the command line as a method, with the same words.

from miner import Corpus

with Corpus() as corpus:
    found = corpus.popularity(task="audio", winners=True, limit=4)
found.to_pandas()
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from corpus.errors import UsageError
from corpus.records import Filters
from miner.python_result import Result as Result

if TYPE_CHECKING:
    from analysis.counts.groups import Per
    from analysis.counts.lift import Correction
    from analysis.counts.popularity import By
    from analysis.reading import Kind, Order
    from corpus.store import Store

WINNERS_RANK = 10
Day = date | str


class ScopeWords(TypedDict, total=False):
    """What narrows a question: the options of the command line, - as _."""

    task: str | None  # "audio/classification", a modality or a task alone
    year: int | None  # of the competition, else of the document
    since: Day | None  # a date or "YYYY-MM-DD"; only what counts from then or later
    until: Day | None
    platform: str | None
    metric: str | None  # part of its name
    rank_at_most: int | None
    winners: bool  # short for rank_at_most=10
    verified: bool  # only ranks that a leaderboard or a public index confirms
    as_of: Day | None  # what was known then
    exclude: str | Sequence[str]  # slugs, * as wildcard


class FilterWords(ScopeWords, total=False):
    """The same where claims are counted."""

    min_confidence: float | None  # 0 to 1; only claims whose status is right with at least this probability


class Corpus:
    """A corpus, open for questions and never written to; a context manager.

    Errors: MinerError is the root; NotKnownError for a name the corpus lacks (with near ones), UsageError for a value
    that cannot be, StoreError for a file that cannot be used. A wrong keyword is a TypeError.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Open the corpus at `path`; where there is no file it is made, with the starter facts.

        Args:
            path: one SQLite file; None: MINER_DB, else the platform's data folder, as the command line does.
        """
        from corpus.store import Store
        from miner.config import Settings
        from miner.wiring import make_corpus

        settings = Settings.read(db=None if path is None else Path(path))
        self.path: Path = settings.db_path
        if not self.path.exists():
            make_corpus(self.path)
        self._store: Store = Store.open(self.path, read_only=True)

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Corpus({str(self.path)!r})"

    def popularity(
        self,
        *,
        per: Per | None = None,
        with_copies: bool = False,
        by: By = "lineage",
        limit: int | None = None,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """Architectures by the number of documented solutions that use them, with share and 95 % interval.

        Args:
            per: count in each task, modality, metric, platform or year; then at most `limit` (5) of each.
            with_copies: count documents too, without and with their near copies.
            by: lineage, or family within it.
            limit: architectures at most; None: 20.
            filters: what is counted.
        """
        from miner.jobs import ask

        if per:
            return Result(ask.popularity_per(self._store, make_filters(filters), per, by, limit or 5))
        scope = make_filters(filters)
        return Result(ask.popularity(self._store, scope, by, limit or 20, with_copies=with_copies))

    def trends(self, *architectures: str, by: By = "lineage", limit: int = 6, **filters: Unpack[FilterWords]) -> Result:
        """Share of architectures by year; those named, else the `limit` most used."""
        from miner.jobs import ask

        return Result(ask.trends(self._store, make_filters(filters), architectures, by, limit))

    def together(
        self,
        architecture: str,
        *,
        per: Per | None = None,
        by: By = "lineage",
        limit: int = 15,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """What solutions that use an architecture use beside it, with lift; `per` task, year ... 5 of each at most."""
        from miner.jobs import ask

        scope = make_filters(filters)
        if per:
            return Result(ask.together_per(self._store, architecture, scope, per, by, min(limit, 5)))
        return Result(ask.together(self._store, architecture, scope, by, limit))

    def winners(
        self,
        what: str = "",
        *,
        first_place: bool = False,
        medal: str | None = None,
        single_model: bool = False,
        by: By = "lineage",
        limit: int = 15,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """What won, rank 10 or better where nothing else is said.

        Args:
            what: a competition's slug, a kind of task, or a text, which stands for competitions like it; "": all.
            first_place: rank 1 alone.
            medal: gold, silver, bronze or any: Kaggle's zone in place of a rank.
            single_model: only solutions that use one family, as a list.
            by: lineage, or family within it.
            limit: architectures and solutions at most.
            filters: what is counted.
        """
        from miner.jobs import ask

        if medal not in (None, "gold", "silver", "bronze", "any"):
            raise UsageError(f"medal must be gold, silver, bronze or any, not {medal!r}")
        scope, choice = make_filters(filters), ask.WinnersChoice(medal, single_model=single_model)
        scope = replace(scope, rank_at_most=1) if first_place else scope
        return Result(ask.winners(self._store, what, scope, by, limit, choice))

    def compare(
        self, *architectures: str, by: By = "lineage", limit: int = 5, **filters: Unpack[FilterWords]
    ) -> Result:
        """Architectures side by side: wins, reasons, who switched and why, papers, figures."""
        from miner.jobs import ask

        return Result(ask.compare(self._store, architectures, make_filters(filters), by, limit))

    def choose(
        self,
        what: str,
        *,
        max_size_mb: float | None = None,
        max_params_m: float | None = None,
        max_gmacs: float | None = None,
        limit: int = 8,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """What to start with for a task, a competition or a text, within limits, each with starter code.

        Args:
            what: as for `winners`.
            max_size_mb: megabytes of weights; where no source publishes them, 4 bytes a parameter.
            max_params_m: millions of parameters.
            max_gmacs: thousand million multiply-accumulates of one forward pass.
            limit: architectures at most.
            filters: what is counted.
        """
        from analysis.counts.sizes import Limits
        from miner.jobs import ask

        limits = Limits(max_size_mb, max_params_m, max_gmacs)
        return Result(ask.choose(self._store, what, make_filters(filters), limits, limit))

    def reading_list(
        self,
        what: str,
        *,
        kinds: Mapping[Kind, int] | None = None,
        max_minutes: int | None = None,
        order: Order = "foundations",
        papers_first: bool = False,
        limit: int = 10,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """What to read on a task type, a text, a competition or an architecture, each item with reason and minutes.

        Args:
            what: what it is about.
            kinds: items of each kind at most ({"paper": 3, "writeup": 4}); kinds it lacks are left out.
            max_minutes: of all items together.
            order: foundations (oldest first) or newest.
            papers_first: papers above everything else.
            limit: items at most.
            filters: what is taken into account.
        """
        from analysis.reading import Limits
        from miner.jobs import ask

        choice = ask.ReadingChoice(Limits(limit, max_minutes, kinds), order, papers_first)
        return Result(ask.reading_list(self._store, what, make_filters(filters), choice))

    def lift(
        self,
        *,
        min_solutions: int = 10,
        correction: Correction = "bh",
        by: By = "lineage",
        limit: int = 30,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """Winners' share against everybody else's: over- and underrated; `correction` is bh or holm."""
        from miner.jobs import ask

        scope = make_filters(filters)
        return Result(ask.lift(self._store, scope, by, limit, min_solutions=min_solutions, correction=correction))

    def yearly(self, *years: int, limit: int = 12, **filters: Unpack[FilterWords]) -> Result:
        """What winners used, year by year, one row for each cell of the yearly tables; without years the last three."""
        from miner.jobs import ask

        return Result(ask.yearly(self._store, make_filters(filters), years, limit))

    def dropped(
        self, architecture: str | None = None, *, by: By = "lineage", limit: int = 20, **filters: Unpack[FilterWords]
    ) -> Result:
        """What was tried and dropped; with an architecture: by whom, with sentence, rank and link."""
        from miner.jobs import ask

        return Result(ask.dropped(self._store, make_filters(filters), architecture, by, limit))

    def similar(
        self, what: str, *, no_curated: bool = False, limit: int = 10, **filters: Unpack[FilterWords]
    ) -> Result:
        """Competitions like a text or a slug, with the parts of each score."""
        from miner.jobs import ask

        return Result(ask.similar(self._store, what, make_filters(filters), limit, curated=not no_curated))

    def why(self, architecture: str, *, by: By = "lineage", limit: int = 2, **filters: Unpack[FilterWords]) -> Result:
        """Authors' reasons for and against, by category; `limit` quotes for each kind of reason."""
        from miner.jobs import ask

        return Result(ask.why(self._store, architecture, make_filters(filters), by, limit))

    def show(self, what: str, **filters: Unpack[FilterWords]) -> Result:
        """Everything known of one document, competition, architecture, variant or claim."""
        from miner.jobs import ask

        return Result(ask.show(self._store, what, make_filters(filters)))

    def search(self, words: str, *, limit: int = 10, **filters: Unpack[ScopeWords]) -> Result:
        """Places in the documents that hold all the words; titles where the corpus has no text."""
        from miner.jobs import ask

        return Result(ask.search(self._store, words, make_filters(filters), limit))

    def changes(self, *, since: Day, limit: int = 20) -> Result:
        """What came, changed and went from the beginning of that day (UTC)."""
        from miner.jobs.changes import changes

        return Result(changes(self._store, read_day("since", since), limit))

    def status(self) -> Result:
        """What the corpus holds, what failed and what is missing."""
        from miner.jobs import ask
        from miner.wiring import current_stamp

        return Result(ask.status(self._store, current_stamp()))

    def unknown(self, *, limit: int = 20) -> Result:
        """Architectures that documents name and the catalogue lacks."""
        from miner.jobs.ask_unknown import unknown

        return Result(unknown(self._store, limit))

    def sql(
        self, query: str, *, param: Mapping[str, str] | None = None, max_seconds: float = 10.0, limit: int = 100
    ) -> Result:
        """One SELECT over the documented views; `param` gives what each :name stands for, a number as its text.

        Raises:
            UsageError: when it writes, takes longer than `max_seconds`, or is no SQL.
        """
        from miner.jobs import ask_sql

        limits = ask_sql.Limits(max_seconds=max_seconds, max_rows=limit)
        return Result(ask_sql.sql(self._store, query, param, limits))

    def tables(self) -> Result:
        """The documented views, as `miner sql --tables`."""
        from miner.jobs import ask_sql

        return Result(ask_sql.sql_tables(self._store))

    def schema(self, view: str) -> Result:
        """The columns of one view, as `miner sql --schema VIEW`."""
        from miner.jobs import ask_sql

        return Result(ask_sql.sql_schema(self._store, view))


def make_filters(words: ScopeWords) -> Filters:
    """Filters from keywords.

    Raises:
        TypeError: for a keyword that is none.
        UsageError: for a day that is none, or a confidence or rank out of bounds.
    """
    known = FilterWords.__annotations__.keys()
    for word in words:
        if word not in known:
            near = get_close_matches(word, known, n=1)
            raise TypeError(f"no filter called {word!r}{f'; did you mean {near[0]}=?' if near else ''}")
    given: dict[str, object] = {**words}
    for name in ("since", "until", "as_of"):
        if given.get(name) is not None:
            given[name] = read_day(name, given[name])
    confidence, rank = given.get("min_confidence"), given.get("rank_at_most")
    if confidence is not None and not (isinstance(confidence, int | float) and 0 <= confidence <= 1):
        raise UsageError(f"min_confidence must be between 0 and 1, not {confidence!r}")
    if rank is not None and not (isinstance(rank, int) and rank >= 1):
        raise UsageError(f"rank_at_most must be 1 or more, not {rank!r}")
    exclude = words.get("exclude", ())
    given["exclude"] = (exclude,) if isinstance(exclude, str) else tuple(exclude)
    if given.pop("winners", False) and rank is None:
        given["rank_at_most"] = WINNERS_RANK
    return Filters(**given)  # type: ignore[arg-type]  # the keys are the fields' names, checked above


def read_day(name: str, value: object) -> date:
    """The day that a date or "YYYY-MM-DD" means.

    Raises:
        UsageError: for anything else.
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{name} must be a date or 'YYYY-MM-DD', not {value!r}") from error
