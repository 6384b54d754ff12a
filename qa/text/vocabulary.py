"""The words of a collection, and which of them a misspelt word of a question may have been. Pure functions."""

from collections.abc import Callable, Iterable

from qa.lazy_regex import lazy_regex

_WORD = lazy_regex(r"[^\W\d_]{4,24}")
# Edits that may lie between a word and what was meant: one from four letters on, two from eight.
_SHORTEST, _LONG = 4, 8
# Shorter words are too often names of other things that differ in two letters.
_MOST_CANDIDATES = 50


def words_of(text: str) -> set[str]:
    """Return the words of a text that may be meant by others, in lower case: letters alone, four at least."""
    return set(_WORD.findall(text.lower()))


class Vocabulary:
    """The words that a collection holds, or held; whether it still holds one is told by its terms."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words, in lower case."""
        self.words = frozenset(words)
        # By first letter and length: no word is near that is shorter or longer by more than the edits.
        self._alike: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self.words):
            self._alike.setdefault((word[0], len(word)), []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self.words

    def nearest(self, word: str, *, frequency: Callable[[str], int | None]) -> str:
        """Return the word that is fewest edits away, the commonest of several; "" where none is near enough.

        An edit is a letter added, left out, mistyped or swapped with the next one. The first letter is seldom wrong.

        Args:
            word: In lower case.
            frequency: Tells how many chunks hold a word; None for one that is too common to be kept.
        """
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        if len(word) < _SHORTEST:
            return ""
        most = 2 if len(word) >= _LONG else 1
        lengths = range(len(word) - most, len(word) + most + 1)
        near = process.extract(
            word,
            [other for length in lengths for other in self._alike.get((word[0], length), ())],
            scorer=DamerauLevenshtein.distance,
            score_cutoff=most,
            limit=_MOST_CANDIDATES,
        )
        counts = {candidate: count for candidate, _, _ in near if (count := frequency(candidate))}
        # Swapped letters are the likelier slip: "looes" is "loose" and not "looks".
        letters = sorted(word)
        held = [
            (edits, sorted(candidate) != letters, -counts[candidate], candidate)
            for candidate, edits, _ in near
            if candidate in counts
        ]
        return min(held)[-1] if held else ""
