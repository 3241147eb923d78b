from __future__ import annotations

import random
import struct
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from store_samples import COMPETITION, analysis, content, dated, document

from corpus.copies import ALIKE, Copyable, Likeness, find_near_copies
from corpus.records import Document, DocumentAnalysis, Sketch
from corpus.store import MEMORY, Store

BOTH = ("v_claims", "v_solution_architectures")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def copyable(name: str, day: str | None = "2024-05-01", **facts: object) -> Copyable:
    values: dict[str, object] = {
        "content": "code", "competition_id": "kaggle/frogs", "rank": None, "used": frozenset[str](), **facts
    }  # fmt: skip
    return Copyable(name, name, published_on=day, **values)  # type: ignore[arg-type]


def sketch(runs: set[int], level: int = 0, bands: tuple[int, ...] = (1,), kind: str = "code") -> Sketch:
    kept = sorted(run for run in runs if run < 1 << 32 >> level)
    return Sketch(kind, level, struct.pack(f"<{len(kept)}I", *kept), bands)


def near(*documents: Copyable, runs: dict[str, set[int]]) -> dict[str, tuple[str, float]]:
    sketches = {name: sketch(found) for name, found in runs.items()}
    found = find_near_copies(documents, lambda name: sketches[name].bands, Likeness(sketches.__getitem__))
    return {copy.copy_id: (copy.original_id, copy.similarity) for copy in found}


HUNDRED = set(range(100))


def test_a_fork_with_few_changes_is_a_copy_of_the_older_one() -> None:
    old, new = copyable("z", "2024-01-01"), copyable("a", "2024-02-01")
    fork = HUNDRED - {1, 2, 3} | {501, 502}
    assert near(new, old, runs={"z": HUNDRED, "a": fork}) == {"a": ("z", 0.951)}


def test_a_fork_that_only_adds_is_one_until_it_has_become_another_work() -> None:
    old, new = copyable("old", "2024-01-01"), copyable("new", "2024-02-01")
    assert near(old, new, runs={"old": HUNDRED, "new": set(range(140))}) == {"new": ("old", 0.714)}
    assert near(old, new, runs={"old": HUNDRED, "new": set(range(150))}) == {}
    assert near(old, new, runs={"old": HUNDRED, "new": set(range(10, 130))}) == {}, "rewritten and enlarged"


def test_small_steps_do_not_add_up() -> None:
    documents = [copyable(f"v{step}", f"2024-01-0{step + 1}") for step in range(4)]
    runs = {f"v{step}": set(range(step * 10, step * 10 + 100)) for step in range(4)}
    assert near(*documents, runs=runs) == {"v1": ("v0", 0.818), "v3": ("v2", 0.818)}


def test_the_likest_original_is_taken() -> None:
    documents = [copyable("a", "2024-01-01"), copyable("b", "2024-01-02"), copyable("c", "2024-01-03")]
    runs = {"a": HUNDRED, "b": set(range(20, 120)), "c": set(range(11, 111))}
    assert near(*documents, runs=runs) == {"c": ("b", 0.835)}


@pytest.mark.parametrize(
    ("facts", "is_copy"),
    [
        ({}, True),
        ({"competition_id": "kaggle/toads"}, False),
        ({"competition_id": None}, True),
        ({"rank": 3}, False),
        ({"content": "notebook"}, False),
        ({"used": frozenset({"resnet"})}, True),
        ({"used": frozenset({"resnet", "vit"})}, False),
    ],
)
def test_what_would_be_lost_is_no_copy(facts: dict[str, object], is_copy: bool) -> None:
    old = copyable("old", "2024-01-01", used=frozenset({"resnet"}))
    new = copyable("new", "2024-02-01", **facts)
    assert bool(near(old, new, runs={"old": HUNDRED, "new": HUNDRED})) is is_copy


def test_texts_of_one_rank_are_copies_and_programs_its_parts() -> None:
    for kind, expected in (("text", {"b": ("a", 1.0)}), ("code", {})):
        one, other = copyable("a", rank=2, content=kind), copyable("b", rank=2, content=kind)
        assert near(one, other, runs={"a": HUNDRED, "b": HUNDRED}) == expected


def test_what_has_a_competition_is_the_original_of_what_has_none() -> None:
    older, newer = copyable("older", "2020-01-01", competition_id=None), copyable("newer", "2024-01-01")
    assert near(older, newer, runs={"older": HUNDRED, "newer": HUNDRED}) == {"older": ("newer", 1.0)}


def test_samples_are_compared_at_the_coarser_level() -> None:
    values = random.Random(1).sample(range(1 << 32), 9000)
    whole, part = sketch(set(values[:8500]), 0), sketch(set(values[500:]), 2)
    sketches = {"a": whole, "b": part}
    documents = [copyable("a", "2024-01-01"), copyable("b", "2024-01-02")]
    (found,) = find_near_copies(documents, lambda name: (1,), Likeness(sketches.__getitem__))
    assert found.similarity == pytest.approx(8000 / 9000, abs=0.02)


def sketched(of: Document, found: Sketch | None, text: str = "EfficientNet-B0, fast") -> DocumentAnalysis:
    one = analysis(of, text)
    return DocumentAnalysis(one.document_id, one.content_hash, one.made_by, one.blocks, one.claims, sketch=found)


def save(store: Store, of: Document, found: Sketch | None, text: str | None = None) -> None:
    text = text or f"EfficientNet-B0, as {of.name} says"
    store.save_document(of, content(of, text))
    store.replace_analysis(sketched(of, found, text))


def copies(store: Store) -> dict[str, tuple[str, str, float | None]]:
    rows = store.execute("SELECT document, original, copy_how, copy_similarity FROM v_copies ORDER BY 1")
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


@pytest.fixture
def frogs(store: Store) -> Store:
    store.save_competitions([COMPETITION], "folder")
    store.execute(
        "INSERT INTO architectures (id, name, lineage, lineage_name, kind, is_counted, tasks, source) "
        "VALUES ('efficientnet', 'EfficientNet', 'efficientnet', 'EfficientNet', 'cnn', 1, '[]', 'x')"
    )
    return store


def test_every_copy_says_why_it_is_one(frogs: Store) -> None:
    first, near_one = dated("first", "2024-01-01"), dated("near", "2024-01-02")
    save(frogs, first, sketch(HUNDRED), "EfficientNet-B0, once")
    save(frogs, near_one, sketch(HUNDRED - {1}))
    save(frogs, dated("equal", "2024-01-03"), sketch(HUNDRED), "EfficientNet-B0, once")
    save(frogs, dated("stated", "2024-01-04", copy_of=near_one.id), sketch({7}))
    frogs.settle()
    assert copies(frogs) == {
        "near": ("first", "near", 0.99),
        "equal": ("first", "equal", None),
        "stated": ("first", "stated", None),
    }
    assert all(check.ok for check in frogs.checks())


def test_only_what_changed_is_decided_again(frogs: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        pair, is_copy = divmod(number, 2)
        base = set(range(1000 * pair, 1000 * pair + 100))
        save(frogs, dated(f"d{number}", f"2024-01-0{number + 1}"), sketch(base - {is_copy}, bands=(pair, 50)[:1]))
    frogs.settle()
    assert {copy: found[0] for copy, found in copies(frogs).items()} == {"d1": "d0", "d3": "d2", "d5": "d4"}
    asked: list[str] = []

    def watch(documents: object, *rest: object) -> list[object]:
        asked.extend(sorted(d.name for d in documents))  # type: ignore[attr-defined]
        return []

    monkeypatch.setattr("corpus.store_copies.find_near_copies", watch)
    frogs.settle()
    assert asked == []
    assert len(copies(frogs)) == 3
    frogs.save_document(dated("d3", "2023-01-01"), None)
    frogs.settle()
    assert asked == ["d2", "d3"]


def test_a_copy_stands_alone_when_its_original_goes_or_changes(frogs: Store) -> None:
    for number in range(3):
        save(frogs, dated(f"d{number}", f"2024-01-0{number + 1}"), sketch(HUNDRED - {number}))
    frogs.settle()
    assert {copy: found[0] for copy, found in copies(frogs).items()} == {"d1": "d0", "d2": "d0"}
    frogs.forget(frogs.select_document("d0"))
    assert {copy: found[0] for copy, found in copies(frogs).items()} == {"d2": "d1"}
    one = dated("d1", "2024-01-02")
    frogs.replace_analysis(sketched(one, sketch({5}, bands=(9,)), f"EfficientNet-B0, as {one.name} says"))
    frogs.settle()
    assert copies(frogs) == {}
    assert (
        frogs.execute("SELECT count(*) FROM sketch_bands WHERE document_id NOT IN (SELECT id FROM documents)")[0][0]
        == 0
    )


def test_statistics_count_a_copy_once(frogs: Store) -> None:
    for name, author in (("first", "Ann"), ("fork", "Bob")):
        save(frogs, dated(name, "2024-01-01", author=author), sketch(HUNDRED))
    frogs.settle()
    assert [row["solution_id"] for row in frogs.execute("SELECT solution_id FROM v_solution_architectures")] == [
        row["solution_id"] for row in frogs.execute("SELECT solution_id FROM documents WHERE name = 'first'")
    ]


Fork = tuple[str, int, int, str, int | None, str | None]
forks = st.tuples(
    st.sampled_from("abcdefgh"),
    st.integers(1, 4),  # day
    st.sampled_from([0, 4, 9, 16, 60]),  # where its hundred runs begin
    st.sampled_from(["kaggle/frogs", "kaggle/toads"]),
    st.sampled_from([None, None, 1, 2]),
    st.sampled_from([None, None, None, *"abc"]),
)


def settled(saved: list[Fork], *, step_by_step: bool) -> list[list[tuple[object, ...]]]:
    with Store.open(Path(MEMORY), now=lambda: NOW) as store:
        store.execute(
            "INSERT INTO architectures (id, name, lineage, lineage_name, kind, is_counted, tasks, source) "
            "VALUES ('efficientnet', 'EfficientNet', 'efficientnet', 'EfficientNet', 'cnn', 1, '[]', 'x')"
        )
        for name, day, start, competition, rank, copied in saved:
            original = document(copied).id if copied else None
            one = dated(name, date(2024, 1, day).isoformat(), competition_id=competition, rank=rank, copy_of=original)
            bands = tuple(range(start // 10, start // 10 + 3))
            save(store, one, sketch(set(range(start, start + 100)), bands=bands))
            if step_by_step:
                store.settle()
        store.settle()
        assert (
            store.execute("SELECT 1 FROM documents d JOIN documents o ON o.id = d.copy_of WHERE o.copy_of NOTNULL")
            == []
        )
        tables = ("documents", "sketches", "sketch_bands", "v_copies")
        return [sorted((tuple(row) for row in store.execute(f"SELECT * FROM {table}")), key=str) for table in tables]


@given(st.lists(forks, unique_by=lambda fork: fork[0]), st.randoms())
def test_the_order_of_arrival_does_not_matter(saved: list[Fork], shuffle: random.Random) -> None:
    shuffled = saved.copy()
    shuffle.shuffle(shuffled)
    assert settled(saved, step_by_step=False) == settled(shuffled, step_by_step=True)


def test_five_hundred_forks_are_one(frogs: Store) -> None:
    """A template forked 500 times and changed in a few places, beside 20 works of their own; the truth is known."""
    chance = random.Random(3)
    template = set(chance.sample(range(1 << 32), 400))
    for number in range(500):
        changed = set(chance.sample(range(1 << 32), 20))
        fork = set(sorted(template, key=lambda _: chance.random())[20:]) | changed
        save(frogs, dated(f"fork-{number:03}", "2024-02-01", author=f"a{number}"), sketch(fork))
    save(frogs, dated("template", "2024-01-01", author="Ann"), sketch(template))
    for number in range(20):
        own = set(chance.sample(range(1 << 32), 400))
        save(frogs, dated(f"own-{number:02}", "2024-02-01", author=f"b{number}"), sketch(own))
    frogs.settle()
    found = copies(frogs)
    assert len(found) == 500
    assert {(original, how) for original, how, _ in found.values()} == {("template", "near")}
    assert all(similarity is not None and similarity > ALIKE for _, _, similarity in found.values())
    counts = [frogs.execute(f"SELECT count(DISTINCT solution_id) FROM {view}")[0][0] for view in BOTH]
    assert counts == [521, 21], "both numbers can be shown"
