"""Facts about known competitions that we wrote ourselves: task types, domains, traits, and what each is about.

They stand above what rules infer, and everything works without them: `--no-curated` leaves them out, and a competition
that nobody curated has its inferred facts alone. `scripts/pack_curated.py` checks and packs the file.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from corpus.catalogue.task_types import is_task_type
from corpus.errors import CatalogueError
from corpus.ids import content_hash

CURATED_FILE = "curated_competitions.jsonl.gz"
PLATFORM = "kaggle"  # of all of them
NO_VERSION = "none"
BASES = ("known", "index")
_DOMAINS_TEXT = """
    medicine/radiology medicine/pathology medicine/ophthalmology medicine/dermatology medicine/physiology
    medicine/clinical-records medicine/public-health biology/cells biology/molecules biology/proteins
    biology/genomics ecology/species ecology/bioacoustics agriculture food climate-weather earth/geology
    earth/remote-sensing ocean-water astronomy physics chemistry-materials energy buildings
    transport/autonomous-driving transport/mobility aviation-space retail e-commerce advertising marketing
    finance/markets finance/credit-fraud insurance real-estate education writing translation social-media
    web-search news-media safety-toxicity privacy-security malware-network law-government crime-safety
    humanitarian culture-art music speech documents-ocr manufacturing sensors-iot human-activity people-faces
    sports/american-football sports/basketball sports/other games robotics human-resources travel-hospitality
    entertainment software-code mathematics puzzles-reasoning language-models general-objects image-forensics
    synthetic-tabular data-science-community
"""
DOMAINS = frozenset(_DOMAINS_TEXT.split())
_METRIC_FAMILIES_TEXT = """
    auc gini logloss brier accuracy balanced_accuracy f1 mcc qwk average_precision cmap map_at_k ndcg mrr
    recall_at_k detection_ap instance_ap event_ap dice iou hausdorff jaccard rmse rmsle mae mape smape rmsse
    pinball crps log_likelihood correlation sharpe concordance edit_distance word_error_rate bleu
    embedding_similarity image_fidelity pose_accuracy tm_score rand_index tracking skill_rating judged other
"""
METRIC_FAMILIES = frozenset(_METRIC_FAMILIES_TEXT.split())
_LISTS = ("task_types", "domains", "traits", "keywords")
_MOST = {"task_types": 3, "domains": 3, "traits": 6, "keywords": 14}
_ABOUT_WORDS = range(10, 33)
_COPIED_RUN = 6  # words in a row that may not be shared with anyone's description


@dataclass(frozen=True, slots=True)
class CuratedCompetition:
    """What a person wrote about one competition, from what they know or from its public title, line and metric."""

    slug: str
    task_types: tuple[str, ...] = ()  # main first; empty: not known
    domains: tuple[str, ...] = ()  # most telling first
    metric_family: str | None = None
    series: str | None = None  # one name for related competitions
    traits: tuple[str, ...] = ()  # of data and format
    about: str = ""  # one sentence in our own words
    keywords: tuple[str, ...] = ()  # what a person with such a problem would say
    basis: str = "index"  # known, or index: only what its title, line and metric say


_KEYS = frozenset(field.name for field in fields(CuratedCompetition))


@cache
def load_curated() -> tuple[str, Mapping[str, CuratedCompetition]]:
    """The version of the shipped facts, and the facts by slug; "none" and nothing where the package holds no such file.

    Raises:
        CatalogueError: a line cannot be used.
    """
    file = files("corpus.catalogue").joinpath(CURATED_FILE)
    if not file.is_file():
        return NO_VERSION, {}
    raw = file.read_bytes()
    return content_hash(raw)[:12], parse_curated(gzip.decompress(raw).decode("utf-8").splitlines(), CURATED_FILE)


def parse_curated(lines: Iterable[str], where: str) -> dict[str, CuratedCompetition]:
    """The facts by slug, in the order of the lines; empty lines are passed over.

    Raises:
        CatalogueError: a line is no object, has an unknown key, no slug, or one that came before.
    """
    found: dict[str, CuratedCompetition] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
        except json.JSONDecodeError as error:
            raise CatalogueError(f"{where}, line {number}: no JSON: {error}") from error
        if not isinstance(row, dict) or not row.keys() <= _KEYS or not isinstance(row.get("slug"), str):
            raise CatalogueError(f"{where}, line {number}: not an object with a slug and known keys")
        if row["slug"] in found:
            raise CatalogueError(f"{where}, line {number}: {row['slug']!r} twice")
        values: dict[str, Any] = {key: tuple(value or ()) if key in _LISTS else value for key, value in row.items()}
        values["about"] = values.get("about") or ""
        found[row["slug"]] = CuratedCompetition(**values)
    return found


def check_curated(rows: Iterable[CuratedCompetition], descriptions: Mapping[str, str]) -> list[str]:
    """Every broken rule, one sentence each; empty where all is well.

    Args:
        rows: the facts.
        descriptions: slug -> its source's description, whose sentences must not be repeated; may lack any.
    """
    return [f"{row.slug}: {problem}" for row in rows for problem in _problems(row, descriptions.get(row.slug, ""))]


def _problems(row: CuratedCompetition, description: str) -> Iterator[str]:
    for name in _LISTS:
        values: Sequence[str] = getattr(row, name)
        if len(set(values)) < len(values) or not all(isinstance(value, str) and value.strip() for value in values):
            yield f"{name}: something twice, or empty"
        if len(values) > _MOST[name]:
            yield f"{name}: {len(values)}, more than {_MOST[name]}"
    for task_type in row.task_types:
        if not is_task_type(task_type):
            yield f"no task type {task_type!r}"
    for domain in row.domains:
        if domain not in DOMAINS:
            yield f"no domain {domain!r}"
    if row.metric_family is not None and row.metric_family not in METRIC_FAMILIES:
        yield f"no metric family {row.metric_family!r}"
    if row.basis not in BASES:
        yield f"no basis {row.basis!r}"
    if row.about and len(row.about.split()) not in _ABOUT_WORDS:
        yield f"about: {len(row.about.split())} words"
    if run := _shared_run(row.about, description):
        yield f"about repeats the description: {run!r}"


def _shared_run(one: str, other: str) -> str | None:
    """The first run of words that both hold, or None."""
    words, there = one.lower().split(), f" {' '.join(other.lower().split())} "
    runs = (" ".join(words[start : start + _COPIED_RUN]) for start in range(len(words) - _COPIED_RUN + 1))
    return next((run for run in runs if f" {run} " in there), None)
