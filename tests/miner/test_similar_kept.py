"""The index of competitions beside the database: built once, true to what the database holds, never trusted blindly."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.similar import SimilarIndex
from analysis.similar_columns import from_bytes, to_bytes
from corpus.catalogue.curated import CuratedCompetition
from corpus.records import Competition, Filters, TaskType
from corpus.store import MEMORY, Store
from miner.jobs import ask, similar_kept
from miner.jobs.check import check_store
from miner.jobs.similar_kept import keep_index, kept_path, open_index

ROOFS = Competition("kaggle/roofs", "roofs", "kaggle", "Roofs from the air", year=2021, metric="Dice")
OWLS = Competition("kaggle/owls", "owls", "kaggle", "Calls of owls", year=2022, metric="AUC", tags=("birds",))
WHAT = "outline roofs in aerial images"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Nothing held by this process, as after its start."""
    similar_kept._held.clear()
    yield
    similar_kept._held.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A corpus of two competitions."""
    path = tmp_path / "corpus.db"
    with Store.open(path) as store:
        store.save_competitions([ROOFS, OWLS], "folder")
    return path


def slugs(path: Path, what: str = WHAT, *, curated: bool = True) -> list[object]:
    """What `miner similar` answers, as in a new process."""
    similar_kept._held.clear()
    with Store.open(path, read_only=True) as store:
        return [row["slug"] for row in ask.similar(store, what, Filters(), curated=curated).rows]


def refuse(*_: object) -> SimilarIndex:
    raise AssertionError("the index was built again")


def test_the_first_question_keeps_the_index_and_the_next_process_loads_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = slugs(path)
    assert first[0] == "roofs"
    monkeypatch.setattr(SimilarIndex, "build", refuse)
    assert slugs(path) == first
    with pytest.raises(AssertionError):
        slugs(path, curated=False)  # another index, never kept yet


def test_one_process_reads_the_file_once(path: Path) -> None:
    with Store.open(path, read_only=True) as store:
        first = open_index(store).index
        kept_path(path, curated=True).unlink()
        assert open_index(store).index.columns is first.columns


def new_competition(store: Store) -> None:
    store.save_competitions([Competition("kaggle/roofs-2", "roofs-2", "kaggle", "Roofs 2")], "folder")


def new_title(store: Store) -> None:
    store.save_competitions([Competition("kaggle/owls", "owls", "kaggle", "Roofs with owls")], "meta-kaggle")


def new_tag(store: Store) -> None:
    store.save_competitions([Competition("kaggle/owls", "owls", "kaggle", "Owls", tags=("roofs",))], "meta-kaggle")


def new_task_type(store: Store) -> None:
    store.save_task_types([TaskType("kaggle/owls", "image/segmentation", 0, "inferred", "test", "test")])


def new_curated(store: Store) -> None:
    store.load_curated([CuratedCompetition("owls", keywords=("aerial roofs",))], "test")


def gone(store: Store) -> None:
    with store.bulk():
        store.execute("DELETE FROM competitions WHERE slug = 'roofs'")


@pytest.mark.parametrize("change", [new_competition, new_title, new_tag, new_task_type, new_curated, gone])
def test_every_change_of_what_is_compared_is_seen_by_the_next_question(path: Path, change: object) -> None:
    slugs(path)
    before = kept_path(path, curated=True).read_bytes()
    with Store.open(path) as store:
        change(store)  # type: ignore[operator]
    after = slugs(path)
    assert kept_path(path, curated=True).read_bytes() != before
    kept_path(path, curated=True).unlink()
    assert slugs(path) == after


def test_what_is_not_compared_leaves_the_index_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path) as store:
        keep_index(store)
        store.set_meta("something", "else")
        store.save_competitions([ROOFS, OWLS], "folder")
        store.settle()
    monkeypatch.setattr(SimilarIndex, "build", refuse)
    assert slugs(path)[0] == "roofs"


def test_other_rules_make_it_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slugs(path)
    before = kept_path(path, curated=True).read_bytes()
    monkeypatch.setattr(similar_kept, "index_version", lambda: "other rules")
    slugs(path)
    assert kept_path(path, curated=True).read_bytes() != before


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x80\x04\x95."])
def test_a_damaged_one_is_made_anew_and_said(path: Path, content: bytes) -> None:
    expected = slugs(path)
    kept_path(path, curated=True).write_bytes(content)
    similar_kept._held.clear()
    with Store.open(path, read_only=True) as store:
        check = next(check for check in check_store(store) if check.name == "index of competitions")
        assert not check.ok
        answer = ask.similar(store, WHAT, Filters())
        assert [row["slug"] for row in answer.rows] == expected
        assert any("damaged" in note for note in answer.notes)
        similar_kept._held.clear()
        assert not any("damaged" in note for note in ask.similar(store, WHAT, Filters()).notes)
        check = next(check for check in check_store(store) if check.name == "index of competitions")
        assert check.ok
        assert "2 competitions" in check.detail


def test_one_that_leads_nowhere_is_made_anew_and_said(path: Path) -> None:
    expected = slugs(path)
    similar_kept._held.clear()
    with Store.open(path, read_only=True) as store:
        stamp = similar_kept._stamp(store)
        file = kept_path(path, curated=True)
        columns = from_bytes(file.read_bytes(), stamp)
        for place in range(len(columns.words.numbers)):
            columns.words.numbers[place] = 1_000
        file.write_bytes(to_bytes(columns, stamp))
        answer = ask.similar(store, WHAT, Filters())
        assert [row["slug"] for row in answer.rows] == expected
        assert any("damaged" in note for note in answer.notes)


def test_where_nothing_can_be_kept_answers_are_the_same_and_a_large_corpus_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    expected = slugs(path)
    kept_path(path, curated=True).unlink()
    monkeypatch.setattr(similar_kept.tempfile, "mkstemp", full)
    assert slugs(path) == expected
    assert not kept_path(path, curated=True).exists()
    monkeypatch.setattr(similar_kept, "MANY", 2)
    similar_kept._held.clear()
    with Store.open(path, read_only=True) as store:
        notes = ask.similar(store, WHAT, Filters()).notes
    assert any("No space left on device" in note for note in notes)


def test_a_change_while_it_is_built_makes_it_stale_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = similar_kept.select_compared

    def read_while_another_writes(*args: object, **kwargs: object) -> object:
        found = read(*args, **kwargs)  # type: ignore[arg-type]
        monkeypatch.setattr(similar_kept, "select_compared", read)
        with Store.open(path) as other:
            new_competition(other)
        return found

    monkeypatch.setattr(similar_kept, "select_compared", read_while_another_writes)
    with Store.open(path, read_only=True) as store:
        open_index(store)
    assert "roofs-2" in slugs(path)


def test_a_corpus_in_memory_keeps_no_file_and_mixes_with_no_other(tmp_path: Path) -> None:
    with Store.open(Path(MEMORY)) as one, Store.open(Path(MEMORY)) as other:
        one.save_competitions([ROOFS], "folder")
        other.save_competitions([OWLS], "folder")
        for store, slug in ((one, "roofs"), (other, "owls"), (one, "roofs")):
            assert [row["slug"] for row in ask.similar(store, "owls and roofs, AUC", Filters()).rows] == [slug]
        keep_index(one)
    assert not list(tmp_path.iterdir())


def test_it_may_be_read_by_those_who_may_read_the_corpus(path: Path) -> None:
    path.chmod(0o600)
    slugs(path)
    assert stat.S_IMODE(kept_path(path, curated=True).stat().st_mode) == 0o600


def test_limits_of_a_question_hold_with_a_kept_index(path: Path) -> None:
    with Store.open(path, read_only=True) as store:
        for filters in (Filters(exclude=("ROOFS",)), Filters(exclude=("kaggle/roofs",)), Filters(year=2022)):
            assert "roofs" not in {row["slug"] for row in ask.similar(store, WHAT, filters).rows}
