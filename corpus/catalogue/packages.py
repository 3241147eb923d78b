"""Packages that solutions are written with: the distribution's name as people know it, and what code imports of it.

Only packages of these tables are told: an import that they lack may as well be a file beside the notebook. There is one
for Python and one for R; a package of both with one name is one project (XGBoost, Keras, torch) and counted as one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.errors import CatalogueError

PACKAGES_FILE = "packages.jsonl"
R_PACKAGES_FILE = "packages_r.jsonl"


@dataclass(frozen=True, slots=True)
class Package:
    """One distribution."""

    name: str  # scikit-learn, opencv-python, torch, data.table
    imports: tuple[str, ...]  # sklearn, cv2, torch; dotted where the first part is shared
    use: str  # framework, training, vision, language, boosting ...


@cache
def load_packages(file: str = PACKAGES_FILE) -> dict[str, Package]:
    """Package by what code imports of it, read once per process.

    Raises:
        CatalogueError: a line is no object of package, imports and use, or two packages share an import.
    """
    found: dict[str, Package] = {}
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            package = Package(str(row["package"]), tuple(row["imports"]), str(row["use"]))
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogueError(f"{file}, line {number}: {error}") from error
        for name in package.imports:
            if name in found:
                raise CatalogueError(f"{file}, line {number}: {name!r} belongs to {found[name].name} too")
            found[name] = package
    return found


def package_of(module: str) -> Package | None:
    """The package that a dotted module name of Python belongs to; None when the table lacks it.

    >>> package_of("sklearn.svm").name, package_of("my_utils")
    ('scikit-learn', None)
    """
    packages = load_packages()
    first, _, rest = module.partition(".")
    return packages.get(f"{first}.{rest.partition('.')[0]}") or packages.get(first)


def r_package_of(name: str) -> Package | None:
    """The package that R knows by this name; None when the table lacks it.

    >>> r_package_of("data.table").name, r_package_of("stats")
    ('data.table', None)
    """
    return load_packages(R_PACKAGES_FILE).get(name)
