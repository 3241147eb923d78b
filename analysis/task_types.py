"""Task types of a competition from its tags, metric, title, slug and description: weighted cues, no training."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.task_types_metrics import metric_families, metric_hits
from analysis.task_types_phrases import lies_within
from analysis.task_types_rules import Rules, Target, load_rules, load_topics, topic_finder
from analysis.task_types_words import spellings, stems
from corpus.catalogue.task_types import MODALITIES, TASKS, resolve_tag
from corpus.records import Competition, TaskType

MADE_BY = "task-types-3"
_OPENING = 500  # characters of a description that count in full; what follows is often rules and thanks
_READ_AT_MOST = 6_000
_REST = 0.4  # how much the words after the opening count
_AGAIN = 0.55  # how much a further cue for the same target counts, beside the one before
_UNSAID_TABLE = 0.6  # strength of a table of which nothing is said
_TABLE_BESIDE = 0.2  # the same beside words that speak for a table
_TAG_WEIGHT = 2.0
_OWN_METRIC = (("game", "reinforcement-learning", 0.9),)  # a metric that is the competition's own name: its simulator
_YEAR_AT_END = re.compile(r"_20\d\d$")  # how scripts that score one edition are named: no simulator
_NO_METRIC = 0.4  # a competition without a metric is often judged; any real cue outweighs this
_PREDICTING = frozenset({"predict", "forecast"})
_JUDGED = 0.5  # how much "analytics" or "hackathon" counts where there is something to predict
_NOTHING = "none"  # what stands as a metric where there is none
_EVIDENCE_AT_MOST = 6
_OPENING_AT_MOST = 2.0  # of a cue in the opening of one document


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that speaks for a target."""

    target: Target
    weight: float
    field: str  # tag, metric, title, slug, description, text, solutions or documents
    surface: str  # the words as they stand there


@dataclass(frozen=True, slots=True)
class Guess:
    """A task type with the strength of what speaks for it."""

    task_type: str
    score: float
    evidence: str


def infer_task_types(
    competition: Competition, evidence_names: Sequence[str] = (), openings: Sequence[str] = ()
) -> tuple[TaskType, ...]:
    """The competition's task types, main one first; empty where nothing speaks for any.

    Args:
        competition: description and tags may be missing; title, slug and metric then carry alone.
        evidence_names: lineage ids of architectures that its solutions used, one for each use; weak evidence.
        openings: how the documents about it begin, where it has no description itself.
    """
    cues = [*_competition_cues(competition), *_lineage_cues(evidence_names), *_opening_cues(openings)]
    if _speaks_of_predicting(competition):
        cues = [replace(cue, weight=cue.weight * _JUDGED) if cue.target.task == "other" else cue for cue in cues]
    return tuple(
        TaskType(competition.id, guess.task_type, position, "inferred", guess.evidence, MADE_BY)
        for position, guess in enumerate(_judge(cues))
    )


def _speaks_of_predicting(competition: Competition) -> bool:
    return not _PREDICTING.isdisjoint(stems(f"{competition.title} {competition.description or ''}"))


def infer_from_text(text: str) -> tuple[Guess, ...]:
    """Task types of a problem that a person describes in their own words, strongest first; may be empty."""
    return _judge(_text_cues(text, "text", load_rules()))


def _competition_cues(competition: Competition) -> Iterable[Cue]:
    rules = load_rules()
    for tag in competition.tags:
        yield from _tag_cues(tag, rules)
    yield from _metric_cues(competition.metric or "", "metric", rules.fields["metric"])
    if not competition.metric and not _speaks_of_predicting(competition):
        yield Cue(Target(None, "other"), _NO_METRIC, "metric", _NOTHING)
    yield from _own_metric_cues(competition)
    yield from _text_cues(competition.title, "title", rules)
    yield from _text_cues(_slug_words(competition), "slug", rules)
    description = (competition.description or "")[:_READ_AT_MOST]
    yield from _text_cues(description[:_OPENING], "description", rules)
    yield from _text_cues(description[_OPENING:], "description", rules, _REST)


def _text_cues(text: str, field: str, rules: Rules, share: float = 1.0) -> list[Cue]:
    if not text:
        return []
    factor = rules.fields[field] * share
    cues = list[Cue]()
    topics = load_topics()
    for words in spellings(text):
        neutral = rules.neutral.find(words)
        cues += [
            Cue(hit.value[0], hit.value[1] * factor, field, hit.surface)
            for hit in rules.cues.find(words)
            if not lies_within(hit, neutral)
        ]
        cues += [
            Cue(target, weight * factor, field, hit.surface)
            for hit in topic_finder().find(words)
            if not lies_within(hit, neutral)
            for target, weight in topics[hit.value].speaks_for
        ]
    return cues + (_metric_cues(text, field, factor) if field == "text" else [])


def _metric_cues(text: str, field: str, factor: float) -> list[Cue]:
    hits = metric_hits(text)
    longest = max((hit.length for hit in hits), default=0)
    cues: list[Cue] = []
    for hit in hits:
        if hit.length < longest and field == "metric":
            continue
        family = metric_families()[hit.value]
        cues += [
            Cue(Target(name, None), weight * factor, field, hit.surface) for name, weight in family.modality.items()
        ]
        cues += [Cue(Target(None, name), weight * factor, field, hit.surface) for name, weight in family.task.items()]
    return cues


def _own_metric_cues(competition: Competition) -> Iterable[Cue]:
    metric = [word for word in stems(competition.metric or "") if not word.isdigit()]
    title = {*stems(competition.title), *stems(competition.slug)}
    is_other = metric_hits(competition.metric or "") or _YEAR_AT_END.search(competition.metric or "")
    if metric and not is_other and title.issuperset(metric):
        for modality, task, weight in _OWN_METRIC:
            yield Cue(Target(modality, None), weight, "metric", f"{competition.metric}, the competition's own")
            yield Cue(Target(None, task), weight, "metric", f"{competition.metric}, the competition's own")


def _tag_cues(tag: str, rules: Rules) -> list[Cue]:
    name = tag.rsplit(">", 1)[-1].strip()
    known = resolve_tag(tag)
    if known is None:
        factor = rules.fields["tag"]
        return [*_metric_cues(tag, "tag", rules.fields["metric"] / 2), *_soften(_text_cues(name, "tag", rules), factor)]
    weight = _TAG_WEIGHT * rules.fields["tag"]
    cues = [Cue(Target(known.modality, None), weight, "tag", name)] if known.modality else []
    return [*cues, Cue(Target(None, known.task), weight, "tag", name)] if known.task else cues


def _soften(cues: list[Cue], factor: float) -> list[Cue]:
    """Cues of a tag's plain words: a subject area, so worth no more than a word of the description."""
    return [Cue(cue.target, cue.weight / factor, cue.field, cue.surface) for cue in cues]


def _slug_words(competition: Competition) -> str:
    """The slug as words, those of the title left out: they have been counted."""
    known = set(stems(competition.title))
    return " ".join(word for word in competition.slug.replace("_", "-").split("-") if not known.issuperset(stems(word)))


def _lineage_cues(names: Sequence[str]) -> Iterable[Cue]:
    rules = load_rules()
    total = len(names)
    for lineage, n_uses in sorted(Counter(names).items()):
        weight = rules.fields["solutions"] * 2 * n_uses / (total + 2)
        for target in rules.lineages.get(lineage, ()):
            yield Cue(Target(target.modality, None), weight, "solutions", lineage)
            if target.task is not None:
                yield Cue(Target(None, target.task), weight, "solutions", lineage)


def _opening_cues(openings: Sequence[str]) -> Iterable[Cue]:
    """What most documents begin with counts most; what one of many says hardly counts."""
    rules = load_rules()
    votes: dict[Target, list[Cue]] = {}
    for opening in openings:
        best: dict[Target, Cue] = {}
        for cue in _text_cues(opening, "documents", rules):
            if cue.target not in best or cue.weight > best[cue.target].weight:
                best[cue.target] = cue
        for target, cue in best.items():
            votes.setdefault(target, []).append(cue)
    for target, cues in votes.items():
        weight = sum(min(cue.weight, _OPENING_AT_MOST) for cue in cues) / (len(openings) + 1)
        surface = max(cues, key=lambda cue: (cue.weight, cue.surface)).surface
        yield Cue(target, weight, "documents", surface)


def _judge(cues: Iterable[Cue]) -> tuple[Guess, ...]:
    rules = load_rules()
    by_target = _strongest(cues)
    if all(cue.surface == _NOTHING for found in by_target.values() for cue in found):
        return ()  # nothing speaks, or only that there is no metric: not known
    strength = {target: _add_up(found) for target, found in by_target.items()}
    _suppose_table(strength)
    _share_out(strength, rules)
    scores = {
        f"{modality}/{task}": _pair_score(modality, task, strength, rules)
        for modality in MODALITIES
        if modality == "tabular" or _is_spoken(modality, None, strength)
        for task in TASKS
    }
    order = sorted(scores, key=lambda task_type: (-scores[task_type], task_type))
    floor = max(rules.limits["enough"], scores[order[0]] * rules.limits["secondary"])
    kept = [
        task_type
        for place, task_type in enumerate(order)
        if scores[task_type] >= floor and (place == 0 or _is_spoken(None, task_type.partition("/")[2], strength))
    ]
    return tuple(
        Guess(task_type, round(scores[task_type], 3), _evidence(task_type, by_target))
        for task_type in kept[: int(rules.limits["most"])]
    )


def _suppose_table(strength: dict[Target, float]) -> None:
    """Add what speaks for a table before anything is said: most competitions give one."""
    table = Target("tabular", None)
    spoken = strength.get(table, 0.0)
    strength[table] = max(spoken + _TABLE_BESIDE, _UNSAID_TABLE) if spoken > 0 else spoken + _UNSAID_TABLE


def _share_out(strength: dict[Target, float], rules: Rules) -> None:
    """Add to each modality what it takes from another, where it is spoken of itself."""
    for name, share in rules.contains.items():
        own = strength.get(Target(name, None), 0.0)
        if own >= share.least:
            part = max(0.0, strength.get(Target(share.modality, None), 0.0))
            strength[Target(name, None)] = own + share.share * part


def _is_spoken(modality: str | None, task: str | None, strength: dict[Target, float]) -> bool:
    """Whether a cue speaks for this modality (or task), alone or within a type."""
    return any(
        weight > 0 and (target.modality == modality if modality else target.task == task)
        for target, weight in strength.items()
    )


def _strongest(cues: Iterable[Cue]) -> dict[Target, list[Cue]]:
    """Cues by target, strongest first; the same words count once, where they count most."""
    best: dict[tuple[Target, tuple[str, ...]], Cue] = {}
    for cue in cues:
        key = (cue.target, tuple(stems(cue.surface)))
        if key not in best or cue.weight > best[key].weight:
            best[key] = cue
    by_target: dict[Target, list[Cue]] = {}
    for cue in sorted(best.values(), key=lambda cue: (-cue.weight, cue.field, cue.surface)):
        by_target.setdefault(cue.target, []).append(cue)
    return by_target


def _add_up(cues: Sequence[Cue]) -> float:
    """The sum of what speaks for it, each further cue worth less, and of the strongest that speaks against it."""
    total, share = min(0.0, cues[-1].weight), 1.0
    for cue in cues:
        total += max(0.0, cue.weight) * share
        share *= _AGAIN
    return total


def _pair_score(modality: str, task: str, strength: dict[Target, float], rules: Rules) -> float:
    spoken = (
        strength.get(Target(modality, None), 0.0)
        + strength.get(Target(None, task), 0.0)
        + strength.get(Target(modality, task), 0.0)
    )
    return spoken + rules.priors.get(modality, {}).get(task, rules.unlisted)


def _evidence(task_type: str, by_target: dict[Target, list[Cue]]) -> str:
    modality, _, task = task_type.partition("/")
    targets = (Target(modality, task), Target(modality, None), Target(None, task))
    cues = sorted(
        (cue for target in targets for cue in by_target.get(target, ()) if cue.weight > 0),
        key=lambda cue: (-cue.weight, cue.surface),
    )
    shown = list(dict.fromkeys(f"{cue.field}: {cue.surface}" for cue in cues))[:_EVIDENCE_AT_MOST]
    return "; ".join(shown) or "nothing else said: a table is the usual case"
