"""From what a person types to the architecture that is meant, or near names when there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.counts.popularity import By
from corpus.errors import NotKnownError
from corpus.ids import squash
from corpus.views import Readable
from corpus.views_lookup import (
    all_names,
    architectures_by_id,
    find_architectures,
    find_variant,
    unknown_architecture,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The architecture that a question is about."""

    name: str  # of the family when one family is meant, else of the lineage
    lineage: str
    lineage_name: str
    architecture_id: str | None  # None: the whole lineage, or an architecture the catalogue lacks
    variant: str | None = None  # as typed, when a variant was

    def key_for(self, by: By) -> str:
        """The key under which counts hold it."""
        return self.lineage if by == "lineage" or self.architecture_id is None else self.architecture_id


def resolve_architecture(store: Readable, name: str) -> Asked:
    """What `name` means: a lineage where it names one, else a family, a variant's family, or a name from documents.

    Raises:
        NotKnownError: with near names, if it is none of these.
    """
    found = find_architectures(store, name)
    if found:
        first = found[0]
        names_lineage = len(found) > 1 or squash(name) in (squash(first.lineage), squash(first.lineage_name))
        if names_lineage and len({row.lineage for row in found}) == 1:
            return Asked(first.lineage_name, first.lineage, first.lineage_name, None)
        return Asked(first.name, first.lineage, first.lineage_name, first.architecture_id)
    variant_of = find_variant(store, name)
    if variant_of:
        family = architectures_by_id(store, [variant_of])[0]
        return Asked(family.name, family.lineage, family.lineage_name, family.architecture_id, variant=name)
    unknown = unknown_architecture(store, name)
    if unknown:
        return Asked(unknown[1], unknown[0], unknown[1], None)
    raise NotKnownError("architecture", name, near_names(name, all_names(store)["architecture"]))


def near_names(name: str, known: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """Known names that look like `name`, closest first, then those that hold it whole, shortest first."""
    spelt: dict[str, str] = {}
    for candidate in known:
        spelt.setdefault(squash(candidate), candidate)
    wanted = squash(name)
    holding = sorted((key for key in spelt if len(wanted) >= 3 and wanted in key), key=lambda key: (len(key), key))
    alike = get_close_matches(wanted, list(spelt), n=limit, cutoff=0.7)
    return tuple(spelt[key] for key in dict.fromkeys([*alike, *holding]))[:limit]
