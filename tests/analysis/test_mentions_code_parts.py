"""The parts below the interpreter: cells taken apart, sources read, comments told from prose."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, strategies as st

from analysis.mentions.code.cells import read_cell
from analysis.mentions.code.lexical import commented_out, read_lexemes
from analysis.mentions.code.shell import runs_of
from analysis.mentions.code.syntax import clip, read_source
from analysis.mentions.code.values import Const, Ref, Text, one_of, truth
from corpus.records import Block, BlockKind


def block(text: str, language: str | None = "python") -> Block:
    return Block("b", "d", 0, BlockKind.CODE_CELL, text, language=language)


@pytest.mark.parametrize(
    "text",
    [
        "!pip install timm\nx = 1",
        "if x:\n    !ls\n    %cd /tmp\ny = 2",
        "%time model = fit()\nprint(model)",
        "files = !ls *.csv\nn = len(files)",
        "!pip install a \\\n  b \\\n  c\nx = 1",
        "%%time\nx = 1",
        "%%capture\n%%time\nx = 1",
        "%%writefile train.py\nx = 1",
        "df.head?\n?df\nx = 1",
        "x = 7 \\\n    % 3",
    ],
)
def test_magics_are_blanked_in_place(text: str) -> None:
    cell = read_cell(block(text))
    assert len(cell.python) == len(text)
    assert cell.python.count("\n") == text.count("\n")
    ast.parse(cell.python)


def test_what_a_timing_magic_times_stays_code() -> None:
    assert "model = fit()" in read_cell(block("%time model = fit()")).python


def test_shell_lines_keep_their_place() -> None:
    text = "x = 1\n!python train.py \\\n  --arch a\n%%bash"
    ((offset, line),) = read_cell(block(text)).shell
    assert text[offset : offset + 6] == "python"
    assert line.split() == ["python", "train.py", "--arch", "a"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("%%bash\npython a.py", "shell"),
        ("%%R\nlm(y ~ x)", "r"),
        ("%%writefile conf.yaml\nbackbone: x", "settings"),
        ("%%html\n<p>x</p>", None),
        ("%%writefile notes.txt\nwords", None),
    ],
)
def test_cell_magics_choose_the_language(text: str, part: str | None) -> None:
    cell = read_cell(block(text))
    filled = {name for name in ("python", "r", "settings", "shell") if getattr(cell, name)}
    assert filled == ({part} if part else set())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("python train.py --arch resnet18", "python train.py --arch resnet18"),
        ("$ CUDA_VISIBLE_DEVICES=0 python train.py", "CUDA_VISIBLE_DEVICES=0 python train.py"),
        ("(env) me@host:~/code$ bash run_x3d.sh", "bash run_x3d.sh"),
        ("model = resnet18()\nprint(model)", ""),
    ],
)
def test_code_of_no_stated_language_may_be_commands(text: str, words: str) -> None:
    cell = read_cell(Block("b", "d", 0, BlockKind.CODE, text))
    assert [line for _, line in cell.shell] == ([words] if words else [])
    assert all(text[offset : offset + len(line)] == line for offset, line in cell.shell)
    assert bool(cell.python) == (not words)


def test_a_drawing_of_folders_names_but_runs_nothing() -> None:
    cell = read_cell(Block("b", "d", 0, BlockKind.CODE, "code\n├── train_x3d.py\n└── run.sh"))
    assert (cell.is_tree, cell.python, cell.shell) == (True, "", [])


def test_long_literals_are_blanked_and_offsets_hold() -> None:
    text = "a = [" + "0.25, " * 9000 + "1]\nb = 2"
    cell = read_cell(block(text))
    assert len(cell.python) == len(text)
    (first, second) = read_source(cell.python).statements
    assert isinstance(first, ast.Assign)
    assert len(first.value.elts) < 5  # type: ignore[attr-defined]
    assert isinstance(second, ast.Assign)


def test_offsets_count_characters_not_bytes() -> None:
    text = "größe = 'ü'; name = f('x')"
    source = read_source(text)
    call = source.statements[1].value  # type: ignore[attr-defined]
    start, end = source.span(call)
    assert text[start:end] == "f('x')"


def test_python_2_and_broken_lines_cost_only_themselves() -> None:
    source = read_source("x = 1\nprint 'old'\ntry:\n    y = 2\nexcept A, e:\n    pass\n")
    assert [type(one).__name__ for one in source.statements] == ["Assign", "Expr", "Try"]
    source = read_source("x = 1\ndef f(:\n    pass\ny = 2\n")
    assert len(source.statements) == 2
    assert source.broken == [(6, 23)]


def test_an_indented_snippet_parses() -> None:
    (statement,) = read_source("    x = make()\n").statements
    assert statement.lineno == 1


def test_comments_that_are_code_are_told_from_prose() -> None:
    text = "# we call fit() later, maybe\n# model = fit(3)\nx = 1  # net = 2\n    # a = [\n    #   make(1),\n    # ]"
    found = [ast.unparse(one) for group in commented_out(text, range(len(text))) for one in group]
    assert found == ["model = fit(3)", "a = [make(1)]"]


def test_commented_code_stands_where_it_stands() -> None:
    text = "x = 1\n# m = make('name')\n"
    (statements,) = commented_out(text, [10])
    start, end = read_source(text).span(statements[0])
    assert text[start:end] == "m = make('name')"


def test_strings_and_comments_are_found_in_broken_code() -> None:
    text = "1(: '2 # 3' # 4 '5'\n6 \"\"\"7\n# 8"
    lexemes = read_lexemes(text)
    kinds = [lexemes.kind_at(text.index(digit)) for digit in "12345678"]
    assert kinds == ["code", "string", "string", "comment", "comment", "code", "string", "string"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("python a.py --x=y", ["a.py", "--x", "y"]),
        ("CUDA=0 nohup python3 a.py", ["a.py"]),
        ("pip install python-x", []),
        ("cp python a", []),
        ("cd a; ./run b | tee c", ["b"]),
    ],
)
def test_words_of_commands_that_run_something(line: str, words: list[str]) -> None:
    found = list(runs_of(line))
    assert [word for word, _ in found] == words
    assert all(line[at : at + len(word)] == word for word, at in found)


@given(st.text(max_size=400), st.integers(0, 400), st.integers(1, 50), st.integers(0, 400))
def test_a_clipped_stretch_holds_the_name(text: str, name_start: int, size: int, start: int) -> None:
    text += "x" * 500
    name = (name_start, name_start + size)
    first, last = clip(text, (min(start, name_start), len(text)), name)
    assert first <= name[0]
    assert name[1] <= last
    assert last - first <= 300


def test_choices_are_flat_and_equal_values_are_folded() -> None:
    value = one_of([Const(1), one_of([Const(1), Const(2)])])
    assert [option.value for option in value.options] == [1, 2]  # type: ignore[union-attr]
    folded = one_of([Const(3), Const(3)])
    assert isinstance(folded, Const)
    assert truth(one_of([Const(0), Const(2)])) is None


@pytest.mark.parametrize(("value", "expected"), [(Const(0), False), (Text("a"), True), (Ref("x"), None)])
def test_truth_is_only_what_is_known(value: Const | Text | Ref, expected: bool | None) -> None:
    assert truth(value) is expected
