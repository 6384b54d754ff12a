"""Feedback as questions with labels: what a user liked is right. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.database.feedback import Feedback
from qa.evaluation.dataset import Dataset, Question
from qa.types import Citation

KIND = "feedback"


@dataclass(frozen=True, slots=True)
class Joined:
    """How many answers were liked, how many of these joined a set as questions, and how many were disliked."""

    liked: int = 0
    joined: int = 0
    disliked: int = 0

    def __str__(self) -> str:
        verb = "answer was" if self.disliked == 1 else "answers were"
        of = f"{self.joined:,} of {self.liked:,} liked answers joined the set"
        why = "; the others were asked before, or cite what it does not hold" if self.joined < self.liked else ""
        return f"{of}{why}; {self.disliked:,} {verb} disliked, which leaves nothing to measure"


def with_feedback(dataset: Dataset, feedback: Sequence[Feedback]) -> tuple[Dataset, Joined]:
    """Return the set with the liked answers as questions, and how many there were.

    A liked answer says that the sentences it cites prove it; a liked refusal that the question has no answer. What a
    disliked answer should have said, nobody knows. An answer that cites a document the set does not hold is left out,
    and one whose question the set has already. Of answers to the same question the last counts.
    """
    if dataset.documents is None:
        known = {file.relative_to(dataset.folder).as_posix() for file in dataset.folder.rglob("*") if file.is_file()}
    else:
        known = {document.source for document in dataset.documents}
    asked = {question.text for question in dataset.questions}
    by_query = {item.answer.query: item for item in feedback if item.answer.query not in asked}
    made = [_question(item, dataset) for item in by_query.values() if item.liked]
    added = [question for question in made if question and question.relevant.keys() <= known]
    liked, disliked = (sum(item.liked is verdict for item in feedback) for verdict in (True, False))
    return replace(dataset, questions=(*dataset.questions, *added)), Joined(liked, len(added), disliked)


def _question(feedback: Feedback, dataset: Dataset) -> Question | None:
    answer = feedback.answer
    if not answer.found:
        return Question(f"{KIND}-{feedback.id}", answer.query, unanswerable=True, kind=KIND)
    if not answer.citations:
        return None
    return Question(
        id=f"{KIND}-{feedback.id}",
        text=answer.query,
        relevant={dataset.document_id(citation.chunk.source): 1 for citation in answer.citations},
        evidence=tuple((quote,) for citation in answer.citations for quote in _quotes(citation)),
        kind=KIND,
    )


def _quotes(citation: Citation) -> list[str]:
    """Return the sentences that were quoted, the whole passage where none was."""
    chunk = citation.chunk
    return [chunk.text[start - chunk.start : end - chunk.start] for start, end in citation.spans] or [chunk.text]
