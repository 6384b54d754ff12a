"""What happens while a question is answered, in one vocabulary for every surface: page, command line, evaluation.

`Answerer.stream` yields `Routed`, `Searching` for each search, `PassagesFound`, the answer's text in one or more
`TextPiece`, a `Verdict` for each of its sentences, at most one `Note`, and `Finished` last of all. `Progress` and
`Thought` may come in between, and `Withdrawn` where a model's words do not stand. What fails is raised instead.
"""

from dataclasses import dataclass
from typing import Literal

from qa.types import Answer, Hit, RouteName, Statement


@dataclass(frozen=True, slots=True)
class Routed:
    """Where the question is answered from, and why, in words for the reader; "" for the ordinary route."""

    route: RouteName
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Searching:
    """The question stands alone now: `query` is searched, in the documents that `where` says in words, "" for all.

    `asked_by` tells whose wish it is, as in `Search`.
    """

    query: str
    where: str
    asked_by: Literal["question", "rule", "model"] = "question"


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages that the answer may rest on, best first; none where nothing is near the question."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What takes a while, in words; `done` of `total` steps of it, both 0 where nobody can tell."""

    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Thought:
    """The next piece of what a model thinks beside its answer; no part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The next piece of the answer's text. What `Finished` holds replaces all of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What `TextPiece` gave so far does not stand, and why, in words for the reader; another text or none comes."""

    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence of the answer and what the check says of it; they come in the order of the sentences."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class Note:
    """What the reader should know besides the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer."""

    answer: Answer


Event = Routed | Searching | PassagesFound | Progress | Thought | TextPiece | Withdrawn | Verdict | Note | Finished
