"""Which ambiguous names count: "SED", "ridge" and "transformer" are architectures only in the right company."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analysis.mentions.names import NameMatch
from corpus.records import Block, Mention

NEAR = 28  # characters to either side in which company is looked for
LONGEST_GAP = 200  # characters between two names of one list
LONGEST_LIST = 8  # names between one and the sure one of its list
COMPANY_AFTER = re.compile(
    r"^[\s*_`)\]'\"-]*(?:based|style|like)?[\s-]*(?:models?|networks?|nets?|backbones?|encoders?|decoders?|classifiers?|regressors?|regressions?|"
    r"architectures?|heads?|embeddings?|ensembles?|baselines?|layers?|blocks?|variants?|family|checkpoints?|weights|"
    r"predictions?|features|detectors?|extractors?|matchers?|api|llms?)\b",
    re.IGNORECASE,
)
COMPANY_BEFORE = re.compile(
    r"(?:\b(?:train(?:ed|ing)?|fine-?tun(?:ed|ing|e)|pre-?trained|backbones?|encoders?|architectures?|models?|networks?|classifiers?|ensembl\w*|"
    r"blend\w*|stack\w*|layers?|bidirectional|vanilla|layer|head|graph|baseline|using|used?|with|tried|replaced)[\s:`*\"'(\[-]+)$",
    re.IGNORECASE,
)
# of a built thing, whatever its case: "a 2-layer transformer", "linear transformer"
BUILT_BEFORE = re.compile(
    r"(?:[\w.]+-(?:layer(?:ed)?|aware|stage|head)|\b(?:linear|causal|temporal|spatial|shallow|stacked|lightweight|bidirectional|"
    r"(?:en|de)coder-only))[\s`*\"'(\[-]+$",
    re.IGNORECASE,
)
LISTED = re.compile(r"^[\s*_`'\")\]]*(?:,|/|&|\+|and|or|vs\.?|>|<|\|)[\s*_`'\"]*(?:and|or)?[\s*_`'\"]*$", re.IGNORECASE)
SETTING = re.compile(r"^\s*(?:=|:|of)?\s*(?:\d+(?:\.\d+)?e-|0\.\d|1e|schedul|decay|warm|find|rate)", re.IGNORECASE)


Known = frozenset[tuple[str, str]] | set[tuple[str, str]]


def keep_names(text: str, matches: list[NameMatch], known: Known = frozenset()) -> list[NameMatch]:
    """The matches that are architectures where they stand: sure names, ambiguous ones in company, `known` acronyms."""
    return [
        match
        for place, match in enumerate(matches)
        if not match.is_ambiguous
        or (text[match.start : match.end], match.architecture_id or match.name) in known
        or _counts(text, matches, place)
    ]


def established(text: str, matches: list[NameMatch]) -> set[tuple[str, str]]:
    """Acronyms that stand in company somewhere in `text`, with their family: these count in the whole document."""
    return {
        (text[match.start : match.end], match.architecture_id or match.name)
        for match in keep_names(text, matches)
        if match.is_ambiguous and text[match.start : match.end].isupper() and match.end - match.start > 2
    }


def _counts(text: str, matches: list[NameMatch], place: int) -> bool:
    match = matches[place]
    surface = text[match.start : match.end]
    if SETTING.match(text[match.end : match.end + NEAR]):
        return False
    if _is_listed(text, matches, place):
        return True
    after = text[match.end : match.end + NEAR]
    before = text[max(0, match.start - NEAR) : match.start]
    if COMPANY_AFTER.match(after) or BUILT_BEFORE.search(before):
        return True
    return surface[:1].isupper() and bool(COMPANY_BEFORE.search(before))


def _is_listed(text: str, matches: list[NameMatch], place: int) -> bool:
    """Whether a sure name stands in the same list, up to LONGEST_LIST names off: "LGB, XGB, ridge and lasso"."""
    for step in (-1, 1):
        at = place
        while abs(at - place) < LONGEST_LIST and 0 <= at + step < len(matches):
            first, second = matches[min(at, at + step)], matches[max(at, at + step)]
            if second.start - first.end > LONGEST_GAP or not LISTED.match(text[first.end : second.start]):
                break
            at += step
            if not matches[at].is_ambiguous:
                return True
    return False


def outside_slug(
    mentions: Iterable[Mention], blocks: Sequence[Block], competition_id: str | None
) -> tuple[Mention, ...]:
    """The mentions that are no part of the competition's own slug: "mcts-variants" in a path names the competition."""
    slug = (competition_id or "").rpartition("/")[2]
    mentions = tuple(mentions)
    if "-" not in slug or not mentions:
        return mentions
    texts = {block.id: block.text for block in blocks}
    return tuple(m for m in mentions if not _is_in_slug(texts[m.span.block_id], m.span.start, m.span.end, slug))


def _is_in_slug(text: str, start: int, end: int, slug: str) -> bool:
    at = text.find(slug, max(0, end - len(slug)), start + len(slug))
    return 0 <= at <= start and end <= at + len(slug)
