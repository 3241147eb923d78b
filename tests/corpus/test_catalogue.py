"""The shipped catalogue keeps its rules, says what the annotation guide says, and its checks catch what breaks them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from work_done import work_limit

from corpus.catalogue import load_benchmarks, load_catalogue
from corpus.catalogue.checks import ANCHORS, check_benchmarks, check_catalogue
from corpus.catalogue.loader import parse_architectures
from corpus.errors import CatalogueError
from corpus.ids import squash
from corpus.records import Architecture, Benchmark

REPOSITORY = Path(__file__).resolve().parents[2]
LINE = '{"id": "net", "name": "Net", "lineage": "net", "lineage_name": "Net", "kind": "cnn", "is_counted": true'
NET = Architecture("net", "Net", "net", "Net", "cnn", True, aliases=("Net",), source="hand")
ROW = Benchmark("net", "timm", "net_s", "in1k", "ImageNet-1k", "top1_pct", 80.0, 5.3, 0.4, None, 224, "a table")


def named(alias: str) -> set[str]:
    """Lineage names of the counted families that own an alias."""
    return {
        a.lineage_name
        for a in load_catalogue().architectures.values()
        if a.is_counted and squash(alias) in {squash(name) for name in (*a.aliases, *a.ambiguous_aliases)}
    }


def test_shipped_catalogue_keeps_every_rule() -> None:
    assert check_catalogue(load_catalogue().architectures) == []


def test_shipped_benchmarks_keep_every_rule() -> None:
    assert check_benchmarks(load_benchmarks(), load_catalogue().architectures) == []


def test_catalogue_is_large_quick_and_small() -> None:
    load_catalogue.cache_clear()
    with work_limit(30):  # about 1
        catalogue = load_catalogue()
    assert len(catalogue.architectures) > 1300
    assert len(catalogue.version) == 12
    folder = REPOSITORY / "corpus" / "catalogue"
    assert sum((folder / name).stat().st_size for name in ("architectures.jsonl", "benchmarks.jsonl.gz")) < 1_200_000


@pytest.mark.parametrize(
    ("alias", "lineage"),
    [
        ("EfficientNetV2", "EfficientNetV2"), ("EfficientNet-NS", "EfficientNet"), ("effnet", "EfficientNet"),
        ("SE-ResNeXt", "SENet"), ("eca_nfnet_l1", "NFNet"), ("ResNeXt", "ResNeXt"), ("Wide ResNet", "ResNet"),
        ("MobileNetV3", "MobileNet"), ("InceptionV3", "Inception"), ("InceptionResNetV2", "Inception-ResNet"),
        ("SwinV2", "SwinV2"), ("EVA-02", "EVA"), ("OpenCLIP", "CLIP"), ("SigLIP 2", "SigLIP"), ("DINOv2", "DINOv2"),
        ("U-Net++", "U-Net++"), ("3D U-Net", "U-Net"), ("Attention U-Net", "U-Net"), ("DynUNet", "U-Net"),
        ("nnU-Net", "nnU-Net"), ("DeepLabV3+", "DeepLab"), ("YOLOv8", "YOLO"), ("YOLO-NAS", "YOLO"), ("YOLOX", "YOLO"),
        ("PP-YOLOE", "YOLO"), ("YOLOv12", "YOLO"), ("mDeBERTa", "DeBERTa"), ("XLM-RoBERTa", "XLM-RoBERTa"),
        ("QwQ", "Qwen"), ("Qwen2.5-Math", "Qwen"), ("Qwen3-Embedding", "Qwen"), ("GPT-2", "GPT-2"), ("GPT-4o", "GPT"),
        ("o3-mini", "GPT"), ("DeepSeek-R1", "DeepSeek"), ("Llama 3.1", "Llama"), ("Phi-3", "Phi"), ("Gemma 2", "Gemma"),
        ("BiLSTM", "LSTM"), ("BiGRU", "GRU"), ("1D CNN", "1D CNN"), ("3D CNN", "3D CNN"), ("CNN", "CNN"),
        ("multi-layer perceptron", "MLP"), ("denoising autoencoder", "Autoencoder"), ("LightGBM", "LightGBM"),
        ("random forest", "RandomForest"), ("ExtraTreesClassifier", "ExtraTrees"), ("KNeighborsClassifier", "kNN"),
        ("SVR", "SVM"), ("MultinomialNB", "NaiveBayes"), ("KMeans", "k-means"), ("GNN", "GNN"),
        ("logreg", "LogisticRegression"),
        ("simulated annealing", "Simulated annealing"), ("MCTS", "MCTS"), ("AutoGluon", "AutoGluon"), ("SED", "SED"),
        ("BiFPN", "BiFPN"), ("TabPFN", "TabPFN"), ("RibonanzaNet", "RibonanzaNet"), ("Squeezeformer", "Squeezeformer"),
    ],
)  # fmt: skip
def test_names_lead_to_the_guides_lines(alias: str, lineage: str) -> None:
    assert named(alias) == {lineage}


@pytest.mark.parametrize(
    "alias", ["ArcFace", "GeM", "LoRA", "PCA", "TF-IDF", "vLLM", "StackingClassifier", "WBF", "CBAM"]
)
def test_techniques_losses_and_libraries_are_not_counted(alias: str) -> None:
    assert named(alias) == set()


@pytest.mark.parametrize(
    "word", ["bit", "led", "align", "node", "theta", "prone", "hmm", "MAE", "SSD", "CLIP", "LR", "RF"]
)
def test_ordinary_words_are_ambiguous(word: str) -> None:
    owners = [
        a for a in load_catalogue().architectures.values()
        if squash(word) in {squash(name) for name in (*a.aliases, *a.ambiguous_aliases)}
    ]  # fmt: skip
    assert owners
    assert all(squash(word) not in {squash(alias) for alias in a.aliases} for a in owners)


@pytest.mark.parametrize(
    ("library", "variant", "params_m", "gmacs"),
    [
        ("timm", "resnet50", 25.6, 4.1),
        ("torchvision", "resnet50", 25.6, 4.1),
        ("torchvision", "mobilenet_v2", 3.5, 0.3),
        ("ultralytics", "yolov8n", 3.2, 4.4),  # published as 8.7 to 8.9 GFLOPs
    ],
)
def test_units_agree_with_known_figures(library: str, variant: str, params_m: float, gmacs: float) -> None:
    rows = [r for r in load_benchmarks() if (r.library, r.variant) == (library, variant) and r.image_size in (224, 640)]
    assert rows
    for row in rows:
        assert row.params_m == pytest.approx(params_m, rel=0.03)
        assert row.gmacs == pytest.approx(gmacs, rel=0.05)


def test_every_anchor_meets_a_row() -> None:
    assert ANCHORS.keys() <= {(row.library, row.variant) for row in load_benchmarks()}


def test_a_figure_at_another_image_size_is_a_row_of_its_own() -> None:
    rows = [r for r in load_benchmarks() if (r.variant, r.weights, r.metric) == ("resnet50", "a1_in1k", "top1_pct")]
    assert {(r.dataset, r.image_size) for r in rows} == {("ImageNet-1k", 224), ("ImageNet-1k, 288 px", 288)}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE + ', "colour": "red"}', "unknown keys"),
        ('{"id": "net", "name": "Net"}', "missing keys"),
        ("[1]", "not an object"),
        (LINE, "no JSON"),
        (LINE + "}\n" + LINE + "}", "twice"),
    ],
)
def test_loader_refuses_what_it_cannot_use(line: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        parse_architectures(line.splitlines())


def test_loader_names_the_line() -> None:
    with pytest.raises(CatalogueError, match=r"mine\.jsonl, line 3"):
        parse_architectures([LINE + "}", "", "{"], "mine.jsonl")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (replace(NET, aliases=("Net", "n")), "too short"),
        (replace(NET, aliases=("Net", "3.5")), "bare number"),
        (replace(NET, aliases=("Net", "Encoder")), "generic word"),
        (replace(NET, aliases=("Other",)), "not among its aliases"),
        (replace(NET, ambiguous_aliases=("NET",)), "both clear and ambiguous"),
        (replace(NET, paper_check="perhaps"), "paper_check"),
        (replace(NET, paper_url="arxiv 1"), "no url"),
        (replace(NET, year=20), "year"),
        (replace(NET, source=""), "no source"),
        (replace(NET, lineage="gone"), "no family of the catalogue"),
        (replace(NET, lineage_name="Mesh"), "lineage_name"),
    ],
)
def test_checks_catch_a_broken_family(broken: Architecture, words: str) -> None:
    assert any(words in problem for problem in check_catalogue({"net": broken}))


def test_checks_catch_a_shared_alias_and_a_shared_library_id() -> None:
    other = replace(NET, id="mesh", name="Mesh", lineage="mesh", lineage_name="Mesh", aliases=("Mesh", "net"))
    assert any("'net'" in problem for problem in check_catalogue({"net": NET, "mesh": other}))
    unclear = replace(other, aliases=("Mesh",), ambiguous_aliases=("net",))
    assert check_catalogue({"net": replace(NET, aliases=(), ambiguous_aliases=("Net",)), "mesh": unclear}) == []
    left, right = (replace(a, libraries={"timm": ("net_s",)}) for a in (NET, replace(other, aliases=("Mesh",))))
    assert any("timm id 'net_s'" in problem for problem in check_catalogue({"net": left, "mesh": right}))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((ROW, ROW), "twice"),
        ((replace(ROW, architecture_id="gone"),), "not in the catalogue"),
        ((replace(ROW, value=180.0),), "top1_pct of 180.0"),
        ((replace(ROW, metric="Top 1"),), "snake_case"),
        ((replace(ROW, dataset=""),), "go together"),
        ((replace(ROW, params_m=-1.0),), "params_m"),
        ((replace(ROW, variant="resnet50", gmacs=8.2),), "known to be about 4.1"),
    ],
)
def test_checks_catch_broken_benchmark_rows(rows: tuple[Benchmark, ...], words: str) -> None:
    assert any(words in problem for problem in check_benchmarks(rows, {"net": NET}))


@given(st.permutations(sorted(load_catalogue().architectures)[:40]), st.integers(0, 39))
def test_checks_do_not_depend_on_the_order(order: list[str], cut: int) -> None:
    known = load_catalogue().architectures
    some = {key: known[key] for key in order[:cut]}
    back = {key: some[key] for key in reversed(some)}
    assert sorted(check_catalogue(some)) == sorted(check_catalogue(back))


def test_columns_of_the_benchmark_file_are_the_records() -> None:
    row = load_benchmarks()[0]
    assert [field.name for field in fields(row)][:4] == ["architecture_id", "library", "variant", "weights"]
    assert len({(r.library, r.variant, r.weights, r.dataset, r.metric) for r in load_benchmarks()}) == len(
        load_benchmarks()
    )


def test_building_again_gives_the_same_bytes(shared: Path, tmp_path: Path) -> None:
    folder = REPOSITORY / "corpus" / "catalogue"
    for name in ("additions.jsonl", "corrections.jsonl", "exclusions.jsonl"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    command = [sys.executable, str(REPOSITORY / "scripts" / "build_catalogue.py"), "--shared", str(shared)]
    subprocess.run([*command, "--package", str(tmp_path)], check=True, capture_output=True)
    for name in ("architectures.jsonl", "benchmarks.jsonl.gz", "sources.jsonl"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
