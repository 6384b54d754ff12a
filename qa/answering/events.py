"""What happens while a question is answered, in one vocabulary for every surface: page, command line, evaluation.

`Answerer.stream` yields `Searching`, `PassagesFound`, the answer's text in one or more `TextPiece`, a `Verdict` for
each of its sentences, any number of `Note`, and `Finished` last of all. What fails is raised instead.
"""

from dataclasses import dataclass

from qa.types import Answer, Hit, Statement


@dataclass(frozen=True, slots=True)
class Searching:
    """The question stands alone now: `query` is searched, in the documents that `where` says in words, "" for all."""

    query: str
    where: str


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages that the answer may rest on, best first; none where nothing is near the question."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The next piece of the answer's text. What `Finished` holds replaces all of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence of the answer and what the check says of it; they come in the order of the sentences."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that the reader should know besides the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer."""

    answer: Answer


Event = Searching | PassagesFound | TextPiece | Verdict | Note | Finished
