from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from question_sample import fill

from analysis.counts.sizes import Limits
from analysis.reports.formats import FORMATS, render, to_json
from corpus.errors import NotKnownError, UsageError
from corpus.records import Answer, Filters
from corpus.store import MEMORY, Store
from miner.cli import main
from miner.jobs import ask

ANY = Limits()


@pytest.fixture(scope="module")
def sample() -> Iterator[Store]:
    with Store.open(Path(MEMORY)) as store:
        fill(store)
        yield store


def as_json(answer: Answer) -> Any:
    return json.loads(to_json(answer))


def rows_of(answer: Answer) -> dict[str, dict[str, Any]]:
    return {row["architecture"]: row for row in as_json(answer)["rows"]}


def test_choose_joins_wins_with_figures_reasons_and_code(sample: Store) -> None:
    answer = ask.choose(sample, "audio", Filters(), ANY)
    rows, facts = rows_of(answer), as_json(answer)["facts"]
    efficient = rows["EfficientNet"]
    assert (efficient["n_solutions"], efficient["n_solutions_total"]) == (1, 2)
    assert efficient["variant"] == "tf_efficientnet_b4"  # the small one is more than three points worse
    assert (efficient["size_mb"], efficient["mb_is"]) == (74.0, "published")
    assert efficient["evidence_ids"]
    assert efficient["paper_url"].startswith("https://")
    assert "1 of 2 winners use it" in efficient["why"]
    assert efficient["library"] == "timm"
    code = {row["architecture"]: row for row in facts["code"]}
    assert "tf_efficientnet_b4" in code["EfficientNet"]["code"]
    assert code["EfficientNet"]["written_for"].startswith("timm ")
    assert {(r["architecture"], r["polarity"], r["category"]) for r in facts["reasons"]} >= {
        ("EfficientNet", "for", "speed")
    }


def test_a_limit_removes_what_is_too_large_and_sets_apart_what_is_not_known(sample: Store) -> None:
    answer = ask.choose(sample, "audio", Filters(), Limits(size_mb=30))
    facts = as_json(answer)["facts"]
    assert rows_of(answer).keys() == {"EfficientNet"}
    assert rows_of(answer)["EfficientNet"]["variant"] == "tf_efficientnet_b0.ns_jft_in1k"
    assert rows_of(answer)["EfficientNet"]["mb_is"] == "estimated"
    assert {row["architecture"] for row in facts["size_not_known"]} >= {"LightGBM", "YOLO"}
    nothing = as_json(ask.choose(sample, "audio", Filters(), Limits(params_m=1)))
    assert nothing["rows"] == []
    assert [row["architecture"] for row in nothing["facts"]["too_large"]] == ["EfficientNet"]
    assert any("Kept out: 1 too large" in note for note in nothing["notes"])


def test_what_has_no_figure_is_ranked_by_wins_and_says_so(sample: Store) -> None:
    answer = ask.choose(sample, "audio", Filters(exclude=("frogs",)), ANY)
    assert answer.rows == ()
    lone = ask.choose(sample, "audio", Filters(), ANY)
    assert any("Not known: size and accuracy of" in note and "LightGBM" in note for note in lone.notes)


def test_an_agent_sees_nothing_of_later_and_excluded(sample: Store) -> None:
    early = as_json(ask.choose(sample, "audio", Filters(as_of=date(2023, 5, 15)), ANY))
    assert [row["architecture"] for row in early["rows"]] == ["EfficientNet"]  # the third place came in June
    assert any("variants and figures have no dates" in note for note in early["notes"])
    assert early == as_json(ask.choose(sample, "audio", Filters(as_of=date(2023, 5, 15)), ANY))
    text = to_json(ask.choose(sample, "find frogs", Filters(exclude=("frogs",)), ANY))
    assert "wu-frogs" not in text


def test_code_for_one_of_the_list(sample: Store) -> None:
    code, needs = ask.starter_code(sample, "audio", Filters(), ANY, "efficientnet")
    assert (code.library, needs) == ("timm", "paths of the data")
    compile(code.text, "start.py", "exec")
    with pytest.raises(NotKnownError, match="starter code"):
        ask.starter_code(sample, "audio", Filters(), ANY, "FrogFormer")


def test_code_for_another_library(sample: Store) -> None:
    told = next(row for row in ask.choose(sample, "audio", Filters(), ANY).facts["code"] if "timm" in row["libraries"])
    for library in told["libraries"]:
        code, _ = ask.starter_code(sample, "audio", Filters(), ANY, "efficientnet", library)
        assert code.library == library
    with pytest.raises(NotKnownError, match=r"library with starter code for EfficientNet here.*timm") as error:
        ask.starter_code(sample, "audio", Filters(), ANY, "efficientnet", "frogflow")
    assert "frogflow" in str(error.value)


def test_a_library_without_code_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["choose", "audio", "--library", "timm"]) == 2
    assert "give --code ARCH FILE" in capsys.readouterr().err


def test_compare_puts_them_side_by_side(sample: Store) -> None:
    answer = ask.compare(sample, ["EfficientNet", "LightGBM", "YOLO"], Filters())
    assert [column.title for column in answer.columns] == ["", "EfficientNet", "LightGBM", "YOLO"]
    cells = {row["aspect"]: row for row in answer.rows}
    assert cells["libraries"]["efficientnet"] == "timm 1"
    assert cells["params M"]["efficientnet"] == "5.3 to 19.3"
    assert cells["params M"]["lightgbm"] == "not known"
    assert cells["MB of weights"]["efficientnet"] == "21.2 to 74 (1 of 2 estimated)"
    facts = as_json(answer)["facts"]["architectures"]
    assert facts["EfficientNet"]["winners"]["n_solutions_total"] == 3
    assert facts["EfficientNet"]["everybody"]["n_solutions_total"] == 5
    assert any("Not known: size and accuracy of LightGBM" in note for note in answer.notes)


def test_families_of_one_line_are_compared_with_by_family(sample: Store) -> None:
    with pytest.raises(UsageError, match="--by family"):
        ask.compare(sample, ["YOLOv5", "YOLOv8"], Filters())
    answer = ask.compare(sample, ["YOLOv5", "YOLOv8"], Filters(), "family")
    switches = as_json(answer)["facts"]["switches"]
    assert [s["direction"] for s in switches] == ["YOLOv8 -> YOLOv5"]
    assert (switches[0]["rank"], switches[0]["category"]) == (3, "accuracy")
    assert switches[0]["quote"]
    assert switches[0]["claim_id"]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_shows_both(sample: Store, name: str) -> None:
    for answer in (
        ask.compare(sample, ["EfficientNet", "LightGBM"], Filters()),
        ask.choose(sample, "audio", Filters(), ANY),
    ):
        text = render(answer, name)
        assert "lightgbm" in text.lower()
        if name == "html":
            assert text.startswith("<!doctype html>")
            assert 'name="viewport"' in text
            assert "<script" not in text


def test_the_command_writes_code_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db, out = str(tmp_path / "corpus.db"), tmp_path / "start.py"
    line = ["--db", db, "choose", "tabular/classification", "--code", "LightGBM", str(out)]
    assert main(line) == 0
    assert "LGBMClassifier" in out.read_text(encoding="utf-8")
    assert "written for lightgbm" in capsys.readouterr().err
    assert main(line) == 2  # it is there now, and is left as it is
    assert main([*line[:-1], "-"]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


def test_the_terminal_shows_the_trade_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = str(tmp_path / "corpus.db")
    assert main(["--db", db, "choose", "image/classification", "--max-params-m", "30"]) == 0
    text = capsys.readouterr().out
    assert "by parameters (millions, log scale)" in text
    assert "start with" in text
    assert main(["--db", db, "compare", "EfficientNet", "ConvNeXt"]) == 0
    assert "tried and dropped" in capsys.readouterr().out
