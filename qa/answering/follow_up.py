"""A follow-up question made to stand alone, by rule. Pure functions; a language model does it by `prompt`."""

import re
from collections.abc import Sequence

from qa.types import Turn

# Words that point back at something said before, or start a question that leaves its subject out.
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|that|this|these|those|he|him|his|she|her|hers|there|then|one|ones|same|"
    r"former|latter|else|es|sie|ihn|ihm|ihr|ihre|ihren|dies|diese|dieser|dieses|davon|dafür|damit|dort|dann|denn)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(and|but|or|so|what about|how about|why|und|aber|oder|was ist mit|wie ist es mit|warum)\b", re.IGNORECASE
)
_SHORT_WORDS = 5


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """Return the question with the one it follows in front, if it points back at it; else the question itself.

    Retrieval weighs words, not grammar, so the earlier question's words are what is missing. Chains are followed: the
    question before is made to stand alone first.
    """
    asked = [turn.text for turn in turns if turn.role == "user"]
    if not asked or not _follows(question):
        return question
    before = standalone(asked[-1], [Turn("user", text) for text in asked[:-1]])
    return f"{before} {question}"


def _follows(question: str) -> bool:
    words = re.findall(r"\w+", question)
    return len(words) <= _SHORT_WORDS or bool(_OPENING.match(question) or _POINTING.search(question))
