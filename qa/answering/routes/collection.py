"""Questions about the collection, answered from the register: counted to the last document, each with a footnote."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from qa.answering.events import Event, Finished, PassagesFound, TextPiece
from qa.answering.routes.about import AboutCollection
from qa.answering.routes.collection_words import about_collection, following, may_be_about_collection
from qa.answering.routes.decide import Decisions
from qa.answering.routes.footnotes import Footnotes, marked, one_line, put_together
from qa.answering.routes.genres import SURE, is_of, names_in, singular, words_of
from qa.answering.routes.mentions import first_chunks, mentioning, shown
from qa.answering.routes.route import Asked, Parts, documents
from qa.store.records import RegisterRow
from qa.store.where import day_of, ending_of
from qa.types import Answer, Chunk, RouteName, Search, Statement, Trace

LISTED = 50
"""Documents that an answer lists; that there are more it says."""
_EACH = 5
# What a document has that states no day and whose source keeps none.
_NO_DAY = date(1970, 1, 2)
_KNOWN_NAMES = 8

# What kind each document is of, for the counts by kind.
_KINDS: Mapping[str, Callable[[RegisterRow], str]] = {
    "type": lambda row: ending_of(row) or row.media_type,
    "language": lambda row: row.metadata.get("language", "") or "not recognised",
    "folder": lambda row: row.source.partition("!/")[0].rpartition("/")[0] or "no folder",
    "author": lambda row: row.metadata.get("author", "") or row.metadata.get("from", "") or "not stated",
    "year": lambda row: str(day_of(row).year),
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What answers a question.

    Attributes:
        rows: In the order in which they are listed.
        said: One sentence that says what they are; "{n}" stands for how many.
        more: What the reader should know besides.
        phrases: What their footnotes should show.
    """

    rows: Sequence[RegisterRow]
    said: str
    more: Sequence[str] = ()
    phrases: tuple[str, ...] = ()


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
        return "it asks about the documents themselves, so all of them are counted"

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Count, list and cite."""
        about = await self._about(asked, parts)
        if about is None:
            return
        answer = await _answered(about, asked, parts)
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
    if any(_is_named(about, row) for row in rows):
        return True
    if about.genre and not about.words and (about.genre.endings or about.genre.name in SURE) and not about.mentions:
        return True
    if about.wanted not in ("count", "list") or not _is_mine(asked.question):
        return False
    return bool((await mentioning(_called(about), rows, parts.retriever)).documents)


def _is_mine(question: str) -> bool:
    words = words_of(question)
    return bool({"i", "we", "my", "our", "collection", "ich", "wir", "meine", "sammlung"} & set(words))


async def _answered(about: AboutCollection, asked: Asked, parts: Parts) -> Answer:
    rows = await documents(asked, parts)
    if about.wanted == "unread":
        return await _unread(asked, parts)
    if about.wanted == "uncounted":
        said = f"Footnote keeps no count of {about.attribute}: it has {_documents(rows)} in {_passages(rows)}."
        return replace(await _listing(asked, parts, _Found((), said)), found=False)
    if about.wanted == "kinds":
        return await _by_kind(about, asked, parts, rows)
    if about.wanted == "overview":
        return await _listing(asked, parts, _overview(rows))
    found = await _chosen(about, parts, rows)
    return await _listing(asked, parts, found)


async def _chosen(about: AboutCollection, parts: Parts, rows: list[RegisterRow]) -> _Found:
    """Return the documents that a question means, and how that was decided."""
    how: list[str] = []
    more: list[str] = []
    if about.within:
        before = await _chosen(about.within, parts, rows)
        rows = list(before.rows)
        how.append(f"of the {len(rows):,}")
    if about.genre or about.words:
        rows, said, further = await _of_kind(about, parts, rows)
        how.append(said)
        more += further
    if about.folder:
        rows, said = _in_folder(about.folder, rows, more)
        how.append(said)
    if about.languages:
        rows = [row for row in rows if row.metadata.get("language", "") in about.languages]
        how.append(f"in the language {' or '.join(about.languages)}, as recognised")
    if about.author:
        rows, said = _by_author(about.author, rows, more)
        how.append(said)
    if about.since or about.until:
        rows = [row for row in rows if _within(_day(about, row), about)]
        how.append(_when(about))
    phrases: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}
    if about.mentions:
        rows, counts, said, further = await _that_mention(about, parts, rows)
        how.append(said)
        more += further
        phrases = () if about.lacks else about.mentions
    if about.wanted in ("newest", "oldest", "largest", "smallest"):
        return _extreme(about, rows, how, more, phrases)
    ordered = _ordered(about, rows, counts)
    said = f"{{n}} {' '.join(how)}".strip() + "."
    if not how:
        said = f"{{n}}{_in_files(rows)}, {_passages(rows)} in all." if rows else "{n}."
    if about.dated and not about.stored:
        more.append("A document's day is the one that it states, else one in its file's name, else its last change.")
    return _Found(ordered, said, more, phrases)


async def _of_kind(
    about: AboutCollection, parts: Parts, rows: list[RegisterRow]
) -> tuple[list[RegisterRow], str, list[str]]:
    """Return the documents of a kind, by name or by file type, and how many more only mention it."""
    chosen = [row for row in rows if _is_named(about, row)]
    kind = about.genre
    if kind and kind.endings and not about.words:
        return chosen, f"with the ending {_either(sorted({ending_of(row) for row in chosen}) or kind.endings)}", []
    named = _called(about)
    said = f"whose title or path says {_either(_variants(about, chosen)) if kind else named}"
    there = {row.document_id for row in chosen}
    mentioned = await mentioning(named, rows, parts.retriever)
    others = [row for row in rows if row.document_id in mentioned.documents and row.document_id not in there]
    if not others:
        return chosen, said, []
    return chosen, said, [f"{len(others):,} more {_plural(others, 'mentions', 'mention')} “{named}” in the text."]


def _variants(about: AboutCollection, chosen: Sequence[RegisterRow]) -> list[str]:
    """Return the words for a kind that the names of the chosen documents hold, its own first."""
    if about.genre is None:
        return [about.words]
    held = {part for row in chosen for part in names_in(row)}
    used = [word for word in about.genre.words if any(part == word or part.endswith(word) for part in held)]
    return [f"{about.words} {word}".strip() for word in (used or about.genre.words[:1])]


def _called(about: AboutCollection) -> str:
    noun = singular(about.noun.split()[-1]) if about.genre else ""
    return f"{about.words} {noun}".strip()


def _is_named(about: AboutCollection, row: RegisterRow) -> bool:
    if about.genre and not is_of(about.genre, row):
        return False
    held = set(names_in(row))
    return all(singular(word) in held for word in words_of(about.words))


def _in_folder(folder: str, rows: list[RegisterRow], more: list[str]) -> tuple[list[RegisterRow], str]:
    wanted = folder.casefold().strip("/")
    chosen = [row for row in rows if f"/{wanted}/" in f"/{_KINDS['folder'](row).casefold()}/"]
    if not chosen:
        there = dict.fromkeys(_KINDS["folder"](row) for row in rows)
        more.append(f"There are the folders {_listed(list(there))}.")
    return chosen, f"in the folder {folder}"


def _by_author(author: str, rows: list[RegisterRow], more: list[str]) -> tuple[list[RegisterRow], str]:
    wanted = set(words_of(author))
    stated = {row.document_id: f"{row.metadata.get('author', '')} {row.metadata.get('from', '')}" for row in rows}
    chosen = [row for row in rows if wanted <= set(words_of(stated[row.document_id]))]
    silent = sum(not text.strip() for text in stated.values())
    if silent:
        more.append(f"{silent:,} {_plural(range(silent), 'document states', 'documents state')} no author.")
    if not chosen:
        authors = dict.fromkeys(text.strip() for text in stated.values() if text.strip())
        more.append(f"Those who are stated are {_listed(list(authors))}." if authors else "")
    return chosen, f"that {_verb(chosen, 'states', 'state')} {author} as author or sender"


async def _that_mention(
    about: AboutCollection, parts: Parts, rows: list[RegisterRow]
) -> tuple[list[RegisterRow], Mapping[str, int], str, list[str]]:
    """Return the documents that mention what is asked for, in how many passages, and which hold its words apart."""
    found = [await mentioning(phrase, rows, parts.retriever) for phrase in about.mentions]
    # Where nothing has the words side by side, a topic rather than a name was meant.
    sets = [set(item.documents or item.apart) for item in found]
    held = set.union(*sets) if about.either or about.lacks else set.intersection(*sets)
    chosen = [row for row in rows if (row.document_id in held) != about.lacks]
    counts: Counter[str] = Counter()
    for item in found:
        counts.update(item.documents or item.apart)
    joined = (" or " if about.either or about.lacks else " and ").join(f"“{one_line(it)}”" for it in about.mentions)
    verb = _verb(chosen, "does not mention", "do not mention") if about.lacks else _verb(chosen, "mentions", "mention")
    more = []
    apart = {key for item in found if item.documents for key in item.apart} - held
    there = [row for row in rows if row.document_id in apart]
    if there and not about.lacks:
        more.append(f"{len(there):,} more {_plural(there, 'holds', 'hold')} these words in one passage, but apart.")
    if any(item.apart and not item.documents for item in found):
        more.append("The words stand in one passage there, but not next to one another.")
    return chosen, counts, f"that {verb} {joined}" if about.genre or about.folder else f"{verb} {joined}", more


def _extreme(
    about: AboutCollection, rows: list[RegisterRow], how: list[str], more: list[str], phrases: tuple[str, ...]
) -> _Found:
    """Return the newest, oldest, largest or smallest of the documents, all that share the last place among them."""
    of_what = f" of the {_documents(rows)}{' ' if how else ''}{' '.join(how)}"
    if about.wanted in ("largest", "smallest"):
        sizes = {row.document_id: row.size for row in rows}
        ordered = sorted(rows, key=lambda row: (row.size, row.source), reverse=about.wanted == "largest")
        first = ordered[: about.limit]
        measure = f"by the size of the files ({', '.join(f'{sizes[row.document_id]:,} bytes' for row in first[:1])})"
        return _Found(first, f"The {about.wanted}{of_what}, {measure}.", more, phrases)
    days = {row.document_id: _day(about, row) for row in rows}
    ordered = sorted(rows, key=lambda row: (days[row.document_id], row.source), reverse=about.wanted == "newest")
    if not ordered:
        return _Found((), "{n} " + " ".join(how) + ".", more, phrases)
    last = days[ordered[: about.limit][-1].document_id]
    first = [row for place, row in enumerate(ordered) if place < about.limit or days[row.document_id] == last]
    measure = "by the day on which they were ingested" if about.stored else "by the day that each states, or its file"
    return _Found(first, f"The {about.wanted}{of_what}, {measure}.", more, phrases)


def _overview(rows: list[RegisterRow]) -> _Found:
    types = Counter(map(_KINDS["type"], rows))
    folders = Counter(map(_KINDS["folder"], rows))
    days = [day_of(row) for row in rows]
    said = f"{{n}}{_in_files(rows)}, {_passages(rows)} in all."
    more = [
        f"Types: {', '.join(f'{name} {count}' for name, count in types.most_common())}.",
        f"Folders: {', '.join(f'{name} {count}' for name, count in folders.most_common(_KNOWN_NAMES))}.",
        f"Days: {min(days)} to {max(days)}." if days else "",
    ]
    return _Found(_by_place(rows), said, more)


async def _by_kind(about: AboutCollection, asked: Asked, parts: Parts, rows: list[RegisterRow]) -> Answer:
    kinds: dict[str, list[RegisterRow]] = {}
    for row in _by_place(rows):
        kinds.setdefault(_KINDS[about.by](row), []).append(row)
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    if about.by == "year":
        ordered.sort()
    shown_rows = [row for _, held in ordered[:LISTED] for row in held[:_EACH]]
    chunks = {chunk.document_id: chunk async for chunk in first_chunks(shown_rows, parts.retriever)}
    notes = Footnotes()
    said = f"{_documents(rows)} of {len(kinds):,} {about.by}{'s' if len(kinds) != 1 else ''}."
    lines, statements = [], []
    for name, held in ordered[:LISTED]:
        numbers = [notes.number(chunks[row.document_id]) for row in held[:_EACH] if row.document_id in chunks]
        text = f"{one_line(name)}: {len(held):,}"
        lines.append(f"- {text}{marked(numbers)}")
        statements.append(Statement(text, tuple(numbers)))
    text = "\n".join([said, "", *lines, *_cut(len(kinds), "kinds")])
    every = tuple(range(1, len(notes.chunks) + 1))
    answer = put_together(asked.question, asked.text, text, [Statement(said, every), *statements], notes)
    return _traced(answer, asked, len(rows))


async def _unread(asked: Asked, parts: Parts) -> Answer:
    failed = [row async for row in parts.retriever.index.failures() if asked.where.matches(row)]
    if not failed:
        return put_together(asked.question, asked.text, "Every file that was found could be read.", (), Footnotes())
    said = f"{len(failed):,} {_plural(failed, 'file', 'files')} could not be read."
    ordered = sorted(failed, key=lambda row: row.source)[:LISTED]
    lines = [f"- {one_line(row.source)}: {one_line(row.error)}" for row in ordered]
    text = "\n".join([said, "", *lines, *_cut(len(failed), "files")])
    return put_together(asked.question, asked.text, text, (), Footnotes())


async def _listing(asked: Asked, parts: Parts, found: _Found) -> Answer:
    """Return the answer that says how many there are and lists them, each with its footnote."""
    rows = list(found.rows)
    listed = rows[:LISTED]
    notes = Footnotes()
    if found.phrases:
        places = await shown(found.phrases, listed, parts.retriever, language=parts.language)
    else:
        chunks: dict[str, Chunk] = {chunk.document_id: chunk async for chunk in first_chunks(listed, parts.retriever)}
        places = {document: (chunk, ()) for document, chunk in chunks.items()}
    lines, statements = [], []
    for row in listed:
        chunk, spans = places.get(row.document_id, (None, ()))
        numbers = (notes.number(chunk, *spans),) if chunk else ()
        day = day_of(row)
        text = one_line(row.title) or one_line(row.source)
        if day > _NO_DAY and _said_day(day) not in text:
            text += f", {_said_day(day)}"
        lines.append(f"- {text}{marked(numbers)}")
        statements.append(Statement(text, numbers))
    said = found.said.replace("{n}", _documents(rows))
    every = tuple(range(1, len(notes.chunks) + 1))
    text = "\n".join([said, *([""] if lines else []), *lines, *_cut(len(rows), "documents")])
    more = " ".join(filter(None, found.more))
    if more:
        text = f"{text}\n\n{more}"
    answer = put_together(asked.question, asked.text, text, [Statement(said, every), *statements], notes)
    return _traced(answer, asked, len(rows))


def _traced(answer: Answer, asked: Asked, found: int) -> Answer:
    return replace(answer, trace=Trace(searches=(Search(asked.text, str(asked.where), found, asked_by="rule"),)))


def _cut(count: int, what: str) -> list[str]:
    if count <= LISTED:
        return []
    return [f"… and {count - LISTED:,} more {what} that are not listed here; --where or “in the folder …” narrows it."]


def _ordered(about: AboutCollection, rows: list[RegisterRow], counts: Mapping[str, int]) -> list[RegisterRow]:
    if about.dated:
        return sorted(rows, key=lambda row: (_day(about, row), row.source), reverse=True)
    return sorted(_by_place(rows), key=lambda row: -counts.get(row.document_id, 0))


def _by_place(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    return sorted(rows, key=lambda row: row.source)


def _day(about: AboutCollection, row: RegisterRow) -> date:
    return datetime.fromtimestamp(row.ingested_at / 1_000_000, UTC).date() if about.stored else day_of(row)


def _within(day: date, about: AboutCollection) -> bool:
    return (about.since is None or day >= about.since) and (about.until is None or day <= about.until)


def _when(about: AboutCollection) -> str:
    verb = "ingested" if about.stored else "dated"
    if about.since and about.until:
        return f"{verb} from {_said_day(about.since)} to {_said_day(about.until)}"
    if about.since:
        return f"{verb} {_said_day(about.since)} or later"
    return f"{verb} {_said_day(about.until)} or earlier" if about.until else ""


def _said_day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _documents(rows: Sequence[RegisterRow]) -> str:
    return f"{len(rows):,} {_plural(rows, 'document', 'documents')}" if rows else "No document"


def _in_files(rows: Sequence[RegisterRow]) -> str:
    """Return in how many files the documents are, where some are parts of files: attachments, members of archives."""
    files = {row.source.partition("!/")[0] for row in rows}
    return f" in {len(files):,} {_plural(list(files), 'file', 'files')}" if len(files) != len(rows) else ""


def _passages(rows: Sequence[RegisterRow]) -> str:
    count = sum(row.chunk_count for row in rows)
    return f"{count:,} {'passage' if count == 1 else 'passages'}"


def _plural(items: Sequence[object], one: str, many: str) -> str:
    return one if len(items) == 1 else many


def _verb(items: Sequence[object], one: str, many: str) -> str:
    """Return the verb behind "No document", "1 document" or "2 documents"."""
    return many if len(items) > 1 else one


def _either(words: Sequence[str]) -> str:
    return " or ".join(words)


def _listed(names: Sequence[str]) -> str:
    shown_names = ", ".join(one_line(name) for name in sorted(names)[:_KNOWN_NAMES])
    return f"{shown_names}, …" if len(names) > _KNOWN_NAMES else shown_names
