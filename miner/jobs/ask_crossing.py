"""What a trend says in words: who overtook whom and when, and what rose while one architecture fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from analysis.counts.crossing import Change, count_changes, find_crossings
from analysis.counts.popularity import By, use_key
from analysis.counts.trends import YearShare, count_by_year
from corpus.catalogue.builds import Build, build_of
from corpus.records import Filters
from corpus.views import Readable, SolutionRow, UseRow
from miner.jobs.ask_names import Asked
from miner.jobs.ask_scope import Scope, read_scope

N_RISERS = 8
VISION = {Build.CNN, Build.VISION_TRANSFORMER, Build.HYBRID_VISION}


def crossing_rows(shares: Sequence[YearShare]) -> list[dict[str, object]]:
    """The changes of lead among the architectures of a trend, newest first."""
    return [
        {
            "year": c.year,
            "overtaker": c.overtaker.name,
            "overtaker_share": _cell(c.overtaker),
            "overtaken": c.overtaken.name,
            "overtaken_share": _cell(c.overtaken),
            "intervals_overlap": c.intervals_overlap,
            "n_overtaker": c.overtaker.n_solutions,
            "n_overtaken": c.overtaken.n_solutions,
            "n_solutions_total": c.overtaker.n_solutions_total,
            "n_competitions": c.overtaker.n_competitions_total,
        }
        for c in find_crossings(shares)
    ]


def replacement(
    store: Readable, scope: Scope, filters: Filters, asked: Asked, by: By
) -> tuple[list[dict[str, object]], str]:
    """What rose while the architecture fell, as rows (itself first), and the answer in one sentence.

    The two sides are before and from `filters.since` where it is set, else up to and after the year of its highest
    share. Rows are counted over all dates before `since`, whatever the table of years shows.
    """
    key = asked.key_for(by)
    before, after, uses, split = _sides(store, scope, filters, key, by)
    changes = count_changes(before, after, uses, by)
    own = next((change for change in changes if change.key == key), None)
    name = asked.name if by == "family" else asked.lineage_name
    if own is None or not before or not after:
        return [], f"Not known what replaced {name}: one side of {split} has no documented solution that tells."
    alike = _of_one_kind(uses, key, by)
    risers = [c for c in changes if c.key in alike and c.difference > 0 and c.n_after >= 2][:N_RISERS]
    crossed = {
        c.overtaker.key: c.year
        for c in find_crossings(count_by_year((*before, *after), uses, by, {key, *(r.key for r in risers)}))
        if c.overtaken.key == key
    }
    rows = [_row(change, crossed.get(change.key)) for change in (own, *risers)]
    fell = own.difference < 0
    verb = "fell" if fell else "did not fall"
    clear = "" if not own.intervals_overlap else ", intervals overlap"
    said = (
        f"{name} {verb}: {_percent(own.before_share)} ({own.n_before}/{own.n_before_total}) before {split},"
        f" {_percent(own.after_share)} ({own.n_after}/{own.n_after_total}) from then{clear}."
    )
    if fell and risers:
        top = [
            f"{c.name} {_percent(c.before_share)} to {_percent(c.after_share)}"
            + f" (in {c.n_competitions_after} of {c.n_competitions_after_total} competitions"
            + (", clear)" if not c.intervals_overlap else ")")
            for c in risers[:4]
        ]
        said += f" What rose meanwhile, of its kind: {', '.join(top)}."
    return rows, said


def _of_one_kind(uses: Sequence[UseRow], key: str, by: By) -> set[str]:
    """Keys of what could stand in its place: vision networks for one of them, language models, boosted trees ..."""
    builds = {use_key(use, by): build_of(use.lineage, use.architecture_kind) for use in uses}
    mine = builds.get(key)
    kind = VISION if mine in VISION else {mine}
    return {other for other, build in builds.items() if other != key and (mine is None or build in kind)}


def crossing_note(crossing: dict[str, object]) -> str:
    """One change of lead in a sentence."""
    overlap = "their intervals overlap" if crossing["intervals_overlap"] else "their intervals do not overlap"
    return (
        f"{crossing['overtaker']} overtook {crossing['overtaken']} in {crossing['year']}:"
        f" {crossing['overtaker_share']} against {crossing['overtaken_share']} in"
        f" {crossing['n_competitions']} competitions; {overlap}."
    )


def _sides(
    store: Readable, scope: Scope, filters: Filters, key: str, by: By
) -> tuple[list[SolutionRow], list[SolutionRow], tuple[UseRow, ...], str]:
    if filters.since is not None:
        earlier = read_scope(store, replace(filters, since=None, until=filters.since - timedelta(days=1)))
        return list(earlier.solutions), list(scope.solutions), (*earlier.uses, *scope.uses), str(filters.since)
    every = count_by_year(scope.solutions, scope.uses, by, {key})
    shares = [s for s in every if not s.is_small and s.n_competitions_total != 1]
    dated = [s for s in scope.solutions if s.year is not None]
    if not shares:
        return [], [], (), "the year of its highest share"
    peak = max(shares, key=lambda s: (s.share, s.year)).year
    before = [s for s in dated if s.year is not None and s.year <= peak]
    after = [s for s in dated if s.year is not None and s.year > peak]
    return before, after, scope.uses, f"{peak + 1} (after its highest share, in {peak})"


def _row(change: Change, crossed: int | None) -> dict[str, object]:
    return {
        "architecture": change.name,
        "before": f"{change.n_before}/{change.n_before_total} {_percent(change.before_share)}",
        "after": f"{change.n_after}/{change.n_after_total} {_percent(change.after_share)}",
        "change": f"{change.difference * 100:+.0f} points",
        "intervals_overlap": change.intervals_overlap,
        "competitions": f"{change.n_competitions_after}/{change.n_competitions_after_total}",
        "overtook_year": crossed,
        "key": change.key,
        "n_before": change.n_before,
        "n_before_total": change.n_before_total,
        "before_share": change.before_share,
        "before_share_low": change.before_low,
        "before_share_high": change.before_high,
        "n_after": change.n_after,
        "n_after_total": change.n_after_total,
        "after_share": change.after_share,
        "after_share_low": change.after_low,
        "after_share_high": change.after_high,
        "is_small": change.is_small,
    }


def _cell(share: YearShare) -> str:
    ends = f"{share.share_low * 100:.0f}-{share.share_high * 100:.0f}"
    return f"{_percent(share.share)} ({ends}), {share.n_solutions}/{share.n_solutions_total}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
