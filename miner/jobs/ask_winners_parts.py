"""What stands behind winners: their evidence in words and code, roles, pairs of architectures, single models."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.counts.combinations import count_pairs
from analysis.counts.popularity import By, use_key
from analysis.counts.rows import Use
from analysis.counts.single import SingleFamily, find_single
from corpus.records import Answer, Column, Filters
from corpus.views import EvidenceRow, Readable, SolutionRow, select_evidence
from corpus.views_cohorts import select_claim_parts
from miner.jobs.ask_cohort import contradiction_note, contradictions, keep_medals
from miner.jobs.ask_rows import example_rows, solution_label
from miner.jobs.ask_scope import WINNERS_RANK, Scope, query_of, read_scope, scope_facts, scope_notes, titled

SINGLE_COLUMNS = (
    Column("who", "who", "text", "Rank and competition of the solution."),
    Column("architecture", "what", "text", "The one lineage that it says it uses."),
    Column("standing", "how many", "text", "one variant, variant not named, or several variants of one family."),
    Column("variants", "variants", "list", "Sizes and checkpoints that it says it uses."),
    Column("rank_source", "rank by", "text", "leaderboard, index or author."),
    Column("counted_on", "date", "date", "The date the solution counts from."),
    Column("quote", "in the author's words", "quote", "The sentence, else the line of code, that names it."),
    Column("url", "link", "url", "Where to read it."),
)

SCRAP, GOOD_LENGTH = 40, 110  # characters of a quote


def roles_of(store: Readable, uses: Iterable[Use], solution_ids: Collection[str], by: By) -> dict[str, list[str]]:
    """Architecture key -> "backbone 5", the roles it has and in how many solutions, most first."""
    used = [use for use in uses if use.status == "used" and use.solution_id in solution_ids]
    parts = select_claim_parts(store, [use.claim_id for use in used])
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for use in used:
        for role in (parts[use.claim_id].roles or "").split():
            found[use_key(use, by)].add((role, use.solution_id))
    tallies = {key: Counter(role for role, _ in pairs) for key, pairs in found.items()}
    return {
        key: [f"{role} {n}" for role, n in sorted(tally.items(), key=lambda item: (-item[1], item[0]))]
        for key, tally in tallies.items()
    }


def pair_rows(scope: Scope, by: By, limit: int) -> list[dict[str, object]]:
    """Architectures that winners use together, as rows."""
    return [
        {
            "pair": " + ".join(pair.names),
            "n_solutions": pair.n_solutions,
            "n_solutions_total": pair.n_solutions_total,
            "share": pair.share,
            "share_low": pair.share_low,
            "share_high": pair.share_high,
            "is_small": pair.is_small,
            "newest": solution_label(pair.examples[0].competition, pair.examples[0].rank),
            "newest_url": pair.examples[0].url,
            "keys": list(pair.keys),
            "examples": example_rows(pair.examples),
        }
        for pair in count_pairs(scope.solutions, scope.uses, by, limit)
    ]


def evidence_of(store: Readable, uses: Sequence[Use]) -> dict[str, dict[str, str | None]]:
    """Solution id -> `quote`, a sentence that names what it uses, and `code`, the line of code that runs it."""
    solution_of = {use.claim_id: use.solution_id for use in uses}
    by_solution: dict[str, list[EvidenceRow]] = defaultdict(list)
    for row in select_evidence(store, list(solution_of)):
        if row.quote:
            by_solution[solution_of[row.claim_id]].append(row)
    found: dict[str, dict[str, str | None]] = {}
    for solution_id, rows in by_solution.items():
        words = min((row for row in rows if not row.is_code), key=_telling, default=None)
        code = min((row for row in rows if row.is_code), key=_running, default=None)
        place = f"block {code.block_position}: " if code and code.block_position is not None else ""
        found[solution_id] = {
            "quote": _one_line(words) if words else None,
            "code": f"{place}{_one_line(code)}" if code else None,
        }
    return found


def _one_line(row: EvidenceRow) -> str:
    return " ".join((row.quote or "").split())


def _telling(row: EvidenceRow) -> tuple[bool, int, int, str]:
    """Sentences before scraps, the claim's best evidence before others, those that a reader takes in at once first."""
    length = len(_one_line(row))
    return length < SCRAP, row.position, abs(length - GOOD_LENGTH), row.claim_id


def _running(row: EvidenceRow) -> tuple[bool, int, int, str]:
    """Calls and assignments before bare names, the claim's best evidence before others, short ones first."""
    text = _one_line(row)
    return not ("(" in text or "=" in text), row.position, len(text), row.claim_id


def single_models(
    store: Readable,
    filters: Filters,
    among: Collection[str] | None = None,
    limit: int | None = 20,
    *,
    medal: str | None = None,
    what: str | None = None,
) -> Answer:
    """Winning solutions that use architectures of one family only, single models before ensembles of its variants.

    Args:
        store: the corpus.
        filters: rank_at_most 10 where it is None and no medal is asked for.
        among: competition ids; None for all.
        limit: solutions at most.
        medal: gold, silver, bronze or any, in place of a rank.
        what: the question as it was asked, for the title.
    """
    filters = replace(filters, rank_at_most=filters.rank_at_most or (None if medal else WINNERS_RANK))
    scope = read_scope(store, filters, among)
    cohort_notes: tuple[str, ...] = ()
    if medal:
        scope, cohort_notes = keep_medals(scope, medal)
    parts = select_claim_parts(store, [use.claim_id for use in scope.uses if use.status == "used"])
    variants = {key: (one.variants or "").splitlines() for key, one in parts.items()}
    singles = find_single(scope.solutions, scope.uses, variants)
    solutions = {s.solution_id: s for s in scope.solutions}
    evidence = evidence_of(store, [use for one in singles for use in one.uses])
    naming = {use.solution_id for use in scope.uses if use.status == "used"}
    said = contradictions(store, [one.solution_id for one in singles])
    rows = [
        _single_row(one, solutions[one.solution_id], evidence.get(one.solution_id, {}), said.get(one.solution_id))
        for one in singles[:limit]
    ]
    zone = f"Medal zone {medal}: " if medal else ""
    tally = Counter(one.standing for one in singles)
    notes = [
        f"{len(singles):,} of {len(naming):,} documented winners that name what they use name one family alone:"
        f" {tally['one variant']:,} one variant, {tally['variant not named']:,} without a size or checkpoint,"
        f" {tally['several variants']:,} several variants of it, which is an ensemble or a choice by fold.",
        "A document that names one family may leave out others; folds and seeds of one variant count as one.",
    ]
    if not naming:
        notes = ["Not known: no documented winner in scope names what it uses."]
    return Answer(
        name="winners",
        title=titled(f"{zone}Winners that used a single family{f' ({what})' if what else ''}", scope.filters),
        columns=SINGLE_COLUMNS,
        rows=tuple(rows),
        facts=scope_facts(scope) | {"n_single": len(singles), "n_naming": len(naming), "standings": dict(tally)},
        notes=(*notes, *cohort_notes, *filter(None, [contradiction_note(len(said))]), *scope_notes(scope)),
        query=query_of(filters, what=what, single_model=True, medal=medal, limit=limit),
    )


def _single_row(
    one: SingleFamily, solution: SolutionRow, evidence: Mapping[str, str | None], said: str | None
) -> dict[str, object]:
    best = one.uses[0]
    return {
        "who": solution_label(solution.competition, solution.rank),
        "architecture": one.name,
        "standing": one.standing,
        "variants": list(one.variants),
        "rank_source": said or solution.rank_source,
        "counted_on": solution.counted_on,
        "quote": evidence.get("quote") or evidence.get("code"),
        "url": best.document_url,
        "competition": solution.competition,
        "rank": solution.rank,
        "key": one.lineage,
        "document": best.document,
        "claim_id": best.claim_id,
    }
