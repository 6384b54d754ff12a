"""What flows through Footnote: frozen values with no behaviour of their own.

Offsets are characters into `Document.text`, end exclusive, everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.text.drawn import DrawnWord

Ranking = Literal["scores", "rrf", "dense", "sparse"]
# The verdict of a check on a sentence.
Support = Literal["supported", "partly supported", "contradicted", "not found", "without citation"]
# Where a question was answered from: the best passages, the register of all documents, one document section by section,
# several documents side by side, the rows of a table, or several searches that a model asked for.
RouteName = Literal["passages", "collection", "document", "across", "table", "steps"]


@dataclass(frozen=True, slots=True)
class Page:
    """Where one page (a PDF page, a slide) lies in its document's text; numbers start at 1.

    `label` is the number printed on it ("iv"), if the file tells and it differs from `number`.
    """

    number: int
    start: int
    end: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in force from `start` until the next heading of its level or above; level 1 is the highest."""

    level: int
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Where row `number` of a table begins in the text, counted from 1 as spreadsheets do; `sheet` may be "".

    `columns` are the names of its columns, empty if they have none. `cells` are their contents, if the text alone does
    not tell. `in_text` is whether the table stands within a text, whose pages and headings then tell its place.
    `is_sure` is whether its rows can be computed with; others only tell which words of their lines are names.
    """

    start: int
    number: int
    sheet: str = ""
    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    in_text: bool = False
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One loaded file. `source` is its path or URL; `pages`, `headings` and `marks` are in text order.

    A part of a file (an attachment, a member of an archive) has its own document, with the source `file!/part`.
    `metadata` says more about it ("date", "from"); `gaps` say in words what of the file could not be read. `drawn` are
    the words that were read from pictures, in text order.
    """

    source: str
    title: str
    text: str
    media_type: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()
    gaps: tuple[str, ...] = ()
    drawn: tuple[DrawnWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document that is stored and found as one: `document.text[start:end] == text`.

    `heading` is the path of headings above it, joined by " › "; `page` is 0 where a format has no pages. `metadata` may
    hold `sheet`, `rows` ("12–30") and `table` (see `qa.tables.stored`), `sections` (see `qa.text.outline`), or
    `page_label`; a passage joined from several chunks may have `last_page`.
    """

    id: str
    document_id: str
    version: str
    ordinal: int
    source: str
    title: str
    heading: str
    page: int
    start: int
    end: int
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk; ranks start at 1.

    `score` means something only within `retriever`: a cosine in [-1, 1] for "dense", an unbounded BM25 sum for
    "sparse", at most 2 / (rrf_k + 1) for "rrf", about [0, 1] for "scores". `cosine` and `bm25` (a share of the highest
    BM25 the query allows, in [0, 1]) are absolute: they mean the same on every question. `learned` takes the place of
    `bm25` where a learned sparse model made the collection, see `rank.learned_share`. `rerank` is a reranker's score,
    in a range of its own: ranks follow it, and `score` stays what it was. `cosine_rank` and `words_rank` (by `bm25` or
    `learned`) are its ranks among the candidates, `found_rank` that by both searches together, from which the
    candidates come. None where not computed. `about` are the names in the question that its document's title, file or
    first lines hold: the passage is about them, though it may not say so itself.
    """

    chunk: Chunk
    score: float
    rank: int
    retriever: Ranking
    cosine: float | None = None
    bm25: float | None = None
    rerank: float | None = None
    learned: float | None = None
    cosine_rank: int | None = None
    words_rank: int | None = None
    found_rank: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """The `[number]` in an answer, the chunk it stands for, and the spans of it that carry the answer.

    `spans` are (start, end) offsets into the document's text, inside [chunk.start, chunk.end), in order.
    """

    number: int
    chunk: Chunk
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a cited passage: its citation's `number`, and (start, end) offsets into its document's text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, without markers, and the citation numbers it rests on.

    `problem` is empty if the cited passages support the sentence; else it says what speaks against it, in words for the
    reader. `support` gives the same as one of five verdicts. `evidence` are the words of the passages that speak for
    the sentence, `against` those that speak against it. `opinion` is what a model of the user's choice says about it,
    in words; "" if it adds nothing. `added` is whether the check found the citations, rather than the writer of the
    sentence. `moved_from` are those that the writer gave, where another passage supports the sentence and they do not.
    """

    text: str
    citations: tuple[int, ...]
    problem: str = ""
    support: Support = "supported"
    evidence: tuple[Place, ...] = ()
    against: tuple[Place, ...] = ()
    added: bool = False
    opinion: str = ""
    moved_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table of an answer and the citation numbers it rests on; "" where the documents say nothing."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An answer side by side: every row has as many cells as there are columns.

    The first paragraph of the answer's text introduces it; the rest of the text says the same in words.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Direct:
    """The few words that answer, in front of the sentence that holds them.

    `statement` counts the answer's statements from 0; `start` and `end` are offsets into that statement's text.
    """

    text: str
    statement: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Search:
    """One search for an answer: what was searched, in which documents ("" for all), how many passages it found.

    `best` is the best passage's absolute score in about [0, 1], None if nothing was scored. `asked_by` is who asked for
    it.
    """

    query: str
    where: str
    found: int
    best: float | None = None
    asked_by: Literal["question", "rule", "model"] = "question"


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came to be.

    `reason` says in words why the question took its route. `seconds` are the stages with their wall times, in order.
    `sent` are the ids of the chunks that a model was given, `calls` how often it was called. `prompt_tokens` and
    `completion_tokens` are what the endpoint reports, or estimates where `estimated`. `thoughts` is what a model
    thought beside its answer. `tried` says how faults of the endpoint were worked around. `failed` says why it gave no
    answer at all, so that the passages are quoted in its place. `threshold` is what the probability of an answer had to
    reach, or the best passage's score where there is no probability; None where nothing was asked of them.
    """

    reason: str = ""
    searches: tuple[Search, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    sent: tuple[str, ...] = ()
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    thoughts: str = ""
    tried: tuple[str, ...] = ()
    failed: str = ""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a question that was taken for another one: what was `typed`, and what was `meant`."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user sees, and all that is needed to check it.

    `text` carries the `[n]` markers. `found` is False when the documents do not hold an answer; `hits` then are the
    nearest passages. `query` is the standalone question that was searched. `model` is "extractive" or the model's name.
    `dropped_markers` counts citation markers of the model that pointed at no passage and were removed. `where` says in
    words which documents the question was limited to, "" for all. `note` is what else the reader should know, such as
    that no dictionary leads from the question's language to that of the documents. `direct` are the few words that
    answer, if a sentence holds them. `probability` is how probable it is that the documents answer, in [0, 1]; None if
    nothing was learned about the collection. `corrections` are the question's misspelt words, which `note` tells too.
    """

    question: str
    query: str
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    found: bool
    model: str
    complete: bool = True
    dropped_markers: int = 0
    where: str = ""
    note: str = ""
    route: RouteName = "passages"
    direct: Direct | None = None
    table: Table | None = None
    probability: float | None = None
    trace: Trace = Trace()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation; `documents` are the ids of those that an answer cites."""

    role: Literal["user", "assistant"]
    text: str
    documents: tuple[str, ...] = ()
