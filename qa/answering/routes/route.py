"""What every route takes and gives."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from qa.answering.checking.nearness import Nearness
from qa.answering.events import Event
from qa.models.answer_selection import Select
from qa.models.chat import ChatModel
from qa.models.token_vectors import EmbedTokens
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow
from qa.store.where import Filter
from qa.types import Ranking, RouteName, Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before anything is embedded.

    Attributes:
        text: It stands alone.
        question: As it was typed.
        where: Which documents may answer.
        turns: The conversation before it, oldest first.
        searched: Whether a model has asked for further searches already.
    """

    text: str
    question: str
    where: Filter
    turns: tuple[Turn, ...] = ()
    searched: bool = False

    @property
    def wordings(self) -> tuple[str, ...]:
        """It as it was typed, and as it stands alone where that is something else; rules read them in this order.

        Two questions put together, which is how a rule makes one stand alone, are no wording of one.
        """
        if self.text == self.question or self.text.endswith(self.question) or "?" in self.text.rstrip("? "):
            return (self.question,)
        return (self.question, self.text)


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What an answer is made with; the attributes are the arguments of `Answerer`.

    `from_passages` answers a question as the ordinary route does: from the best passages that its filter lets through.
    """

    retriever: Retriever
    llm: ChatModel | None
    ranking: Ranking
    top_k: int
    threshold: float | None
    context_tokens: int
    language: str
    from_passages: Callable[[Asked], AsyncGenerator[Event, None]]
    searches: int = 1
    select: Select | None = None
    faults_are_errors: bool = False

    def nearness(self) -> Nearness | None:
        """Return what decides about the sentences of one answer where words don't, None with another dense model."""
        return Nearness(self.tokens) if self.tokens else None

    @property
    def tokens(self) -> EmbedTokens | None:
        """What embeds the tokens of texts, None with a dense model whose cosines of words are not known."""
        embed: EmbedTokens | None = getattr(self.retriever.dense, "embed_tokens", None)
        return embed if self.retriever.is_packaged else None


async def documents(asked: Asked, parts: Parts) -> list[RegisterRow]:
    """Return the documents that a question may be answered from, by source.

    Raises:
        FilterError: There is a filter, and no document passes it.
    """
    index = parts.retriever.index
    rows = [row for row in await index.rows() if asked.where.matches(row)]
    if asked.where and not rows:
        await index.scope(asked.where)  # says what there is instead
    return rows


class Route(Protocol):
    """One way to answer a kind of question."""

    @property
    def name(self) -> RouteName:
        """Its name in events and answers."""
        ...

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why a question goes here, in words for the reader; "" where it does not.

        It is asked about every question, so it must cost next to nothing for those that are not its own.
        """
        ...

    def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Yield what happens, with `Finished` last; without it where this route could not answer after all.

        `Verdict` and `Note` are the caller's to give: the statements and the note of the answer say them.
        """
        ...
