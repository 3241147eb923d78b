from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.runners import run_serial
from corpus.ids import content_hash, document_id
from corpus.records import Competition, Document, DocumentKind, Filters, RankSource, RankStatement, RawDocument
from corpus.store import MEMORY, Store
from miner.jobs import ask
from miner.jobs.analyse import analyse
from miner.jobs.ask_agreement import agreement_words

FROGS = Competition("kaggle/frogs", "frogs", "kaggle", "Find the Frogs", year=2024)
PAGE = """# 1st place

Our final ensemble is LightGBM and a DeBERTa model. ResNet50 did not improve the score, so we dropped it.
"""
DROPPED, NOT_RUN = "the text says tried and dropped", "the code names it and does not run it"
PROGRAM = """import lightgbm
import torchvision
from catboost import CatBoostClassifier

lightgbm.LGBMClassifier().fit(x, y)
net = torchvision.models.resnet50(weights=None)
net.train()
CatBoostClassifier().fit(x, y)
"""


def item(name: str, kind: DocumentKind, suffix: str, text: str, **facts: object) -> tuple[Document, RawDocument]:
    key, raw = document_id(None, name), text.encode()
    document = Document(key, name, kind, suffix, competition_id=FROGS.id, **facts)  # type: ignore[arg-type]
    return document, RawDocument(key, raw, content_hash(raw))


@pytest.fixture(scope="module")
def solution() -> Iterator[Store]:
    """A winner's write-up and program, a copy of the program, and a write-up alone."""
    first = (RankStatement(RankSource.AUTHOR, 1, "title"),)
    program = item("frogs-program", DocumentKind.SCRIPT, "py", PROGRAM, ranks=first)
    items = [
        item("frogs-1st", DocumentKind.WRITEUP, "md", PAGE, ranks=first),
        program,
        item("frogs-program-again", DocumentKind.SCRIPT, "py", PROGRAM, ranks=first),
        item("frogs-alone", DocumentKind.WRITEUP, "md", PAGE.replace("1st", "9th"), author="Ann"),
    ]
    with Store.open(Path(MEMORY)) as store:
        store.save_competitions([FROGS], "folder")
        store.save_documents(items)
        store.settle()
        assert analyse(store, run_serial).failures == ()
        yield store


def test_the_view_compares_text_and_code_across_the_documents_of_a_solution(solution: Store) -> None:
    rows = solution.execute(
        "SELECT architecture_id, text_status, code_status, agreement, n_text_documents, n_code_documents, rank "
        "FROM v_agreement ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [
        ("catboost", None, "used", "code", 0, 1, 1),
        ("deberta", "used", None, "text", 1, 0, 1),
        ("lightgbm", "used", "used", "both", 1, 1, 1),
        ("resnet", "tried", "used", "contradiction", 1, 1, 1),
    ]


def test_show_says_it_plainly(solution: Store) -> None:
    rows = ask.show(solution, "frogs-1st", Filters()).rows
    assert {row["architecture_id"]: row["solution_words"] for row in rows} == {
        "lightgbm": "write-up frogs-1st says used; script frogs-program runs it: they agree",
        "deberta": "only in write-up frogs-1st, which says used",
        "resnet": "write-up frogs-1st says tried and dropped; script frogs-program runs it: they contradict each other",
    }
    assert all(row["agreement_words"] is None for row in rows), "the write-up holds no code"
    rows = ask.show(solution, "frogs-program", Filters()).rows
    words = {row["architecture_id"]: row["solution_words"] for row in rows}
    assert words["catboost"] == "only in script frogs-program, which runs it"


def test_a_solution_with_one_side_is_not_compared(solution: Store) -> None:
    rows = ask.show(solution, "frogs-alone", Filters()).rows
    assert rows
    assert all(row["solution_words"] is row["agreement_words"] is row["solution_agreement"] is None for row in rows)


@pytest.mark.parametrize(
    ("text", "code", "agreement", "words"),
    [
        ("used", "used", "both", "the text says used; the code runs it: they agree"),
        ("tried", "used", "contradiction", f"{DROPPED}; the code runs it: they contradict each other"),
        ("used", "mentioned", "text", f"the text says used; {NOT_RUN}: the code does not confirm it"),
        ("mentioned", "used", "code", "the text only names it; the code runs it: the text does not confirm it"),
        ("tried", None, "text", "only in the text, which says tried and dropped"),
        (None, "tried", "code", "only in the code, which has it commented out"),
        ("mentioned", "mentioned", "both", None),
        ("used", None, None, None),
    ],
)  # fmt: skip
def test_every_case_has_its_words(text: str | None, code: str | None, agreement: str | None, words: str | None) -> None:
    assert agreement_words(text, code, agreement) == words
