"""Train the judges of claims and score them five-fold by competition.

    pip install -e '.[train]'
    python scripts/train_judges.py [--shared ../shared] [--score] [--out analysis/claims/judges.json.gz]

Reads the given gold and our own annotations (`annotations/claims.jsonl`, offsets into the documents of the corpus).
Without --score the judges are trained on all of them and written; with it they are trained five times on four fifths of
the competitions, and the figures of `score_claims.py` on the fifths left out are printed.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from score import load_scorer, print_figures
from training.data import Example, fold_of, load_examples
from training.fit import fit_judges
from training.predict import as_row

from analysis.claims.trained import read_judges

FOLDS = 5


def main() -> None:
    """Train or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--annotations", type=Path, default=Path("annotations/claims.jsonl"))
    parser.add_argument("--out", type=Path, default=Path("analysis/claims/judges.json.gz"))
    parser.add_argument("--score", action="store_true", help="five-fold figures instead of a file")
    parser.add_argument("--predictions", type=Path, help="where to keep what the five trainings say")
    args = parser.parse_args()
    examples = load_examples(args.shared, args.annotations)
    print(f"{len(examples)} documents, {sum(len(e.gold['claims']) for e in examples)} claims")
    if args.score:
        score(examples, args.shared, args.predictions)
        return
    stored = fit_judges(examples)
    text = json.dumps(stored, separators=(",", ":"), sort_keys=True)
    args.out.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{args.out}: {args.out.stat().st_size:,} bytes")


def score(examples: list[Example], shared: Path, predictions: Path | None) -> None:
    """Five-fold figures: of all documents, of the given gold and of our own annotations."""
    scorer = load_scorer(shared)
    data = shared / "data"
    families = scorer.Families(
        scorer.alias_table(data / "catalogue/architectures.jsonl", data / "gold/family_aliases.json")
    )
    found = {}
    for fold in range(FOLDS):
        judges = read_judges(fit_judges([e for e in examples if fold_of(e.competition, FOLDS) != fold]), f"fold {fold}")
        for example in examples:
            if fold_of(example.competition, FOLDS) == fold:
                found[example.document.name] = as_row(example, judges)
        print(f"fold {fold} done", flush=True)
    if predictions:
        predictions.write_text("".join(json.dumps(row) + "\n" for row in found.values()), encoding="utf-8")
    for part, chosen in (
        ("gold", [e for e in examples if e.is_given]),
        ("ours", [e for e in examples if not e.is_given]),
        ("all", examples),
    ):
        figures, _ = scorer.score([e.gold for e in chosen], found, families)
        print_figures(part, figures)


if __name__ == "__main__":
    main()
