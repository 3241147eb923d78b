"""Names that code loads and the catalogue lacks: strings given to `create_model`, `from_pretrained` and their like.

The code path follows what resolves; this reads only what is left, by its place in a call, and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

from analysis.mentions.code.cells import is_code
from analysis.mentions.names import NameFinder
from analysis.mentions.unknown import family_of, is_something_else
from analysis.mentions.unknown_signs import LOADED, LOADED_FROM_HUB, LOADER, LONGEST_LOADER, PLACES
from corpus.records import Block, CodeUse, Mention, Span


def _loads(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Calls that load a model by its name, each with the place where it starts."""
    for match in LOADED.finditer(text) if "create_model" in text else ():
        yield match.start(), match
    for match in LOADED_FROM_HUB.finditer(text):
        loader = LOADER.search(text, max(0, match.start() - LONGEST_LOADER), match.start())
        if loader is not None:
            yield loader.start(), match


def find_unknown_loads(blocks: Iterable[Block], names: NameFinder) -> Iterator[Mention]:
    """A mention for every name that a document's code loads and no family of the catalogue has, in reading order.

    A tokeniser's or a configuration's name is not taken: it says nothing that the model's own does not. A path on a
    disk is none either.
    """
    for block in blocks:
        if not is_code(block):
            continue
        for start, match in sorted(_loads(block.text), key=itemgetter(0)):
            loaded = match["name"]
            name = family_of(loaded.rsplit("/", 1)[-1])
            if PLACES.match(loaded) or is_something_else(name) or names.resolve(loaded) is not None:
                continue
            line = block.text[block.text.rfind("\n", 0, start) + 1 : start]
            yield Mention(
                span=Span(block.id, match.start("name"), match.end("name")),
                name=name,
                architecture_id=None,
                variant=loaded.rsplit("/", 1)[-1] if name != loaded else None,
                code_use=CodeUse.COMMENTED if line.lstrip().startswith("#") else CodeUse.RUN,
                context=Span(block.id, start - len(line), match.end()),
            )
