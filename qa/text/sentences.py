"""Sentences of a text, with their places in it. Pure functions."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import sentencex

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_DE
from qa.text.language import UNSPACED
from qa.text.own_lines import ended_on_purpose
from qa.text.set_columns import heads_set, rows_set

Span = tuple[int, int]

# fastembed's names of languages to the codes that sentencex takes; a code may be given as well.
_CODES = {
    "danish": "da",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "norwegian": "no",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
}
_CODE_LENGTH = 2
# Characters of a stretch of an unspaced script that is cut into clauses, and of a clause at least. Shorter ones end in
# front of what they lead to: of 60 questions of xquad in Thai, clauses of 60 quote 32 answers, and of 100 41.
_LONGEST_CLAUSES, _LEAST_CLAUSE = 300, 120
_GAP = lazy_regex(r"\s+")
_IN_SCRIPT = lazy_regex(rf"{UNSPACED.pattern.removesuffix('+')}(?!ๆ){UNSPACED.pattern.removesuffix('+')}")
_STOP = lazy_regex(r"[。！？](?=[0-9A-Za-z０-９Ａ-Ｚａ-ｚ])")
# What a sentence goes on with behind speech.
_GOES_ON = lazy_regex(r"って|など|という|[とをがはもにでのへや、]")
# The marks that close bold or slanted words in Markdown, behind the full stop of a sentence.
_MARKS = lazy_regex(r"(?:\*{1,3}|_{1,3})(?!\S)")
_OPENING, _CLOSING = "「『（【《“(", "」』）】》”)"
# What begins a list item, which may go on over several lines.
LIST_ITEM = lazy_regex(r"\s*(?:[-*•–]|\d{1,3}[.)])\s")
# "Apologies: …" below "Present: …": lists of names say something each, as does "§ 3 …".
_LABELLED = lazy_regex(r"\s*[A-ZÄÖÜ][\w./&-]*(?: [\w./&-]+){0,3}: \S")
_CLAUSE = lazy_regex(r"\s*§+ ?\d+[a-z]?[ .:]")
_LETTERED = lazy_regex(r"\s*(?:[a-z]|[ivx]{2,4})\)\s")
# A line that stands by itself, whatever its length: a table row, a heading, a "Header: value; …" row.
_OWN_LINE = lazy_regex(r"\s*(?:\||#{1,6}\s|[^\s:][^:\n]{0,40}: [^\n;]*;)")
# Lines of running text are broken near the right margin; one much shorter than its neighbours ends something.
_SHORT_LINE = 0.6
_MARGIN_LINES = 3
# A sentence goes on over a page break where the line before it is long and the next one begins in lower case.
_LONG_LINE = 40
_ENDS = frozenset(".!?:;…”»")
# Characters of it before the break and behind it.
_CARRIED = 500
# Nothing but a page number, which stands between the two lines.
_PAGE_NUMBER = lazy_regex(r"\W*(?:(?:page|seite)\s*)?\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.IGNORECASE)
# A row of a table that lost its rules: "Scheduled service 7.2 7.0", "Rope access on the blades 9 m/s".
_CELL = r"[-+±]?[£$€]?\d[\d.,:]*(?: ?(?:%|‰|°C?|[a-zA-Zµ°²³]{1,7}(?:/[a-zA-Z²³]{1,4})?))?|[-–]"
_ROW = lazy_regex(rf"\s*[^\W\d_a-zäöüß][^.!?;]*?\s((?:(?:{_CELL})\s+)*(?:{_CELL}))\s*")
_CELLS = lazy_regex(rf"(?:{_CELL})(?=\s|$)")
# A row that a date opens.
_DATED = lazy_regex(
    r"\s*(?:\d{4}-\d\d(?:-\d\d)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? (?:[A-Z][a-z]{2,8}|März)\.?(?: \d{4})?|"
    r"\d{1,2}:\d\d)\b(?! *[.,;])"
)
_DATED_ROWS = 3
_RUNNING_LINES = 2
_LONGEST_ROW = 160
_LONGEST_LABELLED = 500
# Lines of running text seldom open with a capital four times in a row; if they do, most of them are as long.
_LEAST_ITEMS, _RAGGED, _FULL = 4, 0.8, 0.93
_ITEM = lazy_regex(r"(?:[^\W\d_a-zäöüß]|\d+(?=[%.:/-]|\s[^a-z]))\W*\w.*[^\s.!?:;,‐–-]")
# A German day or floor ends no sentence, whatever the language of the document: "am 8. Februar", "Zeller, 2. OG".
# "In aisle 2. Stock is counted" is English.
_FLOORS = "OG|UG|Obergeschoss|Untergeschoss|(?:Stock|Etage)(?! (?!links|rechts|mitte|vorne|hinten)[a-z])"
_ORDINAL = lazy_regex(rf"\b\d{{1,2}}\.(?=\s(?:{'|'.join(MONTHS_DE)}|Jahrhundert|{_FLOORS})\b)")
# Nor does any other ordinal behind an article: "im 2. Obergeschoss".
_ORDINAL_NOUN = lazy_regex(
    r"\b(?i:im|am|vom|zum|zur|beim|der|die|das|de[mns]|jede[mnrs]?)\s\d{1,2}\."
    r"(?=\s(?!(?:Der|Die|Das|Den|Dem|Des|Er|Sie|Es|Wir|Ich|Ein|Eine|Dies\w*|Bitte|Danach|Dann|Bis)\b)[A-ZÄÖÜ][a-zäöüß]{2})"
)
# Ordinals of languages that set a stop behind the figure, where a small letter follows: "10. dnia", "2025. január 1.".
_ORDINAL_SMALL = lazy_regex(r"\b\d{1,4}\.(?=\s[^\W\d_A-Z])")
_WITH_ORDINALS = frozenset(
    {"cs", "da", "et", "fi", "hr", "hu", "lt", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr"}
)
# What is numbered or timed, in front of its figure: "n. 5520", "kl. 18". "2.º" and "n.º" end no sentence anywhere.
_NUMBERED_IN_SHORT = lazy_regex(
    r"\b(?:n|nr|núm|num|art|kl|č|čís|str|pág|pag|pkt|poz|ust|odst|ul|al|lok|tel|fig|tab|sz|бр|стр|п|д|кв|ул)\.(?=\s\d)",
    re.IGNORECASE,
)
_RAISED = lazy_regex(r"\.(?=[ºªᵒᵃ°])")


def sentence_spans(text: str, *, language: str = "english", layout: bool = True) -> list[Span]:
    """Return (start, end) of each sentence, in order and without the white space around it.

    Between them the spans hold all of the text but white space. List items, table rows and headings count as sentences;
    a line broken at the margin does not end one.

    Args:
        text: The text of a document, or a stretch of it.
        language: A language's name as fastembed has it, or its code.
        layout: Whether to undo what a page's layout did: rows of tables without rules are sentences, and a sentence may
            go on over a page break.
    """
    code = _CODES.get(language, language if len(language) == _CODE_LENGTH else "en")
    spans: list[Span] = []
    rows = _set_rows(text) if layout else frozenset[Span]()
    for start, end in _blocks(text, layout=layout):
        if (row := _stripped(text, start, end)) in rows:
            # What is short for something ends no sentence in a row: "plus 19 % VAT", "zzgl. 19 % MwSt".
            spans.append(row)
            continue
        # The number of a list item ends in a full stop, which would make it a sentence.
        item = LIST_ITEM.match(text, start, end)
        begin, position = start, item.end() if item else start
        # A blank line within a block is a page break that a sentence goes on over.
        block = _ORDINAL.sub(_unstopped, text[position:end].replace("\n\n", "  "))
        if layout and code == "de":
            # Not where chunks are cut: every stored chunk would then count as new.
            block = _ORDINAL_NOUN.sub(_unstopped, block)
        if layout and code != "en":
            block = _NUMBERED_IN_SHORT.sub(_unstopped, _RAISED.sub(",", block))
        if layout and code in _WITH_ORDINALS:
            block = _ORDINAL_SMALL.sub(_unstopped, block)
        for sentence in sentencex.segment(code, block):
            position += len(sentence)
            spans.append(_stripped(text, begin, position))
            begin = position
        spans.append(_stripped(text, begin, end))
    found = [span for span in spans if span[0] < span[1]]
    if not layout:
        return found
    closed = _with_marks(text, _with_speech(text, _with_labels(text, found)))
    stopped = [one for span in closed for one in _full_stops(text, *span)]
    return [part for span in stopped for part in _clauses(text, *span)]


def _with_speech(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join speech in Japanese with what goes on behind it, as in 「行く。」と言った."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start and text[start - 1] in _CLOSING and _GOES_ON.match(text, start):
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _with_labels(text: str, spans: Sequence[Span]) -> list[Span]:
    """Leave the mark of a label with its value, as in "Revenue: 5.8; Consent required?: Yes; …"."""
    found: list[Span] = []
    for start, end in spans:
        if found and found[-1][1] == start and text[start] == ":":
            before, _ = found.pop()
            # A row is whole, and a long one is cut before the label.
            cut = text.rfind("; ", before, start)
            start = cut + 2 if cut >= 0 and end - before > _LONGEST_LABELLED else before
            if before < start:
                found.append((before, start - 1))
        found.append((start, end))
    return found


def _with_marks(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Leave the marks that close bold words with these, as in "**Fees.** They rise."."""
    before: Span | None = None
    for start, end in spans:
        if before and before[1] == start and (marks := _MARKS.match(text, start, end)):
            before = before[0], marks.end()
            start, end = _stripped(text, marks.end(), end)
        if before:
            yield before
        before = (start, end) if start < end else None
    if before:
        yield before


def _full_stops(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a sentence of Chinese or Japanese where the next one begins with a figure or a Latin letter.

    No space stands there, so that only the full stop tells. Within quotation marks and brackets a sentence goes on.
    """
    for stop in _STOP.finditer(text, start, end):
        before = text[start : stop.end()]
        if sum(map(before.count, _OPENING)) <= sum(map(before.count, _CLOSING)):
            yield start, stop.end()
            start = stop.end()
    yield start, end


def _clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut what would be too long a sentence at its spaces, in scripts that set spaces between clauses alone.

    Thai ends no sentence with a mark: a whole passage would be one.
    """
    if end - start > _LONGEST_CLAUSES and 2 * sum(map(len, UNSPACED.findall(text, start, end))) > end - start:
        for gap in _GAP.finditer(text, start + _LEAST_CLAUSE, end - _LEAST_CLAUSE):
            # Spaces stand around numbers, foreign words and brackets too, and before a mark of repetition.
            around = text[gap.start() - 1] + text[gap.end() : gap.end() + 1]
            if gap.start() - start >= _LEAST_CLAUSE and _IN_SCRIPT.fullmatch(around):
                yield start, gap.start()
                start = gap.end()
    yield start, end


def carried(text: str, start: int) -> int:
    """Return where the sentence ends that goes on over a place, such as the start of a page; the place for none.

    Args:
        text: A document's text.
        start: The place, behind white space.
    """
    before = text[max(0, start - _CARRIED) : start].rstrip()
    if not before or before[-1] in _ENDS or not text[start : start + 1].islower():
        return start
    first = start - len(text[max(0, start - _CARRIED) : start])
    for begin, end in sentence_spans(text[first : start + _CARRIED]):
        if first + begin < start < first + end:
            # What does not end so soon is no sentence that a page cuts.
            return first + end if end < _CARRIED + start - first and text[first + end - 1] in _ENDS else start
    return start


def unwrapped(text: str) -> str:
    """Return `text` with the line breaks inside sentences turned into spaces; every character keeps its place."""
    parts = []
    position = 0
    # Chunks are cut by this. If layout were read, every stored chunk of a PDF would count as new.
    for start, end in sentence_spans(text, layout=False):
        parts += [text[position:start], text[start:end].replace("\n", " ")]
        position = end
    return "".join([*parts, text[position:]])


def _unstopped(match: re.Match[str]) -> str:
    return match[0].replace(".", ",")


def _blocks(text: str, *, layout: bool) -> Iterator[Span]:
    """Cut at line breaks that end something."""
    spans = [match.span() for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    lines = [text[start:end] for start, end in spans]
    rows = _table_rows(lines) if layout else set()
    ended = _items(lines) | ended_on_purpose(lines) | _labelled(lines) if layout else set()
    if layout:
        ended |= {number - 1 for number in heads_set(lines, rows_set(lines)).values()}
    block_start = 0
    skip = 0
    for number, (_, end) in enumerate(spans):
        if number < skip:
            continue
        skip = _goes_on(lines, number) if layout else 0
        if not skip and (number in rows or number + 1 in rows or number in ended or _ends_block(lines, number)):
            yield block_start, end
            block_start = end


def table_rows(text: str) -> list[Span]:
    """Return the (start, end) of each line that is a row of a table without rules, in order; line ends not counted."""
    spans = [match.span() for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    rows = _table_rows([text[start:end] for start, end in spans])
    return [_stripped(text, *spans[number]) for number in sorted(rows)]


def _set_rows(text: str) -> frozenset[Span]:
    """Return where the rows stand whose columns are set apart by spaces."""
    if "  " not in text and "\t" not in text:
        return frozenset()
    spans = [match.span() for match in re.finditer(r"[^\n]*\n|[^\n]+", text)]
    return frozenset(_stripped(text, *spans[number]) for number in rows_set([text[slice(*span)] for span in spans]))


def _table_rows(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that are rows of a table: neighbours with as many last values, or with dates."""
    cells = [_trailing_cells(line) for line in lines]
    margin = max(map(len, lines), default=0)
    rows = set(rows_set(lines))
    for count, group in groupby(range(len(lines)), key=cells.__getitem__):
        run = list(group)
        # Two lines of running text may each end in a number, three hardly do; and such lines reach the margin.
        is_short = min(len(lines[number]) for number in run) < _SHORT_LINE * margin
        if count and len(run) > 1 and (count > 1 or is_short or len(run) > _RUNNING_LINES):
            rows |= set(run)
    dated = [number for number, line in enumerate(lines) if _DATED.match(line)]
    for first, *_, last in zip(*(dated[step:] for step in range(_DATED_ROWS)), strict=False):
        if last - first == _DATED_ROWS - 1:
            rows |= set(range(first, last + 1))
    return rows


def _items(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that end an item of a list without marks, as slides have them.

    Each item opens with a capital or a figure, and does not end like a sentence. Lines that reach a common margin go on
    in the next line.
    """
    found = set[int]()
    for is_item, group in groupby(range(len(lines)), key=lambda number: bool(_ITEM.fullmatch(lines[number].strip()))):
        run = list(group)
        lengths = [len(lines[number].strip()) for number in run]
        longest = max(lengths)
        if not is_item or len(run) < _LEAST_ITEMS or sorted(lengths)[(len(run) - 1) // 2] >= _RAGGED * longest:
            continue
        full = {number for number, length in zip(run, lengths, strict=True) if length >= _FULL * longest}
        found |= set(run) - (full if len(full) > 1 else set())
    return found


def _labelled(lines: list[str]) -> set[int]:
    """Return the numbers of the lists behind a word that another one follows, and of those before a numbered clause."""
    return {
        number
        for number, (line, following) in enumerate(pairwise(lines))
        if _CLAUSE.match(following)
        or (", " in line + following and _LABELLED.match(line) and _LABELLED.match(following))
    }


def _trailing_cells(line: str) -> int:
    row = None if len(line) > _LONGEST_ROW or ": " in line or LIST_ITEM.match(line) else _ROW.fullmatch(line)
    return len(_CELLS.findall(row[1])) if row else 0


def _goes_on(lines: list[str], number: int) -> int:
    """Return the number of the line in which a sentence goes on after a page break, 0 where it does not."""
    line = lines[number].strip()
    if len(line) < _LONG_LINE or line[-1] in _ENDS or _is_row(line):
        return 0
    after = number + 1
    while after < len(lines) and (not lines[after].strip() or _PAGE_NUMBER.fullmatch(lines[after].strip())):
        after += 1
    if after == len(lines) or all(line.strip() for line in lines[number + 1 : after]):
        return 0
    is_item = LIST_ITEM.match(lines[after]) or _LETTERED.match(lines[after])
    return after if lines[after].lstrip()[0].islower() and not is_item else 0


def _is_row(line: str) -> bool:
    """Tell a table's row or a heading from a sentence that holds a colon and a semicolon, and goes on below."""
    return bool(_OWN_LINE.match(line)) and (line.lstrip()[0] in "|#" or ": " in line.rsplit("; ", 1)[-1])


def _ends_block(lines: list[str], number: int) -> bool:
    line = lines[number]
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if not following.strip() or not line.strip():
        return True
    if LIST_ITEM.match(following) or _OWN_LINE.match(following):
        return True
    goes_on = following.lstrip()[0].islower()
    if _OWN_LINE.match(line) and (_is_row(line) or not goes_on):
        return True
    if goes_on:
        return False
    # Columns and tables have margins of their own, so only the lines around count.
    margin = max(map(len, lines[max(0, number - _MARGIN_LINES) : number + _MARGIN_LINES + 1]))
    return len(line) < _SHORT_LINE * margin


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
