"""Who holds a role or stands in a list: "(landlord)", "is the caretaker", "Absent: …". Pure functions.

A passage that names the holder of a role says who is not: with "Mark Penny is the treasurer. Will Bird is the
caretaker." a sentence that makes Mark Penny the caretaker has all of its words there, and is false.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex

_PART = r"[A-ZÄÖÜÉ][\w'’&-]*"
_NAME = rf"{_PART}(?: (?:of |von |van |de |& )?{_PART}){{0,3}}"
_ROLE = r"[\w-]+(?: [\w-]+){0,2}?"
_ARTICLE = r"(?:the|our|his|her|its|their|der|die|das|unser|unsere|ihre?|seine?)"
_BE = r"(?:is|was|ist|war)"
_OF = r"of|in|at|for|von|vom|des|der|im|bei|für"
_IN_BRACKETS = lazy_regex(rf"(?P<name>{_NAME}),? \((?:(?i:{_ARTICLE}) )?(?P<role>{_ROLE})\)")
_IS_THE = lazy_regex(
    rf"(?P<name>{_NAME}) {_BE} (?:now |currently )?{_ARTICLE} (?P<role>{_ROLE})"
    rf"(?:(?=[.,;:!?)]|$| (?:and|who|since|und|seit)\b)| (?:{_OF}) (?P<of>[^.,;:!?()]{{1,40}}))"
)
_IS_HELD = lazy_regex(
    rf"(?<!\w)(?i:{_ARTICLE}) (?P<role>{_ROLE})(?: (?:{_OF}) (?P<of>[^.,;:!?()]{{1,40}}?))? {_BE} (?P<name>{_NAME})"
)
_LISTED = lazy_regex(
    rf"^\W*(?P<role>[^\W\d_][\w-]*): (?P<names>{_NAME}(?:(?:,|;| and| und) {_NAME})*)\W*$", re.MULTILINE
)
_IS_LISTED = lazy_regex(
    rf"(?P<name>{_NAME}) (?:is|was|were|ist|war) (?P<role>[a-zäöüß]+)(?=[.,;!?]|$| at\b| in\b| bei\b)"
)
_BETWEEN = lazy_regex(r"(?:,|;| and| und) ")
_TITLES = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "herr", "frau", "the", "der", "die", "between", "and", "zwischen", "but")
)
_TURNED = lazy_regex(
    r"\b(?:not|never|no longer|nicht|kein\w*|nie|false|wrong|falsch|if|wenn|falls)\b|n['’]t\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to whom a text gives a role.

    Attributes:
        name: As it is written.
        role: In small letters.
        of: Of what: "the society", "" where it is not said.
        is_listed: Whether the role is the label of a list: "Present: …".
        start: Offset of the words that say it.
        end: Behind them.
    """

    name: str
    role: str
    of: str
    is_listed: bool
    start: int
    end: int

    @property
    def words(self) -> frozenset[str]:
        """The words of the name, in small letters and without titles."""
        return frozenset(re.findall(r"\w+", self.name.casefold())) - _TITLES


def holders(text: str) -> Iterator[Holder]:
    """Yield who holds which role in a passage, and who stands in its lists."""
    for match in _IN_BRACKETS.finditer(text):
        yield Holder(match["name"], match["role"].casefold(), "", False, *match.span())
    yield from _in_sentences(text)
    for match in _LISTED.finditer(text):
        for name in _BETWEEN.split(match["names"]):
            yield Holder(name, match["role"].casefold(), "", True, *match.span())


def _in_sentences(text: str) -> Iterator[Holder]:
    for pattern in (_IS_THE, _IS_HELD):
        for match in pattern.finditer(text):
            yield Holder(match["name"], match["role"].casefold(), (match["of"] or "").casefold(), False, *match.span())


def held_roles(sentence: str, passage: str) -> frozenset[str]:
    """Return the words of the roles that a sentence gives to somebody who has them in the passage."""
    there = list(holders(passage))
    return frozenset(
        word
        for claim in _in_sentences(sentence)
        if any(each.role == claim.role and claim.words & each.words for each in there)
        for word in claim.role.split()
    )


def other_holder(sentence: str, passage: str) -> Iterator[tuple[Holder, Holder]]:
    """Yield (who has a role in a sentence, who has it in the passage), where the passage knows both of them.

    Of a list the second is the other list that has the name. Nobody of whom the passage says it as well, and nobody
    whom it does not name: that may be another name of the same one.
    """
    if _TURNED.search(sentence):
        return
    there = list(holders(passage))
    folded = passage.casefold()
    for claim in _in_sentences(sentence):
        same = [each for each in there if each.role == claim.role and not each.is_listed]
        known = claim.words and all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) for word in claim.words)
        if known and not any(claim.words & each.words for each in same):
            fitting = (each for each in same if not claim.of or each.of in ("", claim.of))
            yield from ((claim, each) for each in list(fitting)[:1])
    lists = [each for each in there if each.is_listed]
    for match in _IS_LISTED.finditer(sentence):
        claim = Holder(match["name"], match["role"].casefold(), "", True, *match.span())
        elsewhere = [each for each in lists if claim.words & each.words]
        if any(each.role == claim.role for each in lists) and all(each.role != claim.role for each in elsewhere):
            yield from ((claim, each) for each in elsewhere[:1])
