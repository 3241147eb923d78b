"""Every question of the command line as a method, with the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from corpus.errors import UsageError
from miner.filter_words import Day, FilterWords, ReadingWords, ScopeWords, make_filters, narrow_winners, read_day
from miner.python_result import Result

if TYPE_CHECKING:
    from analysis.counts.groups import Per
    from analysis.counts.lift import Correction
    from analysis.counts.popularity import By
    from analysis.reading import Kind, Order
    from corpus.store import Store


class Questions:
    """What can be asked of an open corpus."""

    path: Path
    _opened: Store | None = None

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise UsageError(f"this corpus is closed; Corpus({str(self.path)!r}) opens it again")
        return self._opened

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

        >>> found = corpus.popularity(task="audio", winners=True, limit=3)
        >>> found.title
        'Architectures in documented solutions: audio, rank 10 or better'
        >>> found.to_pandas()[["n_solutions", "n_solutions_total", "share"]].shape
        (3, 3)
        """
        from miner.jobs import ask

        scope = make_filters(filters)
        if per:
            return Result(ask.popularity_per(self._store, scope, per, by, limit or 5, with_copies=with_copies))
        return Result(ask.popularity(self._store, scope, by, limit or 20, with_copies=with_copies))

    def trends(self, *architectures: str, by: By = "lineage", limit: int = 6, **filters: Unpack[FilterWords]) -> Result:
        """Share of architectures by year; those named, else the `limit` most used.

        >>> shares = corpus.trends("EfficientNet", "ConvNeXt", since="2020-01-01", until="2023-12-31")
        >>> sorted({row["architecture"] for row in shares})
        ['ConvNeXt', 'EfficientNet']
        """
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
        """What solutions that use an architecture use beside it, with lift; `per` task, year ... 5 of each at most.

        >>> [row["n_together"] > 0 for row in corpus.together("LightGBM", limit=2)]
        [True, True]
        """
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

        >>> corpus.winners("audio", first_place=True).title
        'What won: audio, rank 1 or better'
        """
        from miner.jobs import ask

        scope = narrow_winners(make_filters(filters), medal, first_place=first_place)
        choice = ask.WinnersChoice(medal, single_model=single_model)
        return Result(ask.winners(self._store, what, scope, by, limit, choice))

    def compare(
        self, *architectures: str, by: By = "lineage", limit: int = 5, **filters: Unpack[FilterWords]
    ) -> Result:
        """Architectures side by side: wins, reasons, who switched and why, papers, figures.

        >>> corpus.compare("DeBERTa", "RoBERTa").rows[0]["aspect"]
        'winners that use it'
        """
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

        >>> [row["size_mb"] <= 50 for row in corpus.choose("image/classification", max_size_mb=50, limit=2)]
        [True, True]
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
        papers_first: bool | None = None,
        limit: int = 10,
        **filters: Unpack[ReadingWords],
    ) -> Result:
        """What to read on a task type, a text, a competition or an architecture, each item with reason and minutes.

        Args:
            what: what it is about.
            kinds: items of each kind at most ({"paper": 3, "writeup": 4}); kinds it lacks are left out.
            max_minutes: of all items together.
            order: foundations (oldest first) or newest.
            papers_first: papers above everything else; None: yes, unless `order` is newest.
            limit: items at most.
            filters: what is taken into account; and new=True: only what new=True has not shown before for this list,
                here or on the command line.

        >>> [row["kind"] for row in corpus.reading_list("audio", kinds={"paper": 1}, new=True)]
        ['paper']
        >>> corpus.reading_list("audio", kinds={"paper": 1}, new=True).facts["n_shown_before"]
        1
        """
        from analysis.reading import Limits
        from miner.jobs import ask

        choice = ask.ReadingChoice(Limits(limit, max_minutes, kinds), order, papers_first)
        new = filters.pop("new", False)
        scope = make_filters(filters)
        if not new:
            return Result(ask.reading_list(self._store, what, scope, choice))
        from miner.jobs.reading_shown import shown_before

        with shown_before(self.path, what) as shown:
            answer = ask.reading_list(self._store, what, scope, replace(choice, shown=shown.keys))
            shown.keep(answer)
        return Result(answer)

    def lift(
        self,
        *,
        min_solutions: int = 10,
        correction: Correction = "bh",
        by: By = "lineage",
        limit: int = 30,
        **filters: Unpack[FilterWords],
    ) -> Result:
        """Winners' share against everybody else's: over- and underrated; `correction` is bh or holm.

        >>> {row["verdict"] for row in corpus.lift()} <= {"underrated", "overrated", "no clear difference"}
        True
        """
        from miner.jobs import ask

        scope = make_filters(filters)
        return Result(ask.lift(self._store, scope, by, limit, min_solutions=min_solutions, correction=correction))

    def yearly(self, *years: int, limit: int = 12, **filters: Unpack[FilterWords]) -> Result:
        """What winners used, year by year, one row for each cell of the yearly tables; without years the last three.

        >>> {row["year"] for row in corpus.yearly(2023)}
        {2023}
        """
        from miner.jobs import ask

        return Result(ask.yearly(self._store, make_filters(filters), years, limit))

    def dropped(
        self, architecture: str | None = None, *, by: By = "lineage", limit: int = 20, **filters: Unpack[FilterWords]
    ) -> Result:
        """What was tried and dropped; with an architecture: by whom, with sentence, rank and link.

        >>> corpus.dropped("ConvNeXt").title
        'Who tried ConvNeXt and dropped it'
        """
        from miner.jobs import ask

        return Result(ask.dropped(self._store, make_filters(filters), architecture, by, limit))

    def similar(
        self, what: str, *, no_curated: bool = False, limit: int = 10, **filters: Unpack[FilterWords]
    ) -> Result:
        """Competitions like a text or a slug, with the parts of each score.

        >>> corpus.similar("bird calls in long recordings", limit=1).rows[0]["task_types"][0]
        'audio/classification'
        """
        from miner.jobs import ask

        return Result(ask.similar(self._store, what, make_filters(filters), limit, curated=not no_curated))

    def why(self, architecture: str, *, by: By = "lineage", limit: int = 2, **filters: Unpack[FilterWords]) -> Result:
        """Authors' reasons for and against, by category; `limit` quotes for each kind of reason.

        >>> sorted({row["polarity"] for row in corpus.why("LightGBM")})
        ['against', 'for']
        """
        from miner.jobs import ask

        return Result(ask.why(self._store, architecture, make_filters(filters), by, limit))

    def show(self, what: str, **filters: Unpack[FilterWords]) -> Result:
        """Everything known of one document, competition, architecture, variant or claim.

        >>> corpus.show("tf_efficientnetv2_s.in21k_ft_in1k").facts["paper"]
        'EfficientNetV2: Smaller Models and Faster Training'
        """
        from miner.jobs import ask

        return Result(ask.show(self._store, what, make_filters(filters)))

    def search(self, words: str, *, limit: int = 10, **filters: Unpack[ScopeWords]) -> Result:
        """Places in the documents that hold all the words; titles where the corpus has no text.

        >>> len(corpus.search("segmentation", limit=2))
        2
        """
        from miner.jobs import ask

        return Result(ask.search(self._store, words, make_filters(filters), limit))

    def changes(self, *, since: Day, limit: int = 20) -> Result:
        """What came, changed and went from the beginning of that day (UTC).

        >>> corpus.changes(since="2020-01-01").title
        'What changed since 2020-01-01'
        """
        from miner.jobs.changes import changes

        return Result(changes(self._store, read_day("since", since), limit))

    def status(self) -> Result:
        """What the corpus holds, what failed and what is missing.

        >>> corpus.status().rows[0]["thing"]
        'competitions'
        """
        from miner.jobs import ask
        from miner.wiring import current_stamp

        return Result(ask.status(self._store, current_stamp()))

    def unknown(self, *, limit: int = 20) -> Result:
        """Architectures that documents name and the catalogue lacks.

        >>> len(corpus.unknown(limit=2))
        2
        """
        from miner.jobs.ask_unknown import unknown

        return Result(unknown(self._store, limit))

    def sql(
        self, query: str, *, param: Mapping[str, str] | None = None, max_seconds: float = 10.0, limit: int = 100
    ) -> Result:
        """One SELECT over the documented views; `param` gives what each :name stands for, a number as its text.

        Raises:
            UsageError: when it writes, takes longer than `max_seconds`, or is no SQL.

        >>> query = "SELECT count(*) > 0 AS some FROM v_competitions WHERE year = :y"
        >>> corpus.sql(query, param={"y": "2023"}).rows
        ({'some': 1},)
        """
        from miner.jobs import ask_sql

        limits = ask_sql.Limits(max_seconds=max_seconds, max_rows=limit)
        return Result(ask_sql.sql(self._store, query, param, limits))

    def tables(self) -> Result:
        """The documented views, as `miner sql --tables`.

        >>> [row["name"] for row in corpus.tables()][0]
        'v_competitions'
        """
        from miner.jobs import ask_sql

        return Result(ask_sql.sql_tables(self._store))

    def schema(self, view: str) -> Result:
        """The columns of one view, as `miner sql --schema VIEW`.

        >>> "claim_id" in {row["column"] for row in corpus.schema("v_claims")}
        True
        """
        from miner.jobs import ask_sql

        return Result(ask_sql.sql_schema(self._store, view))
