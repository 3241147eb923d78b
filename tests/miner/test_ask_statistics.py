from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from question_sample import DOCUMENTS, FROGS_1, FROGS_3, MADE_BY, fill

from analysis.counts.groups import Per
from analysis.reports.formats import FORMATS, render
from corpus.records import DocumentAnalysis, Filters
from corpus.store import Store
from corpus.views_cohorts import select_packages, select_said_ranks
from miner.cli import cli
from miner.jobs import ask


@pytest.fixture
def sample(store: Store) -> Store:
    fill(store)
    return store


def test_yearly_tables_count_winners(sample: Store) -> None:
    answer = ask.yearly(sample, Filters(), (2021, 2023))
    cells = {(r["table"], r["year"], r["key"]): (r["n_solutions"], r["n_solutions_total"]) for r in answer.rows}
    assert cells["boosters", 2023, "lightgbm"] == (1, 2)
    assert cells["boosters", 2021, "lightgbm"] == (0, 1)
    assert cells["vision_builds", 2021, "none"] == (1, 1), (
        "FrogFormer is not in the catalogue; EfficientNet was dropped"
    )
    assert all(r["is_small"] for r in answer.rows)
    assert any(note.startswith("Of one competition alone") for note in answer.notes)
    assert ask.yearly(sample, Filters(), (1999,)).notes[0] == "Not known: no documented winner of 1999 in scope."


def test_yearly_tables_are_told_one_by_one(sample: Store) -> None:
    answer = ask.yearly(sample, Filters(), (2021, 2023))
    text = render(answer, "md")
    assert "| Boosted trees | 2021 | 2023 |" in text
    assert json.loads(render(answer, "json"))["rows"][0]["table"]
    assert all(render(answer, name) for name in FORMATS)


def test_packages_are_counted_per_solution(sample: Store) -> None:
    one = next(d for d in DOCUMENTS if d.name == "rd-frogs-3")
    version = sample.execute("SELECT content_hash FROM documents WHERE id = ?", [one.id])[0][0]
    sample.replace_analysis(DocumentAnalysis(one.id, version, MADE_BY, (), (), packages=("timm", "torch")))
    assert list(select_packages(sample, Filters()).values()) == [("timm", "torch")]
    cells = {(r["table"], r["key"]): r["n_solutions_total"] for r in ask.yearly(sample, Filters(), (2023,)).rows}
    assert cells["packages", "torch"] == 1


def test_lift_splits_winners_from_everybody_else(sample: Store) -> None:
    answer = ask.lift(sample, Filters(), min_solutions=1)
    found = {r["key"]: r for r in answer.rows}
    row = found["efficientnet"]
    assert (row["n_winners"], row["n_winners_total"], row["n_others"], row["n_others_total"]) == (1, 3, 1, 2)
    assert {r["verdict"] for r in answer.rows} == {"no clear difference"}
    assert answer.notes[0].startswith("None of the")
    verified = ask.lift(sample, Filters(verified=True), min_solutions=1)
    assert verified.facts["n_winners"] == 2
    assert any("only their author states" in note for note in verified.notes)
    assert ask.lift(sample, Filters()).notes[0].startswith("Not known:")


def test_who_dropped_it_and_why(sample: Store) -> None:
    answer = ask.dropped(sample, Filters(), "YOLOv8")
    (row,) = answer.rows
    assert (row["who"], row["reasons"], row["quote"]) == ("#3 frogs", ["accuracy"], FROGS_3)
    assert answer.notes[0].startswith("YOLOv8: tried and dropped by 1, used by 0 of 5")
    line = ask.dropped(sample, Filters(), "YOLO")
    assert line.rows == (), "the line is used by that solution: YOLOv5 is in it"
    assert ask.dropped(sample, Filters(platform="drivendata"), "YOLO").notes[0].startswith("Not known:")


def test_what_was_dropped(sample: Store) -> None:
    answer = ask.dropped(sample, Filters())
    found = {str(r["key"]): r["reasons"] for r in answer.rows}
    assert found["efficientnet"] == ["speed 1"]
    assert found["lightgbm"] == []


def test_contradictions_of_ranks_are_found(sample: Store) -> None:
    ids = [str(row[0]) for row in sample.execute("SELECT id FROM solutions")]
    said = select_said_ranks(sample, ids)
    assert [[(one.source, one.rank) for one in some] for some in said.values()] == [[("leaderboard", 2), ("author", 5)]]


def test_winners_say_roles_pairs_evidence_and_what_was_dropped(sample: Store) -> None:
    answer = ask.winners(sample, "audio", Filters())
    rows = {r["key"]: r for r in answer.rows}
    assert rows["efficientnet"]["roles"] == ["main 1"]
    assert (rows["efficientnet"]["n_solutions"], rows["efficientnet"]["n_solutions_total"]) == (1, 2)
    assert (rows["efficientnet"]["n_everybody"], rows["efficientnet"]["n_everybody_total"]) == (2, 3)
    solutions = answer.facts["winning_solutions"]
    assert isinstance(solutions, list)
    assert {(s["solution"], s["quote"]) for s in solutions} == {("#1 frogs", FROGS_1), ("#3 frogs", FROGS_3)}
    assert answer.facts["combinations"] == [], "no pair is used by two solutions"
    assert not any(s["ranks_said"] for s in solutions)


def test_a_contradicted_rank_is_shown(sample: Store) -> None:
    answer = ask.winners(sample, "image", Filters())
    solutions = answer.facts["winning_solutions"]
    assert isinstance(solutions, list)
    assert solutions[0]["ranks_said"] == "leaderboard says 2, author says 5"
    assert any(note.startswith("1 rank is contradicted") for note in answer.notes)
    dropped = answer.facts["tried_and_dropped"]
    assert isinstance(dropped, list)
    assert [(d["architecture"], d["reasons"]) for d in dropped] == [("EfficientNet", ["speed 1"])]


def test_medal_zones_need_the_number_of_teams(sample: Store) -> None:
    gold = ask.winners(sample, "", Filters(), choice=ask.WinnersChoice("gold"))
    assert gold.facts["n_solutions"] == 2, "ranks 1 and 3 of 900; rank 2 of 4 teams is no medal"
    assert any(note.startswith("Medal zone gold") for note in gold.notes)
    assert ask.winners(sample, "", Filters(), choice=ask.WinnersChoice("bronze")).facts["n_solutions"] == 0


def test_single_models_are_told_from_ensembles(sample: Store) -> None:
    answer = ask.winners(sample, "", Filters(), choice=ask.WinnersChoice(single_model=True))
    assert [(r["who"], r["architecture"], r["standing"]) for r in answer.rows] == [
        ("#1 frogs", "EfficientNet", "one variant"),
        ("#2 moths", "FrogFormer", "variant not named"),
    ]
    assert answer.rows[0]["quote"] == FROGS_1
    assert answer.rows[0]["variants"] == ["tf_efficientnet_b0_ns"]
    assert answer.notes[0].startswith("2 of 3 documented winners")
    assert (
        ask.winners(sample, "", Filters(rank_at_most=1), choice=ask.WinnersChoice(single_model=True)).facts["n_single"]
        == 1
    )


def test_popularity_by_group(sample: Store) -> None:
    answer = ask.popularity_per(sample, Filters(), "modality")
    found = {(r["group"], r["key"]): (r["n_solutions"], r["n_solutions_total"]) for r in answer.rows}
    assert found["audio", "efficientnet"] == (2, 3)
    assert found["not known", "lightgbm"] == (1, 1)
    by_year = ask.popularity_per(sample, Filters(), "year")
    assert next(r["group"] for r in by_year.rows) == "2021"


def test_copies_are_counted_on_request(sample: Store) -> None:
    rows = {r["key"]: r for r in ask.popularity(sample, Filters(), with_copies=True).rows}
    assert (rows["efficientnet"]["n_documents"], rows["efficientnet"]["n_documents_with_copies"]) == (2, 3)
    assert rows["efficientnet"]["competitions_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("per", ["task", "modality", "metric", "platform", "year"])
def test_copies_are_counted_in_each_group_on_request(sample: Store, per: Per) -> None:
    whole = {r["key"]: r for r in ask.popularity(sample, Filters(), limit=None, with_copies=True).rows}
    answer = ask.popularity_per(sample, Filters(), per, limit=50, with_copies=True)
    assert {"n_documents", "n_documents_with_copies"} <= {column.name for column in answer.columns}
    sums = {key: [0, 0] for key in whole}
    for row in answer.rows:
        sums[str(row["key"])][0] += int(str(row["n_documents"]))
        sums[str(row["key"])][1] += int(str(row["n_documents_with_copies"]))
    assert sums == {key: [row["n_documents"], row["n_documents_with_copies"]] for key, row in whole.items()}
    bare = ask.popularity_per(sample, Filters(), per, limit=50)
    assert [{k: v for k, v in row.items() if "n_documents" not in k} for row in answer.rows] == list(bare.rows)


def test_a_group_has_its_own_copies(sample: Store) -> None:
    answer = ask.popularity_per(sample, Filters(), "modality", with_copies=True)
    found = {(r["group"], r["key"]): (r["n_documents"], r["n_documents_with_copies"]) for r in answer.rows}
    assert found["audio", "efficientnet"] == (2, 3)


def test_together_by_group(sample: Store) -> None:
    answer = ask.together_per(sample, "yolo", Filters(), "modality")
    assert [(r["group"], r["architecture"], r["n_together"], r["lift"]) for r in answer.rows] == [
        ("audio", "LightGBM", 1, 3.0)
    ]
    assert ask.together_per(sample, "FrogFormer", Filters(), "year").notes[0].startswith("Not known:")


def test_trends_say_what_rose_while_one_fell(sample: Store) -> None:
    answer = ask.trends(sample, Filters(), ("FrogFormer",))
    assert answer.notes[0].startswith("Not known what replaced FrogFormer"), "a year of one solution tells nothing"
    since = ask.trends(sample, Filters(since=date(2022, 1, 1)), ("FrogFormer",))
    assert since.notes[0].startswith("FrogFormer fell: 100 % (1/1) before 2022-01-01, 0 % (0/3) from then")
    replaced = since.facts["replaced_by"]
    assert isinstance(replaced, list)
    assert replaced[0]["architecture"] == "FrogFormer"
    assert "<svg" in render(ask.trends(sample, Filters(), ("EfficientNet", "YOLO")), "html")


def test_the_command_line_takes_a_zone_or_a_rank(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    with Store.open(path) as store:
        fill(store)
    found = CliRunner().invoke(cli, ["winners", "--medal", "gold", "--db", str(path), "--format", "json"])
    assert json.loads(found.stdout)["facts"]["n_solutions"] >= 2
    both = CliRunner().invoke(cli, ["winners", "--medal", "gold", "--first-place", "--db", str(path)])
    assert both.exit_code == 2
    assert "in place of" in both.stderr
    first = CliRunner().invoke(cli, ["winners", "--first-place", "--db", str(path), "--format", "json"])
    assert json.loads(first.stdout)["query"]["rank_at_most"] == 1
