"""An answer by a language model: written from numbered passages, then checked against them sentence by sentence."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import date

from qa.answering import verify
from qa.answering.events import Event, Finished, TextPiece
from qa.answering.prompt import NOT_FOUND, answer_messages, clean_markers, without_markers
from qa.errors import LLMUnavailableError
from qa.models.chat import ChatModel
from qa.retrieval.query import Query
from qa.text.language import by_small_words
from qa.text.words import SparseEmbedder
from qa.types import Answer, Citation, Hit, Statement


async def written_answer(
    llm: ChatModel,
    query: Query,
    passages: Sequence[Hit],
    *,
    words: SparseEmbedder,
    days: Mapping[str, date],
    unnamed: str = "",
    language: str = "english",
) -> AsyncGenerator[Event, None]:
    """Yield the model's words as they come, then the answer; nothing last where it says that the passages hold none.

    A reply that breaks off in the middle gives an answer that is not `complete`.

    Args:
        llm: Writes.
        query: What is asked.
        passages: Numbered from 1 in their order.
        words: Compares the words of sentences and passages.
        days: Of documents, by id, which their passages then say.
        unnamed: A name in the question that stands in none of them, which the model is told.
        language: Language of the documents.

    Raises:
        LLMError: The model failed before its first word.
    """
    text = shown = ""
    complete = True
    try:
        # Closed here: a question that is given up must not leave its request open.
        async with aclosing(llm.stream(answer_messages(query.text, passages, days, unnamed=unnamed))) as pieces:
            async for piece in pieces:
                text += piece
                # What may yet become the agreed words for "no answer" is nobody's answer.
                if not NOT_FOUND.startswith(text.strip()):
                    yield TextPiece(text[len(shown) :])
                    shown = text
    except LLMUnavailableError:
        if not text:
            raise
        complete = False
    if NOT_FOUND in text or not text.strip():
        return
    if shown != text:
        yield TextPiece(text[len(shown) :])
    text, dropped = clean_markers(text.strip(), len(passages))
    # What stands in dictionaries is read from disk.
    statements, citations = await asyncio.to_thread(_checked, text, passages, words, language)
    yield Finished(
        Answer(
            question=query.question,
            query=query.text,
            text=text,
            statements=tuple(statements),
            citations=tuple(citations),
            hits=tuple(passages),
            found=True,
            model=llm.name,
            complete=complete,
            dropped_markers=dropped,
        )
    )


def _checked(
    text: str, passages: Sequence[Hit], words: SparseEmbedder, language: str
) -> tuple[list[Statement], list[Citation]]:
    """Check the text and place its citations."""
    answered = by_small_words(without_markers(text))
    checked = verify.statements(text, passages, reader=words, answered=answered, language=language)
    return checked, verify.citations(checked, passages, reader=words, answered=answered, language=language)
