"""Keep the database's catalogue tables equal to the catalogue that ships."""

from __future__ import annotations

from corpus.catalogue import Catalogue, load_benchmarks, load_catalogue
from corpus.catalogue.curated import load_curated
from corpus.store import Store


def ensure_catalogue(store: Store) -> Catalogue:
    """The shipped catalogue, put into the store unless this version is there already."""
    catalogue = load_catalogue()
    if store.meta("catalogue_version") != catalogue.version:
        store.load_catalogue(catalogue.architectures.values(), load_benchmarks(), catalogue.version)
    version, curated = load_curated()
    store.load_curated(curated.values(), version)
    return catalogue
