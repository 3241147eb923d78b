from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from analysis.runners import Lost, run_processes, run_serial
from corpus.errors import ReadError
from corpus.ids import block_id, claim_id, content_hash, document_id
from corpus.records import (
    Block,
    BlockKind,
    Claim,
    Competition,
    Document,
    DocumentAnalysis,
    DocumentKind,
    Evidence,
    Failure,
    RawDocument,
    Span,
    Status,
    TaskType,
)
from corpus.store import MEMORY, Counts, Store
from miner.jobs.analyse import Extractor, analyse

FROGS = Competition("kaggle/frogs", "frogs", "kaggle", "Find the Frogs")


def analyse_word(document: Document, raw: RawDocument) -> DocumentAnalysis:
    """A claim about an architecture called like the text; "broken" cannot be read, "bug" is our own mistake."""
    text = raw.content.decode()
    if text == "broken":
        raise ReadError(document.name, "byte 0", "no text")
    if text == "bug":
        raise KeyError("frog")
    block = Block(block_id(document.id, raw.content_hash, 0), document.id, 0, BlockKind.PARAGRAPH, text)
    evidence = Evidence(Span(block.id, 0, len(text)), text, 0, len(text))
    claim = Claim(
        claim_id(document.id, None, text), document.id, text, None, Status.USED, (), (), (), (evidence,), 1, "x"
    )
    part = (Failure(document.name, "analyse", "cell 3", "no code", document.id),) if text == "partly" else ()
    return DocumentAnalysis(document.id, raw.content_hash, "x", (block,), (claim,), part)


def label(competition: Competition, used: Sequence[str] = (), openings: Sequence[str] = ()) -> tuple[TaskType, ...]:
    return (TaskType(competition.id, "audio/classification", 0, "inferred", f"title: {competition.title}", "r"),)


ORDERED = (
    "SELECT * FROM claims ORDER BY id",
    "SELECT * FROM evidence ORDER BY claim_id",
    "SELECT id, position, text FROM blocks ORDER BY id",
    "SELECT * FROM solutions ORDER BY id",
)
EXTRACTOR = Extractor("x", analyse_word, label)
run = partial(analyse, runner=run_serial, extractor=EXTRACTOR)


def fill(store: Store, **texts: str) -> None:
    for name, text in texts.items():
        key, raw = document_id(None, name), text.encode()
        document = Document(key, name, DocumentKind.WRITEUP, "md", competition_id=FROGS.id)
        store.save_document(document, RawDocument(key, raw, content_hash(raw)))
    store.save_competitions([FROGS], "folder")
    store.settle()


def claims(store: Store) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.execute("SELECT document, architecture FROM v_claims ORDER BY 1, 2")]


def test_what_is_new_is_analysed_once(store: Store) -> None:
    fill(store, a="ResNet", b="ViT")
    tally = run(store)
    assert (tally.n_documents, tally.n_claims, tally.n_unreadable, tally.failures) == (2, 2, 0, ())
    assert tally.task_types == Counts(new=1)
    assert claims(store) == [("a", "ResNet"), ("b", "ViT")]
    before = store.execute("SELECT * FROM claims") + store.execute("SELECT * FROM blocks")
    tally = run(store)
    assert (tally.n_documents, tally.task_types) == (0, Counts(unchanged=1))
    assert store.execute("SELECT * FROM claims") + store.execute("SELECT * FROM blocks") == before
    assert run(store, all=True).n_documents == 2
    assert all(check.ok for check in store.checks())


def test_only_what_changed_is_analysed_again(store: Store) -> None:
    fill(store, a="ResNet", b="ViT")
    run(store)
    fill(store, a="ResNet", b="Swin")
    assert run(store).n_documents == 1
    assert claims(store) == [("a", "ResNet"), ("b", "Swin")]
    assert analyse(store, run_serial, extractor=replace(EXTRACTOR, made_by="y")).n_documents == 2


def test_a_document_that_fails_costs_only_itself_and_is_not_tried_again(store: Store) -> None:
    fill(store, a="broken", b="bug", c="ResNet", d="partly")
    tally = run(store)
    assert (tally.n_documents, tally.n_unreadable, tally.n_claims) == (4, 2, 2)
    assert [(f.item, f.stage, f.where) for f in tally.failures][0::2] == [
        ("a", "read", "byte 0"),
        ("d", "analyse", "cell 3"),
    ]
    bug = tally.failures[1]
    assert (bug.item, bug.where[:12]) == ("b", "analyse_word")
    assert "KeyError: 'frog'" in bug.message
    assert len(store.execute("SELECT * FROM failures")) == 3
    assert [tuple(row) for row in store.execute("SELECT outcome FROM runs")] == [("failures",)]
    assert run(store).n_documents == 0
    fill(store, a="ViT")
    assert (run(store).n_documents, claims(store)[0]) == (1, ("a", "ViT"))
    assert [row["item"] for row in store.execute("SELECT item FROM failures ORDER BY item")] == ["b", "d"]


def test_a_document_that_kills_its_process_is_a_failure(store: Store) -> None:
    fill(store, a="ResNet", b="ViT")

    def runner(function: object, items: Iterator[object]) -> Iterator[object]:
        first, second = items
        yield function(first)  # type: ignore[operator]
        yield Lost(second, "killed")

    tally = analyse(store, runner, extractor=EXTRACTOR)  # type: ignore[arg-type]
    assert [(f.item, f.message) for f in tally.failures] == [("b", "killed")]
    assert claims(store) == [("a", "ResNet")]


def test_an_interruption_keeps_what_is_done(store: Store) -> None:
    fill(store, **{f"d{n}": f"Net{n}" for n in range(5)})

    def runner(function: object, items: Iterator[object]) -> Iterator[object]:
        yield function(next(items))  # type: ignore[operator]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyse(store, runner, extractor=EXTRACTOR)  # type: ignore[arg-type]
    assert [tuple(row) for row in store.execute("SELECT outcome, counts FROM runs")] == [
        ("interrupted", '{"analysed": 1, "claims": 1, "unreadable": 0}')
    ]
    assert run(store).n_documents == 4


def test_processes_and_order_of_arrival_make_no_difference(store: Store) -> None:
    texts = {f"d{n}": f"Net{n % 7}" for n in range(20)}
    fill(store, **texts)
    run(store)
    with Store.open(Path(MEMORY)) as other:
        fill(other, **dict(reversed(texts.items())))
        analyse(other, partial(run_processes, workers=2), extractor=EXTRACTOR)
        for sql in ORDERED:
            assert other.execute(sql) == store.execute(sql)
