"""Score inferred task types against hand labels (development corpus, not distributed).

    python scripts/score_task_types.py [--shared PATH] [--errors] [--db FILE] [--folds] [--confusion]

Competitions are split by the hash of their slug: a third is closed (its errors are never shown, rules are not fitted to
it), two thirds are open. "further" are competitions that only the annotated documents label, many of them on sites that
give neither metric nor description; always with all that is known of them. "curated" is how far the facts that ship,
written without sight of these labels, agree with them: of each, no inference. "index" turns that round: what is
inferred against the curated types of all competitions that have no label here.

Nothing is trained, so --folds shows no more than how the figure spreads over five parts of the competitions; a series
(`birdclef-2023`, `birdclef-2024`) lies in one part. --db reads an analysed corpus and scores what `miner analyse`
infers there, with the claims of the solutions and with how the documents begin.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from analysis.task_types import infer_task_types
from corpus.catalogue.curated import load_curated
from corpus.ids import competition_id
from corpus.records import Competition
from corpus.store import Store
from corpus.views import select_used_lineages
from corpus.views_openings import select_openings

JsonRow = dict[str, object]
Case = tuple[tuple[str, ...], tuple[str, ...]]  # labelled, inferred; the main type first
N_FOLDS = 5
_EDITION = re.compile(r"(?:19|20)\d\d|s\d+e\d+|\d+|(?<=-)(?:i|ii|iii|iv|v|beta|part|stage|finals)(?=-|$)")


def is_closed(slug: str) -> bool:
    """True for the third that is only counted."""
    return int(hashlib.sha256(slug.encode()).hexdigest(), 16) % 3 == 0


def fold_of(slug: str, n_folds: int = N_FOLDS) -> int:
    """The fold of a competition; all editions of a series lie in one.

    >>> fold_of("birdclef-2023") == fold_of("birdclef-2024")
    True
    """
    row = load_curated()[1].get(slug)
    series = row.series if row is not None and row.series else _EDITION.sub("", slug.lower()).strip("-_")
    return int(hashlib.sha256(re.sub(r"[^a-z]+", "-", series).encode()).hexdigest(), 16) % n_folds


def read_lines(path: Path) -> list[JsonRow]:
    """The objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def read_competition(row: JsonRow) -> Competition:
    """A competition as a manifest describes it."""
    tags = row.get("tags") or []
    names = [str(tag.get("fullPath") or tag["name"]) if isinstance(tag, dict) else str(tag) for tag in tags]  # type: ignore[attr-defined]
    slug, platform = str(row["slug"]), str(row.get("platform") or "kaggle")
    year, teams = row.get("year"), row.get("n_teams")
    return Competition(
        id=competition_id(platform, slug),
        slug=slug,
        platform=platform,
        title=str(row.get("title") or slug),
        year=year if isinstance(year, int) else None,
        metric=str(row["metric"]) if row.get("metric") else None,
        description=str(row["description"]) if row.get("description") else None,
        tags=tuple(names),
        n_teams=teams if isinstance(teams, int) else None,
    )


def read_competitions(shared: Path) -> dict[str, Competition]:
    """Both lists by slug; the corpus' own entry is the fuller one and wins."""
    data = shared / "data"
    rows = [
        *read_lines(data / "competitions-index" / "competitions.jsonl"),
        *read_lines(data / "corpus" / "competitions.jsonl"),
    ]
    return {competition.slug: competition for competition in map(read_competition, rows)}


def read_document_labels(shared: Path, known: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Types that annotators of single documents gave to competitions outside `known`; the first document's count."""
    labels: dict[str, tuple[str, ...]] = {}
    for path in sorted((shared / "data" / "gold" / "dev").glob("*.json")):
        row = json.loads(path.read_text("utf-8"))
        slug = row.get("competition")
        if slug and row.get("task_types") and slug not in known:
            labels.setdefault(slug, tuple(row["task_types"]))
    return labels


@dataclass(frozen=True)
class Figures:
    """How far types agree with labels, as shares of `n` competitions; precision and recall are over all types."""

    n: int
    main: float  # the first type is the first label
    among: float  # the first type is among the labels
    modality: float
    precision: float
    recall: float
    n_empty: int  # without any type


def figures_of(cases: Iterable[Case]) -> Figures:
    """The figures of one split."""
    pairs = list(cases)
    n = len(pairs)
    right = sum(len(set(wanted) & set(got)) for wanted, got in pairs)
    n_wanted, n_got = sum(len(wanted) for wanted, _ in pairs), sum(len(got) for _, got in pairs)
    return Figures(
        n=n,
        main=sum(bool(got) and got[0] == wanted[0] for wanted, got in pairs) / n,
        among=sum(bool(got) and got[0] in wanted for wanted, got in pairs) / n,
        modality=sum(bool(got) and got[0].split("/")[0] == wanted[0].split("/")[0] for wanted, got in pairs) / n,
        precision=right / max(n_got, 1),
        recall=right / n_wanted,
        n_empty=sum(not got for _, got in pairs),
    )


def report(name: str, cases: Iterable[Case]) -> None:
    """Print the figures of one split."""
    found = figures_of(cases)
    print(
        f"{name:7} n {found.n:4}  main right {found.main:.3f}  main among labels {found.among:.3f}"
        f"  modality {found.modality:.3f}  all types P {found.precision:.3f} R {found.recall:.3f}"
        f"  none given {found.n_empty}"
    )


def inferred(competition: Competition) -> tuple[str, ...]:
    """The competition's types as the rules have them, main first."""
    return tuple(entry.task_type for entry in infer_task_types(competition))


def labelled_cases(shared: Path) -> dict[str, list[Case]]:
    """Split -> its cases with all that is known of the competitions: all labelled ones, further ones, curated facts."""
    competitions = read_competitions(shared)
    rows = read_lines(shared / "data" / "task_types.jsonl")
    labelled = {str(row["slug"]): tuple(str(name) for name in row["task_types"]) for row in rows}  # type: ignore[attr-defined]
    known = {str(row["slug"]): competitions.get(str(row["slug"])) or read_competition(row) for row in rows}
    further = read_document_labels(shared, labelled.keys())
    curated = load_curated()[1]
    return {
        "all": [(wanted, inferred(known[slug])) for slug, wanted in labelled.items()],
        "further": [(wanted, inferred(competitions[slug])) for slug, wanted in further.items() if slug in competitions],
        "curated": [(wanted, curated[slug].task_types) for slug, wanted in labelled.items() if slug in curated],
    }


def index_cases(shared: Path) -> list[Case]:
    """Curated and inferred types of the competitions that nobody labelled for measuring."""
    labelled = {str(row["slug"]) for row in read_lines(shared / "data" / "task_types.jsonl")}
    curated = load_curated()[1]
    return [
        (curated[slug].task_types, inferred(competition))
        for slug, competition in read_competitions(shared).items()
        if slug in curated and curated[slug].task_types and slug not in labelled
    ]


def types_in_corpus(path: Path) -> dict[str, tuple[str, ...]]:
    """Slug -> types as `miner analyse` infers them in an analysed corpus; nothing is written."""
    with closing(Store.open(path, read_only=True)) as store:
        used, openings = select_used_lineages(store), select_openings(store)
        return {
            competition.slug: tuple(
                entry.task_type
                for entry in infer_task_types(
                    competition, used.get(competition.id, ()), openings.get(competition.id, ())
                )
            )
            for competition in store.competitions_to_label()
        }


def report_corpus(shared: Path, types: Mapping[str, tuple[str, ...]]) -> None:
    """Print the figures of types inferred with the documents of a corpus, for the labelled competitions in it."""
    labelled = {str(row["slug"]): tuple(row["task_types"]) for row in read_lines(shared / "data" / "task_types.jsonl")}  # type: ignore[arg-type]
    further = read_document_labels(shared, labelled.keys())
    for part, labels in (("all", labelled), ("further", further)):
        print("with documents: ", end="")
        report(part, [(wanted, types[slug]) for slug, wanted in labels.items() if slug in types])


def report_folds(cases: Mapping[str, Case]) -> None:
    """Print how the share of right main types spreads over the folds."""
    for fold in range(N_FOLDS):
        report(f"fold {fold}", [case for slug, case in cases.items() if fold_of(slug) == fold])


def report_confusion(cases: Iterable[Case]) -> None:
    """Print, for each labelled main type, how often it was found and what was found instead."""
    found: dict[str, Counter[str]] = {}
    for wanted, got in cases:
        found.setdefault(wanted[0], Counter())[got[0] if got else "none"] += 1
    for wanted, counts in sorted(found.items(), key=lambda entry: (-entry[1].total(), entry[0])):
        others = ", ".join(f"{n} {name}" for name, n in counts.most_common() if name != wanted)
        print(f"{wanted:28} {counts[wanted]:3} of {counts.total():3}  {others and 'else ' + others}".rstrip())


def measure(shared: Path) -> dict[str, dict[str, float]]:
    """Split -> its figures, without counts; a split without cases is left out."""
    table = {}
    for name, cases in labelled_cases(shared).items():
        if cases:
            row = asdict(figures_of(cases))
            table[name] = {field: float(value) for field, value in row.items() if field not in {"n", "n_empty"}}
    return table


def main() -> int:
    """Print the figures for the open and the closed part and for both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="list what went wrong in the open part")
    parser.add_argument("--no-descriptions", action="store_true", help="title, slug, metric and tags only")
    parser.add_argument("--db", type=Path, help="an analysed corpus: also with its claims and documents")
    parser.add_argument("--folds", action="store_true", help="also by five parts of the competitions")
    parser.add_argument("--confusion", action="store_true", help="also what was found for each labelled main type")
    arguments = parser.parse_args()
    competitions = read_competitions(arguments.shared)
    cases: dict[str, dict[str, Case]] = {"open": {}, "closed": {}}
    rows = read_lines(arguments.shared / "data" / "task_types.jsonl")
    for row in rows:
        slug = str(row["slug"])
        competition = competitions.get(slug) or read_competition(row)
        if arguments.no_descriptions:
            competition = Competition(
                competition.id, slug, competition.platform, competition.title, metric=competition.metric
            )
        wanted = tuple(str(task_type) for task_type in row["task_types"])  # type: ignore[attr-defined]
        found = infer_task_types(competition)
        got = tuple(task_type.task_type for task_type in found)
        part = "closed" if is_closed(slug) else "open"
        cases[part][slug] = (wanted, got)
        if arguments.errors and part == "open" and (not got or got[0] != wanted[0]):
            print(f"{slug}: wanted {wanted}, got {got} ({found[0].evidence if found else ''})")
    for part, found_cases in cases.items():
        report(part, found_cases.values())
    every = {**cases["open"], **cases["closed"]}
    report("all", every.values())
    if arguments.folds:
        report_folds(every)
    whole = labelled_cases(arguments.shared)
    for part in ("curated", "further"):
        if whole[part]:
            report(part, whole[part])
    report("index", index_cases(arguments.shared))
    if arguments.db:
        report_corpus(arguments.shared, types_in_corpus(arguments.db))
    if arguments.confusion:
        report_confusion(every.values())
    return 0


if __name__ == "__main__":
    sys.exit(main())
