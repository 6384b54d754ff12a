"""The blocks of a text as HTML, with what is cited marked. Pure functions; every text is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ui.reading.blocks import Block, Head, Heading, Items, PageBreak, Paragraph, Rows
from ui.reading.lookup import Spans, Wanted
from ui.reading.ours import labels
from ui.web.escape import escape
from ui.web.language import t

HERE = "fnr-here"
"""The id of the place that is looked for."""

_SHORT, _LONG = 20, 50


@dataclass(slots=True)
class Ink:
    """Marks a text piece by piece; the first piece of what is looked for gets the id `HERE`."""

    spans: Spans
    against: Spans
    chosen: tuple[int, int]
    placed: bool = False
    media_type: str = ""

    @classmethod
    def of(cls, wanted: Wanted, media_type: str) -> "Ink":
        """Mark what a passage cites; all of it where nothing of it is cited in particular.

        Args:
            wanted: The passage.
            media_type: Of its document.
        """
        whole = (wanted.chunk.start, wanted.chunk.end)
        spans = wanted.spans or (() if wanted.against or not wanted.number else (whole,))
        return cls(spans, wanted.against, wanted.span, media_type=media_type)

    def marked(self, text: str, start: int) -> str:
        """Return a piece of text, which stands at `start` of its document; words of ours in the page's language."""
        end = start + len(text)
        found = labels(text, self.media_type)
        ours = {start + label.start: label.said for label in found}
        within = {at for label in found for at in range(start + label.start + 1, start + label.end)}
        edges = {at for span in (*self.spans, *self.against, self.chosen) for at in span if start < at < end}
        # Words of ours are one piece, which is marked as its beginning is.
        edges = {*(edges - within), *ours, *(start + label.end for label in found)}
        return "".join(
            self._piece(text[low - start : high - start], low, ours.get(low, ""))
            for low, high in pairwise(sorted({start, end, *edges}))
        )

    def touches(self, start: int, end: int) -> bool:
        """Tell whether anything between two places is marked."""
        return any(low < end and start < high for low, high in (*self.spans, *self.against))

    def here(self, start: int, end: int) -> str:
        """Return the attribute that makes an element the place that is looked for, if it is the first of it."""
        if self.placed or not (self.chosen[0] < end and start < self.chosen[1]):
            return ""
        self.placed = True
        return f' id="{HERE}"'

    def _piece(self, words: str, at: int, said: str) -> str:
        is_against, is_cited = _lies_in(at, self.against), _lies_in(at, self.spans)
        shown = f'<span title="{escape(words)}">{escape(said)}</span>' if said else escape(words)
        if not words.strip() or not (is_against or is_cited):
            here = self.here(at, at + 1) if words.strip() else ""
            return f"<span{here}>{shown}</span>" if here else shown
        kinds = [
            *(["fnr-chosen"] if self.chosen[0] <= at < self.chosen[1] else []),
            *(["fnr-against"] if is_against else []),
        ]
        named = f' class="{" ".join(kinds)}"' if kinds else ""
        return f"<mark{named}{self.here(at, at + len(words))}>{shown}</mark>"


def drawn(blocks: Iterable[Block], ink: Ink) -> str:
    """Return blocks as HTML, in order."""
    return "".join(_block(block, ink) for block in blocks)


def numbered(text: str, start: int, first_line: int, ink: Ink, flowing: str = "") -> str:
    """Return lines of a file with their numbers; lines that flow have that of the first.

    Args:
        text: The lines.
        start: Where they begin in the document's text.
        first_line: The number of the first one.
        ink: What is marked.
        flowing: The lines as they are shown, where some of them are joined; every character has its place.
    """
    rows = []
    at, number = start, first_line
    for line in (flowing or text).split("\n"):
        rows.append(
            f'<div class="fnr-line"><span class="fnr-number">{number}</span><span>{ink.marked(line, at)}</span>\n</div>'
        )
        number += 1 + text.count("\n", at - start, at - start + len(line))
        at += len(line) + 1
    return f'<div class="fnr-lines" dir="auto">{"".join(rows)}</div>'


def _block(block: Block, ink: Ink) -> str:
    match block:
        case Heading(start, text, level):
            # No headings of the page that shows them: the first of a stretch may be of any level.
            return f'<p class="fnr-heading fnr-level-{level}" dir="auto">{ink.marked(text, start)}</p>'
        case Paragraph(start, text):
            return f'<p dir="auto">{ink.marked(text, start)}</p>'
        case Items(items):
            inner = "".join(f'<li dir="auto">{ink.marked(text, start)}</li>' for start, text in items)
            return f"<ul>{inner}</ul>"
        case Head(fields):
            inner = "".join(
                f'<div><dt>{escape(_field(name))}</dt><dd dir="auto">{ink.marked(text, start)}</dd></div>'
                for start, name, text in fields
            )
            return f'<dl class="fnr-head-of-mail">{inner}</dl>'
        case PageBreak(number, label, is_slide):
            named = t("slide {slide}", slide=str(number)) if is_slide else page_name(number, label)
            return f'<p class="fnr-break">{escape(named)}</p>'
        case Rows():
            return _rows(block, ink)


def _field(name: str) -> str:
    """Return in the reader's language what a line of a mail's head is called, which is English in every mail."""
    # The colon tells the catalogue that it is not the first day of a search.
    names = {
        "From": t("From:"),
        "To": t("To:"),
        "Cc": t("Cc:"),
        "Date": t("Date:"),
        "Subject": t("Subject:"),
        "Attachments": t("Attachments:"),
    }
    return names.get(name, name).rstrip(": ")


def page_name(number: int, label: str = "", count: int = 0) -> str:
    """Return what a page is called: "p. 4 (iv) of 12"; a count of 0 is not known."""
    named = f"{number} ({label})" if label and label != str(number) else str(number)
    return t("p. {page} of {count}", page=named, count=count) if count else t("p. {page}", page=named)


def _rows(block: Rows, ink: Ink) -> str:
    table = block.table
    # Within a text, a table's rows are counted by nobody.
    shows_numbers = not table.in_text
    corner = f'<th scope="col" class="fnr-number">{escape(t("Row"))}</th>' if shows_numbers else ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.labels)
    lines = []
    for row in block.rows:
        start, end = row.places[0].start, row.places[-1].end
        cited = ink.touches(start, end)
        number = ""
        if shows_numbers:
            said = f'<span class="fnr-unseen">{escape(t("cited"))} </span>' if cited else ""
            number = f'<th scope="row" class="fnr-number">{said}{row.number}</th>'
        cells = "".join(f'<td dir="auto"{_whole(cell)}>{_cell(cell, cited=cited)}</td>' for cell in row.cells)
        kind = ' class="fnr-cited"' if cited else ""
        lines.append(f"<tr{kind}{ink.here(start, end)}>{number}{cells}</tr>")
    kind = "fnr-table fnr-sheet" if shows_numbers else "fnr-table"
    return (
        f'<div class="{kind}" role="group" tabindex="0" aria-label="{escape(t("Table"))}"><table>'
        f"<thead><tr>{corner}{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _whole(text: str) -> str:
    """Return the attribute that keeps a short value on one line, and a long one off a narrow column."""
    if len(text) > _LONG:
        return ' class="fnr-long"'
    return ' class="fnr-short"' if len(text) <= _SHORT and " " not in text else ""


def _cell(text: str, *, cited: bool) -> str:
    return f"<mark>{escape(text)}</mark>" if cited and text.strip() else escape(text)


def _lies_in(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= at < high for low, high in spans)
