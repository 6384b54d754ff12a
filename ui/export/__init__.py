"""Conversations as files: Markdown, a web page, JSON, a Word document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qa.database.exchanges import Exchange


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file."""

    media_type: str
    write: Callable[[str, Sequence[Exchange]], bytes]


def _markdown(title: str, exchanges: Sequence[Exchange]) -> bytes:
    from ui.chat.limiting import said
    from ui.conversation.save import Unanswered, as_markdown
    from ui.export.unanswered import told, why

    answers = [
        told(exchange.answer, exchange)
        if exchange.answer
        else Unanswered(exchange.question, exchange.text, why(exchange), said(exchange.limits))
        for exchange in exchanges
    ]
    return as_markdown(answers, title=title).encode("utf-8", "backslashreplace")


def _json(title: str, exchanges: Sequence[Exchange]) -> bytes:
    from ui.export.json_ import as_json

    return as_json(title, exchanges)


def _html(title: str, exchanges: Sequence[Exchange]) -> bytes:
    from ui.export.html import as_html

    return as_html(title, exchanges)


def _docx(title: str, exchanges: Sequence[Exchange]) -> bytes:
    from ui.export.docx import as_docx

    return as_docx(title, exchanges)


FORMATS: Mapping[str, Format] = {
    "md": Format("text/markdown", _markdown),
    "html": Format("text/html", _html),
    "json": Format("application/json", _json),
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
}
"""By the ending of the file's name."""


def exported(ending: str, title: str, exchanges: Sequence[Exchange]) -> bytes:
    """Return a conversation as the contents of a file with this ending."""
    return FORMATS[ending].write(title, exchanges)
