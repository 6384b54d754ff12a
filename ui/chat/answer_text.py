"""The text of an answer as HTML, with its footnotes in place and a sign at each doubtful sentence. Pure functions.

What is drawn is the tree of `ui.rich_text`. Every tag is of ours, and every word of a model or document is escaped.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial

from qa.types import Answer, Citation
from ui.chat.footnotes import apart, marker
from ui.chat.statements import MARKER, markers, places
from ui.chat.verdicts import kind, sign
from ui.rich_text import Block, Code, Grid, Heading, Items, Paragraph, Quote, Rule, Run, Style, plain, read, runs_of
from ui.tables import introduction
from ui.web.escape import escape
from ui.web.language import t

# The page's title and the question above an answer have the first two.
_HEADINGS_ABOVE = 2
_LOWEST_HEADING = 6
_TAGS: tuple[tuple[Style, str], ...] = (("strong", "strong"), ("em", "em"), ("s", "s"), ("code", "code"))


@dataclass(slots=True)
class _Marks:
    """What stands at which offset of an answer's text.

    Attributes:
        answer: Whose text it is.
        turn: Number of its exchange.
        exchange: Id of its exchange, under which the sources can be read; "" where they cannot.
        sentence: The statement at an offset, by its index.
        markers: Citations, by the offset where their marker begins.
        within: Offsets of all characters of markers but their first.
        direct: Where the few words stand that answer.
        ends: The last drawn offset of a doubtful statement, with its index.
        links: Addresses that a source has.
        seen: Numbers of the citations that had a marker already.
        starts: Where the statements stand: (start, end, index).
    """

    answer: Answer
    turn: int
    exchange: str = ""
    sentence: Mapping[int, int] = field(default_factory=dict)
    markers: Mapping[int, Citation] = field(default_factory=dict)
    within: Set[int] = frozenset()
    direct: range = range(0)
    ends: dict[int, int] = field(default_factory=dict)
    links: Set[str] = frozenset()
    seen: set[int] = field(default_factory=set)
    starts: Sequence[tuple[int, int, int]] = ()


def text_html(answer: Answer, text: str, turn: int, *, is_markdown: bool, exchange: str = "") -> str:
    """Return an answer's text as HTML.

    Args:
        answer: With its statements and citations.
        text: What of its text is shown.
        turn: Number of its exchange; keeps the ids of one page apart.
        is_markdown: Whether a model wrote it. A quotation is shown to the letter.
        exchange: Its id, under which the sources can be read; "" where they cannot.
    """
    blocks = read(text) if is_markdown else plain(text)
    marks = _marks(answer, text, turn, exchange, is_markdown=is_markdown)
    marks.ends = _ends(blocks, marks)
    return _blocks(blocks, marks, is_markdown=is_markdown)


def quoted_html(answer: Answer, blocks: Sequence[Block], turn: int, *, exchange: str = "") -> str:
    """Return blocks of a quoted answer as HTML, whose places are those of its introduction; else as `text_html`."""
    marks = _marks(answer, introduction(answer), turn, exchange, is_markdown=False)
    marks.ends = _ends(blocks, marks)
    return _blocks(blocks, marks, is_markdown=True)


def draft_html(text: str) -> str:
    """Return a text in Markdown as HTML; its markers lead nowhere yet."""
    return _blocks(read(text), None, is_markdown=True)


def table_html(head: str, body: str) -> str:
    """Return a table of rows that are HTML already; it scrolls by itself where it is wider than the page."""
    return (
        f'<div class="fn-table" role="region" tabindex="0" aria-label="{escape(t("Table"))}">'
        f"<table><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _marks(answer: Answer, text: str, turn: int, exchange: str, *, is_markdown: bool) -> _Marks:
    found = places(text, answer.statements, in_tables=is_markdown)
    known = {citation.number: citation for citation in answer.citations}
    by_place = markers(text, known, answer.statements, found)
    sources = {chunk.source for chunk in (*(c.chunk for c in answer.citations), *(hit.chunk for hit in answer.hits))}
    return _Marks(
        answer,
        turn,
        exchange,
        sentence={at: index for start, end, index in found for at in range(start, end)},
        markers={start: known[int(match[1])] for start, match in by_place.items()},
        within={at for match in by_place.values() for at in range(match.start() + 1, match.end())},
        direct=_direct(answer, text, found),
        starts=found,
        links={source for source in sources if source.startswith(("http://", "https://"))},
    )


def _direct(answer: Answer, text: str, found: Sequence[tuple[int, int, int]]) -> range:
    """Return where the direct answer's words stand in the text; empty if they are not found there."""
    if not answer.direct:
        return range(0)
    sentence = next(((low, high) for low, high, index in found if index == answer.direct.statement), None)
    low = text.replace("\n", " ").find(answer.direct.text, *sentence) if sentence else -1
    return range(low, low + len(answer.direct.text)) if low >= 0 else range(0)


def _ends(blocks: Sequence[Block], marks: _Marks) -> dict[int, int]:
    """Return where the signs of doubtful statements stand: at the last character of each that is drawn."""
    last: dict[int, int] = {}
    for run in runs_of(blocks):
        for at, character in zip(run.places, run.text, strict=True):
            index = marks.sentence.get(at)
            if index is not None and not character.isspace() and marks.answer.statements[index].problem:
                last[index] = max(at, last.get(index, 0))
    return {at: index for index, at in last.items()}


def _blocks(blocks: Sequence[Block], marks: _Marks | None, *, is_markdown: bool) -> str:
    if not is_markdown:
        return apart("".join(_runs(block.runs, marks) for block in blocks if isinstance(block, Paragraph)))
    return apart("".join(map(partial(_block, marks=marks), blocks)))


def _block(block: Block, *, marks: _Marks | None, tight: bool = False) -> str:
    match block:
        case Paragraph(runs):
            return _runs(runs, marks) if tight else f'<p dir="auto">{_runs(runs, marks)}</p>'
        case Heading(level, runs):
            tag = f"h{min(level + _HEADINGS_ABOVE, _LOWEST_HEADING)}"
            return f'<{tag} dir="auto">{_runs(runs, marks)}</{tag}>'
        case Items(items, start):
            return _items(items, start, marks)
        case Quote(inner):
            return f"<blockquote>{''.join(map(partial(_block, marks=marks), inner))}</blockquote>"
        case Code(run, cited=cited):
            numbers = "".join(_cited(marks, run.text, number) for number in cited) if marks else ""
            return f'<pre dir="ltr"><code>{_runs((run,), marks, is_code=True)}</code>{numbers}</pre>'
        case Grid():
            return _grid(block, marks)
        case Rule():
            return "<hr>"


def _items(items: Sequence[Sequence[Block]], start: int | None, marks: _Marks | None) -> str:
    # Items of one line each are close together, as their paragraphs are not.
    tight = all(sum(isinstance(block, Paragraph) for block in item) <= 1 for item in items)
    shown = "".join(
        f'<li dir="auto">{"".join(map(partial(_block, marks=marks, tight=tight), item))}</li>' for item in items
    )
    if start is None:
        return f"<ul>{shown}</ul>"
    return f"<ol{f' start={chr(34)}{start}{chr(34)}' if start != 1 else ''}>{shown}</ol>"


def _grid(grid: Grid, marks: _Marks | None) -> str:
    head, *rows = grid.rows
    sides = [f' class="fn-{side}"' if side in ("right", "center") else "" for side in grid.aligned]

    def cells(row: Sequence[Sequence[Run]], opening: str, closing: str) -> str:
        shown = (f"<{opening}{side}>{_runs(cell, marks)}</{closing}>" for cell, side in zip(row, sides, strict=True))
        return f"<tr>{''.join(shown)}</tr>"

    return table_html(
        cells(head, 'th scope="col" dir="auto"', "th"), "".join(cells(row, 'td dir="auto"', "td") for row in rows)
    )


def _runs(runs: Sequence[Run], marks: _Marks | None, *, is_code: bool = False) -> str:
    pieces: list[str] = []
    for run in runs:
        styles = frozenset() if is_code else run.styles
        is_link = marks is not None and run.href in marks.links
        if run.is_address and is_link:
            continue
        shown = _run(run, marks, pieces, keeps_markers="code" in run.styles)
        for style, tag in reversed(_TAGS):
            if style in styles and shown:
                shown = f"<{tag}>{shown}</{tag}>"
        if is_link and shown:
            address = escape(run.href)
            shown = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{shown}</a>'
        pieces.append(shown)
    return "".join(pieces)


def _run(run: Run, marks: _Marks | None, before: list[str], *, keeps_markers: bool) -> str:
    """Draw a run in stretches of one look; a marker comes close to the words before it."""
    if marks is None:
        return _drafted(run, before, keeps_markers=keeps_markers)
    pieces: list[str] = []
    start = 0
    while start < len(run.text):
        at = run.places[start]
        if not keeps_markers and not run.is_address and at in marks.markers:
            _close_up(pieces or before)
            pieces.append(_marker(marks, at))
            start += 1
            while start < len(run.text) and run.places[start] in marks.within:
                start += 1
            pieces += _signs(marks, run.places[start - 1 : start])
            continue
        look = _look(marks, at)
        end = start + 1
        while end < len(run.text) and _look(marks, run.places[end]) == look and run.places[end - 1] not in marks.ends:
            if run.places[end] in marks.markers and not keeps_markers:
                break
            end += 1
        words = run.text[start:end]
        is_before_marker = end < len(run.text) and run.places[end] in marks.markers and not keeps_markers
        pieces.append(_worded(marks, words.rstrip() if is_before_marker else words, look))
        if not run.is_address:
            pieces += _signs(marks, run.places[end - 1 : end])
        start = end
    return "".join(pieces)


def _drafted(run: Run, before: list[str], *, keeps_markers: bool) -> str:
    if keeps_markers:
        return escape(run.text)
    pieces: list[str] = []
    start = 0
    for match in MARKER.finditer(run.text):
        pieces.append(escape(run.text[start : match.start()]))
        _close_up(pieces if any(pieces) else before)
        pieces.append(f'<span class="fn-ref">{match[1]}</span>')
        start = match.end()
    return "".join([*pieces, escape(run.text[start:])])


def _look(marks: _Marks, at: int) -> tuple[int, bool]:
    """Return which doubtful statement a character is part of, -1 for none, and whether it is part of the direct one."""
    index = marks.sentence.get(at, -1)
    doubtful = index if index >= 0 and marks.answer.statements[index].problem else -1
    return doubtful, at in marks.direct


def _worded(marks: _Marks, words: str, look: tuple[int, bool]) -> str:
    shown = escape(words)
    index, is_direct = look
    if is_direct:
        return f'<strong class="fn-target" id="direct-{marks.turn}">{shown}</strong>'
    if index >= 0 and words.strip():
        name = kind(marks.answer.statements[index])
        return f'<span class="fn-doubt {name}" aria-describedby="doubt-{marks.turn}-{index}">{shown}</span>'
    return shown


def _marker(marks: _Marks, at: int) -> str:
    citation = marks.markers[at]
    # A marker behind the full stop belongs to the sentence before it.
    before = bisect_right(marks.starts, at, key=lambda place: place[0])
    sentence = marks.answer.statements[marks.starts[before - 1][2]].text if before else ""
    first = citation.number not in marks.seen
    marks.seen.add(citation.number)
    return marker(marks.turn, citation, sentence, first=first, exchange=marks.exchange)


def _cited(marks: _Marks, code: str, number: int) -> str:
    """Return the marker of a citation behind the code that is quoted from it."""
    citation = next(one for one in marks.answer.citations if one.number == number)
    first = number not in marks.seen
    marks.seen.add(number)
    return marker(marks.turn, citation, code, first=first, exchange=marks.exchange)


def _signs(marks: _Marks, last: Sequence[int]) -> list[str]:
    """Return the sign that ends a doubtful statement where its last character was drawn."""
    found = [marks.ends.pop(at) for at in last if at in marks.ends]
    return [sign(marks.answer.statements[index], f"doubt-{marks.turn}-{index}") for index in found]


def _close_up(pieces: list[str]) -> None:
    """Take the space before a marker away."""
    if pieces:
        pieces[-1] = pieces[-1].rstrip()
