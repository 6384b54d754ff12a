"""The addresses of sources: each opens on a page of its own, or beside the text where the pane's script runs."""

from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlencode

from ui.web.escape import escape
from ui.web.language import current, t
from ui.web.place import at

ROOT = "/read"
MOST_MARKS = 16
"""Places that an address marks."""


def cited(exchange: str, number: int, *, mark: int = 0) -> str:
    """Return the address of what a footnote cites.

    Args:
        exchange: Id of the exchange whose answer has the footnote.
        number: Of the footnote.
        mark: Which of the passage's marked places is looked for, from 0; those that touch count as one.
    """
    return _address(f"{ROOT}/{exchange}/{number}", mark=mark or None)


def nearest(exchange: str, rank: int) -> str:
    """Return the address of a passage that an answer names as near, though it cites none.

    Args:
        exchange: Id of the exchange.
        rank: Of the passage.
    """
    return _address(f"{ROOT}/{exchange}/near/{rank}")


def document(id: str, collection: str = "") -> str:  # noqa: A002
    """Return the address of a document of a collection, shown from its beginning.

    Args:
        id: Of the document.
        collection: Its name, "" for the one that the settings name.
    """
    return _address(f"{ROOT}/document/{id}", collection=collection or None)


def passage(id: str, collection: str = "", marks: Sequence[tuple[int, int]] = ()) -> str:  # noqa: A002
    """Return the address of a stored passage.

    Args:
        id: Of the passage.
        collection: Its name, "" for the one that the settings name.
        marks: Offsets into the document's text of what is marked; the whole passage where there are none.
    """
    return _address(f"{ROOT}/passage/{id}", collection=collection or None, mark=written_marks(marks) or None)


def written_marks(marks: Sequence[tuple[int, int]]) -> list[str]:
    """Return offsets as an address holds them."""
    return [f"{start}-{end}" for start, end in marks[:MOST_MARKS]]


def read_marks(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return the offsets that an address holds; what is none is left out."""
    found = [part.partition("-") for part in texts]
    return [
        (int(start), int(end))
        for start, _, end in found[:MOST_MARKS]
        if start.isascii() and start.isdecimal() and end.isascii() and end.isdecimal() and len(start + end) < 20
    ]


def script() -> str:
    """Return the script that opens sources beside the text, with what it says while it waits, as HTML."""
    said = {
        "close": t("Close"),
        "opening": t("Opening the source …"),
        "failed": t("The source could not be fetched. Is Footnote still running?"),
    }
    told = "".join(f' data-{name}="{escape(words)}"' for name, words in said.items())
    return f'<script src="{at(ROOT)}/files/pane.js"{told}></script>'


def beneath(address: str, name: str, **values: object) -> str:
    """Return the address of something that belongs to a source, such as a page's picture; the collection stays."""
    path, _, query = address.partition("?")
    held = dict(parse_qsl(query)).get("collection")
    return with_values(f"{path}/{name}", collection=held, **values)


def with_values(address: str, **values: object) -> str:
    """Return an address with further values; those that are None are left out."""
    given = {name: value for name, value in values.items() if value is not None}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given, doseq=True)}" if given else address


def _address(path: str, **values: object) -> str:
    # What the page of the link says is in the language of the page that it stands on.
    language = current()
    return with_values(at(path), **values, lang=None if language == "en" else language)
