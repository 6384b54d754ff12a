"""A conversation as a Word document: questions as headings, answers with numbers, and what the numbers stand for."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.database.exchanges import Exchange
from qa.types import Answer, Citation
from ui.chat.limiting import said
from ui.chat.verdicts import headline, in_line, in_quotes, is_written, says_stopped
from ui.conversation.save import is_list, is_said_by, nearest
from ui.export.docx_text import add_blocks, add_code, add_marked, add_styles, for_word, set_directions
from ui.export.unanswered import told, why
from ui.places import cited
from ui.quoted_code import quotations, with_code
from ui.reading.ours import reworded
from ui.rich_text import read
from ui.tables import introduction
from ui.terminal import one_line, place, quotes
from ui.web.language import t
from ui.web.reasons import noted

if TYPE_CHECKING:
    from docx.document import Document


def as_docx(title: str, exchanges: Sequence[Exchange]) -> bytes:
    """Return the document's file."""
    import docx

    document = docx.Document()
    document.core_properties.title = for_word(title)[:250]
    document.core_properties.author = "Footnote"
    add_styles(document)
    document.add_heading(for_word(title), 0)
    for exchange in exchanges:
        if not is_said_by(title, [item.question for item in exchanges]):
            document.add_heading(for_word(one_line(exchange.question)), 1)
        if exchange.answer:
            _add_answer(document, told(exchange.answer, exchange))
        else:
            if exchange.limits:
                _add_note(document, t("Limited to: {what}", what=one_line(said(exchange.limits))))
            for line in for_word(exchange.text).split("\n"):
                document.add_paragraph(line)
            _add_note(document, why(exchange))
    set_directions(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_answer(document: "Document", answer: Answer) -> None:
    known = {f"[{citation.number}]" for citation in answer.citations}
    if answer.where:
        _add_note(document, t("Limited to: {what}", what=one_line(answer.where)))
    if answer.direct:
        document.add_paragraph().add_run(for_word(one_line(answer.direct.text))).bold = True
    if blocks := with_code(answer):
        add_blocks(document, blocks, known)
    elif is_written(answer):
        add_blocks(document, read(introduction(answer)), known)
    else:
        for paragraph in for_word(introduction(answer)).split("\n\n"):
            lines = [line for line in paragraph.split("\n") if line.strip()]
            for line in lines:
                if is_list(lines):
                    add_marked(document.add_paragraph(style="List Bullet"), line.removeprefix("- "), known)
                else:
                    add_marked(document.add_paragraph(), line, known)
    if answer.table:
        table = document.add_table(1, len(answer.table.columns))
        table.style = "Table Grid"
        for cell, column in zip(table.rows[0].cells, answer.table.columns, strict=True):
            cell.paragraphs[0].add_run(for_word(column)).bold = True
        for row in answer.table.rows:
            for cell, value in zip(table.add_row().cells, row, strict=True):
                marks = "".join(f" [{number}]" for number in value.citations)
                cell.text = for_word(value.text or "–") + marks
    if line := headline(answer, is_stopped=says_stopped(answer)):
        _add_note(document, line)
    if answer.note:
        _add_note(document, noted(answer.note))
    for statement in answer.statements:
        if statement.problem:
            _add_note(document, one_line(in_line(answer, statement)))
    if line := nearest(answer):
        _add_note(document, line)
    for citation in answer.citations:
        _add_footnote(document, citation)


def _add_footnote(document: "Document", citation: Citation) -> None:
    paragraph = document.add_paragraph(style="Footnotes")
    paragraph.add_run(str(citation.number)).font.superscript = True
    paragraph.add_run(f" {for_word(place(cited(citation), t))}").bold = True
    if codes := quotations(citation):
        for code in codes:
            add_code(document.add_paragraph(style="Footnotes"), code)
    elif said := " … ".join(in_quotes(for_word(reworded(quote, citation.chunk.source))) for quote in quotes(citation)):
        paragraph.add_run(f": {said}")


def _add_note(document: "Document", text: str) -> None:
    document.add_paragraph().add_run(for_word(text)).italic = True
