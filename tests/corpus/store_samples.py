"""Small records for the tests of the store and of the jobs that use it."""

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
    Polarity,
    RankSource,
    RankStatement,
    RawDocument,
    Reason,
    ReasonCategory,
    Role,
    SolutionLink,
    Span,
    Status,
    Variant,
)

COMPETITION = Competition("kaggle/frogs", "frogs", "kaggle", "Find the Frogs", year=2023, tags=("audio", "birds"))
TEXT = "We used EfficientNet-B0 because it was the fastest of all we tried."
FAMILIES = (
    Architecture(
        "efficientnet",
        "EfficientNet",
        "efficientnet",
        "EfficientNet",
        "cnn",
        True,
        aliases=("efficientnet", "effnet"),
        ambiguous_aliases=("b0",),
        year=2019,
        paper_title="EfficientNet",
        paper_url="https://arxiv.org/abs/1905.11946",
        libraries={"timm": ("efficientnet_b0",)},
    ),
    Architecture("mixup", "mixup", "mixup", "mixup", "technique", False),
)
BENCHMARKS = (
    Benchmark("efficientnet", "timm", "efficientnet_b0", "", "ImageNet-1k", "top1_pct", 77.7, 5.3, 0.4, None, 224, "x"),
)


def document(
    name: str = "frogs-1st", *, rank: int | None = None, author: str | None = None, **fields: object
) -> Document:
    """A write-up of the sample competition; other fields as given."""
    ranks = (RankStatement(RankSource.AUTHOR, rank, "title"),) if rank else ()
    url = fields.pop("url", None)
    values: dict[str, object] = {"competition_id": COMPETITION.id, "ranks": ranks, "author": author, **fields}
    key = document_id(str(url) if url else None, name)
    return Document(key, name, DocumentKind.WRITEUP, "md", url=url, **values)  # type: ignore[arg-type]


def content(of: Document, text: str = TEXT) -> RawDocument:
    """A version of the document."""
    raw = text.encode()
    return RawDocument(of.id, raw, content_hash(raw))


def dated(name: str, day: str, **fields: object) -> Document:
    """A document with a date."""
    return document(name, published_on=date.fromisoformat(day), **fields)


def link(url: str, rank: int | None, provenance: str = "index (MIT)") -> SolutionLink:
    """An index's statement about the sample competition."""
    return SolutionLink(COMPETITION.id, url, rank, "description", provenance)


def analysis(of: Document, text: str = TEXT, made_by: str = "extractor-1") -> DocumentAnalysis:
    """One block with one claim, quoted exactly."""
    raw = content(of, text)
    block = Block(block_id(of.id, raw.content_hash, 0), of.id, 0, BlockKind.PARAGRAPH, text, ("Model",))
    start = text.find("EfficientNet")
    name = Span(block.id, start, start + len("EfficientNet-B0"))
    sentence = Span(block.id, 0, len(text))
    claim = Claim(
        claim_id(of.id, "efficientnet", "EfficientNet"),
        of.id,
        "EfficientNet",
        "efficientnet",
        Status.USED,
        (Role.MAIN,),
        (Variant("EfficientNet-B0", Status.USED),),
        (Reason(ReasonCategory.SPEED, Polarity.FOR, sentence, text),),
        (Evidence(sentence, text, name.start, name.end),),
        0.9,
        made_by,
    )
    return DocumentAnalysis(of.id, raw.content_hash, made_by, (block,), (claim,))


def starter_claim(of: Document) -> DocumentAnalysis:
    """A claim as starter facts carry it: no blocks, no spans, no quotes."""
    claim = Claim(
        claim_id(of.id, "efficientnet", "EfficientNet"),
        of.id,
        "EfficientNet",
        "efficientnet",
        Status.TRIED,
        (),
        (),
        (Reason(ReasonCategory.MEMORY, Polarity.AGAINST, None, None),),
        (),
        0.5,
        "shipped",
    )
    return DocumentAnalysis(of.id, "", "shipped", (), (claim,))
