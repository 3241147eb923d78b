"""The words that are quoted for a reason: a statement, or of a long one the clauses that say most."""

from __future__ import annotations

from analysis.claims.clauses import split_clauses
from analysis.claims.trained import Sums
from analysis.claims.words import class_features, read_plain_words, word_features
from analysis.mentions.statements import Statement
from corpus.records import Span

LONGEST_QUOTE = 300  # characters, as the annotation guide has it
WHOLE_UP_TO = 180  # characters: a longer statement is quoted by its telling clauses
SHORTEST_QUOTE = 25
TRIM = " \t\n,;:.)]!?-–—*>#|"


def cut_quote(statement: Statement, judge: Sums, polarity: str) -> tuple[Span, str]:
    """The statement, or its clauses that say most where it is long; trimmed to 300 characters."""
    text = statement.text
    start, end = (0, len(text)) if len(text) <= WHOLE_UP_TO else _telling(text, judge, polarity)
    if end - start > LONGEST_QUOTE:
        end = start + LONGEST_QUOTE
    said = text[start:end]
    lead = len(said) - len(said.lstrip(TRIM))
    said = said[lead:].rstrip(" \t\n,;|")
    begin = statement.span.start + start + lead
    return Span(statement.span.block_id, begin, begin + len(said)), said


def _telling(text: str, judge: Sums, polarity: str) -> tuple[int, int]:
    clauses = split_clauses(text)
    if len(clauses) == 1:
        return clauses[0]
    scores = []
    for start, end in clauses:
        words = read_plain_words(text[start:end])
        scores.append(judge.scores(word_features(words) | class_features(words))[polarity])
    best = scores.index(max(scores))
    first, last = best, best
    while clauses[last][1] - clauses[first][0] < SHORTEST_QUOTE:
        if last + 1 < len(clauses):
            last += 1
        elif first:
            first -= 1
        else:
            break
    return clauses[first][0], clauses[last][1]
