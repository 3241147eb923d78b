"""Names that code loads and the catalogue lacks: strings given to `create_model`, `from_pretrained` and their like.

The code path follows what resolves; this reads only what is left, by its place in a call, and runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.mentions.code.cells import is_code
from analysis.mentions.names import NameFinder
from analysis.mentions.unknown import family_of, is_something_else
from analysis.mentions.unknown_signs import LOADED, LOADED_FROM_HUB, PLACES
from corpus.records import Block, CodeUse, Mention, Span


def find_unknown_loads(blocks: Iterable[Block], names: NameFinder) -> Iterator[Mention]:
    """A mention for every name that a document's code loads and no family of the catalogue has, in reading order.

    A tokeniser's or a configuration's name is not taken: it says nothing that the model's own does not. A path on a
    disk is none either.
    """
    for block in blocks:
        if not is_code(block) or not ("create_model" in block.text or "from_pretrained" in block.text):
            continue
        found = (*LOADED.finditer(block.text), *LOADED_FROM_HUB.finditer(block.text))
        for match in sorted(found, key=lambda m: m.start()):
            loaded = match["name"]
            name = family_of(loaded.rsplit("/", 1)[-1])
            if PLACES.match(loaded) or is_something_else(name) or names.resolve(loaded) is not None:
                continue
            line = block.text[block.text.rfind("\n", 0, match.start()) + 1 : match.start()]
            yield Mention(
                span=Span(block.id, match.start("name"), match.end("name")),
                name=name,
                architecture_id=None,
                variant=loaded.rsplit("/", 1)[-1] if name != loaded else None,
                code_use=CodeUse.COMMENTED if line.lstrip().startswith("#") else CodeUse.RUN,
                context=Span(block.id, match.start() - len(line), match.end()),
            )
