"""The architecture catalogue that ships with the package: families, benchmark rows and task types."""

from corpus.catalogue.loader import Catalogue, load_benchmarks, load_catalogue, load_other_names

__all__ = ["Catalogue", "load_benchmarks", "load_catalogue", "load_other_names"]
