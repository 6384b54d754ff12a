"""What programs can ask. It is done in the session's loop and awaited in the server's own."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, TypeVar

from qa.accounts.audit import Action
from qa.answering.answer import Answerer
from qa.answering.events import Event, Finished, Searching
from qa.config import NAME, Settings
from qa.errors import ConfigError, FilterError, StoreUnavailableError
from qa.store.records import ChunkSpan, RegisterRow
from qa.store.where import EVERYTHING, Filter
from qa.types import Answer, Chunk, Hit, Ranking, Turn
from ui import presets
from ui.api.problems import ProblemError
from ui.collections import Listed, listed
from ui.presets import Preset
from ui.reading.boxed import NoPageError, Pictures
from ui.web import recording
from ui.web.access import current_access
from ui.web.session import Session

T = TypeVar("T")

# Chunks before and after a passage that may stand on the same page.
_BESIDE = 10


class Service:
    """Answers, searches and reads for programs, through the one session of the process."""

    def __init__(
        self, session: Session, read_settings: Callable[[], Settings], pictures: Pictures | None = None
    ) -> None:
        """Nothing is opened yet.

        Args:
            session: That of the pages, where there are any.
            read_settings: Returns the settings as they are now.
            pictures: Draws pages; that of the pages, where there are any.
        """
        self.pictures = pictures or Pictures()
        self._session = session
        self.read_settings = read_settings

    async def events(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        where: Filter = EVERYTHING,
        collection: str = "",
        preset: str = "",
    ) -> AsyncGenerator[Event, None]:
        """Yield what `Answerer.stream` yields and raise what it raises. A caller that leaves ends the answer.

        Args:
            question: What is asked.
            turns: The conversation before it.
            where: Which documents may answer.
            collection: That is asked; "" for that of the preset, else of the settings.
            preset: Name of one, "" for none. What it lets through of the documents, `where` can only limit further.
        """
        _check_name(collection)
        if preset:
            chosen = presets.chosen(await self.presets(), preset)
            where = presets.both(chosen.where, where)
            collection = collection or chosen.collection
        await self._noted("asked", collection, question)
        if preset:
            collection = f"{collection}{presets.SIGN}{preset}"
        stream = self._session.stream(question, turns, where=where, collection=collection)
        # The conditions of a preset may name what is hidden from who asks.
        hides = bool(preset) and not current_access().sees_all
        try:
            async with aclosing(self._brought_over(stream)) as happening:
                async for event in happening:
                    yield _unsaid(event, str(where), f'preset "{preset}"') if hides else event
        except FilterError as error:
            if not hides:
                raise
            raise FilterError(f'no document that you may read passes this and the preset "{preset}"') from error

    async def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        where: Filter = EVERYTHING,
        collection: str = "",
        preset: str = "",
    ) -> Answer:
        """Return the whole answer, as `Answerer.ask` does; see `events`."""
        events = self.events(question, turns, where=where, collection=collection, preset=preset)
        async with aclosing(events) as happening:
            async for event in happening:
                if isinstance(event, Finished):
                    return event.answer
        raise AssertionError("the events end with Finished")

    async def search(
        self,
        query: str,
        *,
        top_k: int,
        ranking: Ranking | None = None,
        where: Filter = EVERYTHING,
        collection: str = "",
    ) -> list[Hit]:
        """Return the best passages, as `Answerer.search` does."""
        await self._noted("searched", collection, query)
        return await self._used(
            lambda answerer: answerer.search(query, top_k=top_k, ranking=ranking, where=where), collection
        )

    async def documents(self, *, where: Filter = EVERYTHING, collection: str = "") -> list[RegisterRow]:
        """Return the documents that pass a filter, by source."""
        await self._noted("listed", collection, "documents")
        return await self._used(lambda answerer: answerer.documents(where), collection)

    async def passages(self, ids: Sequence[str], *, collection: str = "") -> list[Chunk]:
        """Return stored passages by their ids; those that are gone are left out."""
        found = await self._used(lambda answerer: answerer.passages(ids), collection)
        for chunk in found:
            await self._noted("opened", collection, chunk.source)
        return found

    async def text(self, document: str, *, collection: str = "") -> tuple[RegisterRow, list[Chunk]] | None:
        """Return a document and its passages in order, None if there is none with this id."""
        found = await self._used(lambda answerer: answerer.text(document), collection)
        if found is not None:
            await self._noted("opened", collection, found[0].source)
        return found

    async def picture(
        self, passage: str, *, collection: str = "", zoom: int = 100, marks: Sequence[tuple[int, int]] = ()
    ) -> bytes:
        """Return the page on which a passage begins as PNG, what `marks` names boxed, else the whole passage.

        Raises:
            ProblemError: There is no such passage, or no picture of its page; the text says why.
        """

        async def looked_up(answerer: Answerer) -> tuple[RegisterRow | None, Chunk, list[Chunk]] | None:
            if not (found := await answerer.passages([passage])):
                return None
            chunk = found[0]
            span = ChunkSpan(chunk.document_id, chunk.version, max(0, chunk.ordinal - _BESIDE), chunk.ordinal + _BESIDE)
            return await answerer.registered(chunk.document_id), chunk, await answerer.around(span)

        known = await self._used(looked_up, collection)
        if known is None:
            raise ProblemError(404, f'there is no passage "{passage}"; its document may have changed since')
        await self._noted("opened", collection, known[1].source)
        try:
            return await asyncio.to_thread(self.pictures.page, *known, marks, zoom)
        except NoPageError as error:
            raise ProblemError(404, f"there is no picture of this passage: {error}") from error

    async def check_preset(self, name: str, where: Filter) -> None:
        """Make sure that there is a preset, and that a question's own conditions go with it.

        Raises:
            ConfigError: There is none of this name, or their file cannot be read.
            FilterError: Both limit the same.
        """
        presets.both(presets.chosen(await self.presets(), name).where, where)

    async def presets(self) -> dict[str, Preset]:
        """Return the presets by their names, without those of collections of which who asks may read nothing.

        Raises:
            ConfigError: Their file cannot be read.
        """
        access = current_access()
        found = await asyncio.to_thread(presets.read_presets, self.read_settings().home)
        return {name: one for name, one in found.items() if not one.collection or access.sees(one.collection)}

    async def collections(self) -> list[Listed]:
        """Return the collections of which who asks may read anything, by name."""
        from qa.wiring import open_settings_index

        settings = self.read_settings()

        async def work() -> list[Listed]:
            if settings.is_embedded and not settings.index_file.exists():
                return []
            async with open_settings_index(settings) as index:
                return await listed(index.connection, current_access())

        return await self._in_session(work())

    async def _noted(self, action: Action, collection: str, subject: str) -> None:
        await recording.noted(action, collection=self._session.named(collection), subject=subject)

    def _used(self, work: Callable[[Answerer], Awaitable[T]], collection: str) -> Awaitable[T]:
        _check_name(collection)
        return self._in_session(self._session.used(work, collection))

    def _in_session(self, coroutine: Coroutine[Any, Any, T]) -> Awaitable[T]:
        return asyncio.wrap_future(self._session.submit(coroutine))

    async def _brought_over(self, stream: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Yield in this loop what is made in the session's."""
        here = asyncio.get_running_loop()
        items: asyncio.Queue[tuple[T] | Exception | None] = asyncio.Queue()

        def put(item: tuple[T] | Exception | None) -> None:
            if not here.is_closed():
                here.call_soon_threadsafe(items.put_nowait, item)

        async def pump() -> None:
            try:
                async with aclosing(stream):
                    async for item in stream:
                        put((item,))
            except asyncio.CancelledError:
                # The session ends, or who asked has left: in the first case somebody still waits.
                put(StoreUnavailableError("Footnote is stopping; ask again once it runs"))
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, who asked raises it
                put(error)
            else:
                put(None)

        pumping = self._session.submit(pump())
        try:
            while (item := await items.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item[0]
        finally:
            pumping.cancel()


def _check_name(collection: str) -> None:
    """Make sure that what a program calls a collection is one: what opens it reads a preset behind the name.

    Raises:
        ConfigError: It is no name.
    """
    if collection and not NAME.fullmatch(collection):
        raise ConfigError(f'collection "{collection[:100]}" is not a name; use letters, digits and underscores')


def _unsaid(event: Event, conditions: str, instead: str) -> Event:
    """Return an event that names something else in place of the conditions on documents."""
    if isinstance(event, Searching):
        return replace(event, where=instead if event.where == conditions else event.where)
    if not isinstance(event, Finished):
        return event
    answer = event.answer
    searches = [
        replace(search, where=instead if search.where == conditions else search.where)
        for search in answer.trace.searches
    ]
    return replace(
        event,
        answer=replace(
            answer,
            where=instead if answer.where == conditions else answer.where,
            trace=replace(answer.trace, searches=tuple(searches)),
        ),
    )
