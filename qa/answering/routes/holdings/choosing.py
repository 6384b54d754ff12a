"""Which documents of the register a question means, one condition after the other, and how that was decided."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa.answering.routes.footnotes import one_line
from qa.answering.routes.holdings.about import AboutCollection
from qa.answering.routes.holdings.days import Dated, days_of
from qa.answering.routes.holdings.from_when import is_within, said_when
from qa.answering.routes.holdings.genres import is_of, names_in, singular, words_of
from qa.answering.routes.holdings.listing import Found, by_place, counted, in_all, names
from qa.answering.routes.holdings.measures import how_measured, measured, said_measure
from qa.answering.routes.holdings.mentions import Mentioned, mentioning
from qa.answering.routes.route import Parts
from qa.answering.routes.stated.changed import said_changes, with_changes
from qa.answering.routes.stated.limits import Limit
from qa.answering.routes.stated.same_paper import said_again, sorted_out
from qa.answering.routes.stated.stated import Stated
from qa.answering.routes.stated.stating import (
    how,
    said_paid,
    said_unread,
    stated_by,
    stated_of,
    timed,
    undecided,
    within,
    within_reach,
)
from qa.answering.saying.phrases import Phrases
from qa.store.records import RegisterRow
from qa.store.where import day_of, ending_of

# What kind each document is of, for the counts by kind.
KINDS: Mapping[str, Callable[[RegisterRow], str]] = {
    "type": lambda row: ending_of(row) or row.media_type,
    "language": lambda row: row.metadata.get("language", ""),
    "folder": lambda row: row.source.partition("!/")[0].rpartition("/")[0],
    "author": lambda row: row.metadata.get("author", "") or row.metadata.get("from", ""),
    "year": lambda row: str(day_of(row).year),
}


@dataclass
class Chosen:
    """Documents that pass what a question says of them so far.

    Attributes:
        rows: They.
        how: What was said of them and how it was decided, to be put behind their number.
        more: What the reader should know besides.
        phrases: What their footnotes should show.
        counts: In how many passages each mentions it, by id.
        days: The day of each, by id, where days were looked at.
        sizes: What was measured of each, by id.
        stated: What each states of what the question sets a limit to, by id.
    """

    rows: list[RegisterRow]
    how: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    phrases: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, Dated] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    stated: Mapping[str, Stated] = field(default_factory=dict)


async def chosen(about: AboutCollection, parts: Parts, rows: Sequence[RegisterRow], say: Phrases) -> Chosen:
    """Return the documents that a question means."""
    found = Chosen(list(rows))
    if about.within:
        before = await chosen(about.within, parts, rows, say)
        found.rows = before.rows
        found.how.append(say("of the {n}", n=len(before.rows)))
    if about.genre or about.words:
        await _of_kind(about, parts, found, say)
    if about.folder:
        _in_folder(about.folder, found, say)
    if about.languages:
        _in_language(about, found, say)
    if about.author:
        await _from(about, parts, found, say)
    if about.since or about.until or about.recurring != (0, 0):
        await _of_days(about, parts, found, say)
    if about.at_least is not None or about.at_most is not None:
        await _of_measure(about, parts, found, say)
    if about.mentions:
        await _that_mention(about, parts, found, say)
    if about.states:
        every, unread = within_reach(found.rows)
        found.stated = await stated_of(about.states, every, parts)
        if about.states.facet in ("sum", "named"):
            found.stated = await with_changes(found.stated, every, rows, parts)
        every = await _without_corrected(about.states, every, parts, found, say)
        paid = await stated_by("paid", every, parts) if about.states.unpaid else {}
        settled = [row for row in every if row.document_id in paid]
        every = [row for row in every if row.document_id not in paid]
        limit = timed(about.states, found.stated)
        found.rows = within(limit, found.stated, every)
        found.how.append(how(limit, say))
        found.more += undecided(limit, found.stated, every, found.rows, say)
        found.more += filter(
            None,
            (
                said_paid(settled, say),
                said_unread(unread, say),
                said_changes(every, found.stated, say),
                _said_currencies(limit, found, say),
            ),
        )
        if about.states.lacks:
            found.stated = {}
    return found


async def _without_corrected(
    limit: Limit, rows: list[RegisterRow], parts: Parts, found: Chosen, say: Phrases
) -> list[RegisterRow]:
    """Return documents without copies and those that a corrected one replaces: a limit is put to what holds."""
    if limit.facet not in ("sum", "paid", "due"):
        return rows
    sums = found.stated if limit.facet == "sum" else await stated_by("sum", rows, parts)
    papers = sorted_out([(row, sums[row.document_id]) for row in rows if row.document_id in sums], "", are_debts=False)
    if again := said_again(papers.again, say):
        found.more.append(again)
    left = {row.document_id for row in papers.again}
    return [row for row in rows if row.document_id not in left]


def _said_currencies(limit: Limit, found: Chosen, say: Phrases) -> str:
    """Return that a limit without a currency was put to sums of several, "" where it was not."""
    codes = {
        one.unit.partition(" ")[0] for row in found.rows if (one := found.stated.get(row.document_id)) and one.unit
    }
    if limit.facet != "sum" or limit.currency or len(codes) <= 1:
        return ""
    return say(
        "The question names no currency, so each sum was taken in its own ({codes}).", codes=", ".join(sorted(codes))
    )


def ordered(about: AboutCollection, found: Chosen) -> list[RegisterRow]:
    """Return the documents in the order in which they are listed: newest first, largest first, or by mentions."""
    if about.states:
        return found.rows
    rows = by_place(found.rows)
    if about.dated and found.days:
        return sorted(rows, key=lambda row: found.days[row.document_id].day, reverse=True)
    if found.sizes:
        return sorted(rows, key=lambda row: -found.sizes.get(row.document_id, 0))
    return sorted(rows, key=lambda row: -found.counts.get(row.document_id, 0))


def all_of_them(about: AboutCollection, found: Chosen, say: Phrases) -> Found:
    """Return the answer that counts and lists what was chosen."""
    rows = ordered(about, found)
    said = f"{counted(rows, say)} {' '.join(found.how)}".strip() + "." if found.how else in_all(rows, say)
    if about.often and about.mentions:
        said = _how_often(about, found, rows, say)
    if about.dated and not about.stored:
        found.more.append(
            say("A document's day is the one that it states, else one in its file's name, else its last change.")
        )
    beside = {
        row.document_id: said_measure(about.measure, found.sizes[row.document_id], say)
        for row in rows
        if row.document_id in found.sizes
    }
    return Found(rows, said, found.more, found.phrases, beside, found.days, stated=found.stated)


def is_named(about: AboutCollection, row: RegisterRow) -> bool:
    """Tell whether a document is what the question calls it: by its ending, title, file's name or folders."""
    if about.genre and not is_of(about.genre, row):
        return False
    held = set(names_in(row))
    return all(singular(word) in held for word in words_of(about.words))


def called(about: AboutCollection) -> str:
    """Return what the question calls its documents, in the singular."""
    noun = singular(about.noun.split()[-1]) if about.genre else ""
    return f"{about.words} {noun}".strip()


async def _of_kind(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> None:
    """Keep the documents of a kind, by name or by file type, and say how many more only mention it."""
    before = found.rows
    found.rows = [row for row in before if is_named(about, row)]
    kind = about.genre
    if kind and kind.endings and not about.words:
        endings = sorted({ending_of(row) for row in found.rows}) or kind.endings
        found.how.append(say("with the ending {endings}", endings=_either(endings, say)))
        return
    named = called(about)
    variants = _variants(about, found.rows) if kind else [named]
    found.how.append(
        say.many(
            "whose title or path says {name}", "whose title or path says {name}", _grammatical(found.rows),
            name=_either(variants, say),
        )
    )  # fmt: skip
    there = {row.document_id for row in found.rows}
    mentioned = await mentioning(named, before, parts.retriever)
    others = sum(row.document_id in mentioned.documents and row.document_id not in there for row in before)
    if others:
        found.more.append(
            say.many(
                "{n} more mentions “{name}” in the text.", "{n} more mention “{name}” in the text.", others, name=named
            )
        )


def _variants(about: AboutCollection, rows: Sequence[RegisterRow]) -> list[str]:
    """Return the words for a kind that the names of the chosen documents hold, its own first; if none, as asked."""
    if about.genre is None:
        return [about.words]
    held = {part for row in rows for part in names_in(row)}
    used = [word for word in about.genre.words if any(part == word or part.endswith(word) for part in held)]
    # A German noun has its capital.
    cased = str.capitalize if about.noun[:1].isupper() else str
    asked = [cased(word) for word in about.genre.words if about.noun.casefold().startswith(word)]
    return [f"{about.words} {word}".strip() for word in (used or (asked or about.genre.words)[:1])]


def _in_folder(folder: str, found: Chosen, say: Phrases) -> None:
    wanted = folder.casefold().strip("/")
    before = found.rows
    found.rows = [row for row in before if f"/{wanted}/" in f"/{KINDS['folder'](row).casefold()}/"]
    if not found.rows:
        there = sorted({folder for row in before if (folder := KINDS["folder"](row))})
        if there:
            said = say.many("The only folder is: {names}.", "The folders are: {names}.", len(there), names=names(there))
            found.more.append(said)
    found.how.append(say("in the folder {folder}", folder=folder))


def _in_language(about: AboutCollection, found: Chosen, say: Phrases) -> None:
    before = found.rows
    codes = _either(about.languages, say)
    found.rows = [row for row in before if _speaks(about, row.metadata.get("language", ""))]
    how = say("in another language than {codes}, as recognised", codes=codes) if about.foreign else ""
    found.how.append(how or say("in the language {codes}, as recognised", codes=codes))
    silent = sum(not row.metadata.get("language") for row in before)
    if silent:
        found.more.append(
            say.many(
                "The language of {n} document is not known.", "The language of {n} documents is not known.", silent
            )
        )


def _speaks(about: AboutCollection, code: str) -> bool:
    return bool(code) and (code in about.languages) != about.foreign


async def _from(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> None:
    """Keep the documents of an author, or those that name one whom none states: invoices are from who they mention."""
    wanted = set(words_of(about.author))
    if any(wanted <= set(words_of(_stated(row))) for row in found.rows):
        _by_author(about.author, found, say)
        return
    held = (await mentioning(about.author, found.rows, parts.retriever)).documents
    if not held:
        _by_author(about.author, found, say)
        return
    found.rows = [row for row in found.rows if row.document_id in held]
    found.counts, found.phrases = held, (about.author,)
    found.how.append(_said_mention(replace(about, mentions=(about.author,)), found.rows, say))


def _stated(row: RegisterRow) -> str:
    return f"{row.metadata.get('author', '')} {row.metadata.get('from', '')}"


def _by_author(author: str, found: Chosen, say: Phrases) -> None:
    wanted = set(words_of(author))
    stated = {row.document_id: _stated(row) for row in found.rows}
    found.rows = [row for row in found.rows if wanted <= set(words_of(stated[row.document_id]))]
    silent = sum(not text.strip() for text in stated.values())
    if silent:
        found.more.append(say.many("{n} document states no author.", "{n} documents state no author.", silent))
    if not found.rows:
        authors = dict.fromkeys(text.strip() for text in stated.values() if text.strip())
        found.more.append(say("Those who are stated are {names}.", names=names(list(authors))) if authors else "")
    found.how.append(
        say.many(
            "that states {author} as author or sender", "that state {author} as author or sender",
            _grammatical(found.rows), author=author,
        )
    )  # fmt: skip


async def _of_days(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> None:
    found.days = await days_of(found.rows, parts.retriever, stored=about.stored)
    found.rows = [row for row in found.rows if is_within(found.days[row.document_id], about)]
    found.how.append(said_when(about, say))
    if about.recurring != (0, 0):
        years = Counter(found.days[row.document_id].day.year for row in found.rows)
        if years:
            listed = ", ".join(f"{year}: {count}" for year, count in sorted(years.items(), reverse=True))
            found.more.append(say("The question names no year, so every year counts ({years}).", years=listed))


async def _of_measure(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> None:
    sizes = await measured(about.measure, found.rows, parts.retriever)
    found.sizes = {
        key: size
        for key, size in sizes.items()
        if (about.at_least is None or size >= about.at_least) and (about.at_most is None or size <= about.at_most)
    }
    found.rows = [row for row in found.rows if row.document_id in found.sizes]
    if about.at_least is not None:
        found.how.append(say("of at least {amount}", amount=said_measure(about.measure, about.at_least, say)))
    if about.at_most is not None:
        found.how.append(say("of at most {amount}", amount=said_measure(about.measure, about.at_most, say)))
    found.more.append(how_measured(about.measure, say))


async def _that_mention(about: AboutCollection, parts: Parts, found: Chosen, say: Phrases) -> None:
    """Keep the documents that mention what is asked for, and say which hold its words apart."""
    items = [await mentioning(phrase, found.rows, parts.retriever) for phrase in about.mentions]
    # Where nothing has the words side by side, a topic rather than a name was meant.
    sets = [set(item.documents or item.apart) for item in items]
    held = set.union(*sets) if about.either or about.lacks else set.intersection(*sets)
    before = found.rows
    found.rows = [row for row in before if (row.document_id in held) != about.lacks]
    counts: Counter[str] = Counter()
    for item in items:
        counts.update(item.documents or item.apart)
    found.counts = counts
    found.phrases = () if about.lacks else about.mentions
    found.how.append(_said_mention(about, found.rows, say))
    found.more += _apart(about, items, held, before, say)


def _said_mention(about: AboutCollection, rows: Sequence[RegisterRow], say: Phrases) -> str:
    joint = say(" or ") if about.either or about.lacks else say(" and ")
    named = joint.join(f"“{one_line(it)}”" for it in about.mentions)
    count = _grammatical(rows)
    relative = about.genre or about.folder
    if about.lacks and relative:
        return say.many("that does not mention {names}", "that do not mention {names}", count, names=named)
    if about.lacks:
        return say.many("does not mention {names}", "do not mention {names}", count, names=named)
    if relative:
        return say.many("that mentions {names}", "that mention {names}", count, names=named)
    return say.many("mentions {names}", "mention {names}", count, names=named)


def _apart(
    about: AboutCollection, items: Sequence[Mentioned], held: set[str], before: Sequence[RegisterRow], say: Phrases
) -> list[str]:
    found = []
    apart = {key for item in items if item.documents for key in item.apart} - held
    there = sum(row.document_id in apart for row in before)
    if there and not about.lacks:
        found.append(
            say.many(
                "{n} more holds these words in one passage, but apart.",
                "{n} more hold these words in one passage, but apart.",
                there,
            )
        )
    if any(item.apart and not item.documents for item in items):
        found.append(say("The words stand in one passage there, but not next to one another."))
    return found


def _how_often(about: AboutCollection, found: Chosen, rows: Sequence[RegisterRow], say: Phrases) -> str:
    named = say(" and ").join(f"“{one_line(it)}”" for it in about.mentions)
    places = sum(found.counts.get(row.document_id, 0) for row in rows)
    return say(
        "{passages} {of_documents} mention {names}; Footnote counts passages, not each time.",
        passages=say.many("{n} passage", "{n} passages", places),
        of_documents=say.many("of {n} document", "of {n} documents", len(rows)),
        names=named,
    )


def _grammatical(rows: Sequence[RegisterRow]) -> int:
    """Return the number that a verb agrees with: "No document mentions" as "1 document mentions"."""
    return max(1, len(rows))


def _either(words: Sequence[str], say: Phrases) -> str:
    return say(" or ").join(words)
