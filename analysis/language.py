"""The language of prose, from its script and its commonest words; no model and no library.

What is asked is only whether the rules for status and reasons, which are English, can read a text. Scripts tell
Japanese, Chinese, Korean, Russian and their like apart; languages in Latin letters are told by words that hardly any
sentence does without. A library would know more languages, and would bring its models along for a question this small.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from analysis.plain_words import WordReader
from corpus.records import Reason

SUPPORTED = "en"  # the language of the rules
FEWEST_WORDS = 8  # fewer common words say nothing
FEWEST_LETTERS = 20  # of another script, in a document
FEWEST_LETTERS_OF_QUOTE = 4
OTHER_SHARE = 0.25  # of all letters: a text with more of another script is in its language, English terms or not
TIMES_ENGLISH = 2  # as many common words as English ones: a few of them are also names and terms
SAMPLE = 12_000  # characters that are looked at
_CODE = re.compile(r"`[^`\n]*`|https?://\S+|<[^>\n]{1,200}>|(?<![a-zA-Z.-])[a-zA-Z.-]*+[_/0-9][a-zA-Z0-9_./-]*")
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (language, re.compile(f"[{letters}]"))
    for language, letters in (
        ("ja", "\u3041-\u30ff"),
        ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
        ("zh", "\u4e00-\u9fff\u3400-\u4dbf"),
        ("uk", "іїєґІЇЄҐ"),
        ("ru", "а-яёА-ЯЁ"),
        ("el", "α-ωΑ-Ω"),
        ("ar", "\u0620-\u06ff"),
        ("he", "\u05d0-\u05ea"),
        ("hi", "\u0900-\u097f"),
        ("th", "\u0e00-\u0e7f"),
    )
)
_ANY_SCRIPT = re.compile("[\u0370-\u1cff\u3041-\u9fff\uac00-\ud7a3]")
_KANA_SHARE, _UKRAINIAN_SHARE = 0.08, 0.03  # of Japanese among kana and Han, of Ukrainian letters among Cyrillic ones
_COMMON: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to is in that it we for with was this are on as be by which our from not have used",
        "es": "el los las del que y en un una por con para es como más pero se lo su este esta son fue también muy",
        "fr": "le les des et est une dans pour que qui sur avec pas nous sont ce cette du au plus par il mais été",
        "de": "der das und ist nicht ein eine mit für auf den von zu wir dem sich auch wurde sind im als bei nach",
        "pt": "os das dos que não uma com para é em mais por um foi são como também muito na no pelo isso ao nós",
        "it": "il che di è per una con non sono della nel più anche gli questo alla le dei si come abbiamo stato ma",
        "nl": "het een van dat niet met voor zijn op deze wij ook maar bij naar wordt aan als werd dit uit om",
        "pl": "nie się jest że jak dla przez oraz są był była które tym jako można także tylko ale gdy już",
        "tr": "ve bir bu için ile olarak daha da de çok gibi olan ne ama kadar sonra model değil",
        "vi": "và của là các cho không được trong một có với này để những người khi đã",
        "id": "yang dan untuk dengan ini dari pada adalah tidak dalam itu akan juga ke kami",
    }.items()
}
_WORDS = WordReader(r"[^\W\d_]")


def detect_language(texts: Iterable[str]) -> str | None:
    """The ISO 639-1 code of the language that most of the prose is in; None where there is too little to tell.

    >>> detect_language(["We used the backbone that was in the paper, and it is not the one of our team."])
    'en'
    >>> detect_language(["モデルはEfficientNetを使いました。精度がとても良かったです。学習は速い。"])
    'ja'
    >>> detect_language(["ResNet50"]) is None
    True
    """
    text = _CODE.sub(" ", "\n".join(texts)[:SAMPLE])
    foreign = _by_script(text, FEWEST_LETTERS)
    if foreign is not None:
        return foreign
    words = Counter(_WORDS.read(text))
    counts = {
        language: sum(map(words.__getitem__, filter(words.__contains__, common)))
        for language, common in _COMMON.items()
    }
    best = max(counts, key=lambda language: (counts[language], language == SUPPORTED))
    if best != SUPPORTED and counts[best] < TIMES_ENGLISH * counts[SUPPORTED]:
        best = SUPPORTED
    return best if counts[best] >= FEWEST_WORDS else None


def is_supported(language: str | None) -> bool:
    """Whether the rules read prose of that language; prose too short to tell counts as theirs."""
    return language is None or language == SUPPORTED


def why_not(language: str | None) -> str | None:
    """What is said in place of reasons where the rules cannot read a document's prose; None where they can."""
    return None if is_supported(language) else f"not supported in {language}"


def readable_reasons(reasons: Iterable[Reason], prose: Mapping[str, str], language: str | None) -> tuple[Reason, ...]:
    """The reasons whose words the rules can read: in another language they would be guesses.

    Args:
        reasons: of one claim.
        prose: text of the document's prose blocks, by id.
        language: of the whole document, as detected.
    """
    return tuple(reason for reason in reasons if _is_readable(reason, prose, language))


def _is_readable(reason: Reason, prose: Mapping[str, str], language: str | None) -> bool:
    quote = reason.quote or ""
    if _by_script(quote, FEWEST_LETTERS_OF_QUOTE) is not None:
        return False
    block = prose.get(reason.span.block_id, "") if reason.span else ""
    return is_supported(language) or detect_language([block]) == SUPPORTED


def _by_script(text: str, fewest: int) -> str | None:
    if text.isascii() or _ANY_SCRIPT.search(text) is None:
        return None
    counts = {language: len(letters.findall(text)) for language, letters in _SCRIPTS}
    n_foreign = sum(counts.values())
    n_latin = len(re.findall(r"[A-Za-z\u00c0-\u024f]", text))
    if n_foreign < fewest or n_foreign < OTHER_SHARE * (n_foreign + n_latin):
        return None
    if counts["ja"] > _KANA_SHARE * (counts["ja"] + counts["zh"]):
        counts["ja"] += counts.pop("zh")
    if counts["uk"] > _UKRAINIAN_SHARE * (counts["uk"] + counts["ru"]):
        counts["uk"] += counts.pop("ru")
    return max(counts, key=lambda language: (counts[language], language))
