"""Bytes -> blocks, one document at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from work_done import work_limit

from analysis.blocks import read_blocks, read_document_segments
from analysis.blocks.limits import MAX_BLOCK_CHARS, MAX_CELLS, MAX_DOCUMENT_BYTES, MAX_MARKDOWN_LINES
from corpus.errors import ReadError
from corpus.ids import block_id, content_hash
from corpus.records import Block, BlockKind, Document, DocumentKind, RawDocument

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "blocks"
FORMATS = ("ipynb", "md", "html", "py", "r", "rmd")


def read(content: bytes | str, form: str = "md") -> tuple[Block, ...]:
    """The blocks of a document called "doc"."""
    return read_blocks(*document(content, form))


def document(content: bytes | str, form: str) -> tuple[Document, RawDocument]:
    body = content.encode() if isinstance(content, str) else content
    record = Document(id="d1", name="doc", kind=DocumentKind.WRITEUP, format=form)
    return record, RawDocument("d1", body, content_hash(body))


def notebook(*cells: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": list(cells), **rest})


def code(source: object, **rest: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": [{"text": "printed"}], **rest}


def prose(source: object) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "attachments": {"a.png": {"image/png": "AAAA"}}}


def failure(content: bytes | str, form: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(content, form)
    assert caught.value.item == "doc"
    return caught.value


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.in.*")), ids=lambda path: path.name)
def test_examples_give_the_blocks_that_a_person_wrote_down(path: Path) -> None:
    expected = json.loads((EXAMPLES / f"{path.name.split('.')[0]}.out.json").read_text(encoding="utf-8"))
    blocks = read(path.read_bytes(), path.suffix[1:].lower())
    segments = read_document_segments(blocks)
    assert [block.text for block in blocks] == [row["text"] for row in expected]
    for block, row in zip(blocks, expected, strict=True):
        first = next(segment for segment in segments if segment.block_id == block.id)
        assert (block.kind, list(block.headings), block.language) == (row["kind"], row["headings"], row.get("language"))
        assert first.intro == row.get("intro", "")
        assert block.text[first.start : first.end] == row.get("segment", row["text"])


def test_cells_keep_their_numbers_and_empty_ones_leave_a_gap() -> None:
    blocks = read(
        notebook(prose("# A"), code("  \n"), code(["x = 1\n", "y"]), {"cell_type": "raw", "source": "r"}), "ipynb"
    )
    assert [(b.position, b.kind, b.text) for b in blocks] == [
        (0, BlockKind.MARKDOWN_CELL, "# A"),
        (2, BlockKind.CODE_CELL, "x = 1\ny"),
        (3, BlockKind.PARAGRAPH, "r"),
    ]
    raw_hash = document(
        notebook(prose("# A"), code("  \n"), code(["x = 1\n", "y"]), {"cell_type": "raw", "source": "r"}), "ipynb"
    )[1].content_hash
    assert blocks[1].id == block_id("d1", raw_hash, 2)


def test_headings_of_cells_nest_across_cells() -> None:
    blocks = read(
        notebook(prose("# A\n## B\ntext"), code("1"), prose("## C"), code("2"), prose("<h1>D</h1>"), code("3")), "ipynb"
    )
    assert [b.headings for b in blocks] == [(), ("A", "B"), ("A",), ("A", "C"), (), ("D",)]


def test_old_notebooks_are_read_as_new_ones() -> None:
    sheets = [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["Fits"]},
                {"cell_type": "code", "input": ["f()"], "language": "python"},
            ]
        },
        {"cells": [{"cell_type": "markdown", "source": "end"}]},
    ]
    blocks = read(json.dumps({"nbformat": 3, "metadata": {"name": ""}, "worksheets": sheets}), "ipynb")
    assert [(b.kind, b.text, b.headings) for b in blocks] == [
        (BlockKind.MARKDOWN_CELL, "## Fits", ()),
        (BlockKind.CODE_CELL, "f()", ("Fits",)),
        (BlockKind.MARKDOWN_CELL, "end", ("Fits",)),
    ]


@pytest.mark.parametrize(
    ("metadata", "source", "language"),
    [
        ({}, "x", "python"),
        ({"kernelspec": {"language": "R", "name": "ir"}}, "x", "r"),
        ({"kernelspec": {"name": "ir"}}, "x", "r"),
        ({"language_info": {"name": "julia"}}, "x", "julia"),
        ({}, "%%bash\nls", "bash"),
        ({}, "\n%%R -i df\nplot(df)", "r"),
        ({}, "%%time\nfit()", "python"),
        ({}, "%%writefile -a out/net.py\nx", "python"),
        ({}, "%%writefile notes.txt\nx", None),
        ({"kernelspec": {"language": 7}}, "x", "python"),
    ],
)
def test_language_of_a_cell(metadata: dict[str, Any], source: str, language: str | None) -> None:
    assert read(notebook(code(source), metadata=metadata), "ipynb")[0].language == language


@pytest.mark.parametrize(
    ("content", "form", "where", "reason"),
    [
        (b"", "ipynb", "", "the file is empty"),
        (b" \n\t\n", "md", "", "the file is empty"),
        (b'{"cells": [\n  {,}', "ipynb", "line 2 column 4", "not JSON"),
        (b"<!DOCTYPE html><p>Sign in", "ipynb", "line 1 column 1", "looks like a web page"),
        (b"[1, 2]", "ipynb", "", "no notebook: the JSON is a list"),
        (b'{"nbformat": 4}', "ipynb", "", "no cells"),
        (b'{"cells": [], "worksheets": 3}', "ipynb", "", "no cells"),
        (b'{"cells": [{"cell_type": "code", "source": ""}]}', "ipynb", "", "every cell is empty"),
        (b'{"cells": [{"cell_type": "code", "source": 5}]}', "ipynb", "cell 0", "no text but a int"),
        (b'{"cells": "\xff"}', "ipynb", "byte 11", "wrong encoding: not UTF-8"),
        (b"\xff\xfe{\x00\x00\xd8}\x00", "ipynb", "byte 4", "wrong encoding: not UTF-16-LE"),
        (b"[" * 100_000, "ipynb", "", "nested too deeply"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "md", "", "wrong encoding"),
        (b"a\0b\0c\0d\0", "py", "", "wrong encoding"),
        (b"<![x", "html", "", "not HTML"),
        (b"<div>" * 20_000 + b"deep", "html", "line 1", "parser's limits"),
        (b"text", "docx", "", "format 'docx' is not known"),
        (b"a\n" * (MAX_MARKDOWN_LINES + 1), "md", "", "more than the 100,000"),
        (b"x" * (MAX_DOCUMENT_BYTES + 1), "ipynb", "", "20.0 MB, more than the 20 MB"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(content: bytes, form: str, where: str, reason: str) -> None:
    error = failure(content, form)
    assert error.where == where
    assert reason in error.reason


def test_too_many_cells_are_refused() -> None:
    assert f"{MAX_CELLS:,}" in failure(notebook(*[code("x")] * (MAX_CELLS + 1)), "ipynb").reason


@pytest.mark.parametrize(
    ("content", "form", "text"),
    [
        ("\ufeffnaïve".encode(), "md", "naïve"),
        ("naïve".encode("utf-16"), "md", "naïve"),
        ("naïve".encode("cp1252"), "md", "naïve"),
        (b"na\xefve \x81", "md", "naïve \x81"),
        ('<meta charset="koi8-r"><p>Лес'.encode("koi8-r"), "html", "Лес"),
        (b'<meta charset="rot13"><p>wood', "html", "wood"),
        ("# -*- coding: shift_jis -*-\nx = '森'".encode("shift_jis"), "py", "# -*- coding: shift_jis -*-\nx = '森'"),
        (b"a\r\nb\rc", "md", "a\nb\nc"),
        (b"a text with one NUL, which is \0, in it", "md", "\ufffd"),
        (b"![](data:image/png;base64," + b"A" * 500 + b") seen", "md", "![](data:image/png;base64,) seen"),
    ],
)
def test_bytes_become_clean_text(content: bytes, form: str, text: str) -> None:
    found = read(content, form)[0].text
    assert text in found if len(text) == 1 else found == text


def test_json_oddities_do_not_cost_the_notebook() -> None:
    cells = r'[{"cell_type": "code", "source": "lone \ud800 and \u0000", "execution_count": NaN, "n": %s}, 7, null]' % (
        "9" * 6_000
    )
    blocks = read(f'{{"cells": [], "cells": {cells}}}', "ipynb")
    assert [block.text for block in blocks] == ["lone \ufffd and \ufffd"]


def test_a_huge_cell_is_cut_at_a_line_end_and_nothing_is_lost() -> None:
    source = ("x = 1  # a line\n" * (MAX_BLOCK_CHARS // 16 + 10)).strip()
    blocks = read(notebook(code(source), code("y")), "ipynb")
    assert [b.position for b in blocks] == [0, 1, 2]
    assert blocks[0].text + blocks[1].text == source
    assert blocks[0].text.endswith("\n")
    assert max(len(b.text) for b in blocks) <= MAX_BLOCK_CHARS


def test_scripts_are_cut_at_the_marks_of_cells() -> None:
    source = "# %% [markdown]\n# # Newts\n# A plan:\n# %% [code]\nimport newts\n\n# %%\nnewts.fit()\n# In[3]:\nx\n"
    assert [(b.position, b.kind, b.text, b.headings, b.language) for b in read(source, "py")] == [
        (0, BlockKind.MARKDOWN_CELL, "# Newts\nA plan:", (), None),
        (1, BlockKind.CODE_CELL, "import newts", ("Newts",), "python"),
        (2, BlockKind.CODE_CELL, "newts.fit()", ("Newts",), "python"),
        (3, BlockKind.CODE_CELL, "x", ("Newts",), "python"),
    ]
    whole = read("library(mgcv)\nfit <- gam(y ~ x)\n", "r")
    assert [(b.text, b.language) for b in whole] == [("library(mgcv)\nfit <- gam(y ~ x)", "r")]


def test_the_main_text_of_a_page_without_article_is_found() -> None:
    menu = "<div class='menu'>" + "".join(f"<a href='/{n}'>Item {n}</a>" for n in range(50)) + "</div>"
    text = "".join(f"<p>Sentence number {n} of the text.</p>" for n in range(20))
    blocks = read(f"<html><body>{menu}<div id='c'>{text}</div><div class='sidebar'>Ads</div></body></html>", "html")
    assert len(blocks) == 20
    assert blocks[0].text == "Sentence number 0 of the text."


def test_a_heading_named_like_a_menu_is_kept_and_a_menu_is_not() -> None:
    text = "<p>A sentence of the text, long enough.</p>" * 5
    page = f"<article><h2 id='comments'>Comments</h2>{text}<div id='comments'><p>Nice post</p></div></article>"
    texts = [block.text for block in read(page, "html")]
    assert texts[0] == "Comments"
    assert "Nice post" not in texts


@pytest.mark.parametrize(
    "content",
    [
        b"<a " * 100_000 + b"> x",
        b"<p>" * 60_000 + b"x",
        b"<!--" * 50_000 + b"<p>x",
        b"&lt;" * 100_000,
        b"<p>" + b"<" * 200_000,
    ],
)
def test_hostile_pages_end_soon(content: bytes) -> None:
    with work_limit(250):
        blocks = blocks_or_none(content, "html")
    assert all(block.text for block in blocks)


@pytest.mark.parametrize(
    "content",
    [
        "<" * 50_000,
        ">" * 20_000 + "x",
        "- " * 5_000 + "x",
        "<!--" * 20_000,
        "<h1>" * 20_000,
        "**" * 20_000,
        "#A" + " " * 50_000 + "x",
        "[" * 30_000,
        "<li>" * 10_000 + "x",
        "---\na:\n" * 3_000,
    ],
)
def test_hostile_markdown_ends_soon(content: str) -> None:
    with work_limit(250):
        blocks = blocks_or_none(content, "md")
        segments = read_document_segments(blocks)
    assert bool(segments) == bool(blocks)


markdown = st.lists(
    st.sampled_from(
        [
            "# H",
            "## **b**",
            "text",
            "- a",
            "  - b",
            "1. c",
            "> q",
            "```py",
            "x = 1",
            "|a|b|",
            "|-|-|",
            "<h2>t</h2>",
            "<ul><li>i",
            "",
            "    code",
            "T\n---",
            "**Bold**",
            "é\ud7ff",
            "<!-- c -->",
            "\t- t",
            "##G",
        ]
    )
    | st.text(max_size=12),
    max_size=30,
).map("\n".join)


@unhurried
@given(markdown)
def test_text_of_markdown_blocks_stands_in_the_source(source: str) -> None:
    blocks = blocks_or_none(source, "md")
    clean = source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    at = 0
    for block in blocks:
        found = clean.find(block.text, at)
        assert found >= 0
        assert block.text.strip()
        at = found + len(block.text)
    assert [block.position for block in blocks] == list(range(len(blocks)))


@unhurried
@given(st.binary(max_size=200) | markdown.map(lambda text: text.encode("utf-8", "replace")), st.sampled_from(FORMATS))
def test_any_bytes_give_blocks_or_a_read_error(content: bytes, form: str) -> None:
    blocks = blocks_or_none(content, form)
    assert blocks == blocks_or_none(content, form)
    assert all(block.text and "\r" not in block.text and "\0" not in block.text for block in blocks)


def blocks_or_none(content: bytes | str, form: str) -> tuple[Block, ...]:
    body = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        return read(body, form)
    except ReadError:
        return ()


def test_all_documents_of_the_development_corpus_are_read(shared: Path) -> None:
    folder = shared / "data" / "corpus"
    for line in (folder / "documents.jsonl").read_text(encoding="utf-8").splitlines()[::20]:
        row = json.loads(line)
        blocks = read((folder / "documents" / f"{row['doc_id']}.{row['format']}").read_bytes(), row["format"])
        assert len({block.id for block in blocks}) == len(blocks) > 0
