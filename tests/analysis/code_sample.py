"""A name finder that knows two dozen names, and cells for it to be tried on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.mentions.code import find_code_mentions
from corpus.records import Block, BlockKind, CodeUse, Mention

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "code"
CASES = sorted(path.name.removesuffix(".in.txt") for path in EXAMPLES.glob("*.in.txt"))


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What the real finder gives, from a table of two dozen names."""

    start: int
    end: int
    architecture_id: str | None
    name: str
    variant: str | None
    is_ambiguous: bool


class FewNames:
    """A name finder that knows a few families; independent of the catalogue, so that these tests are too."""

    PATTERNS = (
        ("efficientnet", r"(?:tf_)?efficientnet[-_]?b?\d*"),
        ("resnet", r"resnet\d*"),
        ("unet", r"u-?net"),
        ("deberta", r"deberta(?:v2|-v3)?(?:-(?:small|base|large))?"),
        ("bert", r"bert(?:-base-uncased)?"),
        ("bge", r"bge-large"),
        ("gpt", r"gpt-4o"),
        ("yolo", r"yolo(?:v\d[nsmlx])?"),
        ("lightgbm", r"lightgbm|lgb|lgbm\w*"),
        ("xgboost", r"xgboost|xgb(?:regressor|classifier)?"),
        ("catboost", r"catboost\w*"),
        ("random-forest", r"random ?forest\w*"),
        ("ridge", r"ridge\w*"),
        ("lasso", r"lasso"),
        ("cnn1d", r"1d cnn"),
        ("cnn3d", r"3d cnn"),
        ("cnn", r"cnn"),
        ("mlp", r"mlp"),
        ("lstm", r"lstm"),
        ("gru", r"gru"),
        ("gcn", r"gcn"),
        ("transformer", r"transformer"),
        ("kmeans", r"k-?means"),
    )
    PATTERN = re.compile(
        r"(?<![a-z\d])(?:" + "|".join(f"(?P<g{i}>{body})" for i, (_, body) in enumerate(PATTERNS)) + r")(?![a-z\d])",
        re.IGNORECASE,
    )

    def find(self, text: str) -> list[NameMatch]:
        found = []
        for one in self.PATTERN.finditer(text):
            family = self.PATTERNS[int((one.lastgroup or "g0")[1:])][0]
            variant = one[0] if re.search(r"\d|base|large|small|4o", one[0]) and "cnn" not in family else None
            found.append(NameMatch(*one.span(), family, family, variant, family in {"ridge", "lasso"}))
        return found

    def resolve(self, identifier: str) -> NameMatch | None:
        found = self.find(identifier) or self.find(re.split(r"(?=(?:V2)?For[A-Z])", identifier)[0])
        return found[0] if found else None


def cells(*texts: str, language: str | None = "python", kind: BlockKind = BlockKind.CODE_CELL) -> list[Block]:
    return [Block(f"b{i}", "doc", i, kind, text, language=language) for i, text in enumerate(texts)]


def find(*texts: str) -> tuple[Mention, ...]:
    return find_code_mentions(cells(*texts), FewNames())


def uses(*texts: str) -> set[tuple[str | None, str | None]]:
    """(architecture, use) of everything but what is only named."""
    return {(m.architecture_id, m.code_use) for m in find(*texts) if m.code_use is not CodeUse.NAMED}


def read_example(name: str) -> list[Block]:
    """Cells of an example: each starts with "# %%" and, where it is not Python, its language."""
    text = (EXAMPLES / f"{name}.in.txt").read_text(encoding="utf-8")
    parts = re.split(r"^# %% *(\w*)\n", text, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [
        Block(f"b{at}", "doc", at, BlockKind.CODE_CELL, body, language=language or "python")
        for at, (language, body) in enumerate(pairs)
    ]
