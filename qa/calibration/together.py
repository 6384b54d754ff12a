"""Whether one sentence holds together what a question asks for: the kind of thing, its word, and whose it is.

A passage may name the thing, and give amounts, and say nothing of the amount that is asked for: what tells is that they
do not stand side by side.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from qa.retrieval.query import Query
from qa.text.asked_about import AskedAbout, asked_about
from qa.text.names import Name
from qa.text.quantities import Wanted, wanted
from qa.text.values import Values

_NUMBER = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|"
    r"thousand|million|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|zwanzig)"
)
# What is counted stands beside its number, with so many letters of it at least.
_BESIDE, _STEM, _ENDING = 3, 4, 2


@dataclass(frozen=True, slots=True)
class Together:
    """What a question asks for.

    Attributes:
        kind: What kind of thing.
        about: Which words say what of a thing.
        words: The same as the index knows them, and what each weighs.
        names: What names things in it.
        counted: Finds a number beside what is counted, None where nothing is.
    """

    kind: Wanted
    about: AskedAbout
    words: dict[int, float]
    names: Sequence[Name]
    counted: re.Pattern[str] | None

    @classmethod
    def of(cls, query: Query) -> "Together":
        """Return what a question as the index reads it asks for."""
        kind, about, weights = wanted(query.question), asked_about(query.question), query.match.weights
        ids: set[int] = set()
        for code in dict.fromkeys((query.language or "en", "en")):
            ids |= query.match.terms(" ".join(about.words), code) & weights.keys() if about.words else set()
        # "Which banks lent to Skerrow Bank": a name says nothing of banks.
        own = {word.casefold() for word in about.words}
        ids -= {
            term
            for name in query.names
            if name.kind == "name" and name.text.casefold() not in own
            for term in query.match.terms(name.text, query.language or "en")
        }
        counted = _beside(about.words) if kind == "count" and about.words else None
        return cls(kind, about, {word: weights[word] for word in ids}, query.names, counted)

    def held(self, text: str, line: str, words: Set[int]) -> float:
        """Return how much of it a sentence that has the kind of thing holds, in [0, 1].

        Args:
            text: The sentence.
            line: What stands above it.
            words: The question's words that both hold.
        """
        if self.counted and not self.counted.search(text.casefold()):
            return 0.0
        about = self._about(text, line, words)
        return about * self._named(f"{line}\n{text}") if about else 0.0

    def _about(self, text: str, line: str, words: Set[int]) -> float:
        if self.about.family and (self.about.family.search(text) or self.about.family.search(line)):
            return 1.0
        whole = sum(self.words.values())
        return sum(weight for word, weight in self.words.items() if word in words) / whole if whole else 1.0

    def _named(self, text: str) -> float:
        values = Values(text)
        shares = []
        for is_code in (False, True):
            names = [name for name in self.names if name.is_code == is_code]
            if names:
                shares.append(sum(name.stands_in(values) for name in names) / len(names))
        return min(shares, default=1.0)


def _beside(words: Sequence[str]) -> re.Pattern[str]:
    stems = "|".join(re.escape(word.casefold()[: max(_STEM, len(word) - _ENDING)]) for word in words[:2])
    between = rf"\W+(?:\w+\W+){{0,{_BESIDE}}}"
    return re.compile(rf"(?<!\w){_NUMBER}{between}(?:{stems})|(?:{stems})\w*{between}{_NUMBER}(?!\w)")
