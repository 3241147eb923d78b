"""Reading lists for reference managers: BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count

from corpus.records import Answer

_CSL_TYPES = {"paper": "article", "writeup": "post-weblog", "post": "post-weblog"}  # the rest: software
_ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
Row = dict[str, object]


def to_bibtex(answer: Answer) -> str:
    """One @misc entry an item, since venues are not known; keys are unique words, text is escaped for TeX."""
    return "\n".join(_entry(key, row) for key, row in _keyed(answer))


def to_csl_json(answer: Answer) -> str:
    """An array of CSL items (`software` needs CSL 1.0.2); what is not known is left out."""
    items = [_csl(key, row) for key, row in _keyed(answer)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def bibtex_text(text: str) -> str:
    r"""The text on one line, without control characters, each sign that TeX would obey escaped.

    >>> bibtex_text("50% of {all}")
    '50\\% of \\{all\\}'
    """
    return "".join(_ESCAPED.get(sign, sign) for sign in _one_line(text))


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _keyed(answer: Answer) -> Iterator[tuple[str, Row]]:
    """Each row with a citation key: first word of the title with three letters, year, and a number if taken."""
    taken: set[str] = set()
    for row in answer.rows:
        word = next(iter(re.findall(r"[a-z]{3,}", str(row["title"]).lower())), "item")
        stem = f"{word}{row['year'] or ''}"
        key = stem if stem not in taken else next(k for n in count(2) if (k := f"{stem}-{n}") not in taken)
        taken.add(key)
        yield key, row


def _entry(key: str, row: Row) -> str:
    fields = {"title": f"{{{bibtex_text(str(row['title']))}}}"}  # inner braces keep capitals
    if row.get("author"):
        fields["author"] = f"{{{bibtex_text(str(row['author']))}}}"  # one name, never split at "and"
    if row.get("year"):
        fields["year"] = str(row["year"])
    if row.get("url"):
        fields["url"] = _address(str(row["url"]))
    fields["note"] = bibtex_text(str(row["why"]))
    return "\n".join([f"@misc{{{key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}", ""])


def _address(url: str) -> str:
    """The address with the signs that would end a field spelt as percent codes."""
    return "".join({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}.get(sign, sign) for sign in _one_line(url))


def _csl(key: str, row: Row) -> Row:
    item: Row = {"id": key, "type": _CSL_TYPES.get(str(row["kind"]), "software"), "title": _one_line(str(row["title"]))}
    if row.get("author"):
        item["author"] = [{"literal": _one_line(str(row["author"]))}]
    if row.get("year"):
        item["issued"] = {"date-parts": [[row["year"]]]}
    if row.get("url"):
        item["URL"] = str(row["url"])
    return item | {"note": _one_line(str(row["why"]))}
