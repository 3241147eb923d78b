"""What a person says against the extractor or a source, and what becomes of claims then; pure.

Claims of the extractor + corrections -> claims, and what each correction met. Equal input gives equal output, so a
document that is analysed again is corrected again, the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.ids import claim_id, make_id, squash
from corpus.records import Claim, Evidence, RankSource, Role, Status, Variant

ADDED = "correction"  # stamp of a claim that a person added
MARK = " +correction"  # behind the stamp of a claim that a person changed
UNKNOWN = "name:"  # begins the key of an architecture that the catalogue lacks
ABSENT, PRESENT = "absent", "present"
MAX_QUOTE = 300


class Field(StrEnum):
    """What is corrected."""

    CLAIM = "claim"  # whether the document says anything of the architecture
    ARCHITECTURE = "architecture"  # which one it is
    STATUS = "status"
    ROLES = "roles"
    VARIANTS = "variants"
    RANK = "rank"  # of the document's solution
    COMPETITION = "competition"

    @property
    def is_of_document(self) -> bool:
        """True where no architecture belongs to it."""
        return self in (Field.RANK, Field.COMPETITION)


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a person says of a document, or of a claim in it."""

    id: str
    document_id: str
    document: str  # its name
    field: Field
    value: object  # as `checked_value` gives it
    note: str
    corrected_at: str  # UTC, ISO 8601
    architecture: str = ""  # the claim's key, "" for the document itself
    name: str | None = None  # of the architecture
    url: str | None = None  # of the document
    quote: str | None = None  # for a claim that the extractor misses


@dataclass(frozen=True, slots=True)
class Corrected:
    """A document's claims as they are to be kept, and what the corrections that hold took the place of."""

    claims: tuple[Claim, ...]
    extracted: Mapping[str, object]  # id of a correction -> what the extractor says; None: nothing


FindQuote = Callable[[str, str], Evidence | None]  # words and an architecture's name -> where they stand
Claims = dict[str, Claim]
ByField = Mapping[Field, Correction]


def correction_id(document: str, architecture: str, field: Field) -> str:
    """One correction per document, architecture and field: a second one takes the place of the first."""
    return make_id("correction", document, architecture, field.value)


def claim_key(architecture_id: str | None, name: str) -> str:
    """What a claim is known by in its document, whatever version of the extractor makes it.

    >>> claim_key("unet", "U-Net"), claim_key(None, "Frog Former")
    ('unet', 'name:frogformer')
    """
    return architecture_id or f"{UNKNOWN}{squash(name)}"


def checked_value(field: Field, value: object) -> object:
    """The value in the one form in which equal ones compare equal.

    Raises:
        ValueError: it cannot be a value of this field; the text says what could.
    """
    match field, value:
        case Field.CLAIM, str() if value in (ABSENT, PRESENT):
            return value
        case Field.STATUS, str():
            return Status(value).value
        case Field.ROLES, [*names]:
            return sorted({Role(str(name)).value for name in names})
        case Field.VARIANTS, [*pairs]:
            return [[name, status] for name, status in sorted(dict(map(_variant, pairs)).items())]
        case Field.ARCHITECTURE, {"id": str() | None as key, "name": str() as name} if name.strip():
            return {"id": key, "name": name}
        case Field.RANK, {"rank": int() as rank, "source": str() as source} if rank >= 1 and rank is not True:
            return {"rank": rank, "source": RankSource(source).value}
        case Field.COMPETITION, str() if all(value.partition("/")):
            return value
        case ((Field.RANK | Field.COMPETITION), None):
            return None
    raise ValueError(f"{str(value)[:60]!r} is no {field.value}")


def correct_claims(claims: Sequence[Claim], corrections: Iterable[Correction], find_quote: FindQuote) -> Corrected:
    """The claims of one document as a person corrected them.

    Each claim is corrected first as the extractor makes it; then claims move to the architecture that they are about,
    where they are joined to what is said of it; then what was said of that architecture holds for the whole.

    Args:
        claims: what the extractor makes of the document, one per architecture.
        corrections: of this document; the later of two about one thing counts.
        find_quote: finds words in the document.
    """
    before = {claim_key(c.architecture_id, c.name): c for c in claims}
    found, extracted = dict(before), dict[str, object]()
    wanted: dict[str, dict[Field, Correction]] = {}
    for correction in sorted(corrections, key=lambda c: (c.corrected_at, c.id)):
        if not correction.field.is_of_document:
            wanted.setdefault(correction.architecture, {})[correction.field] = correction
    for key in sorted(wanted):
        _correct_claim(found, key, wanted[key], extracted, find_quote)
    targets = set()
    for correction in _in_order([by[Field.ARCHITECTURE] for by in wanted.values() if Field.ARCHITECTURE in by]):
        targets.add(_move_claim(before, found, correction, extracted))
    for key in sorted(targets & wanted.keys()):
        _correct_claim(found, key, wanted[key], extracted, find_quote)
    kept = (_marked(claim, before) for _, claim in sorted(found.items()))
    return Corrected(tuple(kept), extracted)


def value_of(claim: Claim | None, field: Field) -> object:
    """What a claim says in a field, as `checked_value` gives it; None where there is no claim."""
    if field is Field.CLAIM:
        return ABSENT if claim is None else PRESENT
    if claim is None:
        return None
    match field:
        case Field.STATUS:
            return claim.status.value
        case Field.ROLES:
            return sorted(role.value for role in claim.roles)
        case Field.VARIANTS:
            return [[v.name, v.status.value] for v in sorted(claim.variants, key=lambda v: v.name)]
        case Field.ARCHITECTURE:
            return {"id": claim.architecture_id, "name": claim.name}
    raise ValueError(f"{field.value} is no field of a claim")


def agrees(correction: Correction, extracted: object) -> bool:
    """Whether what the extractor or a source says is what the person says; of a rank, whoever gives it."""
    said = correction.value
    match correction.field:
        case Field.RANK if isinstance(said, dict) and isinstance(extracted, dict):
            return bool(said["rank"] == extracted["rank"])
        case Field.ARCHITECTURE if isinstance(said, dict) and isinstance(extracted, dict):
            return target_key(correction) == claim_key(extracted["id"], str(extracted["name"]))
    return said == extracted


def target_key(correction: Correction) -> str:
    """The key of the architecture that a claim is really about."""
    value = correction.value
    if not isinstance(value, dict):
        raise ValueError("not a correction of an architecture")
    return claim_key(value["id"], str(value["name"]))


def _variant(pair: object) -> tuple[str, str]:
    match pair:
        case [str() as name, str() as status] if name.strip():
            return name, Status(status).value
    raise ValueError(f"{str(pair)[:60]!r} is no variant: a name and a status")


def _correct_claim(
    found: Claims, key: str, wanted: ByField, extracted: dict[str, object], find_quote: FindQuote
) -> None:
    """Correct the claim under a key in place; what a correction meets first is what the extractor says."""
    claim, presence = found.get(key), wanted.get(Field.CLAIM)
    for field, correction in wanted.items():
        if field is Field.CLAIM or (field is not Field.ARCHITECTURE and (claim or presence)):
            extracted.setdefault(correction.id, value_of(claim, field))
    if presence is not None and presence.value == ABSENT:
        found.pop(key, None)
        return
    if claim is None and presence is not None:
        claim = _new_claim(presence, find_quote)
    if claim is None:
        return
    if Field.VARIANTS in wanted:
        claim = _with_variants(claim, wanted[Field.VARIANTS].value)
    if Field.STATUS in wanted:
        status = Status(str(wanted[Field.STATUS].value))
        claim = _with_status(claim, status, follow=Field.VARIANTS not in wanted)
    if Field.ROLES in wanted:
        roles = wanted[Field.ROLES].value
        claim = replace(claim, roles=tuple(map(Role, roles if isinstance(roles, list) else [])))
    found[key] = claim


def _new_claim(presence: Correction, find_quote: FindQuote) -> Claim:
    """A claim that the extractor misses: mentioned until a person says more, without a span unless words are found."""
    key = None if presence.architecture.startswith(UNKNOWN) else presence.architecture
    name = presence.name or presence.architecture.removeprefix(UNKNOWN)
    evidence = find_quote(presence.quote, name) if presence.quote else None
    return Claim(
        id=claim_id(presence.document_id, key, name),
        document_id=presence.document_id,
        name=name,
        architecture_id=key,
        status=Status.MENTIONED,
        roles=(),
        variants=(),
        reasons=(),
        evidence=(evidence or Evidence(None, None),),
        confidence=1.0,
        made_by=ADDED,
    )


def _with_variants(claim: Claim, value: object) -> Claim:
    pairs = value if isinstance(value, list) else []
    variants = tuple(Variant(str(name), Status(status)) for name, status in pairs)
    strongest = max((claim.status, *(v.status for v in variants)), key=lambda status: status.strength)
    return replace(claim, variants=variants, status=strongest)


def _with_status(claim: Claim, status: Status, *, follow: bool) -> Claim:
    """The claim with this status; no variant is left stronger, and those that had the claim's own follow it."""

    def new(variant: Variant) -> Variant:
        follows = follow and variant.status is claim.status
        return replace(variant, status=status) if follows or variant.status.strength > status.strength else variant

    return replace(claim, status=status, variants=tuple(map(new, claim.variants)), confidence=1.0)


def _in_order(moves: list[Correction]) -> list[Correction]:
    """Moves so that one into an architecture comes before the one out of it; a circle is cut at its first key."""
    pending, ordered = sorted(moves, key=lambda c: c.architecture), list[Correction]()
    while pending:
        into = {target_key(c) for c in pending}
        free = next((c for c in pending if c.architecture not in into), pending[0])
        pending.remove(free)
        ordered.append(free)
    return ordered


def _move_claim(before: Claims, found: Claims, move: Correction, extracted: dict[str, object]) -> str:
    """The key under which the claim stands now."""
    target, value = target_key(move), move.value
    claim = found.pop(move.architecture, None)
    if claim is None or not isinstance(value, dict):
        if target in before:  # the extractor has come to say so itself
            extracted.setdefault(move.id, value_of(before[target], Field.ARCHITECTURE))
        return target
    extracted.setdefault(move.id, value_of(claim, Field.ARCHITECTURE))
    key, name = value["id"], str(value["name"])
    moved = replace(
        claim, id=claim_id(claim.document_id, key, name), architecture_id=key, name=name, confidence=1.0,
    )  # fmt: skip
    held = found.get(target)
    found[target] = _joined(held, moved) if held else moved
    return target


def _joined(one: Claim, other: Claim) -> Claim:
    """One claim of two about the same architecture: the strongest of each, and all that either says."""
    variants: dict[str, Status] = {}
    for variant in (*one.variants, *other.variants):
        held = variants.get(variant.name, variant.status)
        variants[variant.name] = max(held, variant.status, key=lambda status: status.strength)
    return replace(
        one,
        status=max(one.status, other.status, key=lambda status: status.strength),
        roles=tuple(sorted({*one.roles, *other.roles})),
        variants=tuple(Variant(name, status) for name, status in sorted(variants.items())),
        reasons=tuple(dict.fromkeys((*one.reasons, *other.reasons))),
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        confidence=max(one.confidence, other.confidence),
    )


def _marked(claim: Claim, before: Claims) -> Claim:
    """The claim, its stamp saying so where it differs from the extractor's."""
    if claim.made_by == ADDED or claim == before.get(claim_key(claim.architecture_id, claim.name)):
        return claim
    return replace(claim, made_by=claim.made_by + MARK)
