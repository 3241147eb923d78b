"""Blocks -> segments."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings, strategies as st

from analysis.blocks import read_document_segments, read_segments
from analysis.blocks.limits import MAX_INTRO_CHARS
from corpus.records import Block, BlockKind, Segment

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def cell(
    text: str, position: int = 0, headings: tuple[str, ...] = (), kind: BlockKind = BlockKind.MARKDOWN_CELL
) -> Block:
    return Block(f"b{position}", "d", position, kind, text, headings)


def shown(block: Block, segments: tuple[Segment, ...]) -> list[tuple[str, str, tuple[str, ...], str]]:
    own = [segment for segment in segments if segment.block_id == block.id]
    return [(s.kind.value, block.text[s.start : s.end], s.headings, s.intro) for s in own]


def test_a_cell_is_read_in_stretches_below_its_headings() -> None:
    block = cell("## Nets\nWe kept:\n\n* A\n  * B\n", headings=("Plan",))
    assert shown(block, read_segments(block)) == [
        ("heading", "Nets", ("Plan",), ""),
        ("paragraph", "We kept:", ("Plan", "Nets"), ""),
        ("list_item", "A", ("Plan", "Nets"), "We kept:"),
        ("list_item", "B", ("Plan", "Nets"), "We kept: A"),
    ]


def test_a_heading_closes_deeper_ones_of_earlier_cells() -> None:
    first, second = cell("# A\n### B"), cell("## C\ntext", 1, ("A",))
    segments = read_document_segments((first, second))
    assert shown(second, segments) == [("heading", "C", ("A",), ""), ("paragraph", "text", ("A", "C"), "")]


def test_a_list_at_the_start_of_a_cell_is_introduced_by_the_cell_above() -> None:
    blocks = (cell("Old. We tried:"), cell("- A", 1), cell("x = 1", 2, kind=BlockKind.CODE_CELL), cell("- B", 3))
    segments = read_document_segments(blocks)
    assert [segment.intro for segment in segments] == ["", "We tried:", "", ""]


def test_a_paragraph_between_lists_introduces_the_second() -> None:
    block = cell("Kept:\n\n- A\n\nDropped:\n\n- B\n- C")
    assert [s.intro for s in read_segments(block) if s.kind is BlockKind.LIST_ITEM] == ["Kept:", "Dropped:", "Dropped:"]


def test_an_introduction_is_the_last_sentence_and_short() -> None:
    long = cell("word " * 200 + "end:\n\n- A\n\nWe used X. Not kept\nafter all:\n\n- B")
    intros = [s.intro for s in read_segments(long) if s.kind is BlockKind.LIST_ITEM]
    assert intros[0].endswith("word end:")
    assert len(intros[0]) <= MAX_INTRO_CHARS
    assert intros[1] == "Not kept after all:"


def test_too_long_introductions_keep_the_innermost() -> None:
    block = cell(f"{'a' * 150}:\n\n- {'b' * 150}\n  - C")
    assert read_segments(block)[-1].intro == "b" * 150


def test_check_boxes_and_markers_are_no_part_of_an_item() -> None:
    block = Block("b", "d", 0, BlockKind.LIST_ITEM, "  12) [x] done ")
    assert shown(block, read_segments(block)) == [("list_item", "done", (), "")]


def test_code_is_one_segment_as_it_stands() -> None:
    block = cell("  x = 1\n", kind=BlockKind.CODE_CELL)
    assert shown(block, read_segments(block)) == [("code_cell", "  x = 1\n", (), "")]


lines = st.lists(
    st.sampled_from(
        ["# H", "#### K", "text.", "- a", "  - b", "   1. c", "> q", "```", "|a|", "|-|", "<h2>t</h2>", "", "    y"]
    )
    | st.text(max_size=10),
    max_size=20,
).map("\n".join)
blocks_of_document = st.lists(
    st.tuples(lines.filter(str.strip), st.sampled_from(list(BlockKind)), st.lists(st.text(max_size=5), max_size=2)),
    max_size=6,
).map(lambda rows: tuple(cell(text, n, tuple(trail), kind) for n, (text, kind, trail) in enumerate(rows)))


@unhurried
@given(blocks_of_document)
def test_segments_lie_in_order_inside_their_blocks(blocks: tuple[Block, ...]) -> None:
    segments = read_document_segments(blocks)
    texts = {block.id: block.text for block in blocks}
    order = [(int(segment.block_id[1:]), segment.start) for segment in segments]
    assert order == sorted(order)
    for segment, following in zip(segments, (*segments[1:], None), strict=False):
        assert 0 <= segment.start < segment.end <= len(texts[segment.block_id])
        assert following is None or following.block_id != segment.block_id or following.start >= segment.end
        assert segment.kind is not BlockKind.MARKDOWN_CELL
        assert len(segment.intro) <= MAX_INTRO_CHARS
        assert not segment.intro or segment.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE)
    assert segments == read_document_segments(blocks)
