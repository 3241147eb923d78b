"""What tells an architecture's roles: words beside its name, over it, and about others that do the same."""

from __future__ import annotations

import pytest

from analysis.claims.gather import Gathered, gather
from analysis.claims.role_words import NOTHING, roles_beside, roles_in
from analysis.claims.roles import role_rows
from analysis.mentions.statements import Statement
from corpus.catalogue import load_catalogue
from corpus.records import BlockKind, Document, DocumentKind, Mention, Role, Span, Status

DOCUMENT = Document("d", "page", DocumentKind.WRITEUP, "md", title="A ConvNeXt in first place")


def statement(
    block: str, text: str, *names: tuple[str, str], headings: tuple[str, ...] = (), intro: str = ""
) -> Statement:
    mentions = tuple(
        Mention(Span(block, text.index(word), text.index(word) + len(word)), word, key) for word, key in names
    )
    return Statement(Span(block, 0, len(text)), text, BlockKind.LIST_ITEM, headings, intro, mentions)


def gathered(*statements: Statement) -> Gathered:
    return gather(DOCUMENT, statements, (), load_catalogue().architectures)


@pytest.mark.parametrize(
    ("text", "name", "before", "behind"),
    [
        ("the encoder: ResNet of old", "ResNet", {Role.BACKBONE}, set()),
        ("a ResNet encoder", "ResNet", set(), {Role.BACKBONE}),
        ("we stacked it with a ridge", "ridge", {Role.META}, set()),
    ],
)
def test_words_right_beside_a_name_are_told_from_words_near(
    text: str, name: str, before: set[Role], behind: set[Role]
) -> None:
    start = text.index(name)
    found = roles_beside(text, start, start + len(name))
    assert (found.before, found.behind) == (before, behind)
    assert found.near == before | behind


def test_a_word_further_off_is_near_and_not_beside() -> None:
    text = "The teacher that labelled the rest for us was ResNet"
    assert roles_beside(text, 46, 52) == ({Role.TEACHER}, frozenset(), frozenset())
    assert roles_beside("nothing is said of ResNet here", 19, 25) == NOTHING
    assert roles_in("Rerankers and their teachers") == {Role.RERANKER, Role.TEACHER}


def test_headings_and_introductions_speak_for_what_stands_below() -> None:
    rows = role_rows(
        gathered(
            statement("a", "ConvNeXt, tiny", ("ConvNeXt", "convnext"), headings=("Solution", "Encoders")),
            statement("b", "BGE large", ("BGE", "bge"), intro="Retrievers:"),
        ),
        {"convnext": Status.USED, "bge": Status.USED},
    )
    assert rows["convnext"]["share heading:backbone"] == rows["convnext"]["share trail:backbone"] == 1.0
    assert rows["convnext"]["title"] == 1.0
    assert rows["bge"]["intro:retriever"] == 1.0
    assert "intro:retriever" not in rows["convnext"]


def test_what_does_the_same_is_spoken_of_together() -> None:
    rows = role_rows(
        gathered(
            statement("a", "Our backbone is ConvNeXt", ("ConvNeXt", "convnext")),
            statement("b", "later EfficientNet", ("EfficientNet", "efficientnet")),
            statement("c", "LightGBM too", ("LightGBM", "lightgbm")),
        ),
        {"convnext": Status.USED, "efficientnet": Status.TRIED, "lightgbm": Status.MENTIONED},
    )
    assert rows.keys() == {"convnext", "efficientnet"}  # what is only mentioned has no role
    assert (rows["efficientnet"]["alike"], rows["efficientnet"]["alike:backbone"]) == (1.0, 1.0)
    assert rows["efficientnet"]["beside:cnn"] == 1.0
    assert "alike:backbone" not in rows["convnext"]


def test_nothing_used_has_no_rows() -> None:
    assert (
        role_rows(gathered(statement("a", "ConvNeXt", ("ConvNeXt", "convnext"))), {"convnext": Status.MENTIONED}) == {}
    )
