"""Answers, footnotes and passages as HTML: pure functions, called by `ui/chat/page.py`.

Document and model text is data: all of it passes through `escape` (or `escape_markdown`, for the few Streamlit elements
that read Markdown), so that nothing in it becomes a tag, a link or a formula.
"""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.types import Answer, Chunk, Citation, Hit, Statement
from ui.places import headings, places

_MARKER = re.compile(r"\[(\d{1,3})\]")
_OPEN_MARKER = re.compile(r"\[\d{0,3}$")
# A line break inside a paragraph is the layout of the page it was quoted from. Before a blank line or a list it stays.
_SOFT_BREAK = re.compile(r"(?<!\n)\n(?!\s*\n|\s*[-*•]\s|\s*\d{1,3}[.)]\s)")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit sets these as typography even when escaped, "--recreate" as a dash; inside a code span it lets them be.
_TYPOGRAPHY = re.compile(r"--|->|<-|>=|<=|~=")
_NEAREST = 5
_QUOTE_CHARS = 90


def escape(text: str) -> str:
    """Make text safe inside HTML content and double-quoted attributes; lone surrogates become question marks."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def escape_markdown(text: str) -> str:
    """Make text one line that Streamlit's Markdown shows as it is."""
    words = text.encode("utf-8", "replace").decode("utf-8").split()
    return " ".join(_code(word) if _TYPOGRAPHY.search(word) else _PUNCTUATION.sub(r"\\\1", word) for word in words)


def question(text: str) -> str:
    """Show what the user asked, as typed."""
    return f'<div class="fn-question" dir="auto">{escape(text)}</div>'


def draft(text: str, *, passages: int = 0) -> str:
    """Show an answer that is still being written, "" for one not begun; its markers lead nowhere yet.

    `passages` is how many were found to answer from, 0 while they are looked for.
    """
    if not text:
        doing = f"Reading {passages} passages …" if passages else "Searching your documents …"
        return f'<div class="fn-answer fn-wait" role="status">{doing}</div>'
    pieces = _MARKER.split(_OPEN_MARKER.sub("", _soften(text)))
    words = [
        f'{escape(a.rstrip())}<span class="fn-ref">{n}</span>' for a, n in zip(pieces[::2], pieces[1::2], strict=False)
    ]
    body = "".join(words) + escape(pieces[-1])
    return f'<div class="fn-answer" dir="auto">{body}</div>'


def stopped(text: str) -> str:
    """Show what an interrupted answer had reached, and say that it is not whole."""
    return (draft(text) if text else "") + '<p class="fn-note">Stopped before the answer was complete.</p>'


def answer(answer: Answer, turn: int) -> str:
    """Show an answer with its notes and footnotes, or with the nearest passages when nothing was found.

    `turn` is the number of the exchange; it keeps the ids of one page apart.
    """
    parts = [f'<div class="fn-answer" dir="auto">{_linked(answer, turn)}</div>', *_notes(answer, turn)]
    if answer.query != answer.question:
        parts.append(f'<p class="fn-small">searched for: <bdi>{escape(answer.query)}</bdi></p>')
    if answer.where:
        parts.append(f'<p class="fn-small">limited to: <bdi>{escape(answer.where)}</bdi></p>')
    if not answer.found:
        parts.append(_nearest(answer.hits[:_NEAREST], turn))
    elif answer.citations:
        hits = {hit.chunk.id: hit for hit in answer.hits}
        notes = (_footnote("fn", turn, citation, hits.get(citation.chunk.id)) for citation in answer.citations)
        parts.append(f'<section class="fn-list" aria-label="Footnotes">{"".join(notes)}</section>')
    return f'<div class="fn-turn">{"".join(parts)}</div>'


def passage(citation: Citation, target: str) -> str:
    """Show a citation's chunk with its spans marked; spans are clipped to the chunk, and merged where they touch.

    `target` is the id of the first mark, or of the text where nothing is marked; later marks add "-1", "-2", ….
    """
    text, pieces, at = citation.chunk.text, [], 0
    for index, (low, high) in enumerate(_merge(citation)):
        anchor = f'class="fn-target" id="{_numbered(target, index)}"'
        pieces += [escape(text[at:low]), f"<mark {anchor}>{escape(text[low:high])}</mark>"]
        at = high
    body = "".join(pieces) + escape(text[at:])
    if not pieces:
        body = f'<span class="fn-target" id="{target}">{body}</span>'
    return f'<blockquote class="fn-passage" dir="auto">{body}</blockquote>'


def facts(collection: str, model: str, *, counts: tuple[int, int] | None = None, problem: str = "") -> str:
    """Show what is asked and how; `model` is "" for quotations, `counts` (documents, passages) once known."""
    if problem:
        size = escape(problem)
    elif counts is None:
        size = "opening …"
    else:
        size = f"{_count(counts[0], 'document')}, {_count(counts[1], 'passage')}"
    how = f"written by {escape(model)} and checked sentence by sentence" if model else "quoted word for word"
    return (
        f'<div class="fn-facts"><p>Collection <b>{escape(collection)}</b><br>{size}</p><p>Answers are {how}.</p></div>'
    )


def _merge(citation: Citation) -> list[tuple[int, int]]:
    """Return the spans as offsets into the chunk's text, in order, with text between any two."""
    start, length = citation.chunk.start, len(citation.chunk.text)
    merged: list[tuple[int, int]] = []
    for low, high in sorted((max(low - start, 0), min(high - start, length)) for low, high in citation.spans):
        if merged and low <= merged[-1][1] < high:
            merged[-1] = (merged[-1][0], high)
        elif low < high and (not merged or low > merged[-1][1]):
            merged.append((low, high))
    return merged


def _linked(answer: Answer, turn: int) -> str:
    text = _soften(answer.text)
    places = _places(text, answer.statements)
    markers = _markers(text, answer, places)
    cuts = {0, len(text), *(end for m in markers.values() for end in m.span()), *(at for p in places for at in p[:2])}
    pieces, seen = [], set[int]()
    for low, high in pairwise(sorted(cuts)):
        before = [index for start, _, index in places if start <= low]
        inside = next((index for start, end, index in places if start <= low < end), None)
        words = escape(text[low:high].rstrip() if high in markers else text[low:high])
        if low in markers:
            number = int(markers[low][1])
            citation = next(citation for citation in answer.citations if citation.number == number)
            best = _best_mark(citation, answer.statements[before[-1]].text) if before else 0
            back = "" if number in seen else f' id="ref-{turn}-{number}"'
            seen.add(number)
            pieces.append(
                f'<a class="fn-ref"{back} href="#{_numbered(f"fn-{turn}-{number}", best)}" role="doc-noteref" '
                f'aria-label="footnote {number}">{number}</a>'
            )
        elif inside is not None and answer.statements[inside].problem:
            pieces.append(f'<span class="fn-doubt" aria-describedby="doubt-{turn}-{inside}">{words}</span>')
        else:
            pieces.append(words)
    return "".join(pieces)


def _places(text: str, statements: Sequence[Statement]) -> list[tuple[int, int, int]]:
    """Find the statements in the text, in order: (start, end, index of the statement).

    White space and markers are left out of the comparison: statements carry no markers, and a quoted sentence may have
    had its line breaks mended.
    """
    hidden = {at for marker in _MARKER.finditer(text) for at in range(*marker.span())}
    shown = [at for at, character in enumerate(text) if at not in hidden and not character.isspace()]
    dense = "".join(text[at] for at in shown)
    found, cursor = [], 0
    for index, statement in enumerate(statements):
        wanted = "".join(_MARKER.sub("", statement.text).split())
        at = dense.find(wanted, cursor) if wanted else -1
        if at >= 0:
            cursor = at + len(wanted)
            found.append((shown[at], shown[cursor - 1] + 1, index))
    return found


def _markers(text: str, answer: Answer, places: Sequence[tuple[int, int, int]]) -> dict[int, re.Match[str]]:
    """Find the markers that stand for a citation. A quoted sentence may hold an "[1]" of its own, which stays text."""
    known = {citation.number for citation in answer.citations}
    own = [(start, end) for start, end, index in places if _MARKER.search(answer.statements[index].text)]
    return {
        marker.start(): marker
        for marker in _MARKER.finditer(text)
        if int(marker[1]) in known and not any(start <= marker.start() < end for start, end in own)
    }


def _best_mark(citation: Citation, sentence: str) -> int:
    """Choose the mark that shares most words with a sentence; the first of equals, 0 where there is none."""
    wanted = set(sentence.casefold().split())
    marks = [set(citation.chunk.text[low:high].casefold().split()) for low, high in _merge(citation)]
    return max(range(len(marks)), key=lambda index: len(wanted & marks[index]), default=0)


def _numbered(target: str, index: int) -> str:
    return f"{target}-{index}" if index else target


def _notes(answer: Answer, turn: int) -> Iterator[str]:
    if not answer.complete:
        yield '<p class="fn-note">Incomplete: the answer broke off here.</p>'
    if answer.note:
        yield f'<p class="fn-note">{escape(answer.note)}</p>'
    for index, statement in enumerate(answer.statements):
        if statement.problem:
            quote = statement.text[: _QUOTE_CHARS - 1] + "…" if len(statement.text) > _QUOTE_CHARS else statement.text
            yield (
                f'<p class="fn-note" id="doubt-{turn}-{index}">“<bdi>{escape(quote)}</bdi>” '
                f"is not supported: {escape(statement.problem)}.</p>"
            )
    if answer.dropped_markers:
        yield f'<p class="fn-note">{_count(answer.dropped_markers, "footnote")} to no passage removed.</p>'
    if answer.found and not answer.citations:
        yield '<p class="fn-note">This answer has no footnotes: nothing in your documents is cited for it.</p>'


def _nearest(hits: Sequence[Hit], turn: int) -> str:
    if not hits:
        return ""
    notes = "".join(_footnote("near", turn, Citation(hit.rank, hit.chunk), hit) for hit in hits)
    return f'<section class="fn-list" aria-label="Nearest passages"><h4>Nearest passages</h4>{notes}</section>'


def _footnote(kind: str, turn: int, citation: Citation, hit: Hit | None) -> str:
    # The browser opens a closed <details> when a link leads into it, so the id is on the content.
    chunk, number = citation.chunk, citation.number
    back = f'<a href="#ref-{turn}-{number}" role="doc-backlink">back to the answer</a> · ' if kind == "fn" else ""
    why = f'<details class="fn-meta"><summary>Why this passage</summary>{_why(hit)}</details>' if hit else ""
    return (
        f'<details class="fn"><summary><span class="fn-number">{number}</span> '
        f'<span><bdi class="fn-title">{escape(chunk.title or chunk.source)}</bdi>{_where(chunk)}</span></summary>'
        f'<div class="fn-body">{passage(citation, f"{kind}-{turn}-{number}")}'
        f'<p class="fn-meta">{back}{_source(chunk.source)}</p>{why}</div></details>'
    )


def _where(chunk: Chunk) -> str:
    path = headings(chunk)
    parts = [*places(chunk), *([path] if path else [])]
    shown = "".join(f" · <bdi>{escape(part)}</bdi>" for part in parts)
    return f'<span class="fn-where">{shown}</span>' if shown else ""


def _source(source: str) -> str:
    shown = escape(source)
    if re.match(r"https?://", source):
        return f'<a href="{shown}" target="_blank" rel="noopener noreferrer"><bdi>{shown}</bdi></a>'
    return f"<bdi>{shown}</bdi>"


def _why(hit: Hit) -> str:
    reasons = [f"rank {hit.rank}"]
    if hit.cosine is not None:
        reasons.append(f"meaning {hit.cosine:.2f} (cosine, at most 1)")
    if hit.bm25 is not None:
        reasons.append(f"words {hit.bm25:.2f} (BM25, as a share of the most this question allows)")
    if hit.learned is not None:
        reasons.append(f"terms {hit.learned:.2f} (the learned sparse model's, at most 1)")
    if hit.rerank is not None:
        reasons.append(f"reranker {hit.rerank:.2f} (in that model's own range)")
    return escape(" · ".join(reasons))


def _soften(text: str) -> str:
    return _SOFT_BREAK.sub(" ", text.strip())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _code(word: str) -> str:
    fence = "`" * (max((len(run) for run in re.findall("`+", word)), default=0) + 1)
    return f"{fence} {word} {fence}" if "`" in word else f"{fence}{word}{fence}"
