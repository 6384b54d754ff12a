"""Words of a PDF page that are printed twice in one place, which looks bold or like a shadow: they are read once."""

from collections.abc import Sequence

from ingest.load.pdf.words import Word

# Of the height of a word: how far its second print may lie from the first.
_NEAR = 0.15
# Edges of the squares, in points, in which an earlier print is looked for.
_SQUARE = 8.0


def again(words: Sequence[Word]) -> dict[int, int]:
    """Return the characters of words that are printed once more where they stand, each with that of the first print."""
    found: dict[int, int] = {}
    first: dict[str, dict[tuple[int, int], list[Word]]] = {}
    for word in words:
        squares = first.get(word.text)
        at = (int(word.left // _SQUARE), int(word.bottom // _SQUARE))
        if squares is None:
            first[word.text] = {at: [word]}
            continue
        near = _NEAR * word.height
        around = {
            (int((word.left + x) // _SQUARE), int((word.bottom + y) // _SQUARE))
            for x in (-near, near)
            for y in (-near, near)
        }
        before = next(
            (
                one
                for square in around
                for one in squares.get(square, ())
                if abs(one.left - word.left) <= near and abs(one.bottom - word.bottom) <= near
            ),
            None,
        )
        if before is None:
            squares.setdefault(at, []).append(word)
        elif word.last - word.first == before.last - before.first:
            found.update(zip(range(word.first, word.last), range(before.first, before.last), strict=True))
    return found
