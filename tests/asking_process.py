"""Asks one question after the other as the chat does, until it is killed: python tests/asking_process.py HOME.

It prints "asked ID" once a question is a row, and "done ID" once its answer is whole.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

from qa.answering.events import Event, Finished, TextPiece
from qa.database.conversations import Conversations
from qa.database.engine import open_database
from qa.store.records import ChunkSpan
from qa.store.where import EVERYTHING, Facets, Filter, facets
from qa.types import Answer, Chunk, Turn
from ui.web.jobs import Jobs
from ui.web.session import Session


class Quick:
    """An answerer that says five words."""

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[Event]:
        del turns, where
        for word in ("one ", "two ", "three ", "four ", "five"):
            await asyncio.sleep(0.005)
            yield TextPiece(word)
        yield Finished(Answer(question, question, "one two three four five", (), (), (), found=True, model="m"))

    def go_on(self, answer: Answer) -> AsyncIterator[Event]:
        raise NotImplementedError(answer.question)

    async def status(self) -> SimpleNamespace:
        return SimpleNamespace(documents=1, chunks=1)

    async def facets(self) -> Facets:
        return facets([])

    async def registered(self, document: str) -> None:
        """Nothing: it has no register."""

    async def around(self, _span: ChunkSpan) -> list[Chunk]:
        return []


@asynccontextmanager
async def open_quick(_collection: str) -> AsyncIterator[Quick]:
    yield Quick()


def main(home: Path) -> None:
    """Ask until the end."""
    kept = Conversations(open_database(home))
    jobs = Jobs(Session(open_quick), kept)
    conversation, after = kept.begin("documents").id, ""
    while True:
        exchange = kept.ask(conversation, "How?", after=after, worker=jobs.worker)
        print("asked", exchange.id, flush=True)
        jobs.start(exchange)
        seen = 0
        while not (now := kept.exchange(exchange.id)) or not now.is_finished:
            seen = jobs.wait(seen, 0.05)
        print("done", exchange.id, flush=True)
        after = exchange.id


if __name__ == "__main__":
    main(Path(sys.argv[1]))
