"""Stretches of a document as a person reads them: without what layout put between the words.

A quotation is shown in this form, and in this form compared with its place: `as_read` of the stretch is the quotation.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, takewhile

from qa.lazy_regex import lazy_regex
from qa.text.sentences import Span, sentence_spans, table_rows
from qa.text.set_columns import heads_set, named_by_columns, rows_set

# The marks in front of list items and of quoted mail, which are no part of the text.
_BULLET = lazy_regex(r"(?:(?:[-*•–‣▪◦●·]|>+)\s+)+")
# Another item of a list within a stretch. A number in front of an item says its place, and stays.
_ITEM_BELOW = lazy_regex(r"(?P<end>[^\s])[ \t]*\n\s*(?:[-*•–‣▪◦●·]\s+)+")
_HASHES = lazy_regex(r"(?:^|(?<=\n))[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*(?=\n|$)")
# Blank lines, perhaps with a page's number on a line of its own between them.
_PAGE_TURN = lazy_regex(
    r"[ \t]*\n\s*\n(?:\W*(?:(?:page|seite)\s*)?\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*\n\s*\n?)?"
    r"|[ \t]*\n\W*(?:(?:page|seite)\s*)?\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?[^\w\n]*\n\s*\n",
    re.IGNORECASE,
)
# A line break, with the marks of quoted mail after it.
_LINE_BREAK = lazy_regex(r"[ \t]*\n[ \t]*(?:>[ \t]?)*")
# A word hyphenated at a line end. Before "and" the hyphen is the word's own: "Ein-\nund Ausgang".
_PARTED = lazy_regex(r"(?<=[^\W\d_])[-\u2010]\s*\n[ \t]*(?:>[ \t]?)*(?=[a-zäöüß])(?!(?:und|oder|bzw|and|or)\b)")
_JOINED = lazy_regex(r"[^\W\d_]+-[^\W\d_]*$")
_INVISIBLE = lazy_regex("[\u00ad\u200b\ufeff]")
_EMPHASIS = lazy_regex(r"(?<!\w)(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINK = lazy_regex(r"!?\[([^\[\]\n]+)\]\((?:[^()\s]|\([^()\s]*\))+\)")

_RULE = lazy_regex(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_FIELD = lazy_regex(r"[ \t]*[^\n:]{1,40}:[ \t]+\S")
_RULED = lazy_regex(r"\s*\|")
# The row of names, and the rule below it.
_ROWS_WITH_NAMES = 2
_ENDS = ".!?:;…"
_ITEM_ENDS = ".!?:;,…"
_NUMBER, _YEAR = lazy_regex(r"\d[\d.,]*"), lazy_regex(r"(?:19|20)\d\d")
_LONGEST_HEADER = 120


def as_read(text: str) -> str:
    """Return a stretch of a document on one line, as it is read aloud.

    Line breaks, the numbers of pages between lines, hyphens at line ends, the marks of list items and of quoted mail
    and those of Markdown for headings, bold words and links are taken out; items below one another are parted by
    semicolons. Every other character stays.
    """
    text = text.strip()
    # Asking first halves the time, since most sentences hold nothing of the kind.
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    if bullet := _BULLET.match(text):
        text = text[bullet.end() :]
    if "#" in text:
        text = _HASHES.sub("", text)
    if "\n" in text:
        text = _ITEM_BELOW.sub(lambda match: match["end"] + (" " if match["end"] in _ITEM_ENDS else "; "), text)
        text = _PAGE_TURN.sub("\n", text)
        text = _PARTED.sub(lambda match: "-" if _JOINED.search(match.string[: match.start()]) else "", text)
        text = _LINE_BREAK.sub(" ", text)
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a text says in one piece: `start` and `end` are offsets into it, `text` is that stretch as it is read.

    A table's row is a sentence. Its `text` names the values by their columns, where the text holds the names.
    """

    start: int
    end: int
    text: str


def read_sentences(text: str, *, language: str = "english") -> list[Sentence]:
    """Return the sentences of a text as they are read, in order; not the lines that name a table's columns."""
    spans = sentence_spans(text, language=language)
    plain = {span: _above(text, span[0]) for span in table_rows(text)}
    in_columns, names = _set_in_columns(text)
    said = []
    for start, end in spans:
        row = text[start:end]
        if named := in_columns.get((start, end)):
            said.append(Sentence(start, end, named))
        elif row.startswith("|"):
            named = _under_rules(_lines_above(text, start), row) if "\n" not in row else ""
            if not _names_columns(text, start, end):
                said.append(Sentence(start, end, named or as_read(row)))
        elif header := _header(text, (start, end), plain):
            names.add(header)
            said.append(Sentence(start, end, f"{as_read(text[slice(*header)])}: {as_read(row)}"))
        else:
            bullet = _BULLET.match(text, start, end)
            said.append(Sentence(bullet.end() if bullet else start, end, as_read(row)))
    return [sentence for sentence in said if (sentence.start, sentence.end) not in names and sentence.text]


def _set_in_columns(text: str) -> tuple[dict[Span, str], set[Span]]:
    """Return the rows that are set in columns by spaces, with their cells named, and the lines that name them."""
    if "  " not in text and "\t" not in text:
        return {}, set()
    lines = text.split("\n")
    begins = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def place(number: int) -> Span:
        begin = begins[number] + len(lines[number]) - len(lines[number].lstrip())
        return begin, begin + len(lines[number].strip())

    rows = rows_set(lines)
    heads = heads_set(lines, rows)
    named = {place(number): as_read(name) for number in rows if (name := named_by_columns(lines, rows, heads, number))}
    # Names that fit none of the rows stay a line of the text.
    return named, {place(number) for number in heads.values()} if named else set()


def by_field(text: str, sentence: Sentence) -> list[Sentence]:
    """Return the fields of a sentence that is several below one another, "Net: 400" and "Total: 480"; else it."""
    raw = text[sentence.start : sentence.end]
    if "\n" not in raw or raw.startswith("|"):
        return [sentence]
    starts = [0, *(match.end() for match in re.finditer(r"\n", raw) if _FIELD.match(raw, match.end()))]
    if len(starts) == 1:
        return [sentence]
    pieces = [raw[start:end].rstrip() for start, end in zip(starts, [*starts[1:], len(raw)], strict=True)]
    return [
        Sentence(sentence.start + start, sentence.start + start + len(piece), as_read(piece))
        for start, piece in zip(starts, pieces, strict=True)
        if piece
    ]


def cells(row: str) -> list[str]:
    """Return the cells of a table's row that is written between vertical rules."""
    parts = re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))
    return [part.strip().replace(r"\|", "|") for part in parts]


def _lines_above(text: str, start: int) -> Iterator[str]:
    """Yield the lines above a line of a text, from the nearest upwards."""
    while start := text.rfind("\n", 0, start) + 1:
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
        yield text[start:end]


def _under_rules(above: Iterator[str], row: str) -> str:
    """Name the values of a row between vertical rules by the first row of its table; "" where none holds names."""
    rows = list(takewhile(_RULED.match, above))
    # Only a rule below it tells that the first row holds names.
    if len(rows) < _ROWS_WITH_NAMES or not _RULE.fullmatch(rows[-2]):
        return ""
    names, values = cells(rows[-1]), cells(row)
    if len(values) > len(names):
        return ""
    named = (f"{name}: {value}" if name else value for name, value in zip(names, values, strict=False) if value)
    return as_read("; ".join(named))


def _names_columns(text: str, start: int, end: int) -> bool:
    """Tell whether a row between vertical rules is the rule below a table's names, or holds them."""
    below = text[end:].lstrip(" \t\n").split("\n", 1)[0]
    return bool(_RULE.fullmatch(text[start:end]) or _RULE.fullmatch(below))


def _above(text: str, start: int) -> Span:
    """Return where the line above a line stands, without white space around it; (0, 0) for none."""
    end = text.rfind("\n", 0, start)
    if end < 0:
        return 0, 0
    line = text[text.rfind("\n", 0, end) + 1 : end]
    begin = end - len(line.lstrip())
    return begin, begin + len(line.strip())


def _header(text: str, row: Span, above: Mapping[Span, Span]) -> Span | None:
    """Return where the column names of a row without rules stand; None where nothing looks like them.

    Args:
        text: The text that the row stands in.
        row: The row's place.
        above: The line above each of the text's rows without rules.
    """
    if row not in above:
        return None
    line = above[row]
    # Years do name columns, although their line looks like a row.
    named_by_years = not _only_years(text[slice(*row)])
    while line in above and not (named_by_years and _only_years(text[slice(*line)])):
        line = above[line]
    header = text[slice(*line)]
    if not header or not header[0].isupper() or header[-1] in _ENDS or len(header) > _LONGEST_HEADER:
        return None
    # A chunk may begin within the table: then the line above is a row as well.
    return line if _only_years(header) or not header[-1].isdecimal() else None


def _only_years(line: str) -> bool:
    numbers = _NUMBER.findall(line)
    return bool(numbers) and all(map(_YEAR.fullmatch, numbers))
