"""Documents that do not agree: where others say the sentence of an answer with another value. Pure functions.

It takes almost the same sentence, about the same names, years and months, in another document. So it finds few, and is
seldom wrong about those.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.checking.fit import Text, text_of, words
from qa.answering.checking.quantities import counterpart
from qa.answering.checking.reading import read
from qa.answering.checking.tokens import Token
from qa.answering.checking.verify import shared_language
from qa.answering.remarks.other_party import of_another_party
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTH
from qa.text.number_words import UP_TO_TEN
from qa.text.words import SparseEmbedder
from qa.types import Answer, Chunk, Citation, Hit, Place, Statement

_VALUES = frozenset({"number", "year", "month", "day", "time", "weekday"})
_LIST_NUMBER = lazy_regex(r"\s*\d{1,3}[.)]\s+")
# What documents say in more ways than this is said of each of them, as the total of an invoice.
_MOST_VALUES = 3
_YEAR = lazy_regex(r"(?<!\d)((?:19|20)\d\d)(?:/(\d\d))?(?!\d)")
_MONTH = lazy_regex(rf"(?<![^\W_])(?:{MONTH})(?![^\W_])")
_TIME = lazy_regex(rf"{_MONTH.pattern}|[\W\d_]+")
_COUNTED = ("no", *UP_TO_TEN)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one document says in a place."""

    hit: Hit
    token: Token
    value: str


def with_disagreements(answer: Answer, *, reader: SparseEmbedder, language: str, answered: str = "") -> Answer:
    """Return an answer that names, with both quotes, what other documents say otherwise.

    Args:
        answer: With the passages that were found for it; those it does not cite are looked at.
        reader: Compares the words.
        language: Of the documents.
        answered: Code of the answer's language, "" where nothing tells it.
    """
    citations = list(answer.citations)
    statements = []
    for item in answer.statements:
        found = None if item.problem or not item.citations else _disputed(item, answer, reader, language, answered)
        statements.append(_marked(item, citations, *found) if found else item)
    if len(citations) == len(answer.citations):
        return answer
    return replace(answer, statements=tuple(statements), citations=tuple(citations))


def _disputed(
    item: Statement, answer: Answer, reader: SparseEmbedder, language: str, answered: str
) -> tuple[str, list[_Said], list[_Said]] | None:
    """Return a value of a sentence, the documents besides that say it too, and those that say another."""
    cited = {citation.chunk.document_id for citation in answer.citations if citation.number in item.citations}
    own = [citation.chunk for citation in answer.citations if citation.number in item.citations]
    others = [
        hit
        for hit in answer.hits
        if hit.chunk.document_id not in cited
        and not any(of_another_time(hit.chunk, chunk) or of_another_party(hit.chunk, chunk) for chunk in own)
    ]
    spoken = None
    if others and cited:
        spoken = shared_language(reader, answer.hits, language=language, answered=answered)
    if not spoken:
        return None
    said = text_of(item.text, read(item.text, spoken))
    # "2. Rotor lock pins" in one document is "3. Rotor lock pins" in another.
    numbered = _LIST_NUMBER.match(item.text)
    begins = numbered.end() if numbered else 0
    indices = [index for index, token in enumerate(said.tokens) if token.kind in _VALUES and token.start >= begins]
    held = [(hit, text_of(hit.chunk.text, read(hit.chunk.text, spoken))) for hit in others] if indices else []
    for index in indices:
        agreeing, differing = _divided(said, index, held)
        if differing and len({other.value for other in differing}) < _MOST_VALUES:
            return words(said, said.tokens[index]), agreeing, differing
    return None


def of_another_time(one: Chunk, other: Chunk) -> bool:
    """Tell whether two documents speak of different times, so that different values are no disagreement.

    They are of one series, such as the minutes of two months, or their names hold different years.
    """
    names = [f"{chunk.title} {chunk.source.rpartition('/')[2]}" for chunk in (one, other)]
    if _apart([_years(name) for name in names]):
        return True
    bare = [" ".join(_TIME.sub(" ", chunk.title.casefold()).split()) for chunk in (one, other)]
    return bool(bare[0]) and bare[0] == bare[1] and _apart([set(_MONTH.findall(name.casefold())) for name in names])


def _apart(times: Sequence[set[str]]) -> bool:
    return all(times) and not set.intersection(*times)


def _years(name: str) -> set[str]:
    """Return the years of a name, both of "2024/25"."""
    return {match[1] for match in _YEAR.finditer(name)} | {
        f"{match[1][:2]}{match[2]}" for match in _YEAR.finditer(name) if match[2]
    }


def _divided(said: Text, index: int, held: Sequence[tuple[Hit, Text]]) -> tuple[list[_Said], list[_Said]]:
    """Part the other documents, each counted once, by whether they say a sentence's value or another one."""
    parts: tuple[dict[str, _Said], dict[str, _Said]] = ({}, {})
    for hit, text in held:
        found = counterpart(said, index, text)
        if found:
            token, agrees = found
            parts[not agrees].setdefault(hit.chunk.document_id, _Said(hit, token, words(text, token)))
    # A document that says both is on neither side.
    return list(parts[0].values()), [each for document, each in parts[1].items() if document not in parts[0]]


def _marked(
    item: Statement, citations: list[Citation], value: str, agreeing: Sequence[_Said], differing: Sequence[_Said]
) -> Statement:
    """Name both sides, and cite the passages that say otherwise."""
    documents = {citation.chunk.document_id for citation in citations if citation.number in item.citations}
    against = []
    for other in differing:
        number = _cited(other, citations)
        start = other.hit.chunk.start
        against.append(Place(number, start + other.token.start, start + other.token.end))
    sides = [(value, len(documents) + len(agreeing))]
    for other_value in dict.fromkeys(other.value for other in differing):
        sides.append((other_value, sum(other.value == other_value for other in differing)))
    said = ", ".join(_side(text, count) for text, count in sides)
    return replace(
        item, problem=f"the documents do not agree: {said}", support="partly supported", against=tuple(against)
    )


def _cited(other: _Said, citations: list[Citation]) -> int:
    """Return the number under which a passage is cited, a new one if it was not."""
    for citation in citations:
        if citation.chunk.id == other.hit.chunk.id:
            return citation.number
    number = 1 + max(citation.number for citation in citations)
    span = (other.hit.chunk.start + other.token.start, other.hit.chunk.start + other.token.end)
    citations.append(Citation(number, other.hit.chunk, (span,)))
    return number


def _side(value: str, count: int) -> str:
    counted = _COUNTED[count] if count < len(_COUNTED) else str(count)
    return f"{counted} document says “{value}”" if count == 1 else f"{counted} documents say “{value}”"
