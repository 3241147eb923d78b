"""The door for Python: what the command line asks and does, as methods of one object, with the same words.

from miner import Corpus

with Corpus() as corpus:
    found = corpus.popularity(task="audio", winners=True, limit=4)
found.to_pandas()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, Unpack, overload

from corpus.errors import UsageError
from miner.filter_words import FilterWords, check_confidence, make_filters
from miner.python_questions import Questions
from miner.python_result import Result as Result

if TYPE_CHECKING:
    from corpus.store import Store

Exported = Literal["claims", "competitions", "documents", "corrections", "starter"]
ExportFormat = Literal["jsonl", "csv", "parquet"]
Anywhere = str | PathLike[str]
Told = Callable[[int, int | None, str], object]  # done, of how many (None: not known), of what ("documents")


class Corpus(Questions):
    """A corpus: questions about it, and the work that fills it; a context manager.

    Questions only read. `add` and `analyse` write, each for as long as it runs, and beside them the corpus may be asked
    from elsewhere; what they have done is seen by the next question.

    Errors: MinerError is the root; NotKnownError for a name the corpus lacks (with near ones), UsageError for a value
    that cannot be, StoreError for a file that cannot be used or that another process writes to. A wrong keyword is a
    TypeError.

    The examples of all methods go on from these lines:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from miner import Corpus
    >>> temporary = TemporaryDirectory()
    >>> folder = Path(temporary.name)
    >>> corpus = Corpus(folder / "corpus.db")
    >>> corpus.path.exists()
    True
    """

    def __init__(self, path: Anywhere | None = None) -> None:
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
        self._opened: Store | None = Store.open(self.path, read_only=True)

    def close(self) -> None:
        """Close the file; a question asked later is a UsageError."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Corpus({str(self.path)!r})"

    def add(self, *paths: Anywhere, progress: bool | Told = False) -> Result:
        """Put local files or folders, newer facts or another corpus into this one, as `miner add`.

        Adding the same again changes nothing. It may be stopped; what was added stays.

        Args:
            paths: .ipynb, .md, .html, .py, .R and .Rmd, folders of them with or without manifests, a file of
                `export("starter")`, another corpus.
            progress: True shows a bar, or in a notebook a line that counts; a function is called with the number done,
                the total (None where it is not known) and what is counted.

        Returns:
            A row for each kind of thing found, with what is new, changed and unchanged. What cannot be taken costs
            itself only: the title counts it, and `facts["failures"]` says what and why.

        Raises:
            UsageError: no path is given, one does not exist, or facts are older than those here.
            StoreError: the corpus cannot be written, or a path is a corpus that cannot be read.

        >>> from importlib.resources import files
        >>> added = corpus.add(str(files("miner") / "examples"))
        >>> [(row["what"], row["n_new"]) for row in added]
        [('documents', 3), ('competitions', 3)]
        >>> corpus.add(str(files("miner") / "examples")).title
        'Nothing has changed'
        """
        from miner.jobs.add_each import add_each
        from miner.jobs.work_rows import added_answer
        from miner.progress_lines import progress_for

        with self._writing() as store:
            return Result(added_answer(add_each(store, [Path(path) for path in paths], progress_for(progress))))

    def analyse(
        self, *, all: bool = False, workers: int = 1, cluster: str | None = None, progress: bool | Told = False
    ) -> Result:
        """Extract claims from new, changed and stale documents, as `miner analyse`.

        It may be stopped; what is done is kept, and the same call goes on from there.

        Args:
            all: every document that has text, stale or not.
            workers: processes; with more than one a script keeps its calls below `if __name__ == "__main__":`.
            cluster: address of a Dask scheduler that carries the analysis, or "local".
            progress: as for `add`.

        Returns:
            One row: documents analysed and unreadable, claims. The title counts what failed, and `facts["failures"]`
            says what and why.

        Raises:
            UsageError: fewer workers than one, or processes or a cluster that cannot be used.
            StoreError: the corpus cannot be written.

        >>> steps = []
        >>> done = corpus.analyse(progress=lambda n_done, total, what: steps.append((n_done, total, what)))
        >>> [row["n_documents"] for row in done], steps[-1]
        ([3], (3, 3, 'documents'))
        >>> corpus.analyse().title
        'Nothing to do: every document is up to date'
        """
        from miner.jobs.analyse import analyse
        from miner.jobs.work_rows import analysed_answer
        from miner.progress_lines import progress_for
        from miner.wiring import make_runner

        if workers < 1:
            raise UsageError(f"workers must be 1 or more, not {workers!r}")
        with self._writing() as store:
            runner, shown = make_runner(workers, cluster), progress_for(progress)
            return Result(analysed_answer(analyse(store, runner, all=all, progress=shown)))

    def report(
        self, *, out: Anywhere = "miner-report", publish: bool = False, min_confidence: float | None = None
    ) -> Path:
        """Write the report, a static site with Markdown and tables; its front page.

        Args:
            out: a folder, made where it is missing; pages of an earlier report that are gone are removed.
            publish: for others' eyes: quotes cut to 25 words, with author and link.
            min_confidence: only claims whose status is right with at least this probability, 0 to 1.

        Raises:
            UsageError: `out` is a file or cannot be written, or a confidence is out of bounds.

        >>> page = corpus.report(out=folder / "report", publish=True)
        >>> page.relative_to(folder).as_posix()
        'report/index.html'
        """
        from miner.jobs.report import write_report

        check_confidence(min_confidence)
        return write_report(self._store, Path(out), publish=publish, min_confidence=min_confidence).front

    @overload
    def export(
        self,
        what: Exported,
        *,
        out: None = None,
        format: ExportFormat = "jsonl",
        raw: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Result: ...

    @overload
    def export(
        self,
        what: Exported,
        *,
        out: Anywhere,
        format: ExportFormat = "jsonl",
        raw: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Path: ...

    def export(
        self,
        what: Exported,
        *,
        out: Anywhere | None = None,
        format: ExportFormat = "jsonl",
        raw: bool = False,
        **filters: Unpack[FilterWords],
    ) -> Result | Path:
        """Take data out, one record per document, competition or correction: as rows, or into a file.

        Args:
            what: claims (each analysed document with its claims), documents, competitions, corrections (for
                `miner correct --from`), or starter: the facts that can be passed on, a data package that `add` takes.
            out: the file, replaced where it is there; None gives the records as rows. starter needs it: a folder, or a
                file ending in .zip.
            format: of the file; claims are nested in jsonl, csv and parquet have a row for each. parquet keeps dates,
                numbers and lists, and needs the extra `parquet`.
            raw: in a CSV, leave text as it is even where a spreadsheet would run it.
            filters: what is exported; min_confidence is for claims alone.

        Raises:
            UsageError: no such export or format, `out` cannot be written, or the extra is missing.

        >>> claims = corpus.export("claims", format="csv", platform="example").to_pandas()
        >>> sorted(set(claims["doc_id"]))[0], "status" in claims.columns
        ('example-blog-invoice-lines', True)
        >>> corpus.export("competitions", out=folder / "competitions.csv", format="csv", task="audio").name
        'competitions.csv'
        """
        from miner.jobs import export as job

        scope, path = make_filters(filters), None if out is None else Path(out)
        if scope.min_confidence is not None and what != "claims":
            raise UsageError('min_confidence is for claims: export("claims", min_confidence=...)')
        if what == "starter":
            return self._export_starter(path)
        if path is None:
            return Result(job.exported_answer(self._store, what, format, scope))
        job.write_export(self._store, what, format, scope, path, raw=raw)
        return path

    def _export_starter(self, out: Path | None) -> Path:
        from corpus.store import utc_now
        from miner.jobs.facts import write_facts

        if out is None:
            raise UsageError('export("starter") needs out=, a folder or a file ending in .zip')
        write_facts(self._store, out, utc_now().date())
        return out

    @contextmanager
    def _writing(self) -> Iterator[Store]:
        """The corpus, open for writing beside the connection that asks."""
        from corpus.store import Store

        path = self._store.path
        with Store.open(path) as store:
            yield store
