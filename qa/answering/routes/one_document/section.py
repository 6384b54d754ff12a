"""What one section of a document says, where a question names it by its heading: read whole, not in its best lines."""

from collections.abc import Sequence

from qa.answering.routes.footnotes import Footnotes, one_line, put_together
from qa.answering.routes.holdings.genres import words_of
from qa.answering.routes.one_document.sections import Section, headed, sections
from qa.answering.routes.route import Asked, Parts
from qa.answering.saying.phrases import phrases
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.store.records import RegisterRow
from qa.text.language import language_of
from qa.types import Answer, Chunk, Hit, Place, Statement

# A longer section is searched for what is asked. Of one that is asked for as such more is shown.
_MOST_SENTENCES, _MOST_CHARACTERS = 10, 1_500
_MOST_OF_PART = 20
# What a word of a heading may differ by: "Auffanggurten" in a question, "Auffanggurte" above a section.
_ENDINGS = ("", "s", "es", "e", "n", "en", "er", "ern")
_ARTICLES = frozenset(("the", "a", "an", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem"))
_SHOWN = 12


async def section_answer(row: RegisterRow, topic: str, asked: Asked, parts: Parts, *, part: bool) -> Answer | None:
    """Return the sentences of the one section whose heading is the topic, in order.

    None where no heading is, several are, or the section is too long to be read as an answer.

    Args:
        row: The document.
        topic: Words of a heading, or the number in front of one.
        asked: The question.
        parts: What an answer is made with.
        part: Whether a section is asked for as such: of a long one the beginning is shown, and a wrong number is said.
    """
    chunks = await parts.retriever.index.chunks_of(row)
    found = _meant(chunks, topic, parts)
    quotes = _sentences(found, parts.language) if found else []
    say = phrases(asked.question)
    title = one_line(row.title) or one_line(row.source)
    if not found or not quotes:
        return _not_there(chunks, title, topic, asked) if part and topic[0].isdecimal() else None
    length = sum(len(quote.text) for quote in quotes)
    if not part and (len(quotes) > _MOST_SENTENCES or length > _MOST_CHARACTERS):
        return None
    notes, statements = Footnotes(), []
    for quote in quotes[:_MOST_OF_PART]:
        number = notes.number(quote.hit.chunk, (quote.start, quote.end))
        place = Place(number, quote.start, quote.end)
        statements.append(Statement(quote.text, (number,), evidence=(place,)))
    said = say("{title}, section “{heading}”:", title=title, heading=_last(found.heading))
    lines = [f"{statement.text} [{statement.citations[0]}]" for statement in statements]
    left = len(quotes) - len(statements)
    note = say.many("{n} more sentence is not shown.", "{n} more sentences are not shown.", left) if left else ""
    return put_together(asked.question, asked.text, "\n\n".join([said, *lines]), statements, notes, note=note)


def _not_there(chunks: Sequence[Chunk], title: str, topic: str, asked: Asked) -> Answer | None:
    """Say that a document has no section with a number, and which it has; None where its headings are not known."""
    headings = list(dict.fromkeys(_last(part.heading) for part in sections(chunks) if part.heading))
    if not headings:
        return None
    named = "; ".join(headings[:_SHOWN]) + (" …" if len(headings) > _SHOWN else "")
    say = phrases(asked.question)
    text = say("{title} has no section {topic}. Its sections: {names}", title=title, topic=topic, names=named)
    return put_together(asked.question, asked.text, text, (), Footnotes(), found=False)


def _meant(chunks: Sequence[Chunk], topic: str, parts: Parts) -> Section | None:
    """Return the section that a topic names: by all words of its heading, else by most of them; None for several."""
    if not chunks:
        return None
    if topic[0].isdecimal():
        return _only(headed(chunks, lambda heading: _number(heading) == topic.rstrip(".")))
    language = language_of(chunks[0].metadata, parts.language)
    wanted = _words(topic, language, parts)
    own = one_line(chunks[0].title).casefold()

    def fits(heading: str, *, whole: bool) -> bool:
        words = [] if one_line(heading).casefold() == own else _words(heading, language, parts)
        held = bool(words) and all(any(_is_same(word, other) for other in words) for word in wanted)
        return held and (len(wanted) == len(words) if whole else 2 * len(wanted) >= len(words))

    if not wanted:
        return None
    whole = headed(chunks, lambda heading: fits(heading, whole=True))
    return _only(whole or headed(chunks, lambda heading: fits(heading, whole=False)))


def _only(found: Sequence[Section]) -> Section | None:
    return found[0] if len(found) == 1 else None


def _number(heading: str) -> str:
    first = heading.removeprefix("§").split()[:1]
    return first[0].strip(".)") if first and first[0][0].isdecimal() else ""


def _words(text: str, language: str, parts: Parts) -> list[str]:
    """Return the words that say something, in lower case and in the form that they have."""
    sparse = parts.retriever.sparse
    words = (word for word in words_of(text) if word[0].isalpha() and word not in _ARTICLES)
    return [word for word in words if not sparse.is_small(word, language)]


def _is_same(word: str, other: str) -> bool:
    """Tell whether two words differ in their endings alone: "leave" is not "leaving"."""
    short, long = sorted((word, other), key=len)
    return any(f"{short}{ending}" == long for ending in _ENDINGS)


def _last(heading: str) -> str:
    return one_line(heading.split(" › ")[-1])


def _sentences(section: Section, language: str) -> list[Quote]:
    quotes = [quote for chunk in section.chunks for quote in sentences_of(Hit(chunk, 0.0, 1, "sparse"), language)]
    return [quote for quote in quotes if section.start <= quote.start and quote.end <= section.end]
