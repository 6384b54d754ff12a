"""The words of a PDF page that are struck out: by a line drawn through their middle, or by a note that says so."""

import ctypes
from bisect import bisect
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import Any

from ingest.load.pdf.objects import Drawn
from ingest.load.pdf.rules import Rule, rules
from ingest.load.pdf.words import Box, Word, lines, turned

# Of the height of a line's letters: a line below is drawn under them, one above is a border.
_LOWEST, _HIGHEST = 0.25, 0.7
# By how much of a letter's height a line may be longer than the words that it strikes out, at each end.
_OVER = 1.0
_HAIR = 0.1
# Which share of a letter a line may miss, and which share of the letters it crosses at the least.
_CUT, _MOSTLY = 0.2, 0.7
_MOST_NOTES = 2_000
_CORNERS = 4


def struck(
    page: Any, textpage: Any, words: Sequence[Word], objects: Sequence[Drawn]
) -> tuple[set[int], frozenset[Rule]]:
    """Return which characters of a page are struck out, and the lines that do so, which part no rows of a table.

    Args:
        page: A page of pypdfium2, open.
        textpage: Its text, open.
        words: Its words, as it is shown.
        objects: What is drawn on it; only the form knows where a line inside it lies.
    """
    rotation, size = page.get_rotation(), page.get_size()
    low = sorted(words, key=lambda one: one.bottom)
    tallest = max((one.height for one in words), default=0.0)
    found: set[int] = set()
    striking = set()
    for rule in rules((one for one in objects if not one.level), rotation, size).level:
        start, end = (bisect(low, at, key=lambda one: one.bottom) for at in (rule.at - tallest, rule.at))
        crossed = _through(rule, low[start:end])
        under = set(_within(rule, [one for word in crossed for one in _characters(textpage, word, rotation, size)]))
        if under:
            found |= under
            striking.add(rule)
    for left, bottom, right, top in _noted(page):
        # Notes have their places on the page before it is turned.
        x0, y0, x1, y1 = turned((left, bottom, right, top), rotation, size)
        for word in words:
            if word.left < x1 and x0 < word.right and word.bottom <= (y0 + y1) / 2 <= word.top:
                for index, _, box in _characters(textpage, word, rotation, size):
                    found.update([index] if x0 <= (box[0] + box[2]) / 2 <= x1 else ())
    # The blank between two of them belongs to them.
    return found | {index + 1 for index in found if index + 2 in found}, frozenset(striking)


def without(
    words: Sequence[Word], gone: Set[int], textpage: Any, rotation: int, size: tuple[float, float]
) -> list[Word]:
    """Return words without the characters that are gone; of a word in part, what is left of it.

    Args:
        words: The words, as the page is shown.
        gone: The characters.
        textpage: The page's text, open.
        rotation: How far the page is turned when it is shown, in degrees.
        size: Its width and height as it is shown.
    """
    kept = []
    for word in words:
        if gone.isdisjoint(range(word.first, word.last)):
            kept.append(word)
            continue
        for start, end in _left(word, gone):
            boxes = [turned(textpage.get_charbox(index), rotation, size) for index in range(start, end)]
            text = word.text[start - word.first : end - word.first]
            kept.append(
                replace(
                    word,
                    left=min(left for left, *_ in boxes),
                    right=max(box[2] for box in boxes),
                    text=text,
                    first=start,
                    last=end,
                )
            )
    return kept


def _left(word: Word, gone: Set[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a word that are not gone."""
    start = word.first
    for index in range(word.first, word.last + 1):
        if index == word.last or index in gone:
            if index > start:
                yield start, index
            start = index + 1


def _characters(textpage: Any, word: Word, rotation: int, size: tuple[float, float]) -> Iterator[tuple[int, str, Box]]:
    """Yield the characters of a word, each with its place."""
    for index, sign in zip(range(word.first, word.last), word.text, strict=False):
        yield index, sign, turned(textpage.get_charbox(index), rotation, size)


def _within(rule: Rule, characters: Sequence[tuple[int, str, Box]]) -> Iterator[int]:
    """Yield the characters that a line strikes out; none where it cuts one, or most lie above or below it.

    Lines of drawings end anywhere, and that of a fraction lies between what the page's text takes for one word.
    """
    under = []
    for index, sign, (left, bottom, right, top) in characters:
        share = (min(right, rule.last) - max(left, rule.first)) / max(right - left, _HAIR)
        if _CUT < share < 1 - _CUT:
            return
        if share >= 1 - _CUT:
            under.append((index, sign.isalnum(), bottom <= rule.at <= top))
    letters = [crossed for _, is_letter, crossed in under if is_letter]
    # A sign by itself may be a mark on a line of a chart.
    if len(letters) > 1 and sum(letters) >= _MOSTLY * len(letters):
        yield from (index for index, *_ in under)


def _through(rule: Rule, words: Sequence[Word]) -> list[Word]:
    """Return the words through which a line goes that is no longer than they are; a border of a table is longer."""
    near = [one for one in words if one.bottom < rule.at < one.top and rule.first < one.right and one.left < rule.last]
    line = next((one for one in lines(near) if one.bottom < rule.at < one.top), None)
    # Letters without parts above or below make a low word: the line's own height tells.
    if line is None or not _LOWEST <= (rule.at - line.bottom) / (line.top - line.bottom) <= _HIGHEST:
        return []
    slack = _OVER * (line.top - line.bottom)
    fits = line.left - slack <= rule.first and rule.last <= line.right + slack
    return line.words if fits else []


def _noted(page: Any) -> Iterator[Box]:
    """Yield the places that notes of the kind "strike out" mark, a line each."""
    import pypdfium2.raw as pdfium

    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_NOTES)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            hidden = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
            if (
                pdfium.FPDFAnnot_GetSubtype(annotation) != pdfium.FPDF_ANNOT_STRIKEOUT
                or pdfium.FPDFAnnot_GetFlags(annotation) & hidden
            ):
                continue
            quad = pdfium.FS_QUADPOINTSF()
            for each in range(min(pdfium.FPDFAnnot_CountAttachmentPoints(annotation), _MOST_NOTES)):
                if pdfium.FPDFAnnot_GetAttachmentPoints(annotation, each, ctypes.byref(quad)):
                    xs = [getattr(quad, f"x{corner}") for corner in range(1, _CORNERS + 1)]
                    ys = [getattr(quad, f"y{corner}") for corner in range(1, _CORNERS + 1)]
                    yield min(xs), min(ys), max(xs), max(ys)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
