"""How documents begin stands for a competition that says nothing of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_samples import COMPETITION, content, document

from corpus.ids import block_id, content_hash
from corpus.records import Block, BlockKind, Competition, Document, DocumentAnalysis
from corpus.store import MEMORY, Store
from corpus.views_openings import LENGTH, MOST, select_openings

PARAGRAPH, CODE = BlockKind.PARAGRAPH, BlockKind.CODE_CELL


def blocks(of: Document, *parts: tuple[BlockKind, str]) -> DocumentAnalysis:
    """An analysis with these blocks and no claims."""
    text = " ".join(part for _, part in parts)
    version = content_hash(content(of, text).content)
    made = tuple(
        Block(block_id(of.id, version, number), of.id, number, kind, part) for number, (kind, part) in enumerate(parts)
    )
    return DocumentAnalysis(of.id, version, "extractor-1", made, (), ())


def save(store: Store, of: Document, *parts: tuple[BlockKind, str]) -> None:
    store.save_document(of, content(of, " ".join(part for _, part in parts)))
    store.replace_analysis(blocks(of, *parts))


@pytest.mark.parametrize("description", [None, ""])
def test_title_and_first_prose_of_each_document(description: str | None) -> None:
    silent = Competition("kaggle/frogs", "frogs", "kaggle", "Frogs", description=description)
    with Store.open(Path(MEMORY)) as store:
        store.save_competitions([silent], "folder")
        save(store, document("a", title="Frog calls"), (CODE, "import torch"), (PARAGRAPH, "We classify calls."))
        save(store, document("b", title=None), (PARAGRAPH, "x" * 3 * LENGTH))
        found = select_openings(store)
    assert sorted(found["kaggle/frogs"], key=len) == ["Frog calls . We classify calls.", "x" * LENGTH]


def test_a_competition_that_describes_itself_needs_none() -> None:
    described = Competition("kaggle/frogs", "frogs", "kaggle", "Frogs", description="Name the frog")
    with Store.open(Path(MEMORY)) as store:
        store.save_competitions([described], "folder")
        save(store, document("a", title="Frog calls"), (PARAGRAPH, "We classify calls."))
        assert select_openings(store) == {}


def test_copies_and_documents_that_say_nothing_are_left_out() -> None:
    with Store.open(Path(MEMORY)) as store:
        store.save_competitions([COMPETITION], "folder")
        first = document("a", title="Frog calls")
        save(store, first, (PARAGRAPH, "Calls."))
        save(store, document("b", title="Frog calls again", copy_of=first.id), (PARAGRAPH, "Calls."))
        save(store, document("c", title=None), (CODE, "import torch"))
        store.settle()
        assert select_openings(store) == {COMPETITION.id: ("Frog calls . Calls.",)}


def test_a_popular_competition_gives_a_few_of_many() -> None:
    with Store.open(Path(MEMORY)) as store:
        store.save_competitions([COMPETITION], "folder")
        for number in range(MOST + 5):
            save(store, document(f"d{number}", title=f"Solution {number}"), (PARAGRAPH, "Calls."))
        assert len(select_openings(store)[COMPETITION.id]) == MOST
