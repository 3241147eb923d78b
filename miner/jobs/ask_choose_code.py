"""The program to start with: what it is told with, and what its user must see to."""

from __future__ import annotations

from analysis.counts.sizes import Figures, Limits
from analysis.starter_code.writing import StarterCode, Wanted, libraries_of, write_code
from corpus.errors import NotKnownError


def code_row(name: str, wanted: Wanted, code: StarterCode, best: Figures | None, limits: Limits) -> dict[str, object]:
    """The program, what it starts from, whether that is known to keep the limits, and what libraries others use.

    Args:
        name: of the architecture.
        wanted: what the program is for.
        code: the program.
        best: figures of the variant to start with.
        limits: those asked for.
    """
    return {
        "architecture": name,
        "starts_from": code.starts_from,
        "written_for": code.written_for,
        "libraries": list(libraries_of(wanted)),
        "needs": code_needs(code, best, limits),
        "code": code.text,
    }


def code_for(name: str, wanted: Wanted, library: str | None) -> StarterCode | None:
    """The program for that library, or for the best one.

    Raises:
        NotKnownError: with the libraries that there is a program for, where `library` is none of them.
    """
    code = write_code(wanted, library)
    if code is None and library is not None:
        raise NotKnownError(f"library with starter code for {name} here", library, libraries_of(wanted))
    return code


def code_needs(code: StarterCode, best: Figures | None, limits: Limits) -> str:
    """What the user of the program must see to."""
    needs = ["paths of the data", *([code.needs] if code.needs else [])]
    is_best = best is not None and best.variant == code.starts_from
    if limits.is_set and not is_best:
        needs.append("its size: not known to keep the limits")
    return "; ".join(needs)
