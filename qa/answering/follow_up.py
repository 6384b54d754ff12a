"""A question made to stand alone, by what it lacks. Pure functions; a language model does it by `prompt`.

A question lacks its subject if it has a pronoun that nothing in it explains ("How deep was it?"), if it is no clause
("And at night?"), or if it asks about nothing ("Why?"). Then what was asked before is needed. Some questions can be
read both ways ("What did the repair cost?"): those are searched both ways, and what is found decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.lacking import (
    COMPARING,
    IF,
    OPENING,
    PRONOUNS,
    THING,
    content_words,
    folded_words,
    is_clause,
    lacking,
)
from qa.text.calendar_words import MONTH_NAME
from qa.types import Turn


@dataclass(frozen=True, slots=True)
class Readings:
    """What a question may mean after those before it.

    Attributes:
        text: The likelier meaning, standing alone.
        other: The question itself, where it may be meant so; "" where the rule is sure.
        subject: The question before it that stands alone, where this one may lack what that is about.
    """

    text: str
    other: str = ""
    subject: str = ""


_TIME_OF_DAY = re.compile(r"\b(?:(?:at|by|bei|am|in der|in the) )?(?:day|night|daytime|Tag|Nacht|tagsüber|nachts)\b")
_KINDS = (
    re.compile(r"\b(?:19|20)\d\d(?:/\d\d)?\b"),
    re.compile(r"\b[A-Za-z]{1,4}-?\d{1,4}\b"),
    re.compile(rf"\b(?:{MONTH_NAME})\b"),
    _TIME_OF_DAY,
    re.compile(r"(?<!^)(?<![.?!:] )\b[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+)+(?:['’]s)?"),
    re.compile(r"(?<![.?!:] )(?<!^)\b[A-ZÄÖÜ][\w-]{2,}(?:['’]s)?"),
)
# German writes every noun with a capital: one of them alone is no name within other words.
_WHOLE = (_TIME_OF_DAY, _KINDS[-1])
_THE_ONE = re.compile(r"^the ones? ", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|der|die|das|den|dem) ")
_PHRASE = re.compile(
    r"\b(of|for|in|on|at|by|to|into|from|with|during|von|für|bei|beim|zu|zum|zur|mit|in|im|an|am|auf)\b (.+)",
    re.IGNORECASE,
)

_PHRASE_END = re.compile(r" (?:of|for|in|on|at|by|to|from|with|during|is|are|was|were|per)\b|[?.!,;]|$")


def readings(question: str, turns: Sequence[Turn]) -> Readings:
    """Return what a question means after the conversation before it.

    What was asked counts, not what was answered: a question that found nothing or failed is meant all the same. The
    last question that stands alone gives the subject, so that chains of follow-ups do not heap up; where a follow-up
    names another thing of the kind ("And in 2023?"), it takes the place of the one before.
    """
    subject = _subject([turn.text for turn in turns if turn.role == "user"])
    lacks = lacking(question)
    if not subject or lacks == "nothing":
        return Readings(question)
    joined = _joined(question, subject)
    return Readings(joined, "" if lacks == "subject" else question, subject)


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """Return the likelier of a question's readings."""
    return readings(question, turns).text


def _subject(asked: Sequence[str]) -> str:
    """Return the last of the questions that stands alone, with what those after it put in its place."""
    sure = subject = ""
    for question in asked:
        lacks = lacking(question) if sure else "nothing"
        if lacks == "subject" and (replaced := _replaced(question, subject)):
            sure = subject = replaced
        elif lacks == "subject" or (lacks == "perhaps" and not THING.search(question)):
            # No more than one in between, however long the chain is.
            subject = _joined(question, sure) if content_words(question) else sure
        else:
            sure = subject = question
    return subject


def _joined(question: str, subject: str) -> str:
    replaced = _replaced(question, subject) or _named(question, subject)
    if replaced:
        return replaced
    end = "" if subject.rstrip()[-1:] in ".?!:" else "?"
    return f"{subject.rstrip()}{end} {question}"


def _replaced(question: str, subject: str) -> str:
    """Return the subject's question with what a fragment names in the place of its like, "" where there is none.

    "And in 2023?" takes the place of a year, "and C05?" of a code, "into the pitch hydraulics" of what stood behind
    "into".
    """
    opening = OPENING.match(question)
    fragment = _THE_ONE.sub("", (question[opening.end() :] if opening else question).strip(" ?.!"))
    folded = folded_words(fragment)
    if not folded or is_clause(folded) or folded[0] in IF or any(word in PRONOUNS | COMPARING for word in folded):
        return ""
    phrase = _PHRASE.fullmatch(fragment)
    thing = phrase[2] if phrase else fragment
    for kind in _KINDS:
        # A blank in front: what begins a fragment begins no sentence.
        new, old = kind.search(f" {fragment}"), list(kind.finditer(subject))
        if not new or len({match[0] for match in old}) != 1:
            continue
        if kind in _WHOLE and new[0] != _ARTICLE.sub("", fragment if kind is _TIME_OF_DAY else thing):
            continue
        put = new[0] if kind is _TIME_OF_DAY or new[0] == _ARTICLE.sub("", thing) else thing
        return f"{subject[: old[-1].start()]}{put}{subject[old[-1].end() :]}"
    if phrase and (place := _last_phrase(subject, phrase[1])):
        return f"{subject[: place[0]]}{phrase[2]}{subject[place[1] :]}"
    return ""


def _last_phrase(subject: str, preposition: str) -> tuple[int, int] | None:
    """Return where the words behind the last such preposition stand, up to the next one."""
    found = list(re.finditer(rf"\b{preposition}\b ", subject, re.IGNORECASE))
    if not found:
        return None
    start = found[-1].end()
    stop = _PHRASE_END.search(subject, start)
    return start, stop.start() if stop else len(subject)


def _named(question: str, subject: str) -> str:
    """Return the question with a name in the place of "she" or "its", where the subject's question has just one."""
    pronoun = re.search(r"\b(she|he|her|his|its)\b", question)
    if pronoun is None:
        return ""
    kinds = _KINDS[4:5] if pronoun[0] != "its" else (_KINDS[1], _KINDS[4])
    names = list(dict.fromkeys(match[0] for kind in kinds for match in kind.finditer(subject)))
    if len(names) != 1:
        return ""
    name = names[0].removesuffix("'s").removesuffix("’s")
    put = f"{name}'s" if pronoun[0] in ("her", "his", "its") else name
    return f"{question[: pronoun.start()]}{put}{question[pronoun.end() :]}"
