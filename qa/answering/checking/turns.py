"""What one sentence turns twice, and so says after all: "must not if it exceeds". Pure functions."""

from collections.abc import Sequence
from itertools import combinations

from qa.answering.checking.competing import Clash
from qa.answering.checking.fit import Text
from qa.answering.checking.polarity import EXCUSED

# What turns a sentence into its contrary: twice is not at all.
_TURNS, _TWICE = frozenset({"opposite", "bound", "polarity", "modal", "order", EXCUSED}), 2


def turned_once(found: Sequence[Clash], passages: Sequence[Text]) -> list[Clash]:
    """Drop what one sentence turns twice: "must not if it exceeds" is "may only if it is at most"."""
    turns: dict[tuple[int, int], list[Clash]] = {}
    for clash in sorted(found, key=lambda clash: clash.start):
        if clash.kind in _TURNS and (clash.kind != "modal" or _negated_behind(clash, passages)):
            turns.setdefault((clash.passage, _sentence_of(clash, passages)), []).append(clash)
    even = [clash for each in turns.values() if _cancel(each) for clash in each]
    return [clash for clash in found if clash not in even and clash.kind != EXCUSED]


def _cancel(clashes: Sequence[Clash]) -> bool:
    """Tell whether clashes of one sentence are two turns of it; "neither … nor" is one."""
    if any(clash.kind == EXCUSED for clash in clashes):
        return not any(clash.kind == "polarity" for clash in clashes)
    one_kind = all(clash.kind == "polarity" for clash in clashes)
    return _apart(clashes) == _TWICE and not one_kind and not _swapped_words(clashes)


def _apart(clashes: Sequence[Clash]) -> int:
    """Count the places of clashes in order; "must" and "not" beside each other are one."""
    ends = [clash.end for clash in clashes]
    return 1 + sum(
        other.start > end + 1 or {one.kind, other.kind} == {"bound", "polarity"}
        for end, one, other in zip(ends, clashes, clashes[1:], strict=False)
    )


def _swapped_words(clashes: Sequence[Clash]) -> bool:
    """Tell whether two words only changed places: "opened here, closed there"."""
    return any(
        (one.said.lower(), one.held.lower()) == (other.held.lower(), other.said.lower())
        for one, other in combinations(clashes, 2)
    )


def _sentence_of(clash: Clash, passages: Sequence[Text]) -> int:
    return next((token.sentence for token in passages[clash.passage].tokens if token.end > clash.start), 0)


def _negated_behind(clash: Clash, passages: Sequence[Text]) -> bool:
    """Tell whether a word of a passage is followed by a negation: "must not"."""
    behind = next((token for token in passages[clash.passage].tokens if token.start >= clash.end), None)
    return behind is not None and behind.kind == "negation"
