"""Tables -> the few sentences a hurried reader takes away; each says its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.counts.uncertainty import used_share
from analysis.reports.cells import percent
from analysis.reports.tables import Share, Tables, Trend

_ENOUGH = 10  # solutions behind a sentence
_RECENT_YEARS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and the key of the architecture it is about."""

    key: str | None
    subject: str
    text: str  # goes on after the subject


def write_findings(tables: Tables) -> tuple[Finding, ...]:
    """Sentences on what is most used, most typical of winners, risen, dropped, and on reasons, where n allows."""
    found = [_most_used(tables.overall), _stands_out(tables.overall), *_moved(tables.trends)]
    found += [_most_dropped(tables), _main_reason(tables)]
    return tuple(finding for finding in found if finding is not None)


def _most_used(shares: Sequence[Share]) -> Finding | None:
    if not shares or shares[0].is_small:
        return None
    top = shares[0]
    interval = f"95 % interval {percent(top.low)} to {percent(top.high)}"
    share = f"{top.n} of {top.n_of} documented top-10 solutions"
    text = f"is what winners use most: {share} ({percent(top.share)}; {interval})."
    return Finding(top.key, top.name, text)


def _stands_out(shares: Sequence[Share]) -> Finding | None:
    """The highest lift among those that chance alone does not explain."""
    known = [share for share in shares if share.n >= _ENOUGH and share.low > share.share_all]
    if not known:
        return None
    top = max(known, key=lambda share: (share.lift or 0.0, share.n, share.key))
    everybody = f"{percent(top.share_all)} of all documented solutions"
    return Finding(top.key, top.name, f"sets winners apart: {percent(top.share)} of them against {everybody}.")


def _moved(trends: Sequence[Trend]) -> list[Finding]:
    """What rose most and what fell most between the earlier years and the last three, where the intervals part."""
    changes = [change for change in map(_change, trends) if change is not None]
    risen = [change for change in changes if change.new_low > change.old_high]
    fallen = [change for change in changes if change.new_high < change.old_low]
    found = []
    for verb, members in (("rose", risen), ("fell", fallen)):
        if members:
            top = max(members, key=lambda change: (abs(change.new - change.old), change.trend.key))
            text = f"{verb} most: from {percent(top.old)} of winners before {top.year} to {percent(top.new)} since."
            found.append(Finding(top.trend.key, top.trend.name, text))
    return found


@dataclass(frozen=True, slots=True)
class _Change:
    """Shares of winners before and since a year, with intervals."""

    trend: Trend
    year: int
    old_low: float
    old: float
    old_high: float
    new_low: float
    new: float
    new_high: float


def _change(trend: Trend) -> _Change | None:
    """Before and since the last three years began; None where too few winners stand behind either."""
    if not trend.years:
        return None
    start = trend.years[-1].year - _RECENT_YEARS + 1
    parts = ([year for year in trend.years if year.year < start], [year for year in trend.years if year.year >= start])
    counts = [(sum(y.n_solutions for y in part), sum(y.n_solutions_total for y in part)) for part in parts]
    if min(total for _, total in counts) < 2 * _ENOUGH:
        return None
    return _Change(trend, start, *used_share(*counts[0]), *used_share(*counts[1]))


def _most_dropped(tables: Tables) -> Finding | None:
    if not tables.dropped or tables.dropped[0].count.is_small:
        return None
    count = tables.dropped[0].count
    why = f", most often for {count.reasons[0][0].replace('_', ' ')}" if count.reasons else ""
    return Finding(
        count.key,
        count.name,
        f"is dropped most: {count.n_dropped} of {count.n_ran} solutions that ran it left it out{why}.",
    )


def _main_reason(tables: Tables) -> Finding | None:
    totals: Counter[str] = Counter()
    for row in tables.chosen:
        totals.update(row.by_category)
    if totals.total() < _ENOUGH:
        return None
    (category, n), *_ = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    text = f"is the reason that authors give most for a choice: {n} of {totals.total()} counted."
    return Finding(None, category.replace("_", " ").capitalize(), text)
