"""Reading on demand: what is passed over, what is read after all, and that it makes no difference to what is found."""

from __future__ import annotations

import ast
import gc

import pytest
from code_sample import CASES, FewNames, cells, read_example, uses

from analysis.mentions.code.candidates import candidates
from analysis.mentions.code.demand import Interest, Piece, cut, in_any_form, words_of
from analysis.mentions.code.find import find_code_mentions
from analysis.mentions.code.syntax import Source
from corpus.records import Block, BlockKind, CodeUse

FILLER = (
    "import pandas as frames\ntable = frames.read_csv('a.csv')\ntable['day'] = table.day.fillna(0)",
    "def show(one, other=3):\n    '''Draws it.'''\n    return one.plot(other)\n\nshow(table)",
    "for column in table.columns:\n    print(column, table[column].mean())",
    "class Timer:\n    def __enter__(self):\n        return self\n    def __exit__(self, *error):\n        pass",
)


@pytest.mark.parametrize("name", CASES)
def test_cells_that_say_nothing_change_nothing(name: str) -> None:
    blocks = read_example(name)
    mixed = []
    for at, block in enumerate(blocks):
        filler = FILLER[at % len(FILLER)]
        mixed += [Block(f"f{at}", "doc", 2 * at, BlockKind.CODE_CELL, filler, language="python"), block]
    found = [(m.span, m.code_use, m.variant, m.roles) for m in find_code_mentions(mixed, FewNames())]
    assert found == [(m.span, m.code_use, m.variant, m.roles) for m in find_code_mentions(blocks, FewNames())]


USED, UNUSED = {("resnet", "run")}, {("resnet", "defined")}
DEPENDENT = {
    "a function before": ("def path(n):\n    return n + '.pt'", "import timm\ntimm.create_model(path('resnet18'))"),
    "another name": ("import timm as t", "make = t.create_model", "x = 1", "make('resnet18')"),
    "a number": ("import timm", "SIZE = 18", "timm.create_model('resnet' + str(SIZE))"),
    "one of two names": ("import timm", "A, B = 'resnet18', 3", "timm.create_model(A)"),
    "a key that is added": ("import timm", "C = {}", "C['net'] = 'resnet18'", "timm.create_model(C['net'])"),
    "a function in a function": (
        "import timm\ndef go(name):\n    return build(name)",
        "def build(name):\n    return timm.create_model(name)",
        "go('resnet18')",
    ),
    "a function handed on": (
        "import timm\ndef wrap(make, **rest):\n    return make(**rest)",
        "wrap(timm.create_model, model_name='resnet18')",
    ),
    "a method": (
        "import timm\nclass Board:\n    def fill(self):\n        timm.create_model('resnet18')",
        "board = Board()",
        "board.fill()",
    ),
    "an attempt": (
        "import timm\ndef fit():\n    timm.create_model('resnet18')",
        "try:\n    fit()\nexcept OSError:\n    pass",
    ),
    "a changed number": ("N = 0\nN += 1", "import timm", "if N:\n    timm.create_model('resnet18')"),
}


@pytest.mark.parametrize("name", DEPENDENT)
def test_what_a_construction_depends_on_is_read(name: str) -> None:
    assert uses(*DEPENDENT[name]) == USED


def test_what_switches_a_construction_off_is_read() -> None:
    assert uses("USE = False", "import timm", "if USE:\n    timm.create_model('resnet18')") == UNUSED
    assert uses("import timm", "old = 'resnet18'", "old = pick()", "timm.create_model(old)") == set()


def test_a_statement_that_says_nothing_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    read = Source.read

    def noted(source: Source, first: Piece, last: Piece) -> list[ast.stmt]:
        parsed.append(source.text[first.start : last.end])
        return read(source, first, last)

    monkeypatch.setattr(Source, "read", noted)
    find_code_mentions(cells(*FILLER, "import timm\nnet = timm.create_model('resnet18')\nplot(table)"), FewNames())
    assert parsed == ["net = timm.create_model('resnet18')\n", "import timm\n"]


def test_pieces_are_statements_as_lines_tell_them() -> None:
    lines = (
        *("import a.b as c, d", "@mark", "def f(x):", "    y = 1", "", "z: int = 3  # three"),
        *("f(", "1)", "q[0] = f(2)", "", "if z:", "    f(z)", "else:", "    f(1)", ""),
    )
    pieces = cut("\n".join(lines))
    assert [(piece.kind, piece.binds, piece.line) for piece in pieces] == [
        ("import", ("c", "d"), 0),
        ("definition", ("f",), 1),
        ("assignment", ("z",), 5),
        ("other", (), 6),
        ("change", ("q",), 8),
        ("compound", (), 10),
    ]
    assert "".join(piece.text for piece in pieces) == "\n".join(lines)


def test_a_text_in_triple_quotes_is_one_piece() -> None:
    assert [piece.binds for piece in cut('a = """\nb = 1\nc = 2\n"""\nd = 3')] == [("a",), ("d",)]


def test_words_tell_calls_apart() -> None:
    assert words_of("train(größe) # train") == {"train(", "gr", "e", "train"}


def test_a_definition_counts_as_soon_as_a_word_in_it_does() -> None:
    interest = Interest(in_any_form(["LSTM"], ["Model"]), [])
    interest.watch(words_of("def go(): build()"), "go")
    interest.watch(words_of("def build(): return PATH"), "build")
    assert not interest.calls("go")
    interest.add("PATH")
    assert interest.calls("go")
    assert interest.holds(words_of("Model(x)"))
    assert not interest.holds(words_of("Model = 3"))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("timm.create_model('resnet18')", True),
        ("x = models.resnet18", True),
        ("lgb.train(p)", True),
        ("lgb_scores = 3", False),
        ("# resnet18", False),
        ("x = 1  # like resnet18", False),
        ("x = '#' + 'resnet18'", True),
        ('x = f("""\nresnet18 is old\n""")', False),
        ('"""\ntimm.create_model("resnet18")\n"""', True),
        ("w = '/data/resnet18/a.pt'", True),
    ],
)
def test_where_a_name_may_build_something(text: str, counts: bool) -> None:
    assert bool(candidates(text, FewNames().find(text))) is counts


def test_the_search_for_garbage_goes_on_afterwards() -> None:
    assert gc.isenabled()
    (mention,) = find_code_mentions(cells("import timm\ntimm.create_model('resnet18')"), FewNames())
    assert mention.code_use is CodeUse.RUN
    assert gc.isenabled()
