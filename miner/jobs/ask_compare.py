"""Architectures side by side: wins, reasons, who switched and why, papers, libraries, published figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.counts.popularity import By, strongest_uses, use_key
from analysis.counts.rows import Reason
from analysis.counts.sizes import Figures, measure_variants
from analysis.counts.switches import Side, Switch, find_switches
from analysis.counts.uncertainty import SMALL_N, used_share
from analysis.counts.why import count_reasons
from corpus.errors import UsageError
from corpus.records import Answer, Column, Filters, Status
from corpus.views import Readable, SolutionRow, UseRow, select_evidence, select_reasons
from corpus.views_choose import names_of
from corpus.views_lookup import (
    ArchitectureRow,
    architectures_by_id,
    benchmark_rows,
    library_ids,
    lineage_members,
)
from miner.jobs.ask_names import Asked, resolve_architecture
from miner.jobs.ask_rows import solution_label
from miner.jobs.ask_scope import WINNERS_RANK, Scope, query_of, read_scope, scope_facts, scope_notes, titled

N_YEARS = 4  # newest years with documented winners
N_FIGURES = 6  # rows of published figures of each
N_REASONS = 4  # kinds of reasons with a quote, on each side, for and against
N_CANDIDATES = 5  # quotes to choose from
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Compared:
    """One side, with what the corpus and the catalogue know of it."""

    key: str
    name: str
    families: tuple[ArchitectureRow, ...]
    libraries: dict[str, list[str]]
    figures: tuple[Figures, ...]
    reasons: tuple[Reason, ...]
    side: Side


def compare(store: Readable, names: Sequence[str], filters: Filters, by: By = "lineage", limit: int = 8) -> Answer:
    """Two architectures or more side by side; `limit` switches and comparisons at most in each direction.

    Wins are rank 10 or better unless the filters say otherwise; all documented solutions stand beside them.

    Raises:
        UsageError: for fewer than two architectures.
        NotKnownError: with near names, for a name that nothing carries.
    """
    scope = read_scope(store, replace(filters, rank_at_most=None))
    rank = filters.rank_at_most or WINNERS_RANK
    asked = [resolve_architecture(store, name) for name in names]
    sides = {one.key: one for one in (_compared(store, a, scope.filters, by) for a in asked)}
    if len(sides) < 2:
        raise UsageError(
            "compare needs two architectures that differ; one line of families counts as one (--by family)"
        )
    winners = [s for s in scope.solutions if s.rank is not None and s.rank <= rank]
    switches = _switches(store, sides, scope, by)
    shown = _at_most(switches, limit)
    facts = {"winners_rank": rank, "architectures": {s.name: _facts(s, scope, winners, by) for s in sides.values()}}
    facts["switches"] = [_switch_row(switch, sides) for switch in shown]
    facts["reasons"] = [row for side in sides.values() for row in _reason_rows(side)]
    facts["figures"] = [row for side in sides.values() for row in _figure_rows(side)]
    title = titled(f"{' or '.join(s.name for s in sides.values())}", replace(scope.filters, rank_at_most=None))
    return Answer(
        name="compare",
        title=title,
        columns=(
            Column("aspect", "", "text", "What is compared."),
            *(Column(s.key, s.name, "side", "What is known of it.") for s in sides.values()),
        ),
        rows=tuple(_rows(sides, scope, winners, by)),
        facts=facts | {"n_switches": len(switches)} | scope_facts(scope),
        notes=(*_notes(sides, switches, shown, rank), *scope_notes(scope)),
        query=query_of(filters, architectures=list(names), by=by, limit=limit),
    )


def _compared(store: Readable, asked: Asked, filters: Filters, by: By) -> Compared:
    whole_line = by == "lineage" or asked.architecture_id is None
    family = None if whole_line else asked.architecture_id
    families = architectures_by_id(store, [family]) if family else lineage_members(store, asked.lineage)
    ids = [one.architecture_id for one in families]
    key, name = family or asked.lineage, asked.lineage_name if whole_line else asked.name
    return Compared(
        key=key,
        name=name,
        families=families,
        libraries=library_ids(store, ids) if ids else {},
        figures=measure_variants(benchmark_rows(store, ids), filters.task) if ids else (),
        reasons=select_reasons(store, filters, lineage=None if family else asked.lineage, architecture_id=family),
        side=Side(key, name, names_of(store, asked.lineage, family) or (name,)),
    )


def _standing(side: Compared, scope: Scope, solutions: Sequence[SolutionRow], by: By) -> dict[str, int]:
    """How many of these solutions used it, tried and dropped it, and mentioned it only."""
    members = strongest_uses(scope.uses, by).get(side.key, {})
    ids = {s.solution_id for s in solutions}
    return {status.value: sum(s in ids and u[0].status == status for s, u in members.items()) for status in Status}


def _share(n: int, total: int) -> dict[str, object]:
    low, share, high = used_share(n, total)
    return {
        "n_solutions": n,
        "n_solutions_total": total,
        "share": share if total else None,
        "share_low": low,
        "share_high": high,
        "is_small": n < SMALL_N,
    }


def _share_text(n: int, total: int) -> str:
    if not total:
        return NOT_KNOWN
    low, share, high = used_share(n, total)
    return f"{n}/{total}  {100 * share:.0f} % ({100 * low:.0f}-{100 * high:.0f}){' *' if n < SMALL_N else ''}"


def _years(winners: Sequence[SolutionRow]) -> list[int]:
    return sorted({s.year for s in winners if s.year is not None}, reverse=True)[:N_YEARS]


def _rows(sides: dict[str, Compared], scope: Scope, winners: Sequence[SolutionRow], by: By) -> list[dict[str, object]]:
    """One row per aspect, a cell for each side."""
    every = list(scope.solutions)
    groups: list[tuple[str, Sequence[SolutionRow]]] = [("winners that use it", winners)]
    groups += [(f"  {year}", [s for s in winners if s.year == year]) for year in _years(winners)]
    groups.append(("used by anybody", every))
    cells: list[tuple[str, dict[str, str]]] = []
    for label, solutions in groups:
        used = {k: _standing(s, scope, solutions, by)[Status.USED] for k, s in sides.items()}
        cells.append((label, {k: _share_text(n, len(solutions)) for k, n in used.items()}))
    cells.append(("tried and dropped", {k: _dropped(_standing(s, scope, every, by)) for k, s in sides.items()}))
    for polarity in ("for", "against"):
        cells.append((f"reasons {polarity}", {k: _reason_text(s, polarity) for k, s in sides.items()}))
    cells += [
        ("paper", {k: _papers(s) for k, s in sides.items()}),
        ("libraries", {k: _libraries(s) for k, s in sides.items()}),
        ("params M", {k: _span(s, "params_m") for k, s in sides.items()}),
        ("GMACs", {k: _span(s, "gmacs") for k, s in sides.items()}),
        ("MB of weights", {k: _span(s, "size_mb") for k, s in sides.items()}),
        (_measure(sides), {k: _span(s, "value") for k, s in sides.items()}),
    ]
    return [{"aspect": label.strip() if "  " not in label else label, **values} for label, values in cells]


def _dropped(standing: dict[str, int]) -> str:
    ran = standing[Status.USED] + standing[Status.TRIED]
    return f"{standing[Status.TRIED]} of {ran} that ran it" if ran else NOT_KNOWN


def _reason_text(side: Compared, polarity: str) -> str:
    counts = [c for c in count_reasons(side.reasons) if c.polarity == polarity]
    counts.sort(key=lambda c: (-c.n_solutions, c.category))
    return ", ".join(f"{c.category} {c.n_solutions}" for c in counts) or "none given"


def _papers(side: Compared) -> str:
    """The lineage's own paper, and how many more its families have."""
    own = [f for f in side.families if f.paper_title]
    if not own:
        return NOT_KNOWN
    first = min(own, key=lambda f: (f.architecture_id != side.key, f.year or 9999, f.architecture_id))
    more = len({f.paper_title for f in own}) - 1
    text = f"{first.paper_title}{f' ({first.year})' if first.year else ''} {first.paper_url or ''}".strip()
    return f"{text}; {more} more of later families" if more else text


def _libraries(side: Compared) -> str:
    order = sorted(side.libraries.items(), key=lambda item: (-len(item[1]), item[0]))
    return ", ".join(f"{library} {len(ids)}" for library, ids in order) or NOT_KNOWN


def _span(side: Compared, field: str) -> str:
    values = [v for f in side.figures if isinstance(v := getattr(f, field), int | float)]
    if not values:
        return NOT_KNOWN
    low, high = min(values), max(values)
    text = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    n_estimated = sum(f.is_size_estimated for f in side.figures) if field == "size_mb" else 0
    mark = f" ({n_estimated} of {len(values)} estimated)" if n_estimated else ""
    return f"{text}{mark}"


def _measure(sides: dict[str, Compared]) -> str:
    found = {(f.metric, f.dataset) for s in sides.values() for f in s.figures if f.value is not None}
    if len(found) != 1:
        return "accuracy" if not found else "accuracy (measures differ)"
    metric, dataset = found.pop()
    return f"{(metric or '').replace('_pct', ' %')}, {dataset}"


def _switches(store: Readable, sides: dict[str, Compared], scope: Scope, by: By) -> tuple[Switch, ...]:
    uses: list[tuple[str, UseRow]] = [(use_key(u, by), u) for u in scope.uses if use_key(u, by) in sides]
    quotes = {
        row.claim_id: row.quote
        for row in reversed(select_evidence(store, [u.claim_id for _, u in uses]))
        if row.quote and not row.is_code
    }
    reasons = [(key, reason) for key, side in sides.items() for reason in side.reasons]
    return find_switches([s.side for s in sides.values()], uses, reasons, quotes)


def _at_most(switches: Sequence[Switch], limit: int) -> list[Switch]:
    """The first of each direction."""
    seen: dict[tuple[str, str], int] = {}
    shown = []
    for switch in switches:
        direction = (switch.chosen, switch.other)
        seen[direction] = seen.get(direction, 0) + 1
        if seen[direction] <= limit:
            shown.append(switch)
    return shown


def _switch_row(switch: Switch, sides: dict[str, Compared]) -> dict[str, object]:
    chosen, other = sides[switch.chosen].name, sides[switch.other].name
    said = f"{other} -> {chosen}" if switch.how == "switched" else f"{chosen} rather than {other}"
    return {
        "direction": said,
        "how": switch.how,
        "category": switch.category,
        "solution": solution_label(switch.competition, switch.rank),
        "counted_on": switch.counted_on,
        "quote": switch.quote,
        "url": switch.url,
        "chosen": chosen,
        "other": other,
        "rank": switch.rank,
        "competition": switch.competition,
        "document": switch.document,
        "claim_id": switch.claim_id,
    }


def _reason_rows(side: Compared) -> list[dict[str, object]]:
    """The kinds of reasons given most, for and against in turn, with a quote that stands at no other kind."""
    found: list[dict[str, object]] = []
    counts = sorted(count_reasons(side.reasons, N_CANDIDATES), key=lambda c: (-c.n_solutions, c.category))
    shown: set[str | None] = set()
    for count in (c for p in ("for", "against") for c in [c for c in counts if c.polarity == p][:N_REASONS]):
        best = next((q for q in count.quotes if q.quote not in shown), count.quotes[0])
        shown.add(best.quote)
        found.append(
            {
                "architecture": side.name,
                "polarity": count.polarity,
                "category": count.category,
                "n_solutions": count.n_solutions,
                "n_reasons": count.n_reasons,
                "is_small": count.is_small,
                "quote": best.quote,
                "solution": solution_label(best.competition, best.rank),
                "url": best.document_url,
                "claim_id": best.claim_id,
            }
        )
    return found


def figure_row(architecture: str, figures: Figures) -> dict[str, object]:
    """One variant with its figures, as answers give it."""
    return {
        "architecture": architecture,
        "variant": figures.variant,
        "params_m": figures.params_m,
        "gmacs": figures.gmacs,
        "size_mb": figures.size_mb,
        "mb_is": None if figures.size_mb is None else "estimated" if figures.is_size_estimated else "published",
        "is_gmacs_estimated": figures.is_gmacs_estimated,
        "value": figures.value,
        "metric": figures.metric,
        "dataset": figures.dataset,
        "image_size": figures.image_size,
        "library": figures.library,
        "source": figures.source,
    }


def _figure_rows(side: Compared) -> list[dict[str, object]]:
    """A few variants from the smallest to the largest: those that no other of at most the same size exceeds."""
    front: list[Figures] = []
    for one in side.figures:
        if one.value is not None and (not front or one.value > (front[-1].value or 0.0)):
            front.append(one)
    chosen = front or list(side.figures)
    step = max(1.0, (len(chosen) - 1) / (N_FIGURES - 1))
    places = sorted({round(i * step) for i in range(N_FIGURES) if round(i * step) < len(chosen)})
    return [figure_row(side.name, chosen[place]) for place in places]


def _facts(side: Compared, scope: Scope, winners: Sequence[SolutionRow], by: By) -> dict[str, object]:
    """The numbers behind the side's column."""
    won, every = _standing(side, scope, winners, by), _standing(side, scope, scope.solutions, by)
    years = {}
    for year in _years(winners):
        own = [s for s in winners if s.year == year]
        years[str(year)] = _share(_standing(side, scope, own, by)[Status.USED], len(own))
    members = strongest_uses(scope.uses, by).get(side.key, {})
    won_ids = {s.solution_id for s in winners}
    return {
        "key": side.key,
        "winners": _share(won[Status.USED], len(winners)),
        "everybody": _share(every[Status.USED], len(scope.solutions)),
        "standing": every,
        "winners_by_year": years,
        "winning_claim_ids": sorted(
            use.claim_id for sid, found in members.items() if sid in won_ids for use in found if use.status == "used"
        ),
        "papers": [
            {"family": f.name, "year": f.year, "title": f.paper_title, "url": f.paper_url}
            for f in side.families
            if f.paper_title
        ],
        "libraries": side.libraries,
        "n_variants_published": len(side.figures),
    }


def _notes(sides: dict[str, Compared], switches: Sequence[Switch], shown: Sequence[Switch], rank: int) -> list[str]:
    notes = [f"Wins: rank {rank} or better, of all documented solutions of that rank. * fewer than 5 solutions."]
    names = [s.name for s in sides.values()]
    for kept in sides.values():
        for lost in sides.values():
            pair = [s for s in switches if (s.chosen, s.other) == (kept.key, lost.key)]
            if kept is not lost:
                n = sum(s.how == "switched" for s in pair)
                notes.append(
                    f"{lost.name} tried and dropped, {kept.name} used: {n}"
                    f" document{'' if n == 1 else 's'}; compared in favour of {kept.name}: {len(pair) - n}."
                )
    if not switches:
        notes.append(
            f"Not known: no document in scope used one of {', '.join(names)} and dropped or compared the other."
        )
    if len(shown) < len(switches):
        notes.append(f"Shown: {len(shown)} of {len(switches)} (--limit).")
    if any(s.figures for s in sides.values()):
        notes.append("MB estimated as 4 bytes a parameter where no source publishes a size; GMACs as half of GFLOPs.")
    for side in sides.values():
        if not side.figures:
            notes.append(f"Not known: size and accuracy of {side.name}; the catalogue has no published figure of it.")
    notes.append("Not known: speed on a CPU, and what suits few data; GMACs are the nearest published figure.")
    if any(side.reasons for side in sides.values()) and not any(r.quote for s in sides.values() for r in s.reasons):
        notes.append("Starter facts carry no quotes: the link leads to the document that says it.")
    return notes
