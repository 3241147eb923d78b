"""What to start with: what wins there, in variants that keep the limits, with reasons and code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.counts.sizes import (
    Figures,
    Limits,
    count_used,
    fit_for,
    measure_variants,
    one_per_name,
    start_with,
)
from analysis.counts.why import count_reasons
from analysis.starter_code.writing import StarterCode, Wanted, write_code
from corpus.errors import NotKnownError
from corpus.ids import bare_name, squash
from corpus.records import Answer, Column, Filters
from corpus.views import Readable, ReasonRow, select_reasons
from corpus.views_choose import VariantUseRow, select_used_variants
from corpus.views_lookup import ArchitectureRow, benchmark_rows, find_competitions, library_ids, lineage_members
from miner.jobs.ask_choose_code import code_for, code_needs, code_row
from miner.jobs.ask_compare import figure_row
from miner.jobs.ask_names import near_names
from miner.jobs.ask_scope import WINNERS_RANK, is_task, query_of, settle_task
from miner.jobs.ask_winners import winners

CHOOSE_COLUMNS = (
    Column("architecture", "architecture", "text", "Name of the lineage."),
    Column("n_solutions", "wins", "int", "Winning solutions in scope that use it; each counts once."),
    Column("n_solutions_total", "of", "int", "Documented winning solutions in scope."),
    Column("share", "share", "share", "n_solutions over n_solutions_total, 0 to 1."),
    Column("share_low", "low", "share", "Lower end of the 95 % Wilson interval."),
    Column("share_high", "high", "share", "Upper end of the 95 % Wilson interval."),
    Column("is_small", "small", "text", "Whether n_solutions is under 5."),
    Column("variant", "start with", "text", "The variant to start with: winners' own, else small and nearly the best."),
    Column("params_m", "params M", "number", "Its parameters, millions; empty: not known."),
    Column("gmacs", "GMACs", "number", "Its multiply-accumulates of one pass, thousand millions; empty: not known."),
    Column("size_mb", "MB", "number", "Its weights; 4 bytes a parameter where is_size_estimated."),
    Column("value", "figure", "number", "Its published figure; facts.measure says of what; empty: not known."),
    Column("dataset", "measured on", "text", "Data set of the figure; `metric` names it in JSON."),
    Column("library", "code for", "text", "Library that `--code` writes for; empty: no template."),
    Column("why", "why it is here", "text", "In one line."),
    Column("paper", "paper", "text", "The paper of the lineage."),
    Column("paper_url", "paper link", "url", "Where to read it."),
    Column("newest_url", "newest win", "url", "The newest winning document that uses it."),
)
OF_TODAY = (
    "Families of later years are left out; variants and figures have no dates: they are the catalogue's of today."
)
N_LOOKED_AT = 60  # architectures by wins, before limits
N_VARIANTS = 4  # of each architecture, in the list of variants


@dataclass(frozen=True, slots=True)
class Candidate:
    """One architecture that won, with what fits of it."""

    row: Mapping[str, object]  # its row of the winners' answer
    families: tuple[ArchitectureRow, ...]
    libraries: dict[str, tuple[str, ...]]
    used: dict[str, int]  # variant as a benchmark row names it -> winning solutions
    written: dict[str, int]  # variant as documents write it -> winning solutions
    fitting: tuple[Figures, ...]
    too_large: tuple[Figures, ...]
    unknown: tuple[Figures, ...]  # a limited size is not known, and no known one breaks its limit
    best: Figures | None
    reasons: tuple[ReasonRow, ...]
    wanted: Wanted
    code: StarterCode | None

    @property
    def name(self) -> str:
        """Of the lineage."""
        return str(self.row["architecture"])

    @property
    def verdict(self) -> str:
        """Where it is listed: fits, too large or unknown."""
        if self.fitting:
            return "fits"
        return "too large" if self.too_large and not self.unknown else "unknown"


def choose(store: Readable, what: str, filters: Filters, limits: Limits, limit: int = 8) -> Answer:
    """A shortlist for a task, a competition or a description: what wins there, within limits of size.

    What is known to be too large is listed apart, and so is what has no known size when a limit is set.
    """
    answer, found = _candidates(store, what, filters, limits)
    inside = [c for c in found if c.verdict == "fits" or (not limits.is_set and c.verdict == "unknown")]
    shown = inside[:limit]
    points = [_point(c, f) for c in shown for f in _plotted(c)]
    facts: dict[str, object] = {"limits": _limits(limits), "measure": _measure(shown), "chart": {"points": points}}
    facts["why_here"] = [_why_row(c) for c in shown]
    facts["variants"] = [row for c in shown for row in _variant_rows(c)]
    facts["reasons"] = [row for c in shown for row in _reason_rows(c)]
    facts["code"] = [code_row(c.name, c.wanted, c.code, c.best, limits) for c in shown if c.code]
    apart = [c for c in found if c not in inside]
    facts["size_not_known"] = [_apart(c, limits) for c in apart if c.verdict == "unknown"][:limit]
    facts["too_large"] = [_apart(c, limits) for c in apart if c.verdict == "too large"][:limit]
    facts |= {name: value for name, value in answer.facts.items() if name != "winning_solutions"}
    return Answer(
        name="choose",
        title=answer.title.replace("What won", "What to start with, by what won", 1),
        columns=CHOOSE_COLUMNS,
        rows=tuple(_row(c) for c in shown),
        facts=facts,
        notes=(*_notes(shown, inside, apart, limits), *([OF_TODAY] if filters.as_of else []), *answer.notes),
        query=query_of(filters, what=what, limit=limit, **_limits(limits)),
    )


def starter_code(
    store: Readable, what: str, filters: Filters, limits: Limits, name: str, library: str | None = None
) -> tuple[StarterCode, str]:
    """The program for one architecture of the shortlist, and what its user must see to.

    Raises:
        NotKnownError: with those that have a template, where `name`, or `library` for it, is none of them.
    """
    _, found = _candidates(store, what, filters, limits)
    allowed = [c for c in found if c.code and (c.verdict != "too large")]
    for candidate in allowed:
        if squash(name) in {squash(candidate.name), squash(str(candidate.row["key"]))}:
            code = code_for(candidate.name, candidate.wanted, library)
            if code:
                return code, code_needs(code, candidate.best, limits)
    names = [c.name for c in allowed]
    raise NotKnownError("architecture with starter code here", name, near_names(name, names) or tuple(names[:8]))


def _candidates(store: Readable, what: str, filters: Filters, limits: Limits) -> tuple[Answer, list[Candidate]]:
    answer = winners(store, what, filters, "lineage", N_LOOKED_AT)
    filters = replace(filters, rank_at_most=filters.rank_at_most or WINNERS_RANK)
    among = None
    if answer.facts["read_as"] == "task":
        filters = settle_task(replace(filters, task=what if is_task(what) else filters.task))
    else:
        filters = settle_task(filters)
        kin = answer.facts["similar_competitions"]
        among = [str(k["competition_id"]) for k in kin] if isinstance(kin, list) else []
        among += [c.competition_id for c in find_competitions(store, what)]
    task = filters.task or _main_task(store, among)
    keys = [str(row["key"]) for row in answer.rows]
    variants = select_used_variants(store, filters, keys, among)
    return answer, [_candidate(store, row, variants, filters, (task, limits)) for row in answer.rows]


def _main_task(store: Readable, among: Sequence[str] | None) -> str | None:
    """The main task type that most of these competitions have; of equals the first by name."""
    counts = Counter(
        str(row["task_type"])
        for one in among or ()
        for row in store.execute("SELECT task_type FROM v_task_types WHERE competition_id = ? AND position = 0", [one])
    )
    return min(counts, key=lambda t: (-counts[t], t), default=None)


def _candidate(
    store: Readable,
    row: Mapping[str, object],
    variants: Sequence[VariantUseRow],
    filters: Filters,
    aim: tuple[str | None, Limits],
) -> Candidate:
    task, limits = aim
    key = str(row["key"])
    last_year = filters.as_of.year if filters.as_of else 9999
    families = tuple(f for f in lineage_members(store, key) if (f.year or 0) <= last_year)
    ids = [f.architecture_id for f in families]
    figures = fit_for(measure_variants(benchmark_rows(store, ids), task), task) if ids else ()
    libraries = {k: tuple(v) for k, v in library_ids(store, ids).items()} if ids else {}
    written: dict[str, set[str]] = {}
    for one in variants:
        if one.lineage == key:
            written.setdefault(one.name, set()).add(one.solution_id)
    used = count_used(figures, written)
    too_large = tuple(f for f in figures if f.breaks(limits))
    fitting = tuple(f for f in figures if f.keeps(limits) and not f.breaks(limits))
    unknown = tuple(f for f in figures if not f.breaks(limits) and not f.keeps(limits))
    best = start_with(fitting or unknown, used)
    kind = str(row["kind"]) if row["kind"] else None
    wanted = Wanted(
        name=str(row["architecture"]), lineage=key, kind=kind, libraries=libraries,
        library=best.library if best else None, variant=best.variant if best else None, task=task,
    )  # fmt: skip
    everybody = replace(filters, rank_at_most=None, verified=False)
    return Candidate(
        row=row, families=families, libraries=libraries, used=used,
        written={name: len(solutions) for name, solutions in written.items()},
        fitting=fitting, too_large=too_large, unknown=unknown, best=best,
        reasons=select_reasons(store, everybody, lineage=key), wanted=wanted, code=write_code(wanted),
    )  # fmt: skip


def _row(c: Candidate) -> dict[str, object]:
    best = c.best
    paper = _paper(c)
    row = {k: v for k, v in c.row.items() if k not in ("newest", "first_year", "last_year")}
    row |= figure_row(c.name, best) if best else dict.fromkeys(("variant", "params_m", "gmacs", "size_mb", "value"))
    examples = c.row["examples"]
    return row | {
        "is_size_estimated": bool(best and best.is_size_estimated),
        "library": c.code.library if c.code else None,
        "why": _why(c),
        "paper": paper.paper_title if paper else None,
        "paper_url": paper.paper_url if paper else None,
        "libraries": c.libraries,
        "variants_of_winners": c.written,
        "evidence_ids": [e["claim_id"] for e in examples] if isinstance(examples, list) else [],
    }


def _paper(c: Candidate) -> ArchitectureRow | None:
    own = [f for f in c.families if f.paper_title]
    return min(own, key=lambda f: (f.architecture_id != c.row["key"], f.year or 9999, f.architecture_id), default=None)


def _why(c: Candidate) -> str:
    parts = [f"{c.row['n_solutions']} of {c.row['n_solutions_total']} winners use it"]
    if c.row["last_year"]:
        parts[0] += f", the newest in {c.row['last_year']}"
    if c.best:
        n = c.used.get(c.best.variant, 0)
        parts.append(f"{n} of them this variant" if n else "the variant is the smallest that is nearly its best")
        if not n and c.best.value is None:
            parts[-1] = "the variant is of middle size, as no figure is published"
    favour = [r for r in count_reasons(c.reasons, 1) if r.polarity == "for"]
    if favour:
        top = max(favour, key=lambda r: (r.n_solutions, r.category))
        parts.append(f"{top.category.replace('_', ' ')} is the reason given most ({top.n_solutions})")
    return "; ".join(parts)


def _why_row(c: Candidate) -> dict[str, object]:
    paper = _paper(c)
    return {
        "architecture": c.name,
        "why": _why(c),
        "winners_name": _named(c),
        "paper": paper.paper_title if paper else None,
        "url": paper.paper_url if paper else None,
        "newest_win": c.row["newest"],
        "newest_url": c.row["newest_url"],
    }


def _named(c: Candidate) -> list[str]:
    """The variants that winners name most, as they write them, each with how many do."""
    ordered = sorted(c.written.items(), key=lambda item: (-item[1], item[0]))
    return [f"{name} {n}" for name, n in ordered[:N_VARIANTS]]


def _variant_rows(c: Candidate) -> list[dict[str, object]]:
    """A few variants that fit: those of winners first, then the best of them, smallest first."""
    best = c.best if c.best in c.fitting else None
    told = [f for f in c.fitting if f.params_m is not None or f.value is not None]
    fitting = [f for f in told if not best or squash(bare_name(f.variant)) != squash(bare_name(best.variant))]
    ordered = sorted(
        one_per_name(fitting),
        key=lambda f: (-c.used.get(f.variant, 0), -(f.value or 0.0), f.params_m or 1e9, f.variant),
    )
    chosen = ([best] if best else []) + ordered
    rows = sorted(chosen[:N_VARIANTS], key=lambda f: (f.params_m is None, f.params_m or 0.0, f.variant))
    return [figure_row(c.name, f) | {"n_winners": c.used.get(f.variant, 0)} for f in rows]


def _reason_rows(c: Candidate) -> list[dict[str, object]]:
    """The kind of reason given most for it, and the one given most against it."""
    found: list[dict[str, object]] = []
    for polarity in ("for", "against"):
        counts = [r for r in count_reasons(c.reasons, 1) if r.polarity == polarity]
        if counts:
            top = max(counts, key=lambda r: (r.n_solutions, r.category))
            best = top.quotes[0]
            found.append(
                {
                    "architecture": c.name,
                    "polarity": polarity,
                    "category": top.category,
                    "n_solutions": top.n_solutions,
                    "is_small": top.is_small,
                    "quote": best.quote,
                    "solution": f"{f'#{best.rank} ' if best.rank else ''}{best.competition or 'no competition'}",
                    "url": best.document_url,
                    "claim_id": best.claim_id,
                }
            )
    return found


def _apart(c: Candidate, limits: Limits) -> dict[str, object]:
    """One that the limits keep out of the list, with its wins and the smallest that is published."""
    smallest = min(c.too_large, key=lambda f: (f.params_m is None, f.params_m or 0.0, f.variant), default=None)
    return {
        "architecture": c.name,
        "n_solutions": c.row["n_solutions"],
        "n_solutions_total": c.row["n_solutions_total"],
        "smallest_published": smallest.variant if smallest else None,
        "params_m": smallest.params_m if smallest else None,
        "gmacs": smallest.gmacs if smallest else None,
        "size_mb": smallest.size_mb if smallest else None,
        "key": c.row["key"],
    }


def _plotted(c: Candidate) -> list[Figures]:
    """Variants with a place in the chart: those that no smaller one equals, winners' own, and the one to start with."""
    kept: list[Figures] = []
    best = 0.0
    known = [f for f in one_per_name(c.fitting) if f.value is not None and f.params_m is not None]
    for one in sorted(known, key=lambda f: (f.params_m or 0.0, -(f.value or 0.0), f.variant)):
        if (one.value or 0.0) > best or (c.used.get(one.variant) and one is not c.best):
            kept.append(one)
            best = max(best, one.value or 0.0)
    start = [c.best] if c.best in c.fitting and c.best and c.best.value is not None and c.best not in kept else []
    return [*start, *kept]


def _point(c: Candidate, f: Figures) -> dict[str, object]:
    return {
        "architecture": c.name,
        "variant": f.variant,
        "params_m": f.params_m,
        "value": f.value,
        "metric": f.metric,
        "dataset": f.dataset,
        "n_winners": c.used.get(f.variant, 0),
        "is_start": f is c.best,
    }


def _limits(limits: Limits) -> dict[str, object]:
    named = {"max_size_mb": limits.size_mb, "max_params_m": limits.params_m, "max_gmacs": limits.gmacs}
    return {name: value for name, value in named.items() if value is not None}


def _measure(shown: Sequence[Candidate]) -> list[str]:
    return sorted({f"{f.metric} on {f.dataset}" for c in shown for f in c.fitting if f.value is not None})


def _notes(
    shown: Sequence[Candidate], inside: Sequence[Candidate], apart: Sequence[Candidate], limits: Limits
) -> list[str]:
    notes = []
    if not any(c.best for c in shown):
        notes.append("Not known: size and accuracy; no published figure for what wins here. Ranked by wins alone.")
    elif silent := [c.name for c in shown if not c.best]:
        notes.append(f"Not known: size and accuracy of {', '.join(silent)}; the catalogue has no published figure.")
    if measure := _measure(shown):
        notes.append(f"Figure: {', '.join(measure)}; ranked by wins, not by it.")
    if any(c.used for c in shown):
        notes.append("Winners of a variant are counted by its name: write-ups seldom say which weights.")
    if any(f.is_size_estimated for c in shown for f in c.fitting):
        notes.append("MB: estimated as 4 bytes a parameter where no source publishes a size.")
    if any(f.is_gmacs_estimated for c in shown for f in c.fitting):
        notes.append("GMACs of ultralytics: estimated as half of the published GFLOPs.")
    if limits.is_set:
        n_unknown, n_large = (sum(c.verdict == v for c in apart) for v in ("unknown", "too large"))
        said = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in _limits(limits).items())
        notes.append(
            f"Limits: {said}. Kept out: {n_large} too large, {n_unknown} whose size is not known; both listed."
        )
    if len(shown) < len(inside):
        notes.append(f"Shown: {len(shown)} of {len(inside)} architectures (--limit).")
    if any(c.code and c.code.template == "segmentation_smp" for c in shown):
        notes.append("Sizes and figures are those of the encoder or the published variant; a decoder adds its own.")
    without = [c.name for c in shown if not c.code]
    if without:
        notes.append(f"No starter code yet for: {', '.join(without)}.")
    notes.append("Reasons: of all documented solutions of the filters, not of winners alone.")
    return notes
