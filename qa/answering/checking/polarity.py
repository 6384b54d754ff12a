"""What a sentence negates and a passage does not, and the other way round. Pure functions.

A negation has no value: there, the places compete.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from qa.answering.checking.competing import Candidate, Clash, best_of, compete
from qa.answering.checking.derived import is_rest
from qa.answering.checking.exceptions import excepts
from qa.answering.checking.fit import Text, gap_fit, neighbours, words
from qa.answering.checking.lexicon import EXCEPTIONS
from qa.answering.checking.tokens import Token
from qa.text.casing import word_set

# A negation's place: above the first the words near it tell, below it all of its sentence.
_POLARITY, _POLARITY_ROUGH = 0.5, 0.4
# What the passage negates and the sentence does not must be just that.
_UNSAID = 0.7
_ALL, _EXCEPTION_NEAR = 0.5, 12
_NEAR, _BESIDE, _REACH = 5, 2, 7
# What turns all but one thing, and with what a negation says that: "no one but", "not before".
ONLY = frozenset({"only", "nur"})
_SHORT, _STEM = 4, 5
_FORBIDDEN = word_set("verboten untersagt unzulässig forbidden prohibited banned")
_WITHOUT = frozenset({"without", "ohne"})
_PAIRED = frozenset({"neither", "nor", "weder", "noch"})
_REST = word_set(
    "before until unless except other others else otherwise elsewhere outside more less earlier longer"
    " than if vor bevor ehe bis außer andere anderen anderer sonst außerhalb mehr weniger früher länger"
    " solange wenn als"
)
# A negation that "only" may say as well: no clash, but where it stands with one that turns, neither is.
EXCUSED = "excused"


def negated(said: Text, index: int, token: Token, passages: Sequence[Text]) -> Clash | None:
    """Compare a negation of the sentence with what stands around its place in the passages."""
    if token.kind != "negation":
        return None
    best = _negation_place(said, index, passages)
    if not best or best.fit < _POLARITY_ROUGH:
        return None
    held = passages[best.passage]
    # Of "neither A nor B pays" the negation belongs to the verb, wherever that stands.
    whole = best.fit < _POLARITY or token.text in _PAIRED
    there = held.tokens[best.place]
    turning = _turning(held, best.place, whole=whole) - _turning(said, index, whole=whole, but=index, near=2 * _NEAR)
    turning.update(_words(held, there.sentence) & ONLY - _words(said, token.sentence))
    if (
        _is_forbidden(said, passages)
        or any(text not in ONLY for text in turning)
        or _subject_turned(said, index, held, best.place)
    ):
        return None
    if (
        any(is_rest(said, other, passages) for other in said.tokens)
        or _says_most(said, held, there.sentence)
        or _is_left_out(said, index, passages)
        or excepts(held, best.place, said)
    ):
        return None
    kind = EXCUSED if turning and _goes_without_only(said, index) else "polarity"
    return Clash(kind, words(said, token), "", best.passage, there.start, there.end, best.fit)


def _is_left_out(said: Text, index: int, passages: Sequence[Text]) -> bool:
    """Tell whether the word that ends a sentence negates what is left out, and a passage negates something it says."""
    token = said.tokens[index]
    if any(other.sentence == token.sentence for other in said.tokens[index + 1 :]):
        return False
    keys = {said.tokens[at].key for at in said.content}
    return any(
        other.kind == "negation" and held.tokens[at].key in keys
        for held in passages
        for place, other in enumerate(held.tokens)
        for at in held.content[held.ranks[place] : held.ranks[place] + 1]
    )


def _is_forbidden(said: Text, passages: Sequence[Text]) -> bool:
    """Tell whether a compound that a sentence takes apart is forbidden: "allein arbeiten" as "Alleinarbeit"."""
    stems = [said.tokens[at].text[:_STEM] for at in said.content if len(said.tokens[at].text) >= _STEM]
    return any(
        other.text.startswith(stem) and len(other.text) > len(stem) + _SHORT
        for held in passages
        for place, token in enumerate(held.tokens)
        if token.text in _FORBIDDEN
        for other in held.tokens[max(0, place - _NEAR) : place]
        if other.sentence == token.sentence
        for stem in stems
    )


def _says_most(said: Text, held: Text, sentence: int) -> bool:
    """Tell whether "no month was weaker than June" says that June was the weakest."""
    most = {token.text for token in held.tokens if token.sentence == sentence}
    compared = (token.text[:-2] for token in said.tokens if token.text.endswith("er") and len(token.text) > _SHORT)
    return any(f"{word}{end}" in most for word in compared for end in ("est", "ste", "sten", "ster"))


def _words(text: Text, sentence: int) -> set[str]:
    """Return the words of a sentence, those of phrases one by one."""
    return {word for token in text.tokens if token.sentence == sentence for word in token.text.split()}


def _goes_without_only(text: Text, index: int) -> bool:
    """Tell whether a negation may say the rest of what is "only" so: "not before 3 months" is "only after 3 months"."""
    token = text.tokens[index]
    own = [other for at, other in enumerate(text.tokens) if at != index and other.sentence == token.sentence]
    if token.text in _WITHOUT:
        return any(other.kind in ("negation", "denial") for other in own)
    return any(other.text in _REST or other.text in _WITHOUT for other in own)


def _subject_turned(said: Text, index: int, held: Text, place: int) -> bool:
    """Tell whether what stands before a negation has another one there: "heating is included, electricity is not"."""
    keys = {said.tokens[said.content[at]].key for at, distance, _ in neighbours(said, index) if distance == -1}
    sentence, clause = held.tokens[place].sentence, held.tokens[place].clause
    places = [held.content[rank] for key in keys for rank in held.where.get(key, ())]
    return any(
        token.kind == "negation" and token.clause == held.tokens[at].clause != clause
        for at in places
        if held.tokens[at].sentence == sentence
        for token in held.tokens[max(0, at - _NEAR) : at + _NEAR]
    )


def unsaid_negations(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Look for negations of the passages whose place the sentence has, without one."""
    for number, held in enumerate(passages):
        for place, token in enumerate(held.tokens):
            if token.kind != "negation":
                continue
            best = _negation_place(held, place, [said])
            first = {key for key, distance in _heads(held, place).items() if abs(distance) == 1}
            if not best or best.token.key not in first or max(best.fit, _covered(said, held, place)) < _UNSAID:
                continue
            turning = {
                text
                for whole in (False, True)
                for text in _turning(said, best.place, whole=whole) - _turning(held, place, whole=whole, but=place)
            }
            if all(text in ONLY for text in turning):
                kind = EXCUSED if turning and _goes_without_only(held, place) else "polarity"
                yield Clash(kind, "", words(held, token), number, token.start, token.end, best.fit)


def unsaid_exceptions(said: Text, passages: Sequence[Text]) -> Iterator[Clash]:
    """Look for what a passage excepts from what the sentence says of all."""
    if any(token.text in EXCEPTIONS or token.kind in ("negation", "denial") for token in said.tokens):
        return
    for index, token in enumerate(said.tokens):
        if token.kind != "quantifier" or token.value != "all":
            continue
        candidates = list(compete(said, index, passages, partial(_same_text, token), skipped=frozenset()))
        best = best_of(candidates)
        if best and best.fit >= _ALL:
            held = passages[best.passage]
            for other in held.tokens[best.place : best.place + _EXCEPTION_NEAR]:
                if other.text in EXCEPTIONS and other.sentence == best.token.sentence:
                    yield Clash("exception", "", words(held, other), best.passage, other.start, other.end, best.fit)


def _same_text(token: Token, other: Token) -> bool:
    return token.text == other.text


def _negation_place(said: Text, index: int, passages: Sequence[Text]) -> Candidate | None:
    """Return the place that fits a negation best: at the word that it turns, None where no passage holds that."""
    around = neighbours(said, index)
    heads = _heads(said, index)
    found = []
    for number, held in enumerate(passages):
        for rank in {rank for key in heads for rank in held.where.get(key, ())}:
            place = held.content[rank]
            value = gap_fit(around, said, held, rank + (heads[held.tokens[place].key] < 0))
            found.append(Candidate(value, number, place, held.tokens[place]))
    return best_of(found)


def _heads(text: Text, index: int) -> dict[str, int]:
    """Return the words that a negation turns, with the side of it on which they stand: the next two, else the last."""
    near = [(text.tokens[text.content[at]].key, distance) for at, distance, _ in neighbours(text, index)]
    behind = {key: distance for key, distance in near if 0 < distance <= _BESIDE}
    return behind or {key: distance for key, distance in near if distance == -1}


def _covered(said: Text, held: Text, place: int) -> float:
    """Return the share of a sentence's content words that stand near a negation of the passage, 0 for a single one."""
    rank = held.ranks[place]
    sentence = held.tokens[place].sentence
    around = held.content[max(0, rank - _REACH) : rank + _REACH]
    near = {held.tokens[at].key for at in around if held.tokens[at].sentence == sentence}
    keys = [said.tokens[at].key for at in said.content]
    return sum(key in near for key in keys) / len(keys) if keys else 0.0


def _turning(text: Text, place: int, *, whole: bool, but: int = -1, near: int = _NEAR) -> Counter[str]:
    """Count the words that turn or weaken what a place says: those near it, or all of its sentence."""
    own = text.tokens[place]
    low, high = (0, len(text.tokens)) if whole else (max(0, place - near), place + near + 1)
    return Counter(
        other.text
        for at, other in enumerate(text.tokens[low:high], low)
        if at != but
        and other.sentence == own.sentence
        and other.kind in ("negation", "denial")
        # What turns something stands before it, or in its clause.
        and (whole or at < place or other.clause == own.clause)
        and not (at > place and other.text in EXCEPTIONS)
    )
