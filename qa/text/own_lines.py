"""Lines that were ended on purpose: a field under another one, a line of a jotted note. Pure functions.

Neither has a full stop, so that a note of ten lines would be one sentence: "wifi: blue-77", "bin day: Tuesday".
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from qa.lazy_regex import lazy_regex

# "Holidays: 23 days a year"; an address of the web, a time of day and a parameter of a program are none.
_FIELD = lazy_regex(r"\s*[^\W\d_][^\s:;.!?|()\"'=]*(?: [^\s:;.!?|\"=]+){0,3}:[ \t]+\S[^\n]*(?<![,({\[\\])\s*")
# Characters that are read at a glance.
_AT_A_GLANCE = 100
_ENDS = frozenset(".!?:;,…–-|")
# What programs and markup have, and scripts whose words say less of how wide a line is.
_NO_NOTE = lazy_regex(r"[{}=<>`\\$_#]|\w\(|[^\x00-\u052f\u1e00-\u20cf\u2100-\u27ff]")
_LEAST_JOTTED, _LONGEST = 4, 80
# Letters are not equally wide, so a line is full before it has as many as the longest.
_SPARE = 0.15
# Of the breaks of a block.
_LEAST_ROOMY = 0.25


def ended_on_purpose(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines that end something though no mark says so.

    Args:
        lines: Of a text, in order; blank ones part its blocks.
    """
    return _before_fields(lines) | _jotted(lines)


def _before_fields(lines: Sequence[str]) -> set[int]:
    """Return the lines before each of several fields that stand one under the other.

    A single line with a colon may be running text. A value may go on in the next line, which is then no field. A few
    short ones stay together, since each says what the others are of.
    """
    found = set[int]()
    for is_field, group in groupby(range(len(lines)), key=lambda at: bool(_FIELD.match(lines[at]))):
        run = list(group)
        if is_field and len(run) > 1 and sum(len(lines[at]) for at in run) > _AT_A_GLANCE:
            found |= {at - 1 for at in run if at}
    return found


def _jotted(lines: Sequence[str]) -> set[int]:
    """Return the lines of notes without marks, which are ended where the next word would have fitted.

    A line of running text is broken where the next word would go over the margin, and its last one has a full stop.
    """
    found = set[int]()
    for block in _blocks(lines):
        texts = [lines[at].strip() for at in block]
        longest = max(map(len, texts))
        is_marked = any(text[-1] in _ENDS or _NO_NOTE.search(text) for text in texts)
        if len(block) < _LEAST_JOTTED or longest > _LONGEST or is_marked:
            continue
        room = [longest - len(text) - 1 - len(after.split()[0]) for text, after in pairwise(texts)]
        # The first line may be a heading, which running text has too.
        roomy = sum(left >= _SPARE * longest for left in room[1:])
        if roomy >= _LEAST_ROOMY * len(room[1:]):
            found |= {at for at, left in zip(block, room, strict=False) if left >= 0}
    return found


def _blocks(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the numbers of the lines between blank ones."""
    block: list[int] = []
    for at, line in enumerate(lines):
        if line.strip():
            block.append(at)
        elif block:
            yield block
            block = []
    if block:
        yield block
