"""Copies from end to end: notebooks written here, forked, and counted."""

from __future__ import annotations

import json
import random
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from analysis.runners import Runner, run_processes, run_serial
from corpus.ids import content_hash, document_id
from corpus.records import Competition, Document, DocumentKind, Filters, RawDocument
from corpus.store import MEMORY, Store
from miner.jobs import ask
from miner.jobs.analyse import analyse

FROGS = Competition("kaggle/frogs", "frogs", "kaggle", "Find the Frogs", year=2024)
TEMPLATE = [
    "import timm\nimport torch\nfrom torch.utils.data import DataLoader, Dataset",
    "class Config:\n    folds = 5\n    epochs = 12\n    rate = 0.001\n    size = 224\n    seed = 42",
    "class Frogs(Dataset):\n    def __init__(self, frame):\n        self.frame = frame\n\n    def __len__(self):\n"
    "        return len(self.frame)\n\n    def __getitem__(self, place):\n        row = self.frame.iloc[place]\n"
    "        return load_image(row.path, Config.size), torch.tensor(row.label)",
    "model = timm.create_model('resnet50', pretrained=True, num_classes=7)",
    "def train_one_epoch(model, loader, optimizer, schedule):\n    model.train()\n    total = 0.0\n"
    "    for images, labels in loader:\n        optimizer.zero_grad()\n"
    "        loss = criterion(model(images), labels)\n"
    "        loss.backward()\n        optimizer.step()\n        schedule.step()\n        total += loss.item()\n"
    "    return total / len(loader)",
    "def predict(model, loader):\n    model.eval()\n    found = []\n    with torch.no_grad():\n"
    "        for images, _ in loader:\n            found.append(model(images).softmax(1).cpu())\n"
    "    return torch.cat(found).numpy()",
    "for fold in range(Config.folds):\n    train, valid = frame[frame.fold != fold], frame[frame.fold == fold]\n"
    "    loader = DataLoader(Frogs(train), batch_size=32, shuffle=True, num_workers=2)\n"
    "    for epoch in range(Config.epochs):\n        train_one_epoch(model, loader, optimizer, schedule)",
]  # fmt: skip

Item = tuple[Document, RawDocument]


def notebook(name: str, day: int, cells: list[str], talk: str = "", **facts: object) -> Item:
    """A notebook of the frogs' competition, by an author of its own."""
    parts = [{"cell_type": "markdown", "metadata": {}, "source": talk}] if talk else []
    parts += [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]  # type: ignore[misc]
    raw = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": parts}).encode()
    return stored(name, day, raw, DocumentKind.NOTEBOOK, "ipynb", **facts)


def stored(name: str, day: int, raw: bytes, kind: DocumentKind, form: str, **facts: object) -> Item:
    key = document_id(None, name)
    values: dict[str, object] = {"competition_id": FROGS.id, "author": f"author of {name}", **facts}
    document = Document(key, name, kind, form, published_on=date(2024, 1, day), **values)  # type: ignore[arg-type]
    return document, RawDocument(key, raw, content_hash(raw))


def fork(number: int) -> list[str]:
    """The template with other parameters, and now and then a cell more."""
    cells = [
        cell.replace("epochs = 12", f"epochs = {13 + number}").replace("seed = 42", f"seed = {number}")
        for cell in TEMPLATE
    ]
    return [*cells, f"print('fold scores', scores.mean(), {number})"] if number % 3 == 0 else cells


def other_work(number: int) -> Item:
    """A program that has nothing in common with the template, nor with another one."""
    lines = [
        f"table['m{number}_{n}'] = table.groupby('k{n}')['v{number}'].rolling({n}).mean().values" for n in range(30)
    ]
    lines.append("import lightgbm\nmodel = lightgbm.LGBMClassifier()\nmodel.fit(table, y)")
    return notebook(f"own-{number}", 5, ["\n".join(lines)])


def filled(store: Store, items: list[Item], runner: Runner = run_serial) -> Store:
    store.save_competitions([FROGS], "folder")
    store.save_documents(items)
    store.settle()
    tally = analyse(store, runner)
    assert tally.failures == ()
    return store


def copies(store: Store) -> dict[str, tuple[str, str]]:
    return {row[0]: (row[1], row[2]) for row in store.execute("SELECT document, original, copy_how FROM v_copies")}


def test_a_template_forked_five_hundred_times_counts_once(store: Store) -> None:
    items = [notebook(f"fork-{n:03}", 2 + n % 20, fork(n), f"# My run {n}") for n in range(500)]
    items += [other_work(number) for number in range(4)]
    items.append(notebook("template", 1, TEMPLATE, "# A start"))
    random.Random(5).shuffle(items)
    filled(store, items)
    found = copies(store)
    assert len(found) == 500
    assert set(found.values()) == {("template", "near")}
    answer = ask.popularity(store, Filters())
    shares = {row["architecture"]: (row["n_solutions"], row["n_solutions_total"]) for row in answer.rows}
    assert shares == {"LightGBM": (4, 5), "ResNet": (1, 5)}
    assert any("500 near copies" in note for note in answer.notes), "both numbers can be shown"
    assert store.execute("SELECT count(*) FROM v_claims WHERE architecture = 'ResNet'")[0][0] == 501


def test_what_is_no_copy() -> None:
    swapped = [cell.replace("resnet50", "convnext_tiny") for cell in TEMPLATE]
    page = "# 1st place\n\n" + " ".join(f"We trained ResNet for {n} epochs and kept fold {n}." for n in range(30))
    items = [
        notebook("template", 1, TEMPLATE),
        notebook("another-architecture", 2, swapped),
        notebook("another-competition", 3, fork(1), competition_id="kaggle/toads"),
        notebook("stub-one", 4, ["submit('x')"], "A frog in the reeds. " * 3),
        notebook("stub-two", 5, ["submit('x')"], "A toad on the road. " * 3),
        notebook("beside-its-write-up", 6, [f"epochs = {n}" for n in range(80)], page),
        stored("write-up", 7, page.encode(), DocumentKind.WRITEUP, "md"),
        stored("cross-post", 8, page.replace("# 1st", "# My 1st").encode(), DocumentKind.BLOG, "md"),
    ]
    with Store.open(Path(MEMORY)) as store:
        assert copies(filled(store, items)) == {"cross-post": ("write-up", "near")}


@pytest.fixture(scope="module")
def mixed() -> list[Item]:
    forks = [notebook(f"fork-{n:02}", 3 + n % 4, fork(n), f"# My run {n}") for n in range(12)]
    return [
        *forks,
        *(other_work(n) for n in range(3)),
        notebook("template", 1, TEMPLATE),
        notebook("again", 2, TEMPLATE),
    ]


def test_serial_processes_and_another_order_give_the_same_rows(mixed: list[Item]) -> None:
    results = []
    shuffled = random.Random(9).sample(mixed, len(mixed))
    for items, runner in ((mixed, run_serial), (mixed, partial(run_processes, workers=2)), (shuffled, run_serial)):
        with Store.open(Path(MEMORY)) as store:
            filled(store, items, runner)
            queries = ("SELECT * FROM sketches ORDER BY 1", "SELECT * FROM sketch_bands ORDER BY 1, 2",
                       "SELECT * FROM v_copies ORDER BY 1")  # fmt: skip
            results.append([[tuple(row) for row in store.execute(sql)] for sql in queries])
    assert results[0] == results[1] == results[2]
    assert len(results[0][2]) == 13


def test_documents_that_arrive_later_join_what_is_there(mixed: list[Item]) -> None:
    with Store.open(Path(MEMORY)) as store:
        for item in reversed(mixed):
            filled(store, [item])
        step_by_step = copies(store)
    with Store.open(Path(MEMORY)) as store:
        assert copies(filled(store, mixed)) == step_by_step


def test_show_says_why_a_document_is_a_copy(store: Store) -> None:
    template = notebook("template", 1, TEMPLATE)
    again = stored("again", 2, template[1].content, DocumentKind.NOTEBOOK, "ipynb")
    said = notebook("said", 3, ["print()"], copy_of=template[0].id)
    filled(store, [template, notebook("fork", 4, fork(1)), again, said])
    notes = {name: ask.show(store, name, Filters()).notes for name in ("template", "fork", "again", "said")}
    assert "3 copies of it are left out of statistics: again, fork, said." in notes["template"]
    assert any(n.startswith("A near copy of template: 9") and "Statistics leave it out." in n for n in notes["fork"])
    assert "A copy of template, equal byte for byte. Statistics leave it out." in notes["again"]
    assert "A copy of template, as a source states. Statistics leave it out." in notes["said"]
    facts = ask.show(store, "fork", Filters()).facts
    assert (facts["copy_of"], facts["copy_how"]) == ("template", "near")
