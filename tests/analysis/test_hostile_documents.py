"""Hostile and odd documents, from bytes to claims: each ends soon, in bounded memory, with claims or a ReadError."""

from __future__ import annotations

import json
import random
import string
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from work_done import work_limit

from analysis.blocks import read_blocks
from analysis.claims import reasons
from analysis.claims.gather import MOST_CASES
from analysis.document import analyse_document
from analysis.mentions.prose import LONGEST_SENTENCE
from analysis.mentions.unknown import MOST_NAMES
from corpus.catalogue import load_catalogue
from corpus.errors import ReadError
from corpus.ids import content_hash
from corpus.records import Document, DocumentAnalysis, DocumentKind, RawDocument

MOST_WORK = 600  # each takes at most 100, and what is quadratic takes ten thousands
MB = 1_000_000


@pytest.fixture(scope="module")
def names() -> list[str]:
    """Names of architectures that count."""
    return [one.name for one in load_catalogue().architectures.values() if one.is_counted and "*" not in one.name]


def analyse(content: str | bytes, form: str = "md") -> DocumentAnalysis:
    """The analysis of a write-up, ended soon."""
    body = content.encode() if isinstance(content, str) else content
    document = Document("d", "d", DocumentKind.WRITEUP, form)
    with work_limit(MOST_WORK):
        return analyse_document(document, RawDocument("d", body, content_hash(body)), load_catalogue())


def ids(analysis: DocumentAnalysis) -> set[str | None]:
    return {claim.architecture_id for claim in analysis.claims}


def notebook(*cells: dict[str, Any], **more: Any) -> str:
    return json.dumps({"cells": list(cells), "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more})


def code(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **more}


LOADS = "import timm\nnet = timm.create_model('resnet18')"
REFUSED = {
    "empty": (b"", "the file is empty"),
    "blank": (b"\n \t\n", "the file is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "the file is empty"),
    "a page": (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "looks like a web page"),
    "a list": (b"[]", "the JSON is a list"),
    "a text": (b'"cells"', "the JSON is a str"),
    "null": (b"null", "the JSON is a NoneType"),
    "no cells": (b'{"nbformat": 4, "metadata": {}}', "no cells"),
    "cells of another kind": (b'{"cells": {"0": {}}, "worksheets": [7, null, {"cells": 3}]}', "no cells"),
    "cut short": (notebook(code(LOADS)).encode()[:-20], "not JSON"),
    "100,000 deep in lists": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "100,000 deep in objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "100 MB": (b'{"cells": [], "x": "' + b"A" * 100 * MB + b'"}', "more than the 20 MB"),
}
READ = {
    "version 4": notebook(code(LOADS)),
    "source as lines": notebook({"cell_type": "code", "source": LOADS.splitlines(keepends=True)}),
    "version 3": json.dumps({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": LOADS}]}]}),
    "version 2": json.dumps(
        {"nbformat": 2, "worksheets": [{"cells": [{"cell_type": "code", "input": [LOADS], "prompt_number": 1}]}, 7]}
    ),
    "version 1": json.dumps({"cells": [{"cell_type": "code", "code": LOADS}]}),
    "no version": json.dumps({"cells": [{"cell_type": "code", "source": LOADS}, 7, None, "x"]}),
    "cells twice": f'{{"cells": [{{"cell_type": "code", "source": "vgg16()"}}], {notebook(code(LOADS))[1:]}',
    "numbers that are none": notebook(code(LOADS, n=float("nan"), more=[float("inf"), -float("inf")])),
    "5,000 digits": notebook(code(LOADS, n=0)).replace('"n": 0', f'"n": {"7" * 5_000}'),
    "5,000 digits behind a minus": notebook(code(LOADS, n=0)).replace('"n": 0', f'"n": -{"7" * 5_000}'),
    "half a pair": notebook(code(f"# \ud800 \udfff\n{LOADS}")),
    "byte order mark": "\ufeff" + notebook(code(LOADS)),
    "190 deep": notebook(code(LOADS), x=json.loads("[" * 190 + "]" * 190)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_notebook_is_refused_with_the_reason(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(ReadError) as refused:
        analyse(content, "ipynb")
    assert reason in refused.value.reason


@pytest.mark.parametrize("name", READ)
def test_notebooks_of_every_version_and_with_odd_json_are_read(name: str) -> None:
    found = analyse(READ[name], "ipynb")
    assert [block.text.splitlines()[-2:] for block in found.blocks] == [LOADS.splitlines()]
    assert ids(found) == {"resnet"}


def outputs(size: int) -> list[dict[str, Any]]:
    image = {"output_type": "display_data", "data": {"image/png": "iVBOR/lightgbm+" * (size // 30)}, "metadata": {}}
    log = {"output_type": "stream", "name": "stdout", "text": ["epoch 1 LightGBM outmark\n"] * (size // 50)}
    return [image, log]


def test_outputs_and_attachments_never_enter_the_text() -> None:
    attached = {"cell_type": "markdown", "source": "We used it.", "attachments": {"a.png": {"image/png": "outmark"}}}
    text = notebook(code(LOADS, outputs=outputs(15 * MB)), attached)
    assert len(text) > 14 * MB
    tracemalloc.start()
    found = analyse(text, "ipynb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [block.text for block in found.blocks] == [LOADS, "We used it."]
    assert ids(found) == {"resnet"}
    assert peak < 150 * MB


def test_a_hundred_megabytes_are_refused_before_they_are_read() -> None:
    content = b'{"cells": [{"cell_type": "code", "source": "x", "outputs": ["' + b"A" * 100 * MB + b'"]}]}'
    tracemalloc.start()
    with pytest.raises(ReadError, match="more than the 20 MB"):
        read_blocks(Document("d", "d", DocumentKind.NOTEBOOK, "ipynb"), RawDocument("d", content, "h"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MB


END = "\n\nWe used ResNet because it was the best."
TEXTS: dict[str, Callable[[], str]] = {
    "1 MB of words": lambda: "lorem ipsum dolor sit amet " * 37_000,
    "1 MB of blanks": lambda: "a" + " " * MB + "b",
    "1 MB of full stops": lambda: "." * MB,
    "1 MB of exclamation marks before a letter": lambda: "!" * MB + "a",
    "a word of 200 kB": lambda: "a" * 200_000,
    "a word of 200 kB that is no cue": lambda: "gpt-4" * 40_000,
    "a capitalised word of 200 kB": lambda: "Foo" * 66_000 + "Net",
    "an identifier of 200 kB": lambda: "tf_" + "a_1" * 66_000,
    "a number of 200 kB": lambda: "7" * 200_000,
    "a name of 200 kB": lambda: "resnet" * 33_000,
    "a name with 100,000 ends": lambda: "resnet" + "_v2" * 66_000,
    "only emoji": lambda: "🦀🌊" * 100_000,
    "10,000 newlines": lambda: "\n" * 10_000,
    "400,000 newlines in code": lambda: "```python\n" + "\n" * 90_000 + "x = 1\n```",
    "links that do not end": lambda: "ResNet" + "](a" * 100_000,
    "invisible": lambda: "\u200b" * 200_000,
    "full-width": lambda: "Ｒｅｓ\u200bＮｅｔ " * 10_000,
    "blanks before a cue": lambda: "ResNet was used, " + " " * 45_000 + "however",
    "one name in a segment 60,000 times": lambda: "ResNet, \t" * 20_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_odd_text_ends_soon_and_what_follows_is_read(name: str) -> None:
    found = analyse(TEXTS[name]() + END)
    claim = next(claim for claim in found.claims if claim.architecture_id == "resnet")
    assert claim.status.value == "used"
    assert claim.evidence


def word_of(number: int) -> str:
    """A word of its own for each number."""
    letters = random.Random(number).choices(string.ascii_lowercase, k=7)
    return "".join(letters).capitalize()


MANY: dict[str, Callable[[list[str]], str]] = {
    "5,000 sentences about 200": lambda names: " ".join(
        f"We used {names[i % 200]} because it was faster than {names[(7 * i + 3) % 200]}." for i in range(5_000)
    ),
    "5,000 items about 200": lambda names: "\n".join(
        f"- {names[i % 200]} was the best single model and did not help." for i in range(5_000)
    ),
    "one sentence 20,000 times": lambda names: "We used ResNet50 because it beat VGG16. " * 20_000,
    "a list of 3,000": lambda names: "\n".join(f"- {names[i % len(names)]}" for i in range(3_000)),
    "3,000 in one sentence": lambda names: (
        f"We used {', '.join(names[i % len(names)] for i in range(3_000))}, as they were the best."
    ),
    "3,000 headings": lambda names: "\n\n".join(f"# {names[i % 300]}\n\nIt was the best." for i in range(3_000)),
    "a table of 3,000": lambda names: (
        "|a|b|\n|-|-|\n" + "\n".join(f"|{names[i % 300]}|best, but slow|" for i in range(3_000))
    ),
    "4,000 that the catalogue lacks": lambda names: " ".join(
        f"We used the {word_of(i)}Net model because it was best." for i in range(4_000)
    ),
    "4,000 identifiers": lambda names: " ".join(f"{word_of(i).lower()}_small_patch16_224" for i in range(4_000)),
    "5,000 misspelt": lambda names: " ".join(f"{word_of(i)[0]}eficientnet_b{i % 8}" for i in range(5_000)),
}


@pytest.mark.parametrize("name", MANY)
def test_many_names_or_sentences_end_soon(name: str, names: list[str]) -> None:
    found = analyse(MANY[name](names) + END)
    assert "resnet" in ids(found)
    assert len(found.claims) <= MOST_CASES
    texts = {block.id: block.text for block in found.blocks}
    for claim in found.claims:
        for evidence in claim.evidence:
            span = evidence.span
            assert texts[span.block_id][span.start : span.end] == evidence.quote
            assert span.start <= evidence.name_start < evidence.name_end <= span.end
            assert span.end - span.start <= LONGEST_SENTENCE + 100


def test_the_limits_are_reached(names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pairs: list[int] = []

    def find_links(*arguments: Any) -> list[reasons.Link]:
        links = link_all(*arguments)
        pairs.append(len(links))
        return links

    link_all = reasons.find_links
    monkeypatch.setattr(reasons, "find_links", find_links)
    assert len(analyse(MANY["a list of 3,000"](names) + END).claims) > MOST_CASES // 2
    analyse(MANY["5,000 items about 200"](names) + END)
    assert reasons.MOST_PAIRS // 2 < pairs[-1] <= reasons.MOST_PAIRS
    unknown = analyse(" ".join(f"We used {word_of(i)}Net." for i in range(2 * MOST_NAMES)) + END)
    assert MOST_NAMES // 2 < sum(claim.architecture_id is None for claim in unknown.claims) <= MOST_NAMES


def test_a_long_sentence_is_cut_where_no_name_stands() -> None:
    found = analyse("We used " + "Swin Transformer and " * 1_000 + "then ResNet.")
    named = {
        at.quote[at.name_start - at.span.start : at.name_end - at.span.start]
        for claim in found.claims
        for at in claim.evidence
    }
    assert named == {"Swin Transformer", "ResNet"}


PAGES: dict[str, Callable[[], str]] = {
    "10,000 open tags": lambda: "<a " * 10_000,
    "700,000 open tags": lambda: "<a " * 700_000,
    "20,000 nested": lambda: "<div>" * 20_000 + "x" + "</div>" * 20_000,
    "100,000 unclosed": lambda: "<b>" * 100_000 + "x",
    "100,000 unclosed with text": lambda: "<b>x " * 100_000,
    "malformed marked section": lambda: "<![x",
    "malformed marked sections": lambda: "<![x <![CDATA[ <!x " * 10_000,
    "attributes without end": lambda: "<p " + "a='b' " * 100_000,
    "one attribute of 2 MB": lambda: "<p class='" + "x " * MB + "'>x</p>",
    "20,000 tables": lambda: "<table><tr><td>" * 20_000,
    "20,000 tables beside each other": lambda: "<table><tr><td>a</td></tr></table>" * 20_000,
    "20,000 pieces of code": lambda: "<div>" * 50 + "<pre><code>x</code></pre>" * 20_000 + "</div>" * 50,
    "100,000 line breaks": lambda: "<p>" + "x<br>" * 100_000 + "</p>",
    "one line of 3 MB": lambda: "<p>" + "x " * 1_500_000 + "</p>",
    "entities": lambda: "<p>" + "&amp;&lol9;&#0;&#xffffffff;" * 30_000 + "</p>",
    "billion laughs": lambda: (
        "<!DOCTYPE x [<!ENTITY a 'LightGBM'>"
        + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]><p>&i;</p>"
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_hostile_pages_give_text_or_a_failure_soon(name: str) -> None:
    page = PAGES[name]()
    try:
        found = analyse(f"<html><body><p>We used ResNet.</p>{page}</body></html>", "html")
    except ReadError as error:
        assert error.reason  # noqa: PT017 - a failure is as right as text
    else:
        assert ids(found) <= {"resnet"}
        assert sum(len(block.text) for block in found.blocks) <= 2 * len(page) + 100


def test_an_entity_reads_no_file(tmp_path: Any) -> None:
    (tmp_path / "planted").write_text("LightGBM")
    page = f"<!DOCTYPE p [<!ENTITY x SYSTEM 'file://{tmp_path}/planted'>]><p>We used ResNet and &x; today.</p>"
    assert ids(analyse(page, "html")) == {"resnet"}


BESIDE = ("<aside>{}</aside>", "<div class='related-posts'>{}</div>", "<nav>{}</nav>", "<footer>{}</footer>")


@pytest.mark.parametrize("box", BESIDE)
@pytest.mark.parametrize("article", ["<article>{}</article>", "<main>{}</main>", "<div>{}</div>"])
def test_names_in_menus_and_related_links_are_no_claims(box: str, article: str, names: list[str]) -> None:
    related = [name for name in names if "resnet" not in name.casefold()][:20]
    links = "".join(f"<li><a href='/{n}'>How {name} won a competition</a></li>" for n, name in enumerate(related))
    text = "<p>We used ResNet as our backbone. It was trained for ten epochs on all folds of the data.</p>" * 5
    beside = box.format(f"<h3>Related</h3><ul>{links}</ul>")
    for page in (article.format(text) + beside, beside + article.format(text), article.format(text + beside)):
        assert ids(analyse(f"<html><body>{page}</body></html>", "html")) == {"resnet"}


IMAGE = "data:image/png;base64," + "iVBORw0KGgoLightGBM+" * 250_000
MARKDOWN = {
    "an image": f"![plot]({IMAGE})",
    "an image in HTML": f'<img src="{IMAGE}" width="3">',
    "an image in a link": f"[![plot]({IMAGE})](https://example.org)",
    "an image by reference": f"![plot][1]\n\n[1]: {IMAGE}",
    "a script": "<script>\nvar a = 'We used LightGBM';\n</script>",
    "a style": "<style>\n.lightgbm { color: red }\n</style>",
    "a comment": "<!-- We used LightGBM -->",
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_payloads_in_markdown_are_left_out_and_the_text_stays(name: str) -> None:
    found = analyse(f"We used ResNet.\n\n{MARKDOWN[name]}\n\nIt was trained on all folds.")
    assert ids(found) == {"resnet"}
    assert found.blocks[-1].text == "It was trained on all folds."
    assert sum(len(block.text) for block in found.blocks) < 1_000


@pytest.mark.parametrize(
    "source",
    [
        "| model | LB |\n| --- | --- |\n| ResNet | 0.9 |",
        "<table><tr><td>ResNet</td><td>0.9</td></tr></table>",
        "<details><summary>Models</summary>\n\nWe used ResNet.\n\n</details>",
        "<div align='center'><b>We used ResNet</b></div>",
        "The loss was $$L = \\sum_{i} \\frac{x_i}{y_i}$$ and we used ResNet with $\\alpha = 0.1$.",
        "> We used ResNet.",
        "<center>\n<h2>Models</h2>\n<ul><li>We used ResNet</li></ul>\n</center>",
    ],
)
def test_tables_markup_and_formulas_keep_their_text(source: str) -> None:
    found = analyse(f"# Solution\n\n{source}\n")
    assert ids(found) == {"resnet"}
    assert "ResNet" in "".join(block.text for block in found.blocks)
