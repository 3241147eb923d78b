"""What is measured never falls below its floors; `scripts/set_floors.py` moves these."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

CORPUS = "fingerprint"
PARTS = ("extractor", "similar", "task-types")


@pytest.fixture(scope="module")
def script(repository: Path) -> Iterator[ModuleType]:
    """The script as a module; it imports its neighbour as Python does when it is run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(repository / "scripts"))
        yield importlib.import_module("set_floors")


@pytest.mark.parametrize("name", PARTS)
def test_no_figure_is_below_its_floor(script: ModuleType, shared: Path, name: str) -> None:
    part = script.PARTS[name]
    floors = script.read_floors(part.path)
    corpus, figures = part.measure(shared)
    script.same_corpus(floors, corpus)
    assert [str(fall) for fall in script.find_falls(floors.floors, figures)] == []


def test_every_measure_and_kind_has_a_floor(script: ModuleType) -> None:
    floors = script.read_floors().floors
    assert set(floors) == {"all", "writeup", "notebook", "readme", "blog"}
    for row in floors.values():
        assert tuple(sorted(row)) == tuple(sorted(script.ALL_MEASURES))
        assert all(0 <= floor <= 1 for floor in row.values())


def test_similar_and_task_types_have_floors_with_and_without_curated_facts(script: ModuleType) -> None:
    assert tuple(script.PARTS) == PARTS
    similar = script.read_floors(script.PARTS["similar"].path).floors
    assert set(similar) == {"full", "starter", "starter with topics", "full, curated", "starter, curated"}
    assert {tuple(sorted(row)) for row in similar.values()} == {("hit_at_3", "ndcg_at_10")}
    types = script.read_floors(script.PARTS["task-types"].path).floors
    assert set(types) == {"all", "further", "curated"}
    assert {tuple(sorted(row)) for row in types.values()} == {("among", "main", "modality", "precision", "recall")}
    for row in (*similar.values(), *types.values()):
        assert all(0 < floor <= 1 for floor in row.values())


@pytest.mark.parametrize(
    "arguments", [["--lower", "used"], ["--new-corpus"], ["similar", "extractor", "--lower", "used"]]
)
def test_one_part_is_named_to_lower_its_floors(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["set_floors.py", *arguments])
    with pytest.raises(SystemExit):
        script.main()
    assert "of one part: name it" in capsys.readouterr().err


def test_a_part_is_lowered_alone_and_only_with_a_reason(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "floors.json"
    script.write_floors(script.Floors(CORPUS, {"full": {"hit_at_3": 0.9}}), path)
    part = script.Part(path, lambda shared: (CORPUS, {"full": {"hit_at_3": 0.8}}))
    monkeypatch.setattr(script, "PARTS", {"similar": part})

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["set_floors.py", *arguments])
        code = script.main()
        assert isinstance(code, int)
        return code

    assert run("--check") == 1
    assert "hit_at_3 of full: 0.8000, its floor is 0.9000" in capsys.readouterr().err
    assert run("similar", "--lower", "hit_at_3") == 1
    assert script.read_floors(path).floors == {"full": {"hit_at_3": 0.9}}
    assert run("similar", "--lower", "hit_at_3", "--because", "fairer queries") == 0
    assert script.read_floors(path).floors == {"full": {"hit_at_3": 0.8}}
    assert script.read_floors(path).history[0]["because"] == "fairer queries"
    assert run("--check") == 0


def test_edited_data_are_noticed(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "queries.jsonl"
    marks = set()
    for text in ("a\nb\n", "b\na\n", "a\nc\n"):
        file.write_text(text, encoding="utf-8")
        marks.add(script.fingerprint_of_lines(script.lines_of(tmp_path, ["queries.jsonl"])))
    assert len(marks) == 2, "the order of lines does not matter, their words do"


def test_what_is_passed_is_raised_and_what_is_met_stays(script: ModuleType) -> None:
    old = script.Floors(CORPUS, {"all": {"used": 0.5, "tried": 0.4}})
    new = script.moved(old, {"all": {"used": 0.6, "tried": 0.4}, "blog": {"used": 0.1}}, [], "", "2026-11-20")
    assert new.floors == {"all": {"used": 0.6, "tried": 0.4}, "blog": {"used": 0.1}}
    assert new.history == ()


@pytest.mark.parametrize("figures", [{"all": {"used": 0.4999}}, {"all": {}}, {}])
def test_a_fall_is_refused_however_small(script: ModuleType, figures: dict[str, dict[str, float]]) -> None:
    old = script.Floors(CORPUS, {"all": {"used": 0.5}})
    with pytest.raises(script.RefusedError, match=r"used of all: .* its floor is 0\.5000"):
        script.moved(old, figures, [], "", "2026-11-20")


def test_a_floor_is_lowered_by_name_and_with_its_reason(script: ModuleType) -> None:
    old = script.Floors(CORPUS, {"all": {"used": 0.5}, "blog": {"used": 0.5, "tried": 0.5}})
    figures = {"all": {"used": 0.7}, "blog": {"used": 0.4, "tried": 0.3}}
    with pytest.raises(script.RefusedError, match="tried of blog"):
        script.moved(old, figures, ["used"], "shorter quotes", "2026-11-20")
    with pytest.raises(script.RefusedError, match="--because"):
        script.moved(old, figures, ["used", "tried/blog"], " ", "2026-11-20")
    new = script.moved(old, figures, ["used", "tried/blog"], "shorter quotes", "2026-11-20")
    assert new.floors == figures
    assert [(row["measure"], row["kind"], row["from"], row["to"]) for row in new.history] == [
        ("used", "blog", 0.5, 0.4), ("tried", "blog", 0.5, 0.3),
    ]  # fmt: skip
    assert {(row["because"], row["on"]) for row in new.history} == {("shorter quotes", "2026-11-20")}
    with pytest.raises(script.RefusedError, match="nothing to lower"):
        script.moved(new, figures, ["used"], "again", "2026-11-20")


def test_another_corpus_is_noticed_and_taken_only_with_a_reason(script: ModuleType) -> None:
    gold = [{"doc_id": "a", "claims": []}, {"doc_id": "b", "claims": []}]
    one = script.fingerprint(gold, {"a": "1", "b": "2"})
    assert one == script.fingerprint(gold[::-1], {"b": "2", "a": "1"})
    assert one != script.fingerprint(gold, {"a": "1", "b": "3"})
    assert one != script.fingerprint([{"doc_id": "a", "claims": [1]}, gold[1]], {"a": "1", "b": "2"})
    old = script.Floors(one, {"all": {"used": 0.5}})
    with pytest.raises(script.RefusedError, match="--new-corpus"):
        script.same_corpus(old, CORPUS)
    for corpus, because in ((one, "why not"), (CORPUS, "")):
        with pytest.raises(script.RefusedError):
            script.anew(old, corpus, {"all": {"used": 0.1}}, because, "2026-11-20")
    new = script.anew(old, CORPUS, {"all": {"used": 0.1}}, "twenty more documents", "2026-11-20")
    assert (new.corpus, new.floors) == (CORPUS, {"all": {"used": 0.1}})
    assert new.history[0]["floors"] == old.floors


def test_the_file_says_the_same_again(script: ModuleType, tmp_path: Path) -> None:
    floors = script.read_floors()
    script.write_floors(floors, tmp_path / "floors.json")
    assert (tmp_path / "floors.json").read_bytes() == script.FLOORS.read_bytes()
    assert json.loads(script.FLOORS.read_text(encoding="utf-8"))["corpus"] == floors.corpus
    assert script.read_floors(tmp_path / "none.json") is None
