"""Whether the documents answer a question at all, decided on absolute evidence.

A refusal says why, and the nearest passages stand beside it. A collection that was calibrated (`qa.calibration`) says
how probable an answer is; of any other one a score and the names of the question decide, cautiously: a wrong refusal
costs the user an answer, a missed one costs a look at the footnote. docs/quality.md says how often each is right.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.answering.by_rule.told_by_rule import told_by_rule
from qa.answering.sentences.told_whole import is_told_whole
from qa.answering.standalone.lacking import content_words, is_code_alone
from qa.calibration.across import LEAST, SURE, is_across, nearness
from qa.calibration.model import Calibration, holding
from qa.calibration.signals import SIGNALS, Embed, signals
from qa.calibration.unread import held_share, is_unread
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.definitions import defines, term_asked
from qa.text.embedded import prefix
from qa.text.language import word_count
from qa.text.names import Name
from qa.text.numbered_parts import spans
from qa.text.values import Values
from qa.types import Hit

# Least score where a collection was not calibrated and nobody set another one.
UNCALIBRATED = 0.2
# "the rent and the deposit", "Miete und Kaution": what is joined is asked for alike.
_JOINED = lazy_regex(
    r"\b([^\W\d_]{4,})(?:,|\s+and|\s+und|\s+or|\s+oder|\s+sowie|\s+as well as)\s+"
    r"(?:(?:the|an?|its|their|de[rnms]|die|das|eine?)\s+)?([^\W\d_]{4,})",
    re.IGNORECASE,
)
_SECOND = lazy_regex(
    r",?\s+(?:and|und)\s+(?=(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|does|do|did|can|must|wer|wen|"
    r"wem|was|welche\w*|wann|wo|warum|wie|ist|sind|kann|muss)\b)",
    re.IGNORECASE,
)
_LEAST_WORDS = 3
# How one asks for what a part of a text says.
_SAYS = frozenset(
    ["say", "says", "said", "state", "states", "cover", "covers", "regulate", "regulates", "mean", "means", "provide",
     "provides", "contain", "contains", "content", "contents", "text", "wording", "according", "steht", "stehen",
     "sagt", "besagt", "regelt", "lautet", "inhalt", "bedeutet", "laut", "gemäß"]
)  # fmt: skip
# An account, a telephone number, a serial number; or a code with a word beside it.
_LONG_CODE, _FEW_WORDS = 7, 2
# The least score of the best passage where the question is in a script that the dense model does not read. What was
# learned from cosines refused 5 of 36 questions in Japanese, Korean and Hebrew that other documents answer; nine in ten
# lie below this, and on xquad 5 % of what is answered in Arabic and Thai, 3 % in Chinese, 2 % in Greek.
_BY_WORDS = 0.16
# The same where the question names what no chunk of the index holds, in a script with capitals, and the passages hold
# no other name of it. A third of what half of xquad answered in Russian and Greek to 180 questions about the other half
# was such; of 180 about passages that were there none was, but for two that have a slip and another name.
_BY_WORDS_UNKNOWN = 0.28
# From here on the cosine counts in a language that the dense model does not read, though few words are held.
_BY_MEANING = 0.5
_NEAREST = 10
# The least share of a question's words that a passage in such a language must hold. Of what was answered on half of
# xquad to questions about the other half, 28 of 45 in Spanish lie below, 33 of 47 in Turkish and 9 of 16 in German; of
# 297 answered questions about passages that were there, 2.
_FEW_HELD = 0.25
# The same where the question names what no chunk of the index holds and the passages hold no other name of it, or where
# small words count, which passages about anything hold: no list of them is known. Of answers to 80 questions each about
# the other half 28 of 62 in Vietnamese, 13 of 36 in Romanian and 7 of 32 in Spanish lie below; of 319 there, 1.
_MORE_HELD, _SURELY = 0.33, 0.8
_SMALL_WORDS_COUNT = frozenset({"ro", "vi"})
# "How heavy is a blade of the NV-8.0-167?" asks for more than the code, and that must be there.
_HELD = 0.5
# The share of a question's words of which a sentence must hold more, where documents have other words for some of them,
# and by how much the threshold rises where none does.
_SAYS_LITTLE, _SURER = 0.33, 1.2


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the documents may not answer a question.

    Attributes:
        why: The index holds nothing near it, what it holds is about something else, or a word is not mentioned there.
        word: Which one.
        name: A name in the question that the whole index does not know, "" where the doubt is another one. Whom the
            passages mean without naming him ("the President") only somebody who reads them can tell.
    """

    why: Literal["nothing", "far", "unmentioned"]
    word: str = ""
    name: str = ""


FAR = Doubt("far")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What speaks for and against an answer.

    Attributes:
        doubt: Against it, None where it may be tried.
        probability: Of an answer, in [0, 1]; None where nothing was learned about the collection.
        absent: What the question names and no passage near it holds, though an answer may be tried.
        unknown: A name among them that the whole index does not know, "" for none.
        threshold: What the probability had to reach, or the best passage's score where there is none.
        by_meaning: Whether meaning alone decided, between two languages, and not clearly.
    """

    doubt: Doubt | None
    probability: float | None = None
    absent: tuple[str, ...] = ()
    unknown: str = ""
    threshold: float | None = field(default=None, compare=False)
    by_meaning: bool = False


async def judged(
    query: Query,
    hits: Sequence[Hit],
    found: Sequence[Hit],
    *,
    calibration: Calibration | None,
    threshold: float | None,
    embed: Embed,
    language: str,
    reads: str = "",
) -> Judgement:
    """Return what speaks for and against an answer.

    Args:
        query: As the index reads it.
        hits: What an answer would rest on, best first.
        found: All that was found, best first.
        calibration: What was learned about the collection, None for nothing.
        threshold: Least score that a hit must have, set by the user: it decides instead of the calibration. None for
            none.
        embed: Embeds sentences as the query was.
        language: Of the documents.
        reads: Code of the only language that the dense model reads, "" where it reads several.
    """
    absolute = bool(found) and all(hit.retriever == "scores" and hit.learned is None for hit in found)
    if threshold is not None or calibration is None or not absolute:
        least = UNCALIBRATED if threshold is None else threshold
        has_scores = bool(hits) and hits[0].retriever == "scores"
        return Judgement(doubt(query, hits, threshold=least), threshold=least if has_scores else None)
    least = calibration.threshold
    speaks = await signals(query, found, embed=embed, language=language)
    if query.words.near and speaks[SIGNALS.index("sentence words")] < _SAYS_LITTLE:
        # Words that documents call otherwise lead near more than answers; where a sentence says few, more is needed.
        least *= _SURER
    probability = calibration.probability(speaks)
    if is_unread(query, found, reads=reads):
        # What is not measured speaks neither for nor against an answer.
        probability = max(probability, calibration.unmeasured)
    absent = _absent(query.names, hits)
    unknown = next((name.text for name in absent if name.is_unknown and not name.is_code), "")
    if other := next((name for name in absent if _is_other(name, hits)), None):
        # Of another thing than the one that is named nothing is answered, however near it is.
        return Judgement(_unmentioned(other.text), probability, threshold=least)
    is_unknown = bool(unknown) and not any(name.kind == "name" and name not in absent for name in query.names)
    if not query.meaning:
        # What was learned rests on cosines, which say nothing here: words decide.
        least = _BY_WORDS_UNKNOWN if is_unknown else _BY_WORDS
        probability = max(hit.score for hit in found)
    elif is_across(query, found, reads=reads):
        # What two languages call otherwise is no evidence: meaning decides.
        near = nearness(found)
        codes = tuple(dict.fromkeys(name.text for name in absent if name.is_code))
        return Judgement(None if near >= LEAST else FAR, near, codes, threshold=LEAST, by_meaning=near < SURE)
    elif _shares_few_words(query, found, reads, probability, is_unknown=is_unknown):
        return Judgement(_unmentioned(unknown) if is_unknown else FAR, probability, threshold=least)
    holds = holding(speaks[None, :])[0] >= _HELD or _stands_whole(query, hits)
    tried = probability >= least or (holds and _looks_up(query, absent)) or is_there(query, hits)
    told = tried or (not absent and is_told_whole(query, hits, language))
    if told or ((by_rule := told_by_rule(query, found, language)) is not None and by_rule.is_sure):
        lacking = tuple(dict.fromkeys(name.text for name in absent if name.is_code))
        return Judgement(None, probability, lacking, unknown, least)
    missing = next((name.text for name in absent if name.is_code), unknown)
    return Judgement(_unmentioned(missing) if missing else FAR, probability, threshold=least)


def _shares_few_words(query: Query, found: Sequence[Hit], reads: str, probability: float, *, is_unknown: bool) -> bool:
    """Tell whether passages in the question's language, which the dense model does not read, hold few words of it."""
    if not reads or query.language == reads or probability >= _SURELY:
        return False
    spoken = [hit.chunk.metadata.get("language", "") for hit in found[:_NEAREST]]
    # A question of few small words is in the language that all passages near it are in.
    if not (query.language in spoken if query.language else not {"", reads} & set(spoken)):
        return False
    needs_more = is_unknown or set(spoken) <= _SMALL_WORDS_COUNT
    if probability >= _BY_MEANING and not needs_more:
        return False
    return held_share(query, found) < (_MORE_HELD if needs_more else _FEW_HELD)


def _looks_up(query: Query, absent: Sequence[Name]) -> bool:
    """Tell whether a question is little more than a number or code, all of which stand in the passages.

    No sentence is like an account number: what speaks for it is that it is there.
    """
    codes = [name for name in query.names if name.kind in ("code", "number")]
    if not codes or absent:
        return False
    longest = max(sum(character.isalnum() for character in name.text) for name in codes)
    return longest >= _LONG_CODE or len(query.words.weights) <= _FEW_WORDS * len(codes)


def asks_for_part(query: Query, hits: Sequence[Hit]) -> bool:
    """Tell whether a question is for a part of a text by its number, such as "What does Article 4 say?", that is there.

    The words of such a part may be like none of the question's; that it is there is enough. Half of what else is asked
    must stand in it.
    """
    wanted = [name for name in query.names if name.is_part]
    if len(wanted) != 1:
        return False
    rest = query.question
    for name in wanted:
        rest = rest.replace(name.text, " ")
    asked = [word for word in content_words(rest) if word.casefold() not in _SAYS]
    for hit in hits:
        for start, end in spans(wanted[0], hit.chunk.text, hit.chunk.heading):
            held = query.match.terms(hit.chunk.text[start:end], hit.chunk.metadata.get("language", ""))
            missing = sum(held.isdisjoint(query.match.terms(word, query.language)) for word in asked)
            if 2 * missing <= len(asked):
                return True
    return False


def is_there(query: Query, hits: Sequence[Hit]) -> bool:
    """Tell whether what is asked for stands in a passage, whatever else that is about: a part, or what a word means.

    A manual's list of faults is far from "What does E20 mean?", and holds "E20: The water does not drain.".
    """
    term = term_asked(query.question)
    lines = (line for hit in hits for line in hit.chunk.text.splitlines()) if term else ()
    return any(defines(term, line) for line in lines) or asks_for_part(query, hits)


def _stands_whole(query: Query, hits: Sequence[Hit]) -> bool:
    """Tell whether a passage holds all words of a question: "Whose IBAN is …?" may name nobody."""
    asked = content_words(query.question)
    if is_code_alone(query.question, [name.text for name in query.names if name.is_code]):
        # Whether the codes stand there is told by their meaning: "0170 5551003" in "+49 170 555 10 03".
        return not _absent(query.names, hits)
    for hit in hits:
        line, language = prefix(hit.chunk.title, hit.chunk.heading), hit.chunk.metadata.get("language", "")
        held = query.match.terms(f"{line}{hit.chunk.text}", language)
        said = [query.match.terms(word, language) for word in asked]
        if asked and not any(terms and terms.isdisjoint(held) for terms in said):
            return True
    return False


def is_another(names: Sequence[Name], hits: Sequence[Hit]) -> bool:
    """Tell whether the passages speak of other things than one that is named: then nothing is answered from them."""
    return any(_is_other(name, hits) for name in _absent(names, hits))


def _is_other(name: Name, hits: Sequence[Hit]) -> bool:
    """Tell whether the passages speak of another thing of a kind than the one that is named."""
    if name.kind in ("day", "number", "numbered"):
        return not name.is_decade
    together = _together(hits)
    return name.kind == "code" and (together.holds_like(name.text) or not any(c.isalpha() for c in name.text))


def doubt(query: Query, hits: Sequence[Hit], *, threshold: float) -> Doubt | None:
    """Return why the documents may not answer the query, a name last; None where nothing speaks against it.

    Args:
        query: As the index reads it.
        hits: What was found for it, best first.
        threshold: Least score that one of the hits must have, where their ranking gives absolute scores. Not the first
            of them: a reranker may have put another one there.
    """
    if not hits:
        return Doubt("nothing")
    absent = _absent(query.names, hits)
    # A year or code must stand in the passages; a name may be written otherwise there, so it must be unknown to the
    # whole index.
    if code := next((name.text for name in absent if name.is_code), ""):
        return _unmentioned(code)
    unknown = next((name.text for name in absent if name.is_unknown), "")
    is_far = hits[0].retriever == "scores" and max(hit.score for hit in hits) < threshold
    if is_far and not is_there(query, hits):
        # Where both speak against it, the name says more; but nobody who reads passages so far away finds it in them.
        return _unmentioned(unknown) if unknown else FAR
    return Doubt("unmentioned", unknown, name=unknown) if unknown else None


def parts(question: str) -> tuple[str, ...]:
    """Return the questions that are asked in one, none where it is one: "who is the tenant and when does it end?"."""
    asked = [part.strip(" ,") for part in _SECOND.split(question)]
    return tuple(asked) if len(asked) > 1 and all(word_count(part) >= _LEAST_WORDS for part in asked) else ()


def joined_words(question: str) -> tuple[str, ...]:
    """Return the words of a question that an "and" joins: each is asked for."""
    joined = (word for match in _JOINED.finditer(question) for word in match.groups())
    # "Who shovels the snow, and till when": a small word is no thing.
    return tuple(dict.fromkeys(word for word in joined if content_words(f"the {word}")))


def _absent(names: Sequence[Name], hits: Sequence[Hit]) -> list[Name]:
    """Return the names that stand in none of the hits, nor in their titles and headings."""
    together = _together(hits)
    # A day that can be read two ways stands here twice under the same words.
    standing = {name.text for name in names if name.stands_in(together)}
    return [name for name in names if name.text not in standing]


def _together(hits: Sequence[Hit]) -> Values:
    return Values("\n".join(f"{hit.about}\n{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}" for hit in hits))


def _unmentioned(word: str) -> Doubt:
    return Doubt("unmentioned", word)
