"""Footnotes and the passages that they open, as HTML. Pure functions."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.lazy_regex import lazy_regex
from qa.types import Chunk, Citation, Hit
from ui.places import cited, headings, places
from ui.reading import links
from ui.reading.flowing import flowing, is_code
from ui.reading.ours import reworded
from ui.web.escape import escape
from ui.web.language import number, t

# Offsets into the text of a citation's document.
Spans = Sequence[tuple[int, int]]
_FIRST_WORDS = 60  # characters of a passage in a line that names it

_BESIDE = lazy_regex(r'(<(a|span) class="fn-ref"[^>]*>\d+</\2>)(?=<(?:a|span) class="fn-ref")')


def passage(citation: Citation, target: str, against: Spans = ()) -> str:
    """Show a citation's chunk with its spans marked, and words that speak against the answer marked differently.

    Spans are clipped to the chunk, and merged where they touch. `target` is the id of the first mark, or of the text if
    nothing is marked; later marks add "-1", "-2", …. Words against have the ids `target`-against, …-against-1.
    """
    text = flowing(citation.chunk)
    spans, opposed = _merge(citation.spans, citation.chunk), _merge(against, citation.chunk)
    ids = {low: [_numbered(target, index)] for index, (low, _) in enumerate(spans)}
    for index, (low, _) in enumerate(opposed):
        ids.setdefault(low, []).append(_numbered(f"{target}-against", index))
    pieces = []
    for low, high in pairwise(sorted({0, len(text), *(at for span in (*spans, *opposed) for at in span)})):
        begins = low == 0 or text[low - 1] == "\n"
        words = escape(reworded(text[low:high], citation.chunk.source, begins=begins))
        first, *further = ids.get(low, [""])
        is_against = _lies_in(low, opposed)
        if is_against or _lies_in(low, spans):
            kinds = [*(["fn-target"] if first else []), *(["fn-against"] if is_against else [])]
            named = (f' class="{" ".join(kinds)}"' if kinds else "") + (f' id="{first}"' if first else "")
            inner = "".join(f'<span class="fn-target" id="{name}"></span>' for name in further)
            words = f"<mark{named}>{inner}{words}</mark>"
        pieces.append(words)
    body = "".join(pieces)
    if not spans:
        body = f'<span class="fn-target" id="{target}">{body}</span>'
    if is_code(citation.chunk.source):
        return f'<blockquote class="fn-passage fn-code" dir="ltr">{body}</blockquote>'
    return f'<blockquote class="fn-passage" dir="auto">{body}</blockquote>'


def marker(turn: int, citation: Citation, sentence: str, *, first: bool = False, exchange: str = "") -> str:
    """Show the number of a footnote behind a sentence; `first` gives the footnote a way back to it.

    It opens the source where that can be read, under the id of its `exchange`; else the passage below the answer.
    """
    number = citation.number
    opens = f'href="#{target(turn, citation, sentence)}"'
    if exchange:
        opens = f'href="{escape(links.cited(exchange, number, mark=mark(citation, sentence)))}" target="_blank"'
    back = f' id="ref-{turn}-{number}"' if first else ""
    return (
        f'<a class="fn-ref"{back} {opens} role="doc-noteref" '
        f'aria-label="{escape(t("footnote {n}", n=number))}">{number}</a>'
    )


def apart(html: str) -> str:
    """Return HTML with a narrow space between markers side by side: "1" and "2" would be read and copied as twelve."""
    return _BESIDE.sub("\\1\N{NARROW NO-BREAK SPACE}", html)


def footnote(
    kind: str, turn: int, citation: Citation, hit: Hit | None, against: Spans = (), *, exchange: str = ""
) -> str:
    """Show a citation, closed: a click opens its passage.

    `kind` and `turn` keep the ids of one page apart. Under the id of its `exchange` the source can be read; "" where
    nobody serves it, as in a file of its own.
    """
    # A browser opens a closed <details> when a link leads into it, so the id is inside.
    chunk, number = citation.chunk, citation.number
    back = ""
    if kind == "fn":
        back = f'<a href="#ref-{turn}-{number}" role="doc-backlink">{escape(t("back to the answer"))}</a> · '
    if exchange:
        address = links.cited(exchange, number) if kind == "fn" else links.nearest(exchange, number)
        label = escape(t("Open the source of footnote {n}", n=number))
        opens = f'<a class="fn-open" href="{escape(address)}" target="_blank" aria-label="{label}">'
        back = f"{opens}{escape(t('open the source'))}</a> · {back}"
    asked = escape(t("Why this passage"))
    why = f'<details class="fn-meta"><summary>{asked}</summary>{_why(hit)}</details>' if hit else ""
    where = _where(cited(citation)) or (_begins(chunk) if kind == "near" else "")
    return (
        f'<details class="fn"><summary><span class="fn-number">{number}</span> '
        f'<span><bdi class="fn-title">{escape(chunk.title or chunk.source)}</bdi>{where}</span></summary>'
        f'<div class="fn-body">{passage(citation, f"{kind}-{turn}-{number}", against)}'
        f'<p class="fn-meta">{back}{_source(chunk.source)}</p>{why}</div></details>'
    )


def _where(chunk: Chunk) -> str:
    shown = "".join(f' · <bdi class="fn-place">{escape(place)}</bdi>' for place in places(chunk, t))
    if path := headings(chunk):
        shown += f" · <bdi>{escape(path)}</bdi>"
    return f'<span class="fn-where">{shown}</span>' if shown else ""


def _begins(chunk: Chunk) -> str:
    """Return the first words of a passage that has no place: those of one document look all the same."""
    words = " ".join(chunk.text.split())
    shown = (
        words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS].rpartition(' ')[0] or words[:_FIRST_WORDS]} …"
    )
    return f'<span class="fn-where"> · <bdi>{escape(shown)}</bdi></span>' if shown else ""


def _source(source: str) -> str:
    shown = escape(source)
    if re.match(r"https?://", source):
        return f'<a href="{shown}" target="_blank" rel="noopener noreferrer"><bdi>{shown}</bdi></a>'
    return f"<bdi>{shown}</bdi>"


def _why(hit: Hit) -> str:
    reasons = [t("rank {n}", n=hit.rank)]
    if hit.cosine is not None:
        reasons.append(t("meaning {score} (cosine, at most 1)", score=number(hit.cosine, 2)))
    if hit.bm25 is not None:
        told = t("words {score} (BM25, as a share of the most this question allows)", score=number(hit.bm25, 2))
        reasons.append(told)
    if hit.learned is not None:
        told = t("terms {score} (the learned sparse model's, at most 1)", score=number(hit.learned, 2))
        reasons.append(told)
    if hit.rerank is not None:
        reasons.append(t("reranker {score} (in that model's own range)", score=number(hit.rerank, 2)))
    return escape(" · ".join(reasons))


def target(turn: int, citation: Citation, sentence: str) -> str:
    """Return the id of the mark to which a sentence's marker leads."""
    return _numbered(f"fn-{turn}-{citation.number}", mark(citation, sentence))


def mark(citation: Citation, sentence: str) -> int:
    """Return which of a passage's marks a sentence rests on, from 0: the one that shares most words with it."""
    wanted = set(sentence.casefold().split())
    spans = _merge(citation.spans, citation.chunk)
    marks = [set(citation.chunk.text[low:high].casefold().split()) for low, high in spans]
    return max(range(len(marks)), key=lambda index: len(wanted & marks[index]), default=0)


def _numbered(target: str, index: int) -> str:
    return f"{target}-{index}" if index else target


def _lies_in(at: int, spans: Spans) -> bool:
    return any(low <= at < high for low, high in spans)


def _merge(spans: Spans, chunk: Chunk) -> list[tuple[int, int]]:
    """Return spans as offsets into the chunk's text, in order, with text between any two."""
    length = len(chunk.text)
    merged: list[tuple[int, int]] = []
    for low, high in sorted((max(low - chunk.start, 0), min(high - chunk.start, length)) for low, high in spans):
        if merged and low <= merged[-1][1] < high:
            merged[-1] = (merged[-1][0], high)
        elif low < high and (not merged or low > merged[-1][1]):
            merged.append((low, high))
    return merged
