"""What a question sets side by side: which documents or things, and in what."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.routes.footnotes import one_line
from qa.answering.routes.holdings.genres import (
    compound_of,
    genre,
    is_kind,
    is_of,
    names_in,
    nearest_kind,
    own_names_in,
    singular,
)
from qa.answering.routes.holdings.genres import words_of as parts_of
from qa.answering.routes.holdings.mentions import mentioning
from qa.answering.routes.labels import labels
from qa.answering.routes.one_document.naming import is_written, named, so_named
from qa.answering.routes.route import Asked, Parts, documents
from qa.answering.routes.rows.shelf import words_of
from qa.answering.routes.side_by_side.across_words import SideBySide, side_by_side
from qa.answering.routes.stated.named_values import says, value_name
from qa.answering.saying.phrases import phrases
from qa.errors import LLMError
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow

_EVERYWHERE = lazy_regex(
    r"(?:(?:all|any|my|our|the|these|alle[nr]?|meine[nrm]?|unsere[nrm]?|den|der) )*"
    r"(?:documents?|files?|docs|collection|index|archive|dokumente?n?|dateien|sammlung|unterlagen)",
    re.IGNORECASE,
)
_OF = lazy_regex(r" (?:of|von) (?:the |der |dem |die |das )?")
# "Plover Dash at night": what it is asked about is a part of what is asked.
_CIRCUMSTANCE = lazy_regex(r"(?P<name>.+?) (?P<rest>(?:at|by|in|during|on|under|per|bei|am|im|pro) .+)", re.IGNORECASE)
# A name that nothing mentions is looked for all the same.
_NAME = lazy_regex(r"(?:[A-ZÄÖÜ][\w-]+|\d+\w*)(?: (?:[A-ZÄÖÜ][\w-]+|\d+\w*)){0,3}$")
_NAME_LIKE = lazy_regex(r"[A-ZÄÖÜ0-9]")
MOST_ITEMS = 40
"""Things that are looked for one by one."""
# Documents that are read for a value; of more no winner is told.
_MOST_READ = 400
# "Plover Dash" in the title of a mail is a boat; "Harbour Row 7" is most of what a lease is called.
_OWN_NAME = 0.5
LEAST_NAMED = 2
_LONG_NOUN, _LEAST_REST = 6, 4
# A column of so many values names all there are.
_TABLE = 8
_COMPARATIVE = lazy_regex(
    r"\b(?:the|has|have|is|are|was|were|hat|haben|ist|sind|der|die|das|den|more|most|less|least|higher|highest|lower|lowest|"
    r"longer|longest|shorter|shortest|larger|largest|bigger|biggest|smaller|smallest|greater|greatest|earlier|earliest|later|"
    r"latest|sooner|soonest|first|last|höhere?n?|höchste?n?|niedrigere?n?|niedrigste?n?|längere?n?|längste?n?|kürzere?n?|"
    r"kürzeste?n?|größere?n?|größte?n?|kleinere?n?|kleinste?n?|früher|später|zuerst|zuletzt|mehr|weniger|am)\b",
    re.IGNORECASE,
)
_ADJECTIVE = lazy_regex(r"\w+er|more \w+|less \w+|mehr|weniger", re.IGNORECASE)
_VERB = lazy_regex(
    r"(?:ends?|expires?|runs?|starts?|begins?|costs?|lasts?|is|are|falls?|has|due|endet|läuft|gilt|beginnt|startet|kostet|"
    r"dauert|ist|sind|hat) ",
    re.IGNORECASE,
)
# What is asked where the comparison says it without a noun.
_MEANT = (
    (lazy_regex(r"cheap|expensive|dear", re.IGNORECASE), "price rent costs fee"),
    (lazy_regex(r"teu(?:er|r)|billig|günstig", re.IGNORECASE), "Preis Miete Kaltmiete Kosten"),
    (lazy_regex(r"old|new|recent", re.IGNORECASE), "date year built"),
    (lazy_regex(r"ält|neu|jüng", re.IGNORECASE), "Datum Jahr gebaut"),
    (lazy_regex(r"fast|slow", re.IGNORECASE), "speed"),
    (lazy_regex(r"schnell|langsam", re.IGNORECASE), "Geschwindigkeit"),
    (lazy_regex(r"heav|light", re.IGNORECASE), "weight"),
    (lazy_regex(r"schwer|leicht", re.IGNORECASE), "Gewicht"),
    (lazy_regex(r"deep", re.IGNORECASE), "depth"),
    (lazy_regex(r"tief", re.IGNORECASE), "Tiefe"),
    (lazy_regex(r"long|short", re.IGNORECASE), "length duration"),
    (lazy_regex(r"läng|kürz", re.IGNORECASE), "Länge Dauer"),
    (lazy_regex(r"larg|big|small", re.IGNORECASE), "size length"),
    (lazy_regex(r"größ|klein", re.IGNORECASE), "Größe Fläche"),
    (lazy_regex(r"high|low", re.IGNORECASE), "height"),
    (lazy_regex(r"höh|niedrig", re.IGNORECASE), "Höhe"),
    (lazy_regex(r"earl|late", re.IGNORECASE), "date"),
    (lazy_regex(r"früh|spät", re.IGNORECASE), "Datum"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """What has a row of its own: a document, or a thing by its name."""

    label: str
    row: RegisterRow | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question sets side by side.

    Attributes:
        reading: Of its words.
        items: One a row, or for two documents as wholes one a column.
        subject: What is looked for of each, "" for whatever is said.
        rows: The documents whose passages are all read, where values of a sort are asked for.
        is_loose: Whether only what the documents state can tell that they are meant: "van" stands in their titles.
        left: How many more things are meant, behind the `MOST_ITEMS` that are looked at.
    """

    reading: SideBySide
    items: tuple[Item, ...] = ()
    subject: str = ""
    rows: tuple[RegisterRow, ...] = ()
    is_loose: bool = False
    left: int = 0


def called(plan: Plan) -> str:
    """Return what the reader is told that is compared: of words that were put for a comparison, the first."""
    meant = any(plan.subject == words for _, words in _MEANT)
    return plan.subject.split()[0] if meant else plan.subject


async def plan_of(asked: Asked, parts: Parts) -> Plan | None:
    """Return what a question sets side by side; rows are read only where its words allow for that."""
    readings = [reading for wording in asked.wordings for reading in side_by_side(wording)]
    if not readings:
        return None
    rows = await documents(asked, parts)
    plans = [plan for reading in readings if (plan := await _of_reading(reading, rows, asked, parts))]
    # "The minutes of May and the minutes of June" are two documents, not something of two months.
    whole = (plan for plan in plans if plan.reading.kind == "two" and all(item.row for item in plan.items))
    return next(whole, next(iter(plans), None))


async def _of_reading(reading: SideBySide, rows: list[RegisterRow], asked: Asked, parts: Parts) -> Plan | None:
    is_german = phrases(asked.question).language == "de"
    if reading.kind == "two":
        return await _two(reading, rows, parts, is_german=is_german)
    if reading.kind == "all":
        inside = _group(reading.inside, rows, is_german=is_german) if reading.inside else rows
        return Plan(reading, rows=tuple(inside)) if inside else None
    documents = _group(reading.group, rows, is_german=is_german) if reading.group else []
    if reading.inside:
        # "Which offer for the compressor": those that say so.
        held = (await mentioning(reading.inside, documents, parts.retriever)).documents
        documents = [row for row in documents if row.document_id in held]
    subject = _subject(reading.aspect) if reading.kind == "most" else reading.aspect
    if len(documents) >= LEAST_NAMED:
        if reading.kind == "most":
            # The winner of some of them would be a false answer.
            return Plan(reading, _items(documents), subject) if len(documents) <= _MOST_READ else None
        return Plan(reading, _items(documents[:MOST_ITEMS]), subject, left=max(0, len(documents) - MOST_ITEMS))
    if reading.kind == "most":
        loose = _so_called(reading.group, rows, parts) if reading.group else rows
        return Plan(reading, _items(loose), subject, is_loose=True) if LEAST_NAMED <= len(loose) <= _MOST_READ else None
    names = await _members(reading.group, rows, asked, parts)
    if len(names) < LEAST_NAMED:
        return None
    return Plan(reading, tuple(map(Item, names[:MOST_ITEMS])), subject, left=max(0, len(names) - MOST_ITEMS))


def _items(rows: Sequence[RegisterRow]) -> tuple[Item, ...]:
    return tuple(Item(label, row) for label, row in zip(labels(rows), rows, strict=True))


def _so_called(noun: str, rows: list[RegisterRow], parts: Parts) -> list[RegisterRow]:
    """Return the documents whose titles or paths hold a noun, in either language: "course" of an "Anfängerkurs"."""
    found = []
    for row in rows:
        known = words_of(noun, parts.retriever.sparse, row.metadata.get("language", "") or "en")
        name = value_name(noun, known)
        if name and says(name, " ".join(names_in(row))):
            found.append(row)
    return found


def _group(words: str, rows: list[RegisterRow], *, is_german: bool) -> list[RegisterRow]:
    """Return the documents that a noun stands for: those of a kind, in a folder, or all."""
    if _EVERYWHERE.fullmatch(words):
        return rows
    kind = genre(words) or genre(nearest_kind(words))
    compound = None if kind else compound_of(words)
    if compound and len(found := [row for row in rows if compound in names_in(row)]) >= LEAST_NAMED:
        return found
    if kind and (found := [row for row in rows if is_of(kind, row)]):
        return found
    if len(found := _of_noun(words, rows, is_german=is_german)) >= LEAST_NAMED:
        return found
    folder = parts_of(words)
    found = [row for row in rows if folder and folder == parts_of(row.source.rpartition("/")[0].rpartition("/")[2])]
    if found:
        return found
    names = named(words, rows)
    if names is None or (names.strength == "words" and not names.says_document):
        return []
    # Of "electricity statements" a corrected one is one too, though its title says more.
    return list(names.rows) if names.strength == "file" else so_named(words, rows)


def _of_noun(noun: str, rows: list[RegisterRow], *, is_german: bool) -> list[RegisterRow]:
    """Return the documents whose title or file name holds a noun of one long word, in the singular or plural."""
    low = noun.casefold()
    forms = {low, *(low.removesuffix(ending) for ending in ("s", "n", "e", "en", "er", "es"))}
    forms = {form for form in forms if len(form) >= _LONG_NOUN}
    if not forms or " " in noun:
        return []

    def is_called(name: str) -> bool:
        if name in forms:
            return True
        # A file "nebenkosten-2023" is a "Nebenkostenabrechnung"; a "contractor" is no contract.
        rest = low.removeprefix(name)
        is_front = is_german and len(name) >= _LONG_NOUN and _LEAST_REST <= len(rest) < len(low)
        return is_front and (is_kind(rest) or is_kind(rest.removeprefix("s")))

    return [row for row in rows if any(map(is_called, own_names_in(row)))]


async def _two(reading: SideBySide, rows: list[RegisterRow], parts: Parts, *, is_german: bool) -> Plan | None:
    """Return two documents or things that a question names; None where it sets ideas side by side."""
    names, subject = reading.items, reading.aspect
    if _ADJECTIVE.fullmatch(subject) or _VERB.match(subject):
        subject = _subject(subject)
    if reading.group and (of_kind := await _of_kind(reading, rows, parts, is_german=is_german)):
        return Plan(reading, of_kind, subject)
    items = [_item(name, rows) for name in names]
    if len(items) == LEAST_NAMED and items[1].row and not items[0].row:
        # "The November and the March minutes" say the noun once.
        noun = f"{names[0]} {names[1].split()[-1]}"
        items = [_item(noun, rows), items[1]] if _item(noun, rows).row else items
    if not all(item.row for item in items):
        names, subject = _parted(names, subject)
        items = [_item(name, rows) for name in names]
    known_rows = [item.row for item in items if item.row]
    if len(known_rows) == len(items):
        if len({row.document_id for row in known_rows}) < len(items):
            return None
        return Plan(reading, tuple(items), subject)
    if not all(item.row or _NAME_LIKE.search(item.label) for item in items) or not (subject or reading.explicit):
        return None
    known = [await _is_known(name, rows, parts) for name in names]
    if not known[-1] and (match := _CIRCUMSTANCE.fullmatch(names[-1])) and await _is_known(match["name"], rows, parts):
        names, subject = (*names[:-1], match["name"]), f"{subject} {match['rest']}".strip()
        known[-1] = True
    if all(known):
        # Where one of them is no document, the other one is none either: a boat that a mail is named after.
        return Plan(reading, tuple(Item(one_line(name)) for name in names), subject)
    missing = [name for name, there in zip(names, known, strict=True) if not there]
    is_named = any(known) and reading.explicit and all(_NAME.match(name) for name in missing)
    return Plan(reading, tuple(items), subject) if known_rows or is_named else None


async def _of_kind(reading: SideBySide, rows: list[RegisterRow], parts: Parts, *, is_german: bool) -> tuple[Item, ...]:
    """Return the documents of a kind that the two names lead to: "which offer is cheaper, Kessler or Tarrant"."""
    documents = _group(reading.group, rows, is_german=is_german)
    found = []
    for name in reading.items:
        held = named(name, documents)
        there = list(held.rows) if held else []
        if not there:
            said = (await mentioning(name, documents, parts.retriever)).documents
            there = [row for row in documents if row.document_id in said]
        if len(there) != 1:
            return ()
        found += there
    return _items(found) if len({row.document_id for row in found}) == len(reading.items) else ()


def _parted(names: tuple[str, ...], subject: str) -> tuple[tuple[str, ...], str]:
    """Return "the rent of A" and "the rent of B" as A and B, and what of them is compared."""
    if subject or not all(_OF.search(name) for name in names):
        return names, subject
    return tuple(_OF.split(name, maxsplit=1)[1] for name in names), _OF.split(names[0], maxsplit=1)[0]


async def _is_known(name: str, rows: list[RegisterRow], parts: Parts) -> bool:
    return bool((await mentioning(name, rows, parts.retriever)).documents)


def _item(name: str, rows: list[RegisterRow]) -> Item:
    found = named(name, rows)
    if not found or len(found.rows) != 1:
        return Item(one_line(name))
    row = found.rows[0]
    is_own = found.share > _OWN_NAME or (found.share == _OWN_NAME and is_written(name, row))
    if found.says_document or is_own:
        return Item(one_line(row.title or row.source), row)
    return Item(one_line(name))


def _subject(aspect: str) -> str:
    """Return what is compared, without the words that compare: "has the higher rent" as "rent"."""
    left = " ".join(_COMPARATIVE.sub(" ", aspect).split())
    if not re.search(r"\w{3}", left) or any(pattern.search(left) for pattern, _ in _MEANT):
        return next((meant for pattern, meant in _MEANT if pattern.search(aspect)), "date")
    return left


async def _members(group: str, rows: list[RegisterRow], asked: Asked, parts: Parts) -> list[str]:
    """Return the things of a kind: what tables hold in a column of that name, and names right after the noun."""
    wanted = [singular(word) for word in parts_of(group)]
    if not wanted:
        return []
    named_so = re.compile(
        rf"\b{re.escape(wanted[-1])}(?:s|es|e|en|n)? (?P<name>[A-ZÄÖÜ][\w-]+(?: [A-ZÄÖÜ][\w-]+){{0,2}})(?![\w-])"
    )
    columns: dict[str, None] = {}
    names: Counter[str] = Counter()
    async for chunk in parts.retriever.index.chunks_of_all(rows):
        names.update({" ".join(match["name"].split()) for match in named_so.finditer(chunk.text)})
        for line in chunk.text.splitlines():
            for field in line.split("; "):
                column, colon, value = field.partition(": ")
                if colon and [singular(word) for word in parts_of(column)] == wanted:
                    columns.setdefault(value.strip())
    found = [name for name, _ in names.most_common()]
    if columns:
        # "Grey Cormorant gangway" in a column is the vessel Grey Cormorant.
        shorter = {value: next((name for name in found if value.startswith(f"{name} ")), value) for value in columns}
        found = sorted({*shorter.values(), *found}) if len(columns) < _TABLE else list(columns)
    if len(found) >= LEAST_NAMED or parts.llm is None:
        return found
    return await _listed_by_model(group, asked, parts)


async def _listed_by_model(group: str, asked: Asked, parts: Parts) -> list[str]:
    """Return the names of a kind of thing that a model finds in the nearest passages; only what stands there counts."""
    assert parts.llm
    query = await parts.retriever.read(group, where=asked.where)
    hits = await parts.retriever.retrieve(query, top_k=parts.top_k, ranking=parts.ranking)
    passages = "\n\n".join(hit.chunk.text for hit in hits)
    request = f"List the names of every {group} in the passages, one name a line, nothing else. NONE if there is none."
    try:
        reply = await parts.llm.complete(
            [{"role": "system", "content": request}, {"role": "user", "content": passages}]
        )
    except LLMError:
        # What the rules found stays; what failed shows again when the cells are written.
        return []
    names = [line.strip(" -*•\t.") for line in reply.splitlines()]
    return list(dict.fromkeys(name for name in names if name and name in passages))
