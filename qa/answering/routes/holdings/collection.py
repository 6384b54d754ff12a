"""Questions about the collection, answered from the register: counted to the last document, each with a footnote."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from qa.answering.events import Event, Finished, PassagesFound, TextPiece
from qa.answering.routes.decide import Decisions
from qa.answering.routes.footnotes import Footnotes, one_line, put_together
from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.choosing import all_of_them, called, chosen, is_named
from qa.answering.routes.holdings.collection_words import about_collection, following, may_be_about_collection
from qa.answering.routes.holdings.days import days_of, ingested_on
from qa.answering.routes.holdings.duplicates import duplicates
from qa.answering.routes.holdings.extremes import by_measure, extreme, in_total
from qa.answering.routes.holdings.genres import SURE, words_of
from qa.answering.routes.holdings.kinds import by_kind, overview
from qa.answering.routes.holdings.listing import LISTED, Found, counted, listing, passages
from qa.answering.routes.holdings.mentions import mentioning, tells_nothing
from qa.answering.routes.route import Asked, Parts, documents
from qa.answering.saying.phrases import Phrases, phrases
from qa.store.records import RegisterRow
from qa.types import Answer, RouteName

__all__ = ("LISTED", "CollectionRoute")


class CollectionRoute:
    """Counts and lists documents."""

    name: RouteName = "collection"

    def __init__(self) -> None:
        """Begin without decisions."""
        self._decisions = Decisions()

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why the register answers; see `Route`."""
        about = await self._about(asked, parts)
        if about is None:
            return ""
        if not about.is_certain and not await _exists(about, asked, parts):
            return ""
        say = phrases(asked.question)
        return say("it asks about the documents themselves, so all of them are counted")

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Count, list and cite."""
        about = await self._about(asked, parts)
        if about is None:
            return
        answer = await _answered(about, asked, parts, phrases(asked.question))
        if answer is None:
            return
        yield PassagesFound(answer.hits)
        yield TextPiece(answer.text)
        yield Finished(answer)

    async def _about(self, asked: Asked, parts: Parts) -> AboutCollection | None:
        """Read the question; where only its first words are about documents, a model may put it more plainly."""
        before = [turn.text for turn in asked.turns if turn.role == "user"]
        about = next(filter(None, map(about_collection, asked.wordings)), None) or following(asked.question, before)
        if about is None and parts.llm and may_be_about_collection(asked.question):
            plainer = await self._decisions.about_collection(parts.llm, asked.question)
            about = about_collection(plainer) if plainer else None
        return about


async def _exists(about: AboutCollection, asked: Asked, parts: Parts) -> bool:
    """Tell whether the collection has what it is asked for under this name, else whether its documents mention it."""
    rows = await documents(asked, parts)
    if any(is_named(about, row) for row in rows):
        return True
    if about.genre and not about.words and (about.genre.endings or about.genre.name in SURE) and not about.mentions:
        return True
    if about.wanted not in ("count", "list") or not _is_mine(asked.question):
        return False
    return bool((await mentioning(called(about), rows, parts.retriever)).documents)


def _is_mine(question: str) -> bool:
    words = words_of(question)
    return bool({"i", "we", "my", "our", "collection", "ich", "wir", "meine", "sammlung"} & set(words))


async def _answered(about: AboutCollection, asked: Asked, parts: Parts, say: Phrases) -> Answer | None:
    rows = await documents(asked, parts)
    if about.wanted == "unread":
        return await _unread(asked, parts, say)
    if about.wanted == "kinds":
        return await by_kind(about, asked, parts, rows, say)
    found = await _found(about, asked, parts, rows, say)
    if found is None:
        return None
    return await listing(asked, parts, found, say)


async def _found(
    about: AboutCollection, asked: Asked, parts: Parts, rows: Sequence[RegisterRow], say: Phrases
) -> Found | None:
    if about.wanted == "uncounted":
        said = say(
            "Footnote keeps no count of {what}: it has {documents} in {passages}.",
            what=about.attribute,
            documents=counted(rows, say),
            passages=passages(rows, say),
        )
        return Found((), said, is_all=False)
    if about.wanted == "empty":
        return await _empty(asked, parts, rows, say)
    if about.wanted == "duplicates":
        return _repeated(rows, say)
    if about.wanted == "overview":
        return await overview(rows, parts, say)
    if small := [phrase for phrase in about.mentions if tells_nothing(phrase, rows, parts.retriever)]:
        said = say(
            "“{word}” is a word that nearly every text holds and that no index keeps; ask for a telling word.",
            word=one_line(small[0]),
        )
        return Found((), said, is_all=False)
    found = await chosen(about, parts, rows, say)
    if about.states and not found.stated and not about.states.lacks:
        # None of them states anything of the kind, so the question is put to what they say, if there is one.
        every = await chosen(replace(about, states=None), parts, rows, say)
        return all_of_them(replace(about, states=None), every, say) if about.genre and not every.rows else None
    if about.wanted in ("newest", "oldest"):
        days = await days_of(found.rows, parts.retriever, stored=about.stored)
        newest = extreme(about, found, days, say)
        return _last_added(newest, say) if about.stored and about.wanted == "newest" and newest.rows else newest
    if about.wanted in ("largest", "smallest"):
        return await by_measure(about, parts, found, say)
    if about.wanted == "total":
        return await in_total(about, parts, found, say)
    return all_of_them(about, found, say)


def _last_added(found: Found, say: Phrases) -> Found:
    last = max(map(ingested_on, found.rows))
    more = say("Something was last added on {day} at {time}.", day=say.day(last.date()), time=f"{last:%H:%M}")
    return replace(found, more=[more, *found.more])


def _repeated(rows: Sequence[RegisterRow], say: Phrases) -> Found:
    """Return the files that hold the same as another one."""
    groups = duplicates(rows)
    compared = say("Files are compared byte by byte; the same text in another format is not found so.")
    if not groups:
        return Found((), say("No two files hold the same."), [compared])
    repeated = [row for held in groups for row in held]
    beside = {row.document_id: say("the same as {names}", names=_others(row, held)) for held in groups for row in held}
    said = say.many(
        "{groups} of files that hold the same, {n} file in all.",
        "{groups} of files that hold the same, {n} files in all.",
        len(repeated),
        groups=say.many("{n} group", "{n} groups", len(groups)),
    )
    return Found(repeated, said, [compared], beside=beside)


def _others(row: RegisterRow, held: Sequence[RegisterRow]) -> str:
    return ", ".join(one_line(other.source.rpartition("/")[2]) for other in held if other is not row)


async def _empty(asked: Asked, parts: Parts, rows: Sequence[RegisterRow], say: Phrases) -> Found:
    """Return the documents without text, and name the files that could not be read for being empty."""
    silent = [row for row in rows if not row.chunk_count]
    failed = [row async for row in parts.retriever.index.failures() if asked.where.matches(row)]
    empty = sorted(row.source for row in failed if row.error.startswith("is empty"))
    said = say.many("{n} file is empty.", "{n} files are empty.", len(silent) + len(empty))
    if not silent and not empty:
        return Found((), say("No file is empty."))
    more = [say("Could not be read: {names}.", names=", ".join(map(one_line, empty[:LISTED])))] if empty else []
    return Found(silent, said, more)


async def _unread(asked: Asked, parts: Parts, say: Phrases) -> Answer:
    failed = [row async for row in parts.retriever.index.failures() if asked.where.matches(row)]
    if not failed:
        text = say("Every file that was found could be read; none failed.")
        return put_together(asked.question, asked.text, text, (), Footnotes())
    said = say.many("{n} file could not be read.", "{n} files could not be read.", len(failed))
    ordered = sorted(failed, key=lambda row: row.source)[:LISTED]
    lines = [f"- {one_line(row.source)}: {one_line(row.error)}" for row in ordered]
    if len(failed) > LISTED:
        lines.append(say("… and {left} more files that are not listed here.", left=len(failed) - LISTED))
    return put_together(asked.question, asked.text, "\n".join([said, "", *lines]), (), Footnotes())
