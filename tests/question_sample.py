"""A small corpus, invented for the tests of questions: four competitions, nine documents, known counts.

frogs (audio, 2023, 900 teams): rank 1 (index), rank 3 (author, two documents), unranked notebook and its copy.
moths (image, 2021, 4 teams): rank 2 (leaderboard says 2, author says 5).
tides (time-series, no year, no teams): an unranked blog page without any date.
reef-hydrophones (platform example): rank 1, in no statistic.
And a document of no competition.
"""

from __future__ import annotations

from datetime import date

from corpus.ids import block_id, claim_id, content_hash, document_id
from corpus.records import (
    Architecture,
    Benchmark,
    Block,
    BlockKind,
    Claim,
    Competition,
    Document,
    DocumentAnalysis,
    DocumentKind,
    Evidence,
    Failure,
    Polarity,
    RankSource,
    RankStatement,
    RawDocument,
    Reason,
    ReasonCategory,
    Role,
    Span,
    Status,
    TaskType,
    Variant,
)
from corpus.store import Store

MADE_BY = "extractor-1"
FROGS, MOTHS, TIDES, REEF = "kaggle/frogs", "kaggle/moths", "drivendata/tides", "example/reef-hydrophones"
COMPETITIONS = (
    Competition(
        FROGS, "frogs", "kaggle", "Find the Frogs", url="https://kaggle.com/competitions/frogs", year=2023,
        deadline=date(2023, 5, 1), metric="Macro ROC AUC", tags=("audio", "multilabel"), n_teams=900,
    ),
    Competition(MOTHS, "moths", "kaggle", "Moths at Night", year=2021, metric="Dice", tags=("image",), n_teams=4),
    Competition(TIDES, "tides", "drivendata", "Tides of Tomorrow", metric="RMSE"),
    Competition(REEF, "reef-hydrophones", "example", "Reef", year=2024, deadline=date(2024, 5, 20), n_teams=10),
)  # fmt: skip
TASK_TYPES = (
    TaskType(FROGS, "audio/classification", 0, "inferred", "tag: audio", "rules-1"),
    TaskType(FROGS, "audio/detection", 1, "inferred", "title: find", "rules-1"),
    TaskType(MOTHS, "image/regression", 0, "inferred", "tag: image", "rules-1"),
    TaskType(MOTHS, "image/segmentation", 0, "curated", "read by a person", "labels-1"),
    TaskType(REEF, "audio/classification", 0, "inferred", "tag: audio", "rules-1"),
)
FAMILIES = (
    Architecture(
        "efficientnet", "EfficientNet", "efficientnet", "EfficientNet", "cnn", True, aliases=("effnet",), year=2019,
        paper_title="Rethinking Scaling", paper_url="https://arxiv.org/abs/1905.11946",
        libraries={"timm": ("tf_efficientnet_b0",)},
    ),
    Architecture("yolov5", "YOLOv5", "yolo", "YOLO", "detector", True, aliases=("yolo v5",)),
    Architecture("yolov8", "YOLOv8", "yolo", "YOLO", "detector", True),
    Architecture("lightgbm", "LightGBM", "lightgbm", "LightGBM", "gbdt", True, aliases=("lgbm",)),
    Architecture("mixup", "mixup", "mixup", "mixup", "technique", False),
)  # fmt: skip
BENCHMARKS = (
    Benchmark("efficientnet", "timm", "tf_efficientnet_b0", "ns_jft_in1k",
              "ImageNet-1k", "top1_pct", 78.7, 5.3, 0.4, None, 224, "t"),
    Benchmark("efficientnet", "timm", "tf_efficientnet_b4", "",
              "ImageNet-1k", "top1_pct", 85.2, 19.3, 4.5, 74.0, 380, "t"),
)  # fmt: skip
FROGS_1 = "We chose EfficientNet because it was quick to train, and mixup helped."
FROGS_3 = "YOLOv5 found the calls; YOLOv8 was worse on every fold, so we dropped it."
LONG = "EfficientNet was too slow for us: " + "every epoch took hours and hours, " * 6 + "so we gave up on it."


def document(
    name: str, competition: str | None, ranks: dict[RankSource, int] | None = None, **more: object
) -> Document:
    """A document; a write-up in Markdown unless `more` says otherwise."""
    values: dict[str, object] = {
        "kind": DocumentKind.WRITEUP,
        "format": "md",
        "title": name.replace("-", " ").title(),
        "url": f"https://example.org/{name}",
        "competition_id": competition,
        "ranks": tuple(RankStatement(source, rank, "title") for source, rank in (ranks or {}).items()),
        "source": "folder",
        **more,
    }
    return Document(document_id(str(values["url"]), name), name, **values)  # type: ignore[arg-type]


DOCUMENTS = (
    document("wu-frogs-1", FROGS, {RankSource.INDEX: 1}, author="Team Pond", published_on=date(2023, 5, 10)),
    document("wu-frogs-3", FROGS, {RankSource.AUTHOR: 3}, published_on=date(2023, 6, 1)),
    document("rd-frogs-3", FROGS, {RankSource.AUTHOR: 3}, kind=DocumentKind.README, published_on=date(2024, 2, 1)),
    document("nb-frogs-9", FROGS, kind=DocumentKind.NOTEBOOK, format="ipynb", author="Ann",
             published_on=date(2023, 4, 2)),
    document("nb-frogs-9-fork", FROGS, kind=DocumentKind.NOTEBOOK, format="ipynb", author="Bob",
             published_on=date(2023, 4, 3), copy_of=document_id("https://example.org/nb-frogs-9", "nb-frogs-9")),
    document("wu-moths-2", MOTHS, {RankSource.LEADERBOARD: 2, RankSource.AUTHOR: 5}),
    document("bl-tides", TIDES, kind=DocumentKind.BLOG, author="Cy"),
    document("ex-reef-1", REEF, {RankSource.AUTHOR: 1}, published_on=date(2024, 5, 24)),
    document("bl-nowhere", None, kind=DocumentKind.BLOG),
)  # fmt: skip
TEXTS = {"wu-frogs-1": FROGS_1, "wu-frogs-3": FROGS_3, "wu-moths-2": LONG}
# document -> family, status, reasons (category, polarity); a name without an id is not in the catalogue
CLAIMS: dict[str, tuple[tuple[str, Status, tuple[tuple[ReasonCategory, Polarity], ...]], ...]] = {
    "wu-frogs-1": (
        ("efficientnet", Status.USED, ((ReasonCategory.SPEED, Polarity.FOR),)),
        ("mixup", Status.USED, ()),
    ),
    "wu-frogs-3": (
        ("yolov5", Status.USED, ()),
        ("yolov8", Status.TRIED, ((ReasonCategory.ACCURACY, Polarity.AGAINST),)),
    ),
    "rd-frogs-3": (("yolov8", Status.MENTIONED, ()), ("lightgbm", Status.USED, ())),
    "nb-frogs-9": (("efficientnet", Status.USED, ()), ("lightgbm", Status.TRIED, ())),
    "nb-frogs-9-fork": (("efficientnet", Status.USED, ()),),
    "wu-moths-2": (
        ("efficientnet", Status.TRIED, ((ReasonCategory.SPEED, Polarity.AGAINST),)),
        ("FrogFormer", Status.USED, ()),
    ),
    "bl-tides": (("lightgbm", Status.USED, ()),),
    "ex-reef-1": (("efficientnet", Status.USED, ()),),
    "bl-nowhere": (),
}
# of claims that the judge is less sure of than of the others
UNSURE = {("nb-frogs-9", "efficientnet"): 0.6, ("wu-moths-2", "efficientnet"): 0.5, ("ex-reef-1", "efficientnet"): 0.4}
SURE = 0.9


def fill(store: Store, *, with_text: bool = True) -> None:
    """Put the sample into an empty store; without text its claims are like those of starter facts."""
    store.save_source("folder", "folder", "sample", "MIT")
    store.load_catalogue(FAMILIES, BENCHMARKS, "catalogue-1")
    store.save_competitions(COMPETITIONS, "folder")
    store.save_task_types(TASK_TYPES)
    store.save_documents((d, _raw(d) if with_text else None) for d in DOCUMENTS)
    store.settle()
    for d in DOCUMENTS:
        store.replace_analysis(_analysis(d, with_text=with_text))
    run = store.begin_run("analyse")
    store.save_failures([Failure("broken.ipynb", "read", "cell 3", "not JSON")], run)
    store.end_run(run, "failures", {"analysed": len(DOCUMENTS)})


def claim_of(name: str, family: str) -> str:
    """The id of the claim that a sample document makes about a family."""
    found = next(d for d in DOCUMENTS if d.name == name)
    known = {f.id for f in FAMILIES}
    return claim_id(found.id, family if family in known else None, family)


def _text(d: Document) -> str:
    return TEXTS.get(d.name, f"Nothing to see in {d.title}.")


def _raw(d: Document) -> RawDocument:
    content = _text(d).encode()
    return RawDocument(d.id, content, content_hash(content))


def _analysis(d: Document, *, with_text: bool) -> DocumentAnalysis:
    text, version = _text(d), content_hash(_text(d).encode()) if with_text else ""
    block = Block(block_id(d.id, version, 0), d.id, 0, BlockKind.PARAGRAPH, text, ("Model", "Choice"))
    span = Span(block.id, 0, min(len(text), 300)) if with_text else None
    claims = tuple(_claim(d, text, span, *entry) for entry in CLAIMS[d.name])
    return DocumentAnalysis(d.id, version, MADE_BY, (block,) if with_text else (), claims)


def _claim(
    d: Document,
    text: str,
    span: Span | None,
    family: str,
    status: Status,
    reasons: tuple[tuple[ReasonCategory, Polarity], ...],
) -> Claim:
    known = {f.id: f.name for f in FAMILIES}
    quote = text[:300] if span else None
    return Claim(
        claim_of(d.name, family),
        d.id,
        known.get(family, family),
        family if family in known else None,
        status,
        (Role.MAIN,),
        (Variant("tf_efficientnet_b0_ns", status),) if family == "efficientnet" else (),
        tuple(Reason(category, polarity, span, quote) for category, polarity in reasons),
        (Evidence(span, quote),) if span else (),
        UNSURE.get((d.name, family), SURE),
        MADE_BY,
    )
