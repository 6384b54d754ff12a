"""An answer's footnotes as programs read them: in the text, and as OpenAI's annotations. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from qa.lazy_regex import lazy_regex
from qa.types import Answer, Chunk, Citation
from ui.chat.statements import markers
from ui.chat.statements import places as places_of
from ui.places import cited, headings, places

NOTE = "ⓘ "
"""Begins the line below an answer that says what else should be known."""

_DOUBT = "⚠ "
_FOOTNOTE = lazy_regex(r"\[\d{1,6}\] \S.* — \S.*")
_DOUBTED, _BECAUSE = "⚠ “", "”: "
_WEB = lazy_regex(r"https?://", re.IGNORECASE)


class Address(Protocol):
    """Returns the address under which a passage can be read, and words of it are marked."""

    def __call__(self, chunk: Chunk, marks: Sequence[tuple[int, int]] = ()) -> str:
        """Return it; `marks` are offsets into the document's text."""
        ...


def is_on_the_web(chunk: Chunk) -> bool:
    """Tell whether a passage is of a web page."""
    return bool(_WEB.match(chunk.source))


def label(chunk: Chunk) -> str:
    """Return where a passage stands, in one line: its title, its place in the document, the file or address."""
    path = headings(chunk)
    parts = [chunk.title or chunk.source, *places(chunk), *([path] if path else [])]
    return " ".join(", ".join(part for part in parts if part).split())


def written_out(answer: Answer) -> str:
    """Return an answer as one text: its words, what else should be known, and its footnotes below.

    Programs that know nothing of footnotes show this as it is. Each line of what is below begins with its sign.
    """
    parts = [answer.text.strip()]
    if answer.note:
        parts.append(f"{NOTE}{_in_a_line(answer.note)}")
    doubts = [
        f"{_DOUBT}“{_in_a_line(said.text)}”: {_in_a_line(said.problem)}." for said in answer.statements if said.problem
    ]
    if doubts:
        parts.append("\n".join(doubts))
    notes = [
        f"[{citation.number}] {label(cited(citation))} — {_in_a_line(citation.chunk.source)}"
        for citation in answer.citations
    ]
    if notes:
        # Two spaces end a line in Markdown.
        parts.append("  \n".join(notes))
    return "\n\n".join(parts)


def footnote_line(line: str) -> bool:
    """Tell whether a line has the form of a footnote below an answer."""
    return bool(_FOOTNOTE.fullmatch(line.rstrip()))


def doubt_line(line: str) -> bool:
    """Tell whether a line has the form of a doubt below an answer."""
    line = line.rstrip()
    # By hand: a pattern for both parts goes through the line from each place where the second may begin.
    parts = line.find(_BECAUSE, len(_DOUBTED) + 1)
    return line.startswith(_DOUBTED) and line.endswith(".") and -1 < parts < len(line) - len(_BECAUSE) - 1


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def footnotes(answer: Answer, address: Address) -> list[dict[str, Any]]:
    """Return what each number stands for: the document, the place in it, the words that carry the answer."""
    return [_footnote(citation, address) for citation in answer.citations]


def _footnote(citation: Citation, address: Address) -> dict[str, Any]:
    chunk = citation.chunk
    return {
        "number": citation.number,
        "passage": chunk.id,
        "document": chunk.document_id,
        "title": chunk.title,
        "source": chunk.source,
        "heading": cited(citation).heading,
        "page": chunk.page if chunk.page > 0 else None,
        "place": ", ".join(places(chunk)),
        "url": address(chunk, citation.spans),
        "text": chunk.text,
        "quotes": [
            {"start": start, "end": end, "text": chunk.text[max(0, start - chunk.start) : max(0, end - chunk.start)]}
            for start, end in citation.spans
        ],
    }


def sentences(answer: Answer) -> list[dict[str, Any]]:
    """Return the answer's sentences, each with the footnotes it rests on and what the check says of it."""
    return [
        {
            "text": said.text,
            "footnotes": list(said.citations),
            "verdict": said.support,
            "problem": said.problem or None,
            "evidence": [{"footnote": at.number, "start": at.start, "end": at.end} for at in said.evidence],
            "against": [{"footnote": at.number, "start": at.start, "end": at.end} for at in said.against],
        }
        for said in answer.statements
    ]


def short_answer(answer: Answer) -> str:
    """Return the few words of a sentence that answer by themselves, "" where none surely holds them."""
    return answer.direct.text if answer.direct else ""


def url_citations(text: str, answer: Answer, address: Address) -> list[dict[str, Any]]:
    """Return one of OpenAI's `url_citation` for each marker in a text that begins with the answer's own.

    `start_index` and `end_index` are offsets of the marker, in characters; the end is exclusive.
    """
    return [
        {
            "type": "url_citation",
            "start_index": marker.start(),
            "end_index": marker.end(),
            "title": label(cited(citation)),
            "url": address(citation.chunk, citation.spans),
        }
        for marker, citation in _marked(text, answer)
    ]


def file_citations(text: str, answer: Answer) -> list[dict[str, Any]]:
    """Return one of OpenAI's `file_citation` for each marker that stands for a file; `index` is its offset."""
    return [
        {
            "type": "file_citation",
            "index": marker.start(),
            "file_id": citation.chunk.document_id,
            "filename": re.split(r"[/\\]", citation.chunk.source)[-1],
        }
        for marker, citation in _marked(text, answer)
        if not is_on_the_web(citation.chunk)
    ]


def _marked(text: str, answer: Answer) -> Iterator[tuple[re.Match[str], Citation]]:
    known = {citation.number: citation for citation in answer.citations}
    # The list of footnotes below is no part of it.
    own = text[: len(answer.text.strip())]
    for marker in markers(own, known, answer.statements, places_of(own, answer.statements)).values():
        yield marker, known[int(marker[1])]
