"""Questions about one document: summarised section by section, or answered from it alone."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from qa.answering.events import Event, Finished, PassagesFound, Searching, TextPiece
from qa.answering.routes.decide import Decisions
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.choosing import chosen
from qa.answering.routes.holdings.collection_words import about_collection
from qa.answering.routes.holdings.days import days_of
from qa.answering.routes.holdings.extremes import extreme
from qa.answering.routes.holdings.genres import genre, is_of, words_of
from qa.answering.routes.holdings.mentions import first_chunks, mentioning
from qa.answering.routes.one_document.document_words import (
    AboutDocument,
    about_document,
    points_at_document,
    points_back,
)
from qa.answering.routes.one_document.fact_words import Fact
from qa.answering.routes.one_document.facts import told
from qa.answering.routes.one_document.naming import Named, by_file, named, without_file
from qa.answering.routes.one_document.section import section_answer
from qa.answering.routes.one_document.summary import summary
from qa.answering.routes.route import Asked, Parts, documents
from qa.answering.saying.phrases import Phrases, phrases
from qa.answering.trail import best_score
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.store.where import Filter
from qa.types import Answer, RouteName, Search, Statement, Trace

# Documents that one question may be limited to by a name that fits several; of more, none is meant.
_MOST = 8
_SHORTEST_TOPIC = 2
_WRITTEN = lazy_regex(
    r"\b(?:documents?|files?|pdf|texts?|e-?mails?|mails?|reports?|articles?|papers?|books?|manuals?|handbooks?|guides?|"
    r"minutes|presentations?|spreadsheets?|letters?|dokument\w*|datei\w*|\w*bericht\w*|\w*handbuch\w*|\w*protokoll\w*|"
    r"\w*brief|artikel|präsentation)\b",
    re.IGNORECASE,
)
# A name has a capital: "the report of the year" is of nobody.
_KIND_OF = lazy_regex(
    r"(?:(?i:the|my|our|an?|der|die|das|dem|den|meine?[rnms]?) )?(?P<kind>[\w-]+) "
    r"(?i:of|from|by|von|vom|des|der)(?i: the| der| dem)? (?P<who>[^\W\d_][\w.@-]*(?: [\w.@-]+){0,3})"
)
_OWNED = lazy_regex(r"^(?:the|my|our|der|die|das|dem|den|des|meine[rnm]?|unsere[rnm]?) ", re.IGNORECASE)
_OF_THINGS_TOO: tuple[Fact, ...] = ("bytes", "length")
_FIRST = lazy_regex(r"\b(?:first|ersten?|erstes) (?=\w)", re.IGNORECASE)
_LAST = lazy_regex(r"\blast (?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What a question wants of which documents.

    Attributes:
        wanted: "summary", "answer" or "fact".
        rows: The documents; none where "this document" points at nothing.
        topic: What is asked of them.
        is_sure: Whether a document must be meant, even if it says nothing about the topic.
        fact: Which, where one is wanted.
        part: Whether the topic is what a section is called or numbered by.
    """

    wanted: str
    rows: tuple[RegisterRow, ...]
    topic: str = ""
    is_sure: bool = True
    fact: Fact = "pages"
    part: bool = False


class DocumentRoute:
    """Summarises a document, or answers from it alone."""

    name: RouteName = "document"

    def __init__(self) -> None:
        """Begin without decisions."""
        self._decisions = Decisions()

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why one document answers; see `Route`."""
        meant = await _meant(asked, parts, self._decisions)
        if meant is None:
            return ""
        say = phrases(asked.question)
        if not meant.rows:
            return say("it asks about a document without saying which")
        return say("it asks about {names}", names=_label(meant.rows, say))

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Summarise, or search in these documents alone."""
        meant = await _meant(asked, parts, self._decisions)
        if meant is None:
            return
        say = phrases(asked.question)
        answer = None
        if meant.wanted == "fact" and meant.rows:
            answer = await told(meant.fact, meant.rows, asked, parts, say)
        elif len(meant.rows) == 1 and (meant.part or (meant.wanted == "answer" and parts.llm is None)):
            answer = await _section(meant, asked, parts, say)
        if answer:
            happening = _alone(answer)
        elif not meant.rows:
            happening = _alone(_unsaid(asked, say))
        elif meant.wanted != "summary":
            happening = _limited(meant, asked, parts, say)
        elif len(meant.rows) > 1:
            happening = _alone(await _which(meant.rows, asked, parts, say))
        else:
            happening = _summarised(meant.rows[0], asked, parts, say)
        async with aclosing(happening) as events:
            async for event in events:
                yield event


async def _meant(asked: Asked, parts: Parts, decisions: Decisions) -> _Meant | None:
    """Return which document a question is about; rows are read only where its words allow for one."""
    readings = [reading for wording in asked.wordings for reading in about_document(wording)]
    has_file = "." in asked.question.strip(" .?!")
    if not readings and not has_file:
        return None
    rows = await documents(asked, parts)
    for reading in readings:
        if points_back(reading.name):
            if found := _pointed_at(reading, asked, rows):
                return found
            continue
        if newest := await _outermost(reading, asked, parts, rows):
            return newest
        found_name = named(reading.name, rows)
        if found_name and (
            _is_meant(reading, found_name) or await _says_model(reading, found_name, asked, parts, decisions)
        ):
            is_sure = found_name.strength != "words" and found_name.says_document
            return _Meant(reading.wanted, found_name.rows, reading.topic, is_sure, reading.fact, reading.part)
    if has_file and (rows_named := by_file(asked.question, rows)):
        topic = without_file(asked.question, rows)
        if len(topic.split()) >= _SHORTEST_TOPIC:
            return _Meant("answer", rows_named, topic)
    return None


async def _outermost(reading: AboutDocument, asked: Asked, parts: Parts, rows: Sequence[RegisterRow]) -> _Meant | None:
    """Return the newest or oldest document of a kind, where a question is about "the latest e-mail"."""
    about = _about_one(reading.name)
    if about is None:
        return await _of_somebody(reading, parts, rows)
    say = phrases(asked.question)
    found = await chosen(about, parts, rows, say)
    first = extreme(about, found, await days_of(found.rows, parts.retriever), say).rows
    # Several of one day are all the latest.
    return _Meant(reading.wanted, tuple(first), reading.topic, True, reading.fact) if 0 < len(first) <= _MOST else None


async def _of_somebody(reading: AboutDocument, parts: Parts, rows: Sequence[RegisterRow]) -> _Meant | None:
    """Return the documents of a kind that somebody wrote, or that name whom they are of: "the mail from Ms Albers"."""
    match = _KIND_OF.fullmatch(reading.name)
    kind = genre(match["kind"]) if match else None
    if not match or not kind:
        return None
    wanted = set(words_of(match["who"]))
    found_name = named(reading.name, rows)
    # "The letter of the waterworks" is not the one whose title says "letter" and nothing of the waterworks.
    if found_name and any(wanted & set(words_of(f"{row.title} {row.source}")) for row in found_name.rows):
        return None
    of_kind = [row for row in rows if is_of(kind, row)]
    found, most = [row for row in of_kind if wanted <= set(words_of(_stated(row)))], _MOST
    if not found:
        held = await mentioning(match["who"], of_kind, parts.retriever)
        found = [row for row in of_kind if row.document_id in held.documents]
        # A word in small letters may be no name: "the report of the year".
        most = _MOST if match["who"][0].isupper() else 1
    return _Meant(reading.wanted, tuple(found), reading.topic, True, reading.fact) if 0 < len(found) <= most else None


def _stated(row: RegisterRow) -> str:
    return f"{row.metadata.get('author', '')} {row.metadata.get('from', '')}"


def _about_one(name: str) -> AboutCollection | None:
    """Read "the latest e-mail" or "my first report"; None for what says no kind of document."""
    bare = _OWNED.sub("", _LAST.sub(r"latest ", _FIRST.sub("oldest ", name)))
    about = about_collection(f"what is the {bare}") if bare else None
    if about is None or about.wanted not in ("newest", "oldest") or about.limit != 1 or about.words:
        return None
    return about


def _is_meant(reading: AboutDocument, found: Named) -> bool:
    """Tell whether words that fit a document's name mean it: "what is in the gearbox?" may mean a gearbox."""
    if len(found.rows) > _MOST:
        return False
    if reading.wanted == "fact":
        # "How long is the lease?" asks how long it runs, "How long is the report?" how much there is to read.
        is_length = reading.fact in ("length", "bytes")
        is_written = found.says_document and (not is_length or _WRITTEN.search(reading.name))
        return found.strength == "file" or bool(is_written)
    if reading.is_plain or found.strength == "file" or found.says_document:
        return True
    return found.strength == "title" and len(reading.name.split()) > 1


async def _says_model(reading: AboutDocument, found: Named, asked: Asked, parts: Parts, decisions: Decisions) -> bool:
    """Let a model decide where the words are a document's whole title, but may mean what it is named after."""
    if parts.llm is None or reading.wanted != "summary" or found.strength != "title" or len(found.rows) > 1:
        return False
    return await decisions.about_document(parts.llm, asked.question, found.rows[0].title)


def _pointed_at(reading: AboutDocument, asked: Asked, rows: Sequence[RegisterRow]) -> _Meant | None:
    """Return what "this document" is: the only one there is to ask, or what the last answer cites first."""
    if len(rows) == 1:
        return _Meant(reading.wanted, (rows[0],), reading.topic, True, reading.fact)
    last = next((turn.documents for turn in reversed(asked.turns) if turn.role == "assistant"), ())
    if reading.fact in _OF_THINGS_TOO and reading.wanted == "fact" and not points_at_document(reading.name):
        spoken = next((turn.text for turn in reversed(asked.turns) if turn.role == "user"), "")
        if not _WRITTEN.search(spoken):
            # After "how much is a box" "how big is it" asks of the box.
            return None
    known = {row.document_id: row for row in rows}
    cited = [known[document] for document in last if document in known]
    # "It" may be anything that was spoken of, unless that was one document.
    if cited and (reading.is_plain or points_at_document(reading.name) or (len(cited) == 1 and reading.topic)):
        if row := _of_the_kind(reading.name, cited, rows):
            return _Meant(reading.wanted, (row,), reading.topic, True, reading.fact)
        return None
    # "What does it say about leave?" may find its answer anywhere; to summarise "this" takes a document.
    whole = reading.wanted == "summary" and not any(turn.role == "user" for turn in asked.turns)
    if not rows or not (whole or (reading.is_plain and points_at_document(reading.name))):
        return None
    found = named(reading.name, rows)
    rows_named = found.rows if found and len(found.rows) <= _MOST else ()
    return _Meant(reading.wanted, rows_named, reading.topic, True, reading.fact)


def _of_the_kind(name: str, cited: Sequence[RegisterRow], rows: Sequence[RegisterRow]) -> RegisterRow | None:
    """Return the first cited document, of the kind that a name says: "the lease" is no invoice.

    Where none cited is of the kind, the first is meant if no other document is; else another one may be.
    """
    kind = genre(name.strip().rpartition(" ")[2])
    if kind is None:
        return cited[0]
    others = None if any(is_of(kind, row) for row in rows) else cited[0]
    return next((row for row in cited if is_of(kind, row)), others)


async def _alone(answer: Answer) -> AsyncGenerator[Event, None]:
    yield PassagesFound(answer.hits)
    yield TextPiece(answer.text)
    yield Finished(answer)


def _unsaid(asked: Asked, say: Phrases) -> Answer:
    text = say("Which document do you mean? Name it by its title or its file, such as: summarise report.pdf")
    return put_together(asked.question, asked.text, text, (), Footnotes(), found=False)


async def _which(rows: Sequence[RegisterRow], asked: Asked, parts: Parts, say: Phrases) -> Answer:
    """Return an answer that lists the documents that may be meant."""
    notes, lines, statements = Footnotes(), [], []
    chunks = {chunk.document_id: chunk async for chunk in first_chunks(rows, parts.retriever)}
    for row in rows:
        numbers = (notes.number(chunks[row.document_id]),) if row.document_id in chunks else ()
        text = f"{one_line(row.title)} ({one_line(row.source)})"
        lines.append(f"- {text}{marked(numbers)}")
        statements.append(Statement(text, numbers))
    said = say("{n} documents may be meant; ask again with the title or the file of one.", n=len(rows))
    return put_together(asked.question, asked.text, "\n".join([said, "", *lines]), statements, notes)


async def _summarised(row: RegisterRow, asked: Asked, parts: Parts, say: Phrases) -> AsyncGenerator[Event, None]:
    label = _label([row], say)
    yield Searching(asked.question, label)
    async with aclosing(summary(row, asked, parts)) as happening:
        async for event in happening:
            if isinstance(event, Finished):
                event = _finished(event.answer, asked, label, asked.question)
            yield event


async def _limited(meant: _Meant, asked: Asked, parts: Parts, say: Phrases) -> AsyncGenerator[Event, None]:
    """Search for the topic in these documents; where they may not be meant, an answer elsewhere is not cut off."""
    label = _label(meant.rows, say)
    inner = Asked(_query(meant, asked, parts), asked.question, only(meant.rows, asked.where), asked.turns)
    held: list[Event] = []
    async with aclosing(parts.from_passages(inner)) as happening:
        async for event in happening:
            if isinstance(event, Searching):
                event = Searching(event.query, label)
            if isinstance(event, Finished):
                if not event.answer.found and not meant.is_sure:
                    return
                event = _finished(event.answer, asked, label, inner.text)
            if meant.is_sure:
                yield event
            else:
                held.append(event)
    for event in held:
        yield event


async def _section(meant: _Meant, asked: Asked, parts: Parts, say: Phrases) -> Answer | None:
    """Return what the section says that the topic names; None where it names none."""
    found = await section_answer(meant.rows[0], meant.topic, asked, parts, part=meant.part)
    return _finished(found, asked, _label(meant.rows, say), asked.text).answer if found else None


def _query(meant: _Meant, asked: Asked, parts: Parts) -> str:
    """Return what is searched: the topic alone, since the document's name says nothing within it.

    A language model is asked the whole question.
    """
    return asked.text if parts.llm else meant.topic


def only(rows: Sequence[RegisterRow], where: Filter) -> Filter:
    """Return a filter that lets these documents through alone; all of them pass `where`."""
    return replace(where, documents=tuple(row.document_id for row in rows))


def _label(rows: Sequence[RegisterRow], say: Phrases) -> str:
    return say(" or ").join(one_line(row.title or row.source) for row in rows)


def _finished(answer: Answer, asked: Asked, label: str, query: str) -> Finished:
    search = Search(query, label, len(answer.hits), asked_by="rule", best=best_score(answer.hits))
    trace = replace(answer.trace, searches=answer.trace.searches or (search,)) if answer.trace else Trace()
    return Finished(replace(answer, question=asked.question, query=asked.text, where=label, trace=trace))
