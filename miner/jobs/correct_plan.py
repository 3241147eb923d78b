"""From what a person types to corrections, checked against the corpus; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.corrections import (
    ABSENT,
    ADDED,
    MAX_QUOTE,
    PRESENT,
    UNKNOWN,
    Correction,
    Field,
    checked_value,
    claim_key,
    correction_id,
)
from corpus.errors import NotKnownError, UsageError
from corpus.ids import squash
from corpus.records import Status
from corpus.store import Store
from corpus.views import DocumentRow, Readable
from corpus.views_corrections import CorrectionRow, select_corrections
from corpus.views_lookup import (
    ClaimRow,
    all_names,
    architectures_by_id,
    document_claims,
    find_architectures,
    find_claims,
    find_competitions,
    find_documents,
    find_variant,
)
from miner.jobs.ask_names import near_names

__all__ = [
    "ABSENT",
    "PRESENT",
    "Draft",
    "Field",
    "Wish",
    "find_claim",
    "find_family",
    "find_subject",
    "plan_corrections",
]

N_NAMED = 12  # claims of a document that an error names
Values = Mapping[Field, object]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says is true."""

    reference: str  # a document's or claim's id, name or address
    architecture: str | None  # as typed; None for the document itself, and where the reference is a claim
    values: Values  # as typed: names of architectures and competitions, (name, status or None) of variants
    note: str
    quote: str | None = None  # words of the document, for a claim that the extractor misses


@dataclass(frozen=True, slots=True)
class Draft:
    """One correction before it has an id and a date."""

    field: Field
    value: object
    key: str = ""  # of the claim
    name: str | None = None  # of its architecture
    quote: str | None = None


def plan_corrections(store: Store, wish: Wish, at: str) -> tuple[Correction, ...]:
    """The corrections that a wish comes to, made `at` a time (UTC, ISO 8601).

    Raises:
        NotKnownError: no such document, claim or competition.
        UsageError: what was asked for cannot be; the text says what would work.
    """
    if not wish.values:
        raise UsageError(
            "say what is true: --status, --role, --variant, --is, --wrong, --missing, --rank or --competition"
        )
    if not wish.note.strip():
        raise UsageError('say why: --note "..."')
    document, claim = find_subject(store, wish.reference)
    drafts = [*_document_drafts(store, document, wish.values), *_claim_drafts(store, document, claim, wish)]
    return tuple(_correction(document, draft, wish.note.strip(), at) for draft in drafts)


def find_subject(store: Readable, reference: str) -> tuple[DocumentRow, ClaimRow | None]:
    """The document that is meant, with the claim where a claim's id was given.

    Raises:
        NotKnownError: there is none, or there are several.
    """
    documents = find_documents(store, reference)
    if len(documents) == 1:
        return documents[0], None
    claims = find_claims(store, reference) if not documents else ()
    if len(claims) == 1:
        return find_documents(store, claims[0].document_id)[0], claims[0]
    several = [row.document for row in documents] or [row.claim_id for row in claims]
    near = tuple(several[:5]) or near_names(reference, all_names(store)["document"])
    raise NotKnownError("single document or claim" if several else "document or claim", reference, near)


def find_claim(store: Readable, document: DocumentRow, architecture: str) -> ClaimRow | None:
    """The document's claim about an architecture, by its name, an alias, its line or one of the claim's variants.

    Raises:
        UsageError: several claims answer to that name.
    """
    wanted, claims = squash(architecture), document_claims(store, document.document_id)
    families = {row.architecture_id for row in find_architectures(store, architecture)}
    ways = (
        [c for c in claims if wanted in (squash(c.architecture), squash(c.architecture_id or ""))],
        [c for c in claims if c.architecture_id in families or wanted == squash(c.lineage_name)],
        [c for c in claims if any(squash(v.rpartition(" ")[0]) == wanted for v in (c.variants or "").splitlines())],
    )
    found = next((way for way in ways if way), [])
    if len(found) > 1:
        names = ", ".join(f"{c.architecture} ({c.claim_id})" for c in found)
        raise UsageError(f"{architecture!r} may be any of these claims of {document.document}: {names}; name one")
    return found[0] if found else None


def _document_drafts(store: Readable, document: DocumentRow, values: Values) -> Iterator[Draft]:
    competition = document.competition_id
    if Field.COMPETITION in values:
        competition = _competition_id(store, values[Field.COMPETITION])
        yield Draft(Field.COMPETITION, competition)
    if Field.RANK in values:
        if competition is None:
            raise UsageError(f"{document.document} has no competition to have a rank in; say which: --competition SLUG")
        yield Draft(Field.RANK, values[Field.RANK])


def _claim_drafts(store: Store, document: DocumentRow, claim: ClaimRow | None, wish: Wish) -> Iterator[Draft]:
    values = {field: value for field, value in wish.values.items() if not field.is_of_document}
    if not values:
        if wish.architecture is not None:
            raise UsageError(f"rank and competition are the document's: leave {wish.architecture!r} out")
        return
    claim = claim or (find_claim(store, document, wish.architecture) if wish.architecture else None)
    if values.get(Field.CLAIM) == PRESENT:
        key, name = _missing(store, document, claim, wish)
        quote = _checked_quote(store, document, wish.quote, name)
        yield Draft(Field.CLAIM, PRESENT, key, name, quote)
        del values[Field.CLAIM]
    elif claim is None:
        raise _no_claim(store, document, wish.architecture)
    else:
        key, name = claim_key(claim.architecture_id, claim.architecture), claim.architecture
        _check_known(document, claim, values)
    if Field.ARCHITECTURE in values:
        target = find_family(store, str(values.pop(Field.ARCHITECTURE)))
        yield Draft(Field.ARCHITECTURE, {"id": target[0], "name": target[1]}, key, name)
        key, name = _checked_target(store, document, key, target)  # what else is said is said of the true one
    held = str(values.get(Field.STATUS) or (claim.status if claim else ""))
    for field, value in values.items():
        yield Draft(field, _variants(value, held) if field is Field.VARIANTS else value, key, name)


def _missing(store: Readable, document: DocumentRow, claim: ClaimRow | None, wish: Wish) -> tuple[str, str]:
    """Key and name of the architecture whose claim the extractor misses."""
    if claim is not None:
        raise UsageError(
            f"{document.document} has that claim: {claim.architecture}, {claim.status} ({claim.claim_id});"
            " leave --missing out to correct it"
        )
    if wish.architecture is None or Field.ARCHITECTURE in wish.values:
        raise UsageError("a claim that is missing is added by its own name: miner correct DOCUMENT ARCH --missing")
    if Field.STATUS not in wish.values:
        raise UsageError("say how the missing claim stands: --missing --status used (or tried, or mentioned)")
    known, name = find_family(store, wish.architecture)
    return claim_key(known, name), name


def _check_known(document: DocumentRow, claim: ClaimRow, values: Values) -> None:
    if Field.CLAIM in values and len(values) > 1:
        raise UsageError("--wrong says that there is no such claim: nothing else can be said of it")
    if Field.CLAIM in values and claim.made_by == ADDED:
        raise UsageError(
            f"that claim is there because you added it: miner correct {document.document}"
            f" {_typed(claim.architecture)} --undo"
        )


def _no_claim(store: Readable, document: DocumentRow, architecture: str | None) -> UsageError:
    """Why there is nothing to correct, and what to do."""
    claims = document_claims(store, document.document_id)
    names = ", ".join(claim.architecture for claim in claims[:N_NAMED]) or "none"
    more = f" and {len(claims) - N_NAMED} more" if len(claims) > N_NAMED else ""
    if architecture is None:
        return UsageError(f"name the architecture: miner correct {document.document} ARCH ...; it has: {names}{more}")
    for row in select_corrections(store, document.document_id):
        if row.field == Field.CLAIM.value and row.value == json.dumps(ABSENT) and _is_about(store, row, architecture):
            return UsageError(
                f"you said on {row.corrected_at[:10]} that {document.document} has no claim about {row.name}:"
                f" miner correct --undo {row.correction_id} takes that back"
            )
    if not document.is_analysed:
        return UsageError(f"{document.document} is not analysed yet: `miner analyse` first")
    return UsageError(
        f"{document.document} has no claim about {architecture!r}; it has: {names}{more}. To add one that the extractor"
        f" misses: miner correct {document.document} {_typed(architecture)} --missing --status used --note WHY"
    )


def _is_about(store: Readable, row: CorrectionRow, architecture: str) -> bool:
    families = {family.architecture_id for family in find_architectures(store, architecture)}
    return row.architecture in families or squash(row.name or "") == squash(architecture)


def find_family(store: Readable, name: str) -> tuple[str | None, str]:
    """Id and name of the family that a person means; no id for `name:X`, an architecture that the catalogue lacks.

    Raises:
        UsageError: with near names, or with the families of a whole line.
    """
    if name.startswith(UNKNOWN) and squash(name.removeprefix(UNKNOWN)):
        return None, name.removeprefix(UNKNOWN).strip()
    found = find_architectures(store, name)
    exact = [row for row in found if squash(name) in (squash(row.architecture_id), squash(row.name))]
    found = tuple(exact) if len(exact) == 1 else found
    if not found and (variant_of := find_variant(store, name)):
        found = architectures_by_id(store, [variant_of])
    if len(found) == 1:
        return found[0].architecture_id, found[0].name
    if found:
        raise UsageError(
            f"{name!r} may be any of {', '.join(row.architecture_id for row in found[:N_NAMED])}; name one"
        )
    near = near_names(name, all_names(store)["architecture"])
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise UsageError(
        f"the catalogue has no architecture called {name!r}.{hint} If it lacks it: {_typed(UNKNOWN + name)}"
    )


def _checked_target(
    store: Readable, document: DocumentRow, key: str, target: tuple[str | None, str]
) -> tuple[str, str]:
    target_key = claim_key(*target)
    if target_key == key:
        raise UsageError(f"that claim is about {target[1]} already")
    for row in select_corrections(store, document.document_id):
        if (row.architecture, row.field, row.value) == (target_key, Field.CLAIM.value, json.dumps(ABSENT)):
            raise UsageError(
                f"you said on {row.corrected_at[:10]} that {document.document} has no claim about {target[1]}:"
                f" first miner correct --undo {row.correction_id}"
            )
    return target_key, target[1]


def _competition_id(store: Readable, typed: object) -> str | None:
    """The competition that a person names; None for none. `platform/slug` may name one that nobody has described."""
    if typed is None:
        return None
    name = str(typed)
    found = find_competitions(store, name)
    if len(found) == 1:
        return found[0].competition_id
    if found:
        raise UsageError(f"{name!r} may be any of {', '.join(c.competition_id for c in found)}; name one")
    if "://" not in name and all(name.partition("/")):
        return name
    near = near_names(name, all_names(store)["competition"])
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise UsageError(f"no competition called {name!r} in this corpus.{hint} If it lacks it, write platform/slug")


def _checked_quote(store: Store, document: DocumentRow, quote: str | None, name: str) -> str | None:
    """The quote, once it is found in the document; as it is where the corpus has no text of it."""
    if quote is None:
        return None
    has_text = store.execute("SELECT 1 FROM blocks WHERE document_id = ? LIMIT 1", (document.document_id,))
    if len(quote) > MAX_QUOTE:
        raise UsageError(f"a quote has {MAX_QUOTE} characters at most, this one has {len(quote)}")
    if has_text and store.corrections.find_words(document.document_id, quote, name) is None:
        raise UsageError(f"these words are not in {document.document}, in one paragraph or cell: {quote!r}")
    return quote


def _variants(value: object, status: str) -> list[tuple[str, str]]:
    """Names with their statuses; one without has that of the claim.

    Raises:
        UsageError: a variant is stronger than the claim.
    """
    pairs = [(name, own or status) for name, own in (value if isinstance(value, tuple) else ())]
    strong = [name for name, own in pairs if Status(own).strength > Status(status).strength]
    if strong:
        raise UsageError(f"the claim is {status}, so {strong[0]} cannot be more; say --status too")
    return pairs


def _correction(document: DocumentRow, draft: Draft, note: str, at: str) -> Correction:
    try:
        value = checked_value(draft.field, draft.value)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return Correction(
        id=correction_id(document.document_id, draft.key, draft.field),
        document_id=document.document_id,
        document=document.document,
        field=draft.field,
        value=value,
        note=note,
        corrected_at=at,
        architecture=draft.key,
        name=draft.name,
        url=document.url,
        quote=draft.quote,
    )


def _typed(name: str) -> str:
    """A name as it is typed in a shell."""
    return f'"{name}"' if " " in name else name
