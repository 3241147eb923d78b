"""Write corpus/catalogue/task_types.jsonl: other vocabularies of task types, mapped to `modality/task`.

The mapping below is written by hand; aliases and metric hints come from the catalogue's facts in --shared. The script
fails when the shared files hold a name that the mapping lacks, so nothing is lost unseen.

    python scripts/build_task_types.py [--shared PATH] [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "corpus" / "catalogue" / "task_types.jsonl"

# id: modality/task; "-" where the name says only one half
CATALOGUE = """
tabular: tabular/- | recsys: tabular/recommendation | time-series: time-series/- | image: image/- | video: video/-
audio: audio/- | text: text/- | llm: text/generation | multimodal: multimodal/- | rl: game/reinforcement-learning
optimization: other/optimization | graph: graph/- | science: other/- | meta: other/other
tabular-binary-classification: tabular/classification | tabular-multiclass-classification: tabular/classification
tabular-multilabel-classification: tabular/classification | tabular-regression: tabular/regression
fraud-detection: tabular/classification | survival-analysis: tabular/survival
click-prediction: tabular/classification | learning-to-rank: tabular/ranking
anomaly-detection: tabular/classification | tabular-generation: tabular/generation | clustering: tabular/other
entity-matching: tabular/matching | recommendation: tabular/recommendation
time-series-forecasting: time-series/forecasting | time-series-classification: time-series/classification
event-detection-signal: time-series/detection | financial-prediction: time-series/forecasting
spatiotemporal-forecasting: time-series/forecasting | sports-prediction: tabular/classification
trajectory-prediction: time-series/forecasting | image-classification: image/classification
image-multilabel-classification: image/classification | image-regression: image/regression
object-detection: image/detection | semantic-segmentation: image/segmentation
instance-segmentation: image/segmentation | volumetric-segmentation: 3d/segmentation
medical-imaging: image/classification | image-retrieval: image/retrieval | face-deepfake: image/classification
keypoint-pose-estimation: image/regression | depth-3d-reconstruction: 3d/matching
autonomous-driving-3d: 3d/detection | ocr-document: image/generation | image-generation: image/generation
image-captioning: multimodal/generation | satellite-remote-sensing: image/segmentation
adversarial-robustness: image/other | counting: image/regression | video-classification: video/classification
video-object-detection-tracking: video/tracking | video-generation: video/generation
sign-language-gesture: video/classification | animal-behavior: video/classification
audio-classification: audio/classification | speech-recognition: audio/generation
text-classification: text/classification | text-scoring: text/regression | token-classification: text/ner
question-answering: text/question-answering | semantic-similarity: text/matching
information-retrieval: text/retrieval | natural-language-inference: text/classification
translation: text/generation | summarization: text/generation | text-generation: text/generation
llm-preference: text/classification | math-reasoning: math/reasoning | code-generation: code/generation
abstract-reasoning: other/reasoning | llm-safety-redteaming: text/other
multimodal-vqa: multimodal/question-answering | reinforcement-learning: game/reinforcement-learning
game-ai: game/reinforcement-learning | graph-learning: graph/classification | molecular-property: graph/regression
protein-modeling: other/classification | rna-structure: other/regression | single-cell-genomics: tabular/regression
physics-astronomy: other/- | geophysics-inversion: image/regression | data-analysis: tabular/other
model-efficiency: other/optimization
"""

KAGGLE_TAGS = """
data type > tabular: tabular/- | data type > image: image/- | data type > video: video/- | data type > text: text/-
data type > audio: audio/- | data type > multimodal data: multimodal/- | data type > time series: time-series/-
data type > graph: graph/- | data type > bigquery: tabular/- | task > classification: -/classification
task > binary classification: -/classification | task > multiclass classification: -/classification
task > multilabel-classification: -/classification | task > regression: -/regression
task > image-classification: image/classification | task > object-detection: image/detection
task > image-segmentation: image/segmentation | task > segmentation: -/segmentation
task > image-generator: image/generation | task > video-generation: video/generation | task > video-text: video/-
task > audio-event-classification: audio/classification | task > automatic speech recognition: audio/generation
task > text-classification: text/classification | task > text-generation: text/generation
task > text-conversation: text/generation | task > translation: text/generation
task > reinforcement-learning: game/reinforcement-learning | task > evaluation > coding: code/-
technique > computer vision: image/- | technique > time series analysis: time-series/-
technique > recommender systems: tabular/recommendation | technique > optimization: -/optimization
technique > adversarial learning: -/other | technique > exploratory data analysis: tabular/other
technique > simulations: game/reinforcement-learning | analysis > nlp: text/- | analysis > text mining: text/-
analysis > signal processing: time-series/- | analysis > survey analysis: tabular/other
analysis > statistical analysis: tabular/- | analysis > geospatial analysis: -/-
subject > culture and humanities > games > board games: game/- | subject > culture and humanities > games: game/-
subject > culture and humanities > games > video games: game/-
subject > culture and humanities > games > video games > simulations: game/reinforcement-learning
subject > mathematics: math/- | subject > people and society > business > finance: -/-
subject > people and society > business > finance > investing: time-series/forecasting
subject > earth and nature > physical science > chemistry: -/- | subject > earth and nature > biology: -/-
subject > earth and nature > physical science > physics: -/-
subject > earth and nature > physical science > astronomy: -/- | subject > arts and entertainment > art: -/-
subject > science and technology > biotechnology: -/- | subject > earth and nature > animals: -/-
subject > health and fitness > health: -/- | subject > health and fitness > health > medicine: -/-
subject > health and fitness > health > healthcare: -/- | subject > health and fitness > exercise > sports: -/-
subject > health and fitness > exercise > sports > basketball: -/-
subject > health and fitness > exercise > sports > football: -/- | subject > people and society > education: -/-
subject > culture and humanities > languages: text/-
subject > people and society > people > holidays and cultural events: -/-
subject > people and society > social issues and advocacy > ml ethics: -/-
subject > science and technology > computer science > artificial intelligence: -/- | technique > benchmark: -/-
technique > model comparison: -/- | admin > personal benchmark: -/-
"""

PAST_SOLUTIONS = """
Classification: -/classification | Image processing / Vision: image/- | Computer vision: image/-
image data: image/- | Image data: image/- | Tabular: tabular/- | Object detection: image/detection
object detection: image/detection | Image Detection: image/detection | Natural Language Processing (NLP): text/-
Price regression: tabular/regression | Ranking: -/ranking | Regression: -/regression
Multiclass Classification: -/classification | multiclass classification: -/classification
Speech recognition: audio/- | Sport forecasting: tabular/classification | Atmospheric sciences: -/- | history: -/-
video data: video/- | Instance Segmentation: image/segmentation | Research: -/- | Biology: -/- | Audio: audio/-
Signal: time-series/- | Bank data: tabular/- | GAN: image/generation | Chemistry: -/- | Fairness: -/-
Recommendation: tabular/recommendation | Recommendations: tabular/recommendation
Anomaly Detection: -/classification | Forecast: time-series/forecasting | Duplicate Detection: -/matching
Duplicate detection: -/matching | Click Prediction: tabular/classification | Time series: time-series/-
Prediction: -/- | Counting: image/regression | Cart prediction: tabular/recommendation
Event prediction: -/classification | Semantic segmentation: image/segmentation
Image segmentation: image/segmentation | Sales Regression: tabular/regression
Sales forecast: time-series/forecasting | Demand prediction: time-series/forecasting
Risk scoring: tabular/classification | Risk prediction: tabular/classification
Particle path reconstruction: 3d/tracking | Particle tracking: 3d/tracking | Fraud detection: tabular/classification
Sentiment analysis: text/classification
"""


def read_mapping(text: str) -> dict[str, str]:
    """Names and their types from the lists above."""
    entries = (entry.rsplit(":", 1) for line in text.split("\n") for entry in line.split("|") if entry.strip())
    return {name.strip(): task_type.strip() for name, task_type in entries}


def read_lines(path: Path) -> list[dict[str, object]]:
    """The objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def strings(row: dict[str, object], key: str) -> list[str]:
    """A list of strings in a row, empty where it has none."""
    value = row.get(key, [])
    return [str(item) for item in value] if isinstance(value, list) else []


def main() -> int:
    """Write the table, or with --check compare it with the one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the table is out of date")
    arguments = parser.parse_args()
    catalogue = read_lines(arguments.shared / "data" / "catalogue" / "task_types.jsonl")
    labels = read_lines(arguments.shared / "data" / "competition-types-past-solutions.jsonl")
    seen = {
        "catalogue": {str(row["id"]) for row in catalogue},
        "kaggle-tag": {tag for row in catalogue for tag in strings(row, "kaggle_tags")},
        "past-solutions": {label for row in labels for label in strings(row, "types")},
    }
    aliases = {str(row["id"]): strings(row, "aliases") for row in catalogue}
    lines: list[str] = []
    missing: list[str] = []
    for vocabulary, text in (("catalogue", CATALOGUE), ("kaggle-tag", KAGGLE_TAGS), ("past-solutions", PAST_SOLUTIONS)):
        mapping = read_mapping(text)
        missing += [f"{vocabulary}: {name}" for name in sorted(seen[vocabulary] - set(mapping))]
        for name, task_type in mapping.items():
            modality, task = (None if part == "-" else part for part in task_type.split("/"))
            row: dict[str, object] = {"vocabulary": vocabulary, "name": name, "modality": modality, "task": task}
            if vocabulary == "catalogue" and aliases.get(name):
                row["aliases"] = aliases[name]
            lines.append(json.dumps(row, ensure_ascii=False))
    if missing:
        print("not in the mapping:", *missing, sep="\n  ", file=sys.stderr)
        return 1
    table = "\n".join(lines) + "\n"
    if arguments.check:
        return int(TARGET.read_text("utf-8") != table)
    TARGET.write_text(table, "utf-8")
    print(f"{len(lines)} names mapped, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
