"""Questions that the page offers, made by rule from what documents hold, so that they answer them. Pure functions.

An empty page asks about a section or the cell of a table; below an answer stand the same question about the next of its
kind, another column of the row, and other sections of the documents that were cited.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import islice, zip_longest

from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.tables.stored import StoredTable, stored_tables
from qa.types import Answer, Chunk
from ui.web import examples
from ui.web.language import t

MOST = 3
_LONGEST = 160
_LONGEST_NAME = 40
_LONGEST_HEADING = 60
# What of a section's text says more than a line.
_LEAST_WORDS = 12
_NUMBERED = lazy_regex(r"^\s*(?:§\s*)?(?:\d+|[A-Z]|[IVX]+)(?:[.)]\d*)+\s+|^\s*\d+\s+")
_FIGURE = lazy_regex(r"\d+")
_WORD = lazy_regex(r"\w+")
_HAS_LETTER = lazy_regex(r"[^\W\d_]")
_SIGNS = frozenset('"“”„«»`*<>[]{}|\\?!')


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document under a heading of its own."""

    title: str
    heading: str


def first_questions(rows: Sequence[RegisterRow], chunks: Sequence[Chunk], *, known: int) -> list[str]:
    """Return questions for a page on which nothing was asked.

    Args:
        rows: Documents of which some passages were read, the best to ask about first.
        chunks: Their passages, from the beginning.
        known: How many documents there are.
    """
    told = [row for row in rows if examples.can_be_told(row)]
    about = [of_section(section) for row in told for section in _sections(_own(chunks, row))[:1]]
    cells = sorted((each for row in rows for each in _cells(_own(chunks, row))), key=lambda each: each[0])
    titles = [examples.about_it(row.title) for row in rows if examples.is_named(row) and examples.can_be_told(row)]
    which = [t("Which documents are there?")] if known > 1 else []
    # One of each kind, as far as there are any.
    return _first([*about[:1], *(question for _, question in cells[:1]), *which, *about[1:], *titles], but=())


def next_questions(answer: Answer, chunks: Sequence[Chunk], asked: Sequence[str]) -> list[str]:
    """Return questions for below an answer, in the order in which they follow from it.

    Args:
        answer: It. Where nothing was found there is nothing to follow.
        chunks: Passages of the documents that it cites, and of others that were found, around what was found.
        asked: What was asked in the conversation.
    """
    if not answer.found or not answer.citations:
        return []
    documents = list(dict.fromkeys(chunk.document_id for chunk in chunks))
    found = {(hit.chunk.document_id, _heading(hit.chunk)) for hit in answer.hits}
    cited = {citation.chunk.document_id for citation in answer.citations}
    # A row of another table may have the name of something else: "1 April" is followed by no "1 May" of a budget.
    own = [[c for c in chunks if c.document_id == key] for key in documents if key in cited]
    tables = [table for some in own for table in stored_tables(some)]
    beside = _of_row(answer.query, tables)
    sections = [_sections_of(answer, [c for c in chunks if c.document_id == key], found, cited) for key in documents]
    in_turn = [of_section(one) for some in zip_longest(*sections) for one in some if one]
    return _first([*islice(_neighbours(answer.query, tables), 1), *beside[:1], *in_turn, *beside[1:]], but=asked)


def of_section(section: Section) -> str:
    """Return the question what a document says in a section; a heading may be of any form."""
    return t("What does “{title}” say under “{heading}”?", title=section.title, heading=section.heading)


def _sections_of(
    answer: Answer, chunks: Sequence[Chunk], found: Set[tuple[str, str]], cited: Set[str]
) -> list[Section]:
    """Return other sections of one document, first those that were found; only these if it is not cited."""
    key = chunks[0].document_id
    others = [each for each in _sections(chunks) if _is_other(each, answer)]
    was_found = [each for each in others if (key, each.heading) in found]
    return [*was_found, *(each for each in others if key in cited and each not in was_found)]


def _own(chunks: Sequence[Chunk], row: RegisterRow) -> list[Chunk]:
    return [chunk for chunk in chunks if chunk.document_id == row.document_id]


def _sections(chunks: Sequence[Chunk]) -> list[Section]:
    """Return the sections of one document that can be asked about, those with most figures first: they tell most."""
    words, figures = Counter[str](), Counter[str]()
    above = {part for chunk in chunks for part in chunk.heading.split(" › ")[:-1]}
    for chunk in chunks:
        heading = _heading(chunk)
        if heading and chunk.heading.rpartition(" › ")[2] not in above and "rows" not in chunk.metadata:
            words[heading] += len(_WORD.findall(chunk.text))
            figures[heading] += len(_FIGURE.findall(chunk.text))
    title = chunks[0].title if chunks else ""
    if not title or len(title) > _LONGEST_HEADING or _SIGNS & set(title):
        return []
    found = [
        Section(title, heading)
        for heading, count in words.items()
        if count >= _LEAST_WORDS and len(heading) <= _LONGEST_HEADING and not _SIGNS & set(heading)
        if not set(_words(heading)) <= set(_words(title)) and _HAS_LETTER.search(heading)
    ]
    # A heading of one word is mostly one that many documents have: "Summary", "Costs".
    return sorted(found, key=lambda one: (len(_words(one.heading)) == 1, -figures[one.heading]))


def _heading(chunk: Chunk) -> str:
    """Return the heading of a passage's section alone, without its number."""
    return _NUMBERED.sub("", chunk.heading.rpartition(" › ")[2]).strip(" .:")


def _is_other(section: Section, answer: Answer) -> bool:
    """Tell whether a section is another one than what is cited or asked about."""
    asked = set(_words(answer.query))
    cited = " ".join(citation.chunk.heading for citation in answer.citations).casefold()
    return section.heading.casefold() not in cited and not set(_words(section.heading)) <= asked


def _cells(chunks: Sequence[Chunk]) -> list[tuple[bool, str]]:
    """Return a question about a cell of each table of a document; those about a name of several words tell False."""
    found: list[tuple[bool, str]] = []
    for table in stored_tables(chunks):
        single = _names_of_one_row(table)
        columns = sorted(range(1, _width(table)), key=lambda column: len(_words(_label(table, column))) == 1)
        asked = (
            (" " not in row.cells[0].strip(), question)
            for number, row in enumerate(table.rows)
            for column in columns
            if (question := _of_cell(table, number, column, single))
        )
        found += islice(asked, 1)
    return found


def _names_of_one_row(table: StoredTable) -> frozenset[str]:
    """Return the first cells that name a thing, and only one row each."""
    counts = Counter(row.cells[0].strip() for row in table.rows)
    return frozenset(name for name, count in counts.items() if count == 1 and _is_name(name))


def _label(table: StoredTable, column: int) -> str:
    return " ".join(table.columns[column].replace("_", " ").split())


def _width(table: StoredTable) -> int:
    return len(table.columns)


def _of_cell(table: StoredTable, row: int, column: int, single: Set[str]) -> str:
    """Return the question about a cell, "" where its column or the name of its row do not read well in one.

    Args:
        table: It.
        row: Number of the row, from 0.
        column: Likewise.
        single: The names of the table that one row has alone.
    """
    label, name = _label(table, column), table.rows[row].cells[0].strip()
    is_label = label and len(label) <= _LONGEST_NAME and not _SIGNS & set(label) and not _FIGURE.search(label)
    if not (name in single and is_label and table.rows[row].cells[column].strip()):
        return ""
    return t("What is “{column}” for {name}?", column=label, name=name)


def _is_name(text: str) -> bool:
    """Tell whether a cell names one thing: some words that all begin with a capital or a digit, but no number."""
    words = text.split()
    is_short = 0 < len(text) <= _LONGEST_NAME and not _SIGNS & set(text)
    return is_short and all(word[:1].isupper() or word[:1].isdecimal() for word in words) and words[0][:1].isalpha()


def _of_row(query: str, tables: Sequence[StoredTable]) -> list[str]:
    """Return questions about the cells of the rows that a question names, but for those that it asks for."""
    asked = set(_words(query))
    return [
        question
        for table, row in _rows_named(query, tables)
        for single in [_names_of_one_row(table)]
        for column in range(1, _width(table))
        if not set(_words(_label(table, column))) & asked
        if (question := _of_cell(table, row, column, single))
    ]


def _neighbours(query: str, tables: Sequence[StoredTable]) -> Iterator[str]:
    """Yield a question about the others of a table that names one of its rows: the next ones first."""
    for table, row in _rows_named(query, tables):
        single = _names_of_one_row(table)
        names = [each.cells[0].strip() for each in table.rows]
        told = [len([*filter(str.strip, each.cells)]) for each in table.rows]
        for at in [*range(row + 1, len(names)), *range(row)]:
            if told[at] >= told[row] and names[at] in single and (said := _instead(query, names[row], names[at])):
                yield said


def _rows_named(query: str, tables: Sequence[StoredTable]) -> Iterator[tuple[StoredTable, int]]:
    for table in tables:
        for number, row in enumerate(table.rows):
            name = row.cells[0].strip()
            if _is_name(name) and _of_name(name).search(query):
                yield table, number


def _of_name(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _instead(question: str, name: str, other: str) -> str:
    """Return a question with another name in it, "" where it does not name the first, or names both."""
    pattern = _of_name(name)
    if len(pattern.findall(question)) != 1 or _of_name(other).search(question):
        return ""
    return pattern.sub(lambda _found: other, question)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _first(questions: Sequence[str], *, but: Sequence[str]) -> list[str]:
    """Return the first of some questions that are short enough and not asked yet."""
    told = {" ".join(_words(question)) for question in but}
    short = (each for each in dict.fromkeys(questions) if len(each) <= _LONGEST)
    return [each for each in short if " ".join(_words(each)) not in told][:MOST]
