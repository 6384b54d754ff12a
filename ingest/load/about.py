"""What a document says about itself besides its text: who wrote it, and when it was last changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ingest.load import markup
from ingest.load.build import one_line
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

# Names that programs fill in where no author was given.
_NOBODY = {
    "administrator", "author", "microsoft office user", "none", "openpyxl", "owner", "python-docx", "root", "unknown",
    "unknown author", "unnamed", "user",
}  # fmt: skip
# When the templates of python-docx and python-pptx were made, in any time zone; a file without its own date keeps it.
_TEMPLATES = lazy_regex(r"2013-12-2[34]T\d\d:15:00|2013-01-2[678]T\d\d:(14:16|15:58)")
_FIRST_YEAR = 1980
# "D:20240322090000+01'00'", of which a part may be missing, and some leave out the "D:".
_PDF_DATE = lazy_regex(r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?")


def about(author: object, *dates: object) -> dict[str, str]:
    """Return "author" and "date" as metadata, each only where it says something.

    Args:
        author: Who wrote it; what is not text is ignored, here and below.
        dates: In order of preference, the last change first: ISO 8601, PDF's own form, or a datetime. The first
            plausible one is taken, which lies neither before 1980 nor in the future.
    """
    name = one_line(author) if isinstance(author, str) else ""
    found = next(filter(None, map(_iso, dates)), "")
    facts = {"author": "" if name.casefold() in _NOBODY else name, "date": found}
    return {key: value for key, value in facts.items() if value}


def _iso(found: object) -> str:
    text = found.isoformat() if isinstance(found, datetime) else one_line(found) if isinstance(found, str) else ""
    try:
        if match := _PDF_DATE.match(text):
            year, month, day, hour, minute, second = (whole(part) for part in match.groups())
            moment = datetime(year, month, day, hour, minute, second)
        else:
            moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    plain = moment.replace(tzinfo=None).isoformat(timespec="seconds")
    tomorrow = datetime.now(UTC).date() + timedelta(1)
    if _TEMPLATES.match(plain) or not date(_FIRST_YEAR, 1, 2) <= moment.date() <= tomorrow:
        return ""
    return moment.isoformat(timespec="seconds")


def dublin_core(root: Any) -> dict[str, str]:
    """Return the same from the XML metadata of office files and books: Dublin Core and their own elements."""
    values: dict[str, list[str]] = {}
    for element in root.iter():
        if text := (element.text or "").strip():
            values.setdefault(markup.name(element), []).append(text)
    # OpenDocument's "creator" is who changed it last, its "date" when; a book's "date" is when it was published.
    authors = values.get("initial-creator") or values.get("creator") or []
    dates = (values.get(name, [""])[0] for name in ("modified", "date", "created", "creation-date"))
    return about(", ".join(dict.fromkeys(authors)), *dates)


def title_of(root: Any) -> str:
    """Return the title among such elements, "" without one."""
    return next((one_line(one.text) for one in root.iter() if markup.name(one) == "title" and one.text), "")


def of_ole(found: Any) -> dict[str, str]:
    """Return the same from olefile's metadata of an old Office file."""
    author = found.author.decode("cp1252", "replace") if isinstance(found.author, bytes) else found.author
    return about(author, found.last_saved_time, found.create_time)
