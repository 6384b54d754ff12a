"""A written answer's text in a Word document, block by block."""

import unicodedata
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from qa.command.printing import printable, readable
from qa.lazy_regex import lazy_regex
from ui.rich_text import Block, Code, Grid, Heading, Items, Paragraph, Quote, Rule, Run
from ui.web.language import current

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

_MARKER = lazy_regex(r"(\[\d{1,3}\])")
# The question is a heading of the first level.
_HEADINGS_ABOVE = 1
_LOWEST_HEADING = 9
_INDENT_CM = 0.63
_FOOTNOTE_PT = 9
_CODE_FONT = "Courier New"
_NO_CHARACTERS = lazy_regex("[\ufffe\uffff]")
# What follows `bidi` among the properties of a paragraph, and `rtl` among those of its runs.
_AFTER_BIDI = tuple(
    f"w:{name}"
    for name in (
        *(
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "contextualSpacing",
            "mirrorIndents",
            "suppressOverlap",
            "jc",
        ),
        *("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr"),
    )
)
_AFTER_RTL = ("w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath")


def add_blocks(document: "Document", blocks: Sequence[Block], known: Set[str], *, depth: int = 0) -> None:
    """Add blocks; each level of `depth` moves them in. Markers in `known` are numbers above the line."""
    for block in blocks:
        match block:
            case Paragraph(runs):
                _add_runs(_paragraph(document, depth), runs, known)
            case Heading(level, runs):
                heading = document.add_heading("", min(level + _HEADINGS_ABOVE, _LOWEST_HEADING))
                _add_runs(heading, runs, known)
            case Items(items, start):
                _add_items(document, items, start, known, depth)
            case Quote(inner):
                add_blocks(document, inner, known, depth=depth + 1)
            case Code(run, cited=cited):
                add_code(_paragraph(document, depth), run.text, cited)
            case Grid(rows):
                _add_grid(document, rows, known)
            case Rule():
                document.add_paragraph("⁂")


def add_styles(document: "Document") -> None:
    """Add a style for footnotes, smaller than what they stand below; have spelling checked in the page's language."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    style = document.styles.add_style("Footnotes", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = normal
    style.font.size = Pt(_FOOTNOTE_PT)
    style.paragraph_format.space_after = Pt(_FOOTNOTE_PT / 2)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), current())


def for_word(text: str) -> str:
    """Return a text of any origin, with its line breaks, as Word takes it: XML has no place for some characters."""
    lines = (printable(line) for line in readable(text).split("\n"))
    return _NO_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))


def add_code(paragraph: "WordParagraph", code: str, cited: Sequence[int] = ()) -> None:
    """Add lines of code, and behind them numbers above the line."""
    paragraph.add_run(for_word(code)).font.name = _CODE_FONT
    for number in cited:
        paragraph.add_run(f" {number}").font.superscript = True


def add_marked(paragraph: "WordParagraph", line: str, known: Set[str]) -> None:
    """Add a line whose markers in `known` are numbers above it, those that follow one another with a comma between."""
    for piece, is_marker in _pieces(line, known):
        run = paragraph.add_run(for_word(piece))
        run.font.superscript = is_marker or None


def set_directions(document: "Document") -> None:
    """Have Arabic and Hebrew paragraphs run from right to left; the first letter tells, as in a browser."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for paragraph in document.element.body.iter(qn("w:p")):
        if not _runs_leftwards("".join(text.text or "" for text in paragraph.iter(qn("w:t")))):
            continue
        paragraph.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        for run in paragraph.iter(qn("w:r")):
            if any(map(_is_leftwards, "".join(text.text or "" for text in run.iter(qn("w:t"))))):
                run.get_or_add_rPr().insert_element_before(OxmlElement("w:rtl"), *_AFTER_RTL)


def _runs_leftwards(text: str) -> bool:
    return next((_is_leftwards(character) for character in text if _is_strong(character)), False)


def _is_strong(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("L", "R", "AL")


def _is_leftwards(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _add_items(
    document: "Document", items: Sequence[Sequence[Block]], start: int | None, known: Set[str], depth: int
) -> None:
    for number, item in enumerate(items, start or 0):
        # Word goes on counting where the list before ended: numbers are written out.
        sign = "•" if start is None else f"{number}."
        paragraph = _paragraph(document, depth + 1, hanging=True)
        paragraph.add_run(f"{sign}\t")
        first, rest = (item[0], item[1:]) if item and isinstance(item[0], Paragraph) else (None, item)
        if isinstance(first, Paragraph):
            _add_runs(paragraph, first.runs, known)
        add_blocks(document, rest, known, depth=depth + 1)


def _add_grid(document: "Document", rows: Sequence[Sequence[Sequence[Run]]], known: Set[str]) -> None:
    table = document.add_table(0, len(rows[0]))
    table.style = "Table Grid"
    for place, row in enumerate(rows):
        for cell, runs in zip(table.add_row().cells, row, strict=True):
            _add_runs(cell.paragraphs[0], runs, known, bold=place == 0)
    document.add_paragraph()


def _add_runs(paragraph: "WordParagraph", runs: Sequence[Run], known: Set[str], *, bold: bool = False) -> None:
    for run in runs:
        is_code = "code" in run.styles
        for piece, is_marker in [(run.text, False)] if is_code else _pieces(run.text, known):
            words = paragraph.add_run(for_word(piece))
            words.font.superscript = is_marker or None
            words.bold = bold or "strong" in run.styles or None
            words.italic = "em" in run.styles or None
            words.font.strike = "s" in run.styles or None
            if is_code:
                words.font.name = _CODE_FONT


def _pieces(text: str, known: Set[str]) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text as they stand, and its markers as numbers: each with whether it is one."""
    after_marker = False
    for piece in filter(None, _MARKER.split(text)):
        is_marker = piece in known
        # "1" and "2" above the line would be twelve.
        yield ("," if is_marker and after_marker else "") + (piece.strip("[]") if is_marker else piece), is_marker
        after_marker = is_marker


def _paragraph(document: "Document", depth: int, *, hanging: bool = False) -> "WordParagraph":
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    if depth:
        paragraph.paragraph_format.left_indent = Cm(_INDENT_CM * depth)
    if hanging:
        paragraph.paragraph_format.first_line_indent = Cm(-_INDENT_CM)
    return paragraph
