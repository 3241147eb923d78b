"""Hostile code: nothing runs, nothing is printed, and every shape of it ends soon."""

from __future__ import annotations

import ast
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from code_sample import FewNames, cells, find, uses
from work_done import work_limit

import analysis
from analysis.blocks import read_blocks
from analysis.mentions.code import find_code_mentions
from corpus.records import CodeUse, Document, DocumentKind, RawDocument

MOST_WORK = 500  # each takes less than 60
RUNS_CODE = {"exec", "eval", "compile", "__import__"}
LOADS_OBJECTS = {"pickle", "dill", "marshal", "shelve", "yaml", "torch", "joblib", "runpy"}
CALL = "\nimport lightgbm as lgb\nlgb.train(p)"
BIG: dict[str, Callable[[], str]] = {
    "1,000 brackets": lambda: "x = " + "(" * 1_000 + ")" * 1_000,
    "100,000 minus signs": lambda: "x = " + "-" * 100_000 + "1",
    "50,000 attributes": lambda: "x = a" + ".b" * 50_000,
    "50,000 attributes of what counts": lambda: "x = lgb" + ".b" * 50_000,
    "20,000 calls in a chain": lambda: "x = lgb" + ".b()" * 20_000,
    "1 MB of numbers": lambda: "x = [" + "12345, " * 150_000 + "]",
    "5 MB of numbers": lambda: "x = [" + "12345, " * 750_000 + "]",
    "a name on each of 40,000 lines": lambda: "x = [\n" + "'lgb',\n" * 40_000 + "]",
    "a name in 60,000 places of one word": lambda: "x = '" + "_lgb_" * 60_000 + "'",
    "40,000 comments": lambda: "# lgb(\n" * 40_000,
    "15,000 statements": lambda: "".join(f"x{i} = lgb.fit(x{i - 1})\n" for i in range(15_000)),
    "5,000 functions that call the next": lambda: (
        "".join(f"def f{i}():\n    return f{i + 1}()\n" for i in range(5_000)) + "def f5000():\n    lgb.fit(p)\nf0()"
    ),
    "5,000 classes in one line of descent": lambda: (
        "".join(f"class A{i + 1}(A{i}):\n    m = 'lgb'\n" for i in range(5_000)) + "A5000()"
    ),
    "50,000 decorators": lambda: "@a\n" * 50_000 + "def f(): pass\n",
    "90,000 quotes": lambda: '"""' * 90_000,
    "30,000 quoted lines": lambda: '"""\n' + "a = 1\n" * 30_000 + '"""',
    "90,000 targets": lambda: "a, " * 90_000 + "= lgb",
    "50,000 open ends": lambda: "x = (\n" * 50_000,
    "300,000 marks": lambda: "%" * 300_000 + "\n" + "!ls\n" * 20_000,
}
KEPT = ("1,000 brackets", "100,000 minus signs", "50,000 attributes", "1 MB of numbers", "5 MB of numbers")


@pytest.mark.parametrize("name", BIG)
def test_large_code_ends_soon(name: str) -> None:
    text = BIG[name]() + CALL
    with work_limit(MOST_WORK):
        found = find(text)
    assert all(mention.span.end <= len(text) for mention in found)


@pytest.mark.parametrize("name", KEPT)
def test_what_follows_large_code_is_still_found(name: str) -> None:
    assert CodeUse.RUN in {mention.code_use for mention in find(BIG[name]() + CALL)}


class Planted:
    """Unpickled, it would leave its mark."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (open, (str(self.mark), "w"))  # type: ignore[return-value]

    mark = Path("mark")


def test_a_notebook_that_wants_to_run_leaves_no_mark(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    Planted.mark = mark
    sources = (
        f"import os, pickle, timm\nos.system('touch {mark}')\nopen({str(mark)!r}, 'w')",
        f"!touch {mark}\n%run {mark}.py\n%%bash\ntouch {mark}",
        f"%%bash\ntouch {mark}",
        f"eval(\"open({str(mark)!r}, 'w')\")\nexec('1')\n__import__('os').mknod({str(mark)!r})",
        f"net = timm.create_model(pickle.loads({pickle.dumps(Planted())!r}))",
        f"class resnet18(type(open({str(mark)!r}, 'w'))):\n    pass\nf'{{open({str(mark)!r}, 1)}}'",
        f"# timm.create_model(open({str(mark)!r}, 'w'))",
    )
    notebook = {"cells": [{"cell_type": "code", "source": one} for one in sources], "nbformat": 4, "metadata": {}}
    content = json.dumps(notebook).encode()
    document = Document("d", "d", DocumentKind.NOTEBOOK, "ipynb")
    find_code_mentions(read_blocks(document, RawDocument("d", content, "h")), FewNames())
    assert not mark.exists()


def test_the_analysis_runs_no_code_and_loads_no_objects() -> None:
    (folder,) = analysis.__path__
    for path in Path(folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in RUNS_CODE, path
            if isinstance(node, ast.Import):
                assert LOADS_OBJECTS.isdisjoint(alias.name.partition(".")[0] for alias in node.names), path
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in LOADS_OBJECTS, path


@pytest.mark.filterwarnings("always")
def test_warnings_of_other_peoples_code_are_not_shown(
    capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    odd = "path = '\\d\\w'\nif path is 'a' or 1():\n    timm.create_model('resnet18')\n"
    assert uses(f"import timm\n{odd}# x = '\\d' is 'b'(lgb)") == {("resnet", "run")}
    assert uses(f"import timm\n{odd}print 3") == {("resnet", "run")}
    assert [str(one.message) for one in recwarn] == []
    assert capfd.readouterr() == ("", "")


SHAPES = {
    "line magic": "%matplotlib inline\nimport timm\ntimm.create_model('resnet18')",
    "timed": "import timm\n%time net = timm.create_model('resnet18')",
    "cell magic": "%%time\nimport timm\ntimm.create_model('resnet18')",
    "captured": "%%capture out\nimport timm\ntimm.create_model('resnet18')",
    "shell": "!pip install timm\nimport timm\ntimm.create_model('resnet18')",
    "bound shell": "files = !ls\nimport timm\ntimm.create_model('resnet18')",
    "shell that runs": "!python train.py --arch resnet18",
    "shell over two lines": "!python train.py \\\n  --arch resnet18",
    "bash cell": "%%bash\npython train.py --arch resnet18",
    "help": "?timm.create_model\nimport timm\ntimm.create_model('resnet18')",
    "help behind": "timm.create_model?\nimport timm\ntimm.create_model('resnet18')",
    "Python 2 print": "import timm\nprint 'building'\ntimm.create_model('resnet18')",
    "Python 2 except": "import timm\ntry:\n    timm.create_model('resnet18')\nexcept OSError, e:\n    pass",
    "await": "import timm\nnet = await load(timm.create_model('resnet18'))",
    "indented": "    import timm\n    timm.create_model('resnet18')",
    "written file": "%%writefile model.py\nimport timm\ntimm.create_model('resnet18')",
    "broken line": "import timm\nnet = timm.create_model('resnet18')\nx = = 3",
    "broken bracket": "import timm\nnet = timm.create_model('resnet18'\nx = 3",
    "carriage returns": "import timm\r\nnet = timm.create_model('resnet18')\r\n",
    "semicolons": "import timm; net = timm.create_model('resnet18'); net",
}


@pytest.mark.parametrize("name", SHAPES)
def test_cells_of_every_shape_are_read(name: str) -> None:
    assert ("resnet", CodeUse.RUN) in uses(SHAPES[name])


def test_other_languages_do_no_harm() -> None:
    blocks = [
        *cells("model = Chain(Dense(3, 4))\nresnet18(x) |> f", language="julia"),
        *cells("library(timm)\nx <- resnet18(3)", language="r"),
    ]
    assert {m.code_use for m in find_code_mentions(blocks, FewNames())} <= {CodeUse.NAMED}
