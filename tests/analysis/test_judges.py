"""What trained judges see and say: words, sums of weights, trees, links, and their version in the stamp."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from analysis.claims.categories import category_rows, choose_categories, place_categories
from analysis.claims.outline import Outline, Subject, distance_name, link_features
from analysis.claims.ruled_reasons import ruled_reasons
from analysis.claims.standing import NONE, settle_standing
from analysis.claims.trained import Sums, load_judges
from analysis.claims.trees import Tree, Trees, sigmoid
from analysis.claims.words import OTHER, TARGET, class_features, load_classes, read_classes, read_words, target_features
from analysis.mentions.sentences import split_sentences
from analysis.mentions.statements import Statement
from corpus.records import BlockKind, DocumentKind, Mention, Polarity, Span, Status


def statement(text: str, *names: tuple[str, str], segment: int = 0) -> Statement:
    """A statement of a paragraph in which each (word, architecture id) is a name."""
    mentions = []
    for word, key in names:
        start = text.index(word)
        mentions.append(Mention(Span("b", start, start + len(word)), word, key))
    return Statement(Span("b", 0, len(text)), text, BlockKind.PARAGRAPH, (), "", tuple(mentions), segment=segment)


def test_names_are_masked_and_numbers_are_known_by_their_kind() -> None:
    words = read_words(statement("In 2024 GRU beat LSTM: 0.81 on 2 GPUs", ("GRU", "gru"), ("LSTM", "lstm")))
    assert words.seen_from("gru") == ["in", "#year", TARGET, "beat", OTHER, "#share", "on", "#number", "gpus"]
    assert words.seen_from(None).count(OTHER) == 2


def test_a_phrase_counts_before_its_words_and_a_negation_reaches_on() -> None:
    assert read_classes(["gave", "up", "on", "it"])[0] == (0, "drop")
    assert "k:!improve" in class_features(["it", "did", "not", "really", "help"])
    assert "k:improve" in class_features(["it", "helped"])


def test_every_word_stands_in_one_class() -> None:
    whole, beginnings = load_classes()
    assert len(whole) > 800
    assert {name for _, name in beginnings} <= set(whole.values())


def test_sides_of_the_target_are_told_apart() -> None:
    features = target_features([OTHER, "beats", TARGET, "here"])
    assert {"pre:beats", "post:here", "p1:beats", "n1:here", "x:p:beat>$T$"} <= features


@given(st.permutations([f"f{n}" for n in range(30)]))
def test_a_sum_is_the_same_in_any_order(order: list[str]) -> None:
    sums = Sums(("one", "two"), (-1500, 0), {f"f{n}": (n * 37 - 400, 11 * n) for n in range(25)})
    assert sums.scores(dict.fromkeys(order).keys()) == sums.scores(dict.fromkeys(sorted(order)).keys())
    assert sums.scores(set()) == {"one": -1.5, "two": 0.0}
    assert sums.scores({"never seen"}) == {"one": -1.5, "two": 0.0}


def test_a_tree_goes_left_up_to_its_threshold() -> None:
    tree = Tree([0, 1], [0.5, 2.0], [-1, -2], [1, -3], [10.0, 20.0, 30.0])
    assert [tree.score(row) for row in ([0.5, 9.0], [0.6, 2.0], [0.6, 2.1])] == [10.0, 20.0, 30.0]
    trees = Trees({"a": 0, "b": 1}, ("x", "y"), ((tree,), (Tree([], [], [], [], [20.0]),)))
    assert trees.probabilities({"a": 1.0, "b": 2.0, "unknown": 5.0}) == {"x": 0.5, "y": 0.5}
    assert Trees({"a": 0}, (), ((Tree([], [], [], [], [0.0]),),)).probability({}) == sigmoid(0.0) == 0.5


def test_the_judges_that_ship_are_whole_and_small() -> None:
    judges = load_judges()
    assert judges.standing.classes == ("used", "tried", "mentioned", NONE)
    assert judges.sentence.names == judges.link.names == judges.target.names == ("for", "against")
    assert {"accuracy", "speed", "diversity"} <= set(judges.category.names)
    assert len(judges.version) == 8


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ({"used": 0.6, "tried": 0.2, "mentioned": 0.1, NONE: 0.1}, (Status.USED, 0.6)),
        ({"used": 0.1, "tried": 0.1, "mentioned": 0.1, NONE: 0.7}, None),
        ({"used": 0.35, "tried": 0.35, "mentioned": 0.2, NONE: 0.1}, (Status.USED, 0.35)),
    ],
)
def test_a_standing_is_settled_or_no_claim(
    probabilities: dict[str, float], expected: tuple[Status, float] | None
) -> None:
    assert settle_standing(probabilities, 0.5, {}) == expected


def test_a_rare_status_can_be_leant_to() -> None:
    probabilities = {"used": 0.4, "tried": 0.35, "mentioned": 0.15, NONE: 0.1}
    assert settle_standing(probabilities, 0.5, {"lean to tried": 1.5}) == (Status.TRIED, 0.35)


ABOUT = (Polarity.FOR, "cnn", Status.USED, DocumentKind.WRITEUP)
SAID = [{"accuracy": 0.9, "speed": 0.1}, {"accuracy": 0.2, "speed": 0.8}]


def test_rows_of_categories_weigh_every_statement() -> None:
    rows = category_rows(SAID, [0.5, 0.25], [0.1, 0.4], 0.6, ABOUT)
    speed = rows["speed"]
    assert (speed["highest"], speed["second"], speed["rank"]) == pytest.approx((0.2, 0.05, 1.0))
    assert speed["share of the highest"] == pytest.approx(0.2 / 0.45)
    assert speed["other side"] == pytest.approx(0.32)
    assert (speed["for"], speed["category:speed"], rows["accuracy"]["rank"]) == (1.0, 1.0, 0.0)


def test_the_likeliest_category_is_chosen_and_all_that_are_likely() -> None:
    assert choose_categories({"accuracy": 0.1, "speed": 0.2}, 0.25) == {"speed"}
    assert choose_categories({"accuracy": 0.3, "speed": 0.4, "memory": 0.1}, 0.25) == {"accuracy", "speed"}


def test_chosen_categories_stand_where_they_are_said_most_firmly() -> None:
    assert place_categories({"accuracy", "speed"}, SAID, [1.0, 0.9]) == [{"accuracy"}, {"speed"}]
    assert place_categories({"accuracy"}, SAID, [1.0, 0.9]) == [{"accuracy"}, {"accuracy"}]
    near = [{"accuracy": 0.9, "speed": 0.5}, {"accuracy": 0.6, "speed": 0.5}]
    assert place_categories({"accuracy", "speed"}, near, [1.0, 0.1]) == [{"accuracy", "speed"}, {"accuracy"}]


def test_the_loser_of_a_comparison_is_ruled_against() -> None:
    found = ruled_reasons(statement("GRU was much faster than LSTM.", ("GRU", "gru"), ("LSTM", "lstm")))
    assert found == {("gru", "for", "speed"), ("lstm", "against", "speed")}


def test_links_tell_how_far_a_name_is() -> None:
    outline = Outline(
        [
            statement("We trained a GRU.", ("GRU", "gru")),
            statement("It was fast."),
            statement("Then we blended.", segment=1),
        ]
    )
    gru = Subject("gru", "GRU", "rnn", Status.USED)
    assert {"named", "back:none", "named:first"} <= link_features(outline, 0, gru, [gru])
    assert {"unnamed", "pronoun", "back:1", "nearest", "paragraph:back"} <= link_features(outline, 1, gru, [gru])
    assert "paragraph:back" not in link_features(outline, 2, gru, [gru])
    assert [distance_name(steps) for steps in (None, 0, 1, 3, 8, 17)] == ["none", "0", "1", "3", "5", "far"]


@given(st.text(alphabet="ab .!?\n1e。-", max_size=80))
def test_sentences_hold_every_visible_character_in_order(text: str) -> None:
    ranges = split_sentences(text)
    assert [(start, end) for start, end in ranges if not text[start:end].strip()] == []
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))
    kept = "".join(text[start:end] for start, end in ranges)
    assert "".join(kept.split()) == "".join(text.split())
