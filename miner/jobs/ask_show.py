"""One thing, whole: a document, a competition, an architecture (or a variant of one) or a claim."""

from __future__ import annotations

from analysis.language import why_not
from corpus.corrections import Field, claim_key
from corpus.errors import NotKnownError
from corpus.records import Answer, Filters
from corpus.views import CompetitionRow, DocumentRow, Readable, select_documents, select_evidence, select_solutions
from corpus.views_corrections import select_corrections
from corpus.views_export import prose_languages
from corpus.views_left_out import count_unsure_claims
from corpus.views_lookup import (
    ClaimRow,
    all_names,
    competition_task_types,
    document_claims,
    document_copies,
    document_ranks,
    find_claims,
    find_competitions,
    find_documents,
)
from miner.jobs.ask_copies import copy_facts, copy_notes
from miner.jobs.ask_names import near_names, resolve_architecture
from miner.jobs.ask_scope import plural, query_of, titled, unsure_note
from miner.jobs.ask_show_architecture import show_architecture
from miner.jobs.ask_show_rows import (
    CLAIM_COLUMNS,
    SOLUTION_COLUMNS,
    claim_rows,
    document_facts,
    solution_rows,
)
from miner.jobs.ask_why import NO_QUOTES
from miner.jobs.correct_rows import by_claim, correction_rows


def show(store: Readable, name: str, filters: Filters) -> Answer:
    """What the corpus holds under a name, an id, the beginning of an id, or a url.

    Looked for in this order: document, competition, claim, architecture, variant. The filters apply to what is counted
    about an architecture; single things are shown whatever they say, but the least confidence applies to all claims
    except one that is asked for by its id.

    Raises:
        NotKnownError: with near names, when there is nothing of that name, or when several things begin with it.
    """
    documents = find_documents(store, name)
    if len(documents) == 1:
        return _document(store, name, documents[0], Filters(min_confidence=filters.min_confidence))
    competitions = find_competitions(store, name)
    if competitions:
        return _competition(store, name, competitions, Filters(min_confidence=filters.min_confidence))
    claims = find_claims(store, name)
    if len(claims) == 1:
        return _claim(store, name, claims[0])
    several = [row.document for row in documents] or [row.claim_id for row in claims]
    if several:
        raise NotKnownError("single document or claim", name, tuple(several[:5]))
    try:
        asked = resolve_architecture(store, name)
    except NotKnownError as error:
        names = all_names(store)
        near = near_names(name, [*names["competition"], *names["document"]])
        what = "document, competition, architecture or claim"
        raise NotKnownError(what, name, (*error.suggestions[:3], *near)[:5]) from None
    return show_architecture(store, name, asked, filters)


def _document(store: Readable, name: str, document: DocumentRow, filters: Filters) -> Answer:
    ranks = document_ranks(store, document.document_id)
    corrections = select_corrections(store, document.document_id)
    is_rank_corrected = any(row.field == Field.RANK.value and row.state == "holds" for row in corrections)
    every = document_claims(store, document.document_id)
    claims = tuple(claim for claim in every if claim.confidence >= (filters.min_confidence or 0))
    notes = []
    if len({row.rank for row in ranks}) > 1:
        said = ", ".join(f"{row.source} says {row.rank}" for row in ranks)
        taken = "the correction" if is_rank_corrected else "the strongest"
        notes.append(f"The sources contradict each other on the rank: {said}; {taken} is taken.")
    if not document.is_analysed:
        notes.append("Not analysed yet, so nothing is known of its architectures: `miner analyse`.")
    elif not every:
        notes.append("No architecture was found in this document.")
    if filters.min_confidence is not None:
        notes.append(unsure_note(filters, len(every) - len(claims)))
    copies = document_copies(store, document.document_id)
    notes += copy_notes(document.document_id, copies)
    language = prose_languages(store, [document.document_id]).get(document.document_id)
    if why_not(language):
        notes.append(
            f"why: {why_not(language)}. Names are found in any script; what is said of them is judged in English only,"
            " so there are no reasons, and status comes from code, headings and defaults."
        )
    rows = claim_rows(store, claims)
    if claims and not any(row["evidence"] for row in rows):
        notes.append(NO_QUOTES)
    facts = (
        document_facts(document)
        | copy_facts(document.document_id, copies)
        | {
            "prose_language": language,
            "rank_statements": [{"source": r.source, "rank": r.rank, "said_in": r.evidence} for r in ranks],
            "corrections": correction_rows(corrections),
        }
    )
    return Answer(
        name="show",
        title=titled(f"Document {document.title or document.document}", filters),
        columns=CLAIM_COLUMNS,
        rows=rows,
        facts={"what": "document"} | facts,
        notes=tuple(notes),
        query=query_of(filters, id=name),
    )


def _claim(store: Readable, name: str, claim: ClaimRow) -> Answer:
    documents = find_documents(store, claim.document_id)
    notes = () if select_evidence(store, [claim.claim_id]) else (NO_QUOTES,)
    corrections = select_corrections(store, claim.document_id)
    key = claim_key(claim.architecture_id, claim.architecture)
    return Answer(
        name="show",
        title=f"Claim: {claim.document} and {claim.architecture}",
        columns=CLAIM_COLUMNS,
        rows=claim_rows(store, (claim,)),
        facts={"what": "claim", "claim": claim.claim_id}
        | (document_facts(documents[0]) if documents else {})
        | {"confidence": claim.confidence, "made_by": claim.made_by, "is_counted": claim.is_counted}
        | {"corrections": correction_rows(by_claim(corrections).get(key, []))},
        notes=notes,
        query={"id": name},
    )


def _competition(
    store: Readable, name: str, competitions: tuple[CompetitionRow, ...], filters: Filters, limit: int = 40
) -> Answer:
    competition = competitions[0]
    among = [competition.competition_id]
    solutions = select_solutions(store, Filters(), among)
    documents = select_documents(store, Filters(), among)
    notes = []
    if len(competitions) > 1:
        others = ", ".join(c.competition_id for c in competitions[1:])
        notes.append(f"Other competitions are called so too: {others}.")
    if not solutions:
        notes.append("No analysed document of a solution of this competition is known.")
    top = {s.rank for s in solutions if s.rank is not None and s.rank <= 10}
    places = min(10, competition.n_teams or 10)
    copies = sum(d.copy_of is not None for d in documents)
    notes.append(
        f"Documented: {len(top)} of {places} top-10 places; {len(documents)} documents,"
        f" {copies} near {plural(copies, 'copy|copies')}."
    )
    if len(documents) - copies > limit:
        notes.append(f"Shown: the first {limit} documents, those with a rank before the others.")
    if filters.min_confidence is not None:
        notes.append(unsure_note(filters, count_unsure_claims(store, filters, among)))
    facts: dict[str, object] = {
        "what": "competition",
        "slug": competition.slug,
        "platform": competition.platform,
        "url": competition.url,
        "year": competition.year,
        "deadline": competition.deadline,
        "metric": competition.metric,
        "n_teams": competition.n_teams,
        "reward": competition.reward,
        "counted_on": competition.counted_on,
        "task_types": [
            {"task_type": t.task_type, "source": t.source, "read_from": t.evidence}
            for t in competition_task_types(store, competition.competition_id)
        ],
    }
    return Answer(
        name="show",
        title=titled(competition.title, filters),
        columns=SOLUTION_COLUMNS,
        rows=solution_rows(store, documents, filters)[:limit],
        facts=facts,
        notes=tuple(notes),
        query=query_of(filters, id=name),
    )
