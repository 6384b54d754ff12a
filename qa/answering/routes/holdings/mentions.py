"""Which documents mention something: every document that holds its words, not only the best passages."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow
from qa.text.language import language_of, stop_words
from qa.text.sentences import sentence_spans
from qa.text.words import SparseEmbedder
from qa.types import Chunk

# A term's id, or a word that has none: a stop word.
_Key = int | str
_SIGN = lazy_regex(r"\w[+#]")
_WORD = lazy_regex(r"\w+")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a full scan found.

    Attributes:
        documents: Ids of those that hold the words next to one another, with how many of their passages hold them all.
        apart: The same of those that hold them in one passage, but apart.
    """

    documents: Mapping[str, int]
    apart: Mapping[str, int]


async def mentioning(phrase: str, rows: Sequence[RegisterRow], retriever: Retriever) -> Mentioned:
    """Return which documents mention a phrase, by the stems of its words; titles and headings count.

    Every row of the register is asked for the terms. Of several words, the passages of the documents that hold all of
    them are read too.
    """
    words = retriever.sparse
    codes = {row.metadata.get("language", "") for row in rows}
    terms = {code: words.terms(phrase, code) for code in codes}
    if retriever.learned or not any(terms.values()) or _SIGN.search(phrase):
        # A learned model's terms are no words, of stop words no index keeps count, and "C++" is not "C".
        return await _read(phrase, rows, retriever, {})
    held = await retriever.index.holding({term for found in terms.values() for term in found})
    holding = []
    for row in rows:
        wanted = terms[row.metadata.get("language", "")]
        if wanted and all(term in held.get(row.document_id, {}) for term in wanted):
            holding.append(row)
    if all(len(found) <= 1 for found in terms.values()):
        return Mentioned(
            {row.document_id: min(held[row.document_id][terms[_code(row)][0]], row.chunk_count) for row in holding}, {}
        )
    return await _read(phrase, holding, retriever, terms)


def tells_nothing(phrase: str, rows: Sequence[RegisterRow], retriever: Retriever) -> bool:
    """Tell whether a phrase is nothing but small words, such as "the": nearly every text holds them."""
    if retriever.learned or _SIGN.search(phrase) or '"' in phrase:
        return False
    words = _WORD.findall(phrase.casefold())
    codes = {row.metadata.get("language", "") for row in rows}
    small = stop_words("english") | stop_words("german")
    return bool(words) and set(words) <= small and not any(retriever.sparse.terms(phrase, code) for code in codes)


class _Reader:
    """Reads texts word by word, stop words too: "the rotor does not have to be locked" names no rotor lock."""

    def __init__(self, words: SparseEmbedder) -> None:
        self._words = words
        self._known: dict[tuple[str, str], tuple[_Key, ...]] = {}

    def keys(self, text: str, code: str) -> list[_Key]:
        """Return the terms of a text in order, and in their places the words that have none, in small letters."""
        return [key for match in _WORD.finditer(text.casefold()) for key in self._of_word(match[0], code)]

    def _of_word(self, word: str, code: str) -> tuple[_Key, ...]:
        if (word, code) not in self._known:
            self._known[word, code] = tuple(self._words.terms(word, code)) or (word,)
        return self._known[word, code]


async def _read(
    phrase: str, rows: Sequence[RegisterRow], retriever: Retriever, terms: Mapping[str, Sequence[int]]
) -> Mentioned:
    reader = _Reader(retriever.sparse)
    beside: dict[str, int] = {}
    apart: dict[str, int] = {}
    async for chunk in retriever.index.chunks_of_all(rows):
        code = chunk.metadata.get("language", "")
        if not terms.get(code):
            found, near = phrase.casefold() in _whole(chunk).casefold(), False
        else:
            found, near = _holds(reader.keys(phrase, code), reader.keys(_whole(chunk), code))
        if found:
            beside[chunk.document_id] = beside.get(chunk.document_id, 0) + 1
        elif near:
            apart[chunk.document_id] = apart.get(chunk.document_id, 0) + 1
    return Mentioned(beside, {document: count for document, count in apart.items() if document not in beside})


async def shown(
    phrases: Sequence[str], rows: Sequence[RegisterRow], retriever: Retriever, *, language: str
) -> dict[str, tuple[Chunk, tuple[tuple[int, int], ...]]]:
    """Return for each of these documents a passage to show, with the sentences that hold a phrase: by document id.

    It is the first that holds most of the phrases' words, the document's first where only its title does.
    """
    best: dict[str, tuple[tuple[int, int], Chunk]] = {}
    async for chunk in retriever.index.chunks_of_all(rows):
        code = chunk.metadata.get("language", "")
        text = retriever.sparse.terms(chunk.text, code) if phrases else []
        score = sum(_worth(retriever.sparse.terms(phrase, code), text) for phrase in phrases)
        key = (-score, chunk.ordinal)
        if chunk.document_id not in best or key < best[chunk.document_id][0]:
            best[chunk.document_id] = key, chunk
    return {
        document: (chunk, _sentences(phrases, chunk, retriever.sparse, language) if key[0] else ())
        for document, (key, chunk) in best.items()
    }


async def first_chunks(rows: Iterable[RegisterRow], retriever: Retriever) -> AsyncIterator[Chunk]:
    """Yield the first chunk of each document that has one."""
    from qa.store.records import ChunkSpan

    spans = [ChunkSpan(row.document_id, row.version, 0, 0) for row in rows if row.chunk_count]
    for chunk in await retriever.index.around(spans):
        yield chunk


def _sentences(
    phrases: Sequence[str], chunk: Chunk, words: SparseEmbedder, language: str
) -> tuple[tuple[int, int], ...]:
    code = chunk.metadata.get("language", "")
    spans = sentence_spans(chunk.text, language=language_of(chunk.metadata, language))
    found = []
    for phrase in phrases:
        wanted = words.terms(phrase, code)
        worth = [_worth(wanted, words.terms(chunk.text[start:end], code)) for start, end in spans]
        most = max(worth, default=0)
        if most:
            start, end = spans[worth.index(most)]
            found.append((chunk.start + start, chunk.start + end))
    return tuple(sorted(set(found)))


def _worth(wanted: Sequence[int], text: Sequence[int]) -> int:
    """Return how well a text holds a phrase: all of it in order, all of it, or some words."""
    beside, near = _holds(wanted, text)
    held = len(set(wanted) & set(text))
    return held + (len(wanted) if beside or near else 0) + (len(wanted) if beside else 0)


def _holds(wanted: Sequence[_Key], text: Sequence[_Key]) -> tuple[bool, bool]:
    """Return whether a text holds these next to one another, and whether it holds all of them that are terms."""
    telling = {key for key in wanted if isinstance(key, int)}
    if not telling or not telling <= set(text):
        return False, False
    first, length = wanted[0], len(wanted)
    beside = any(
        term == first and list(text[place : place + length]) == list(wanted) for place, term in enumerate(text)
    )
    return beside, True


def _whole(chunk: Chunk) -> str:
    return f"{chunk.title}\n{chunk.heading}\n{chunk.text}"


def _code(row: RegisterRow) -> str:
    return row.metadata.get("language", "")
