"""A conversation as Markdown with footnotes. Pure functions.

Texts of documents and models are escaped: a viewer shows their characters and fetches no picture.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering.quoting.quote import EXTRACTIVE
from qa.command.printing import printable, readable
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Cell, Citation, Table
from ui.chat.statements import MARKER
from ui.chat.verdicts import headline, in_line, in_quotes, says_stopped
from ui.conversation.markdown_text import apart, blocks_markdown, fenced, markdown_of
from ui.places import cited
from ui.quoted_code import quotations, with_code
from ui.reading.ours import reworded
from ui.tables import introduction
from ui.terminal import one_line, place, quotes
from ui.web.language import t
from ui.web.reasons import noted

# "(" means something behind a bracket and "!" before one, which may stand beside this text, and "+" at the beginning of
# a line: who copies an answer into a mail would send the strokes before all others.
_SIGNS = lazy_regex(r"([\\`*_{}\[\]<>#|~$&^]|^\(|!$)")
_BEGINS = lazy_regex(r"^(\s*)([-=+]|\d+[.)])(?=\s|-|=|$)")
_NEAREST = 3
# What a viewer turns into a link by itself, and may look up before anybody clicks.
_ADDRESS = lazy_regex(r"(?i)\b((?:https?|ftp|file|data|javascript)):|\b(www)\.")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without a whole answer: what there is of one, why there is no more, and what it was limited to."""

    question: str
    text: str
    why: str
    where: str = ""


def as_markdown(answers: Sequence[Answer | Unanswered], *, title: str) -> str:
    """Return the questions as headings, the answers below them, and their footnotes at the end."""
    parts = [f"# {escaped(title)}"]
    has_headings = not is_said_by(title, [item.question for item in answers])
    for number, answer in enumerate(answers, 1):
        if has_headings:
            parts.append(f"## {escaped(one_line(answer.question))}")
        parts.extend(_whole(answer, number) if isinstance(answer, Answer) else _begun(answer, number))
    for number, answer in enumerate(answers, 1):
        if isinstance(answer, Answer):
            parts.extend(f"[^{number}-{item.number}]: {_footnote(item)}" for item in answer.citations)
    return "\n\n".join(parts) + "\n"


def _begun(answer: Unanswered, number: int) -> Iterator[str]:
    yield from _limited(answer.where)
    if answer.text.strip():
        yield markdown_of(answer.text, number=number, known=set(), escape=escaped)
    yield f"> {escaped(one_line(answer.why))}"


def _limited(where: str) -> Iterator[str]:
    if where:
        yield f"*{escaped(t('Limited to: {what}', what=one_line(where)))}*"


def _whole(answer: Answer, number: int) -> Iterator[str]:
    yield from _limited(answer.where)
    if answer.direct:
        yield f"**{escaped(one_line(answer.direct.text))}**"
    known = {citation.number for citation in answer.citations}
    if blocks := with_code(answer):
        yield blocks_markdown(blocks, number=number, known=known, escape=escaped)
    elif answer.model == EXTRACTIVE:
        yield from _paragraphs(answer, number)
    else:
        yield markdown_of(introduction(answer), number=number, known=known, escape=escaped)
    if answer.table:
        yield "\n".join(_rows(answer.table, answer, number))
    if line := headline(answer, is_stopped=says_stopped(answer)):
        yield f"> {escaped(line)}"
    if answer.note:
        yield f"> {escaped(one_line(noted(answer.note)))}"
    for item in answer.statements:
        if item.problem:
            yield f"> {escaped(one_line(in_line(answer, item)))}"
    if line := nearest(answer):
        yield f"> {escaped(line)}"


def is_said_by(title: str, questions: Sequence[str]) -> bool:
    """Tell whether the title is the only question already, so that a heading of its own would say it twice."""
    return len(questions) == 1 and one_line(questions[0]) == one_line(title)


def is_list(lines: Sequence[str]) -> bool:
    """Tell whether the lines of a paragraph of a quoted answer are a list, as of documents."""
    return bool(lines) and all(line.startswith("- ") for line in lines)


def nearest(answer: Answer) -> str:
    """Return where the nearest passages are, of a question that the documents do not answer; "" for others."""
    hits = () if answer.found else answer.hits[:_NEAREST]
    return f"{t('Nearest passages')}: {'; '.join(place(hit.chunk, t) for hit in hits)}" if hits else ""


def escaped(text: str) -> str:
    """Return one line in which nothing is Markdown, HTML or an address."""
    text = _SIGNS.sub(r"\\\1", printable(text))
    text = _BEGINS.sub(
        lambda match: f"{match[1]}\\{match[2]}" if match[2] in "-=+" else f"{match[1]}{match[2][:-1]}\\{match[2][-1]}",
        text,
    )
    return _ADDRESS.sub(lambda match: f"{match[1]}&#58;" if match[1] else f"{match[2]}&#46;", text)


def _paragraphs(answer: Answer, number: int) -> Iterator[str]:
    # A quoted sentence may hold an "[1]" of its own, which stays text.
    own = {int(number) for statement in answer.statements for number in MARKER.findall(statement.text)}
    known = {citation.number for citation in answer.citations} - own
    for paragraph in readable(introduction(answer)).split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if is_list(lines):
            yield "\n".join(f"- {_line(line.removeprefix('- '), number, known)}" for line in lines)
        elif lines:
            yield "  \n".join(_line(line, number, known) for line in lines)


def _rows(table: Table, answer: Answer, number: int) -> Iterator[str]:
    """Yield a table's lines; every cell has its footnotes, and an empty one a dash."""
    known = {citation.number for citation in answer.citations}

    def shown(cell: Cell) -> str:
        marks = "".join(f"[^{number}-{at}]" for at in cell.citations if at in known)
        return f"{escaped(one_line(cell.text)) or '–'}{apart(marks)}"

    yield f"| {' | '.join(escaped(one_line(column)) for column in table.columns)} |"
    yield f"| {' | '.join('---' for _ in table.columns)} |"
    yield from (f"| {' | '.join(map(shown, row))} |" for row in table.rows)


def _line(line: str, number: int, known: set[int]) -> str:
    """Return a line whose markers are footnotes if the answer cites their passages."""
    found, at = "", 0
    for match in MARKER.finditer(line):
        if int(match[1]) in known:
            found += f"{escaped(line[at : match.start()])}[^{number}-{match[1]}]"
            at = match.end()
    return apart(found) + escaped(line[at:])


def _footnote(citation: Citation) -> str:
    if codes := quotations(citation):
        # What is indented by four is part of the footnote.
        blocks = (textwrap.indent(fenced(code), "    ") for code in codes)
        return "\n\n".join([escaped(place(cited(citation), t)), *blocks])
    said = " … ".join(escaped(in_quotes(reworded(quote, citation.chunk.source))) for quote in quotes(citation))
    return ": ".join([escaped(place(cited(citation), t)), said]).removesuffix(": ")
