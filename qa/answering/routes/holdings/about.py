"""What a question wants to know of the collection, and the words for a collection and its documents."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.answering.routes.holdings.genres import Genre
from qa.answering.routes.stated.limits import Limit

Wanted = Literal[
    "count", "list", "newest", "oldest", "largest", "smallest", "total", "kinds", "overview", "unread", "empty",
    "duplicates", "uncounted",
]  # fmt: skip
By = Literal["type", "language", "folder", "author", "year"]
Measure = Literal["bytes", "pages", "words", "passages"]


@dataclass(frozen=True, slots=True)
class AboutCollection:
    """What a question wants to know of the collection.

    Attributes:
        wanted: How many, which, the newest of them, how much they hold in total, what kinds there are, and so on.
        noun: What the documents are called in the question, "documents" where it says no more.
        genre: What kind of document that is, None for any.
        words: What stood in front of the noun: their titles or paths hold it.
        mentions: What they mention, each of it, or with `either` any of it.
        lacks: Whether those that mention none of it are wanted.
        since: First day, None for any.
        until: Last day, None for any.
        recurring: A month and a day of it, 0 for all days, of whatever year; (0, 0) for any day.
        stored: Whether the days are those on which they were ingested, not their own.
        dated: Whether the question asks for what changed.
        languages: Codes.
        foreign: Whether those in other languages are wanted.
        folder: That they lie in, "" for any.
        author: Who wrote or sent them, "" for anybody.
        limit: How many are wanted, 0 for all.
        by: What kinds are counted, see `wanted`.
        measure: What is measured of them, for the largest, for a total, and for the two bounds.
        at_least: Of the measure, None for any.
        at_most: Of the measure, None for any.
        often: Whether the places of a mention are counted, not the documents.
        attribute: What cannot be counted.
        states: What the value that each states must be, None for any: "due in June", "over 500 euros".
        within: Of which documents these are some, None for all: "which of them".
    """

    wanted: Wanted
    noun: str = "documents"
    genre: Genre | None = None
    words: str = ""
    mentions: tuple[str, ...] = ()
    either: bool = False
    lacks: bool = False
    since: date | None = None
    until: date | None = None
    recurring: tuple[int, int] = (0, 0)
    stored: bool = False
    dated: bool = False
    languages: tuple[str, ...] = ()
    foreign: bool = False
    folder: str = ""
    author: str = ""
    limit: int = 0
    by: By = "type"
    measure: Measure = "bytes"
    at_least: int | None = None
    at_most: int | None = None
    often: bool = False
    attribute: str = ""
    states: Limit | None = None
    within: "AboutCollection | None" = None

    @property
    def is_certain(self) -> bool:
        """Whether it speaks of documents as such: of "contracts" it must still be seen whether there are any."""
        return self.genre is None and not self.words

    @property
    def is_by_sum(self) -> bool:
        """Whether the largest of them is the one over the most money, whatever the size of its file."""
        names = ("invoice", "offer", "receipt")
        is_by_size = self.wanted in ("largest", "smallest") and self.measure == "bytes"
        return is_by_size and self.genre is not None and self.genre.name in names


GENERIC = r"(?:documents?|docs|files?|papers|dokumente?n?|dateien?|datei|unterlagen)"
FILE = r"(?:files?|documents?|docs|dateien?|dokumente?n?)"
OWN = r"(?:the|my|our|these|those|all|of|your|this|alle[rn]?|die|der|das|den|meine[rn]?|unsere[rn]?|diese[rn]?)"
PLACE = (
    r"(?:collection|index|archive|library|database|corpus|knowledge base|store|system|footnote|"
    r"sammlung|bibliothek|datenbank|archiv|ablage|wissensbasis|bestand)"
)
HERE = rf"(?:in|to|of|from|zu|aus) (?:{OWN} )*{PLACE}|(?:in|of|from) (?:{OWN} )+{GENERIC}"
