"""What a reader must know to read the numbers, in sentences and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from analysis.reports.rows import Figures, ReportRows
from analysis.reports.tables import Tables

_KINDS = {
    "writeup": "write-ups",
    "notebook": "notebooks",
    "readme": "repository readmes",
    "blog": "blog posts",
    "script": "scripts",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One large figure."""

    label: str
    value: str
    note: str


def covered_years(rows: ReportRows) -> str:
    """First and last year of the documented solutions, or nothing when none has a year."""
    years = [solution.year for solution in rows.solutions if solution.year is not None]
    if not years:
        return ""
    return f"{min(years)}–{max(years)}" if min(years) < max(years) else str(min(years))


def stamp_of(figures: Figures, generated_on: date | None) -> str:
    """What this report was made from, in one line."""
    parts = [f"Corpus of {figures.corpus_date.isoformat() if figures.corpus_date else 'unknown date'}"]
    if figures.min_confidence is not None:
        parts.append(f"only claims of confidence {figures.min_confidence:g} or more")
    if figures.made_by:
        parts.append(f"claims by {figures.made_by}")
    if generated_on is not None:
        parts.append(f"report of {generated_on.isoformat()}")
    return "; ".join(parts) + "."


def part_stamp(figures: Figures) -> str:
    """The same for a page that tells of one competition alone, and that a new document elsewhere does not change."""
    parts = [f"Claims by {figures.made_by}"] if figures.made_by else []
    if figures.min_confidence is not None:
        parts.append(f"only those of confidence {figures.min_confidence:g} or more")
    return f"{'; '.join([*parts, 'the first page says of which day the corpus is'])}."


def tiles_of(rows: ReportRows, tables: Tables) -> tuple[Tile, ...]:
    """The corpus in large figures."""
    figures = rows.figures
    winners = [solution for solution in rows.solutions if solution.is_winner]
    verified = sum(solution.is_verified for solution in winners)
    kinds = ", ".join(
        f"{number:,} {_KINDS.get(kind, kind)}"
        for kind, number in sorted(figures.documents_by_kind.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    claims = figures.claims_by_status
    statuses = ", ".join(f"{claims.get(status, 0):,} {status}" for status in ("used", "tried", "mentioned"))
    return (
        Tile(
            "Competitions",
            f"{tables.coverage.n_competitions:,}",
            f"{tables.coverage.n_competitions_documented:,} with a documented solution",
        ),
        Tile("Documents", f"{figures.n_documents:,}", kinds),
        Tile("Solutions", f"{len(rows.solutions):,}", f"after folding {figures.n_copies:,} copies"),
        Tile(
            "Winners",
            f"{len(winners):,}",
            f"rank 10 or better; {verified:,} confirmed by a leaderboard or public index",
        ),
        Tile("Claims", f"{sum(claims.values()):,}", statuses),
        Tile("Reasons", f"{len(rows.reasons):,}", "given by authors for or against an architecture"),
    )


def method_notes(rows: ReportRows) -> tuple[str, ...]:
    """How the numbers were made and what they cannot say, one paragraph each."""
    figures = rows.figures
    notes = [
        "Counted are solutions and competitions, never mentions: a solution counts once for an architecture however"
        " many documents describe it or how often they name it. Forked notebooks and cross-posts are folded into their"
        " original. Lines of architectures are counted together, so all versions of YOLO are one.",
        "Used means part of the final solution that the document describes; tried means that the author ran it and"
        " left it out; mentioned is everything else and enters no share.",
        "A winner is a documented solution of rank 10 or better. The rank comes from a leaderboard, a public index or,"
        " marked with an asterisk, from its author. A document without a rank is never a winner.",
        "Intervals are 95 % Wilson intervals. They speak of chance only: who writes about a solution, and what is"
        " online, is not chance. Lift is the winners’ share over the share among all documented solutions, winners"
        " included; it is given from five winners up.",
        "Status and reasons are found by rules and small trained models, not by a person or a language model; each"
        " number leads to its documents so that it can be checked. Facts that came without text show the link in place"
        " of a quote.",
    ]
    gaps = []
    if figures.min_confidence is not None:
        gaps.append(f"{figures.n_unsure_claims:,} claims of confidence below {figures.min_confidence:g}")
    if figures.n_without_competition:
        gaps.append(f"{figures.n_without_competition:,} documents name no competition and enter no share")
    if figures.n_undated:
        gaps.append(f"{figures.n_undated:,} documented solutions have no date and are missing from the yearly numbers")
    no_type = len({s.competition_id for s in rows.solutions if not s.task_types})
    if no_type:
        gaps.append(f"{no_type:,} documented competitions have no known task type and are missing from section 3")
    if figures.n_failures:
        gaps.append(f"{figures.n_failures:,} failures are on record (`miner status` lists them)")
    if gaps:
        notes.append(f"Left out: {'; '.join(gaps)}.")
    return tuple(notes)


def citation(title: str, figures: Figures, generated_on: date | None) -> str:
    """The report as a BibTeX entry: which facts and which extractor it rests on."""
    day = generated_on or figures.corpus_date
    about = f"{figures.n_documents:,} documents, newest of {figures.corpus_date or 'an unknown day'}"
    made = f"Made{f' on {generated_on}' if generated_on else ''} from {about}; {figures.made_by or 'no claims'}"
    lines = [
        "@misc{solution-miner-report,",
        f"  title = {{{title}}},",
        "  author = {{Solution miner}},",
        f"  year = {{{day.year if day else 'n.d.'}}},",
        f"  note = {{{made}}},",
        "}",
    ]
    return "\n".join(lines)
