"""What the reader should know besides the answer: of languages, of names, of dates. Pure functions."""

from collections.abc import Mapping, Sequence
from datetime import date

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import Judgement
from qa.answering.remarks import language_notes
from qa.answering.remarks.doubtful import is_doubtful
from qa.answering.remarks.language_notes import WHAT_TO_DO, Translates
from qa.answering.saying.phrases import phrases
from qa.answering.writing.prompt import without_markers
from qa.retrieval import recency
from qa.retrieval.query import Query
from qa.text.counterparts import other_side
from qa.text.language import AUTO, language_of
from qa.types import Answer


def notes(
    answer: Answer,
    query: Query,
    *,
    days: Mapping[str, date],
    judgement: Judgement,
    probability: float | None = None,
    lacking: Sequence[str] = (),
    translates: Translates,
    reads_one: bool,
    language: str,
) -> list[str]:
    """Return sentences for the reader, none where nothing stood in the way.

    Args:
        answer: As it was given.
        query: What was asked.
        days: Of the documents near the question, by id, where it asks for the latest.
        judgement: What spoke for and against an answer.
        probability: Of an answer after its sentences were read; None where they were not.
        lacking: The parts of the question that nothing near it answers.
        translates: Knows the dictionaries.
        reads_one: Whether the dense model reads one language alone.
        language: Of the documents.
    """
    remarks, say = [], phrases(query.question)
    if reads_one and language == AUTO:
        remarks.append(language_notes.of_the_question(query))
    if answer.model != EXTRACTIVE and answer.found:
        passages = [language_of(citation.chunk.metadata, language) for citation in answer.citations]
        remarks.append(language_notes.of_the_answer(without_markers(answer.text), passages, translates))
    if any(remarks) and language == AUTO:
        remarks.append(WHAT_TO_DO)
    elif reads_one and language == AUTO and answer.found and language_notes.is_by_words(query, answer):
        remarks.append(
            say(
                "The model of this collection does not read the question's language, and the passage holds few of its "
                "words: look whether it is what was asked. docs/languages.md names a model that reads it."
            )
        )
    if answer.found and judgement.by_meaning:
        remarks.append(
            say(
                "Question and passage are in two languages, and only their meaning was compared: look whether it is "
                "what was asked."
            )
        )
    elif not any(remarks) and not answer.note and not lacking and is_doubtful(query, answer, judgement, probability):
        remarks.append(say("The passage may be about something else: look whether it says what was asked."))
    remarks += [
        say("Searched for “{meant}” instead of “{typed}”, which no document holds.", typed=typed, meant=meant)
        for typed, meant in query.taken
    ]
    unknown = judgement.doubt.name if judgement.doubt else judgement.unknown
    if answer.found and unknown:
        remarks.append(say("None of your documents mentions “{name}”.", name=unknown))
    if answer.found:
        remarks += [say("No passage near it mentions “{name}”.", name=name) for name in judgement.absent]
        remarks += [say("Nothing was found about “{part}”.", part=part) for part in lacking]
    if answer.found and answer.statements and (other := other_side(query.asked, answer.statements[0].text)):
        remarks.append(say("Not what is asked stands there but its opposite: “{word}”.", word=other))
    if answer.found and query.asks_for_latest:
        cited = [citation.chunk for citation in answer.citations]
        remarks.append(recency.note(cited, [hit.chunk for hit in answer.hits], days))
    return [text for text in remarks if text]
