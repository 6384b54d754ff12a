"""E-mail messages (.eml) through the standard library: who, when, about what, then the body."""

import email
import email.policy
import email.utils
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from ingest.load import html
from ingest.load.build import TextBuilder, one_line
from ingest.load.text import decode
from qa.types import Document

_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def load(path: Path, media_type: str) -> Document:
    """Load a message; attachments are named, not read."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    headers = {name: value for name in _SHOWN if (value := _header(message, name))}
    body = _body(message)
    built = TextBuilder()
    built.lines(f"{name}: {value}" for name, value in headers.items())
    built.paragraph(body)
    if names := list(_attachments(message)):
        built.paragraph(f"Attachments: {', '.join(names)}")
    metadata = {"date": _iso(headers.get("Date", "")), "from": headers.get("From", "")}
    return Document(
        source=str(path),
        title=headers.get("Subject") or path.stem,
        text=built.text,
        media_type=media_type,
        metadata={name: value for name, value in metadata.items() if value},
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return a header decoded; as it stands in the file where the header parser gives up."""
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, LookupError, AttributeError, TypeError):
        # The standard library's parser raises all of these on malformed addresses and dates.
        raw = (value for key, value in message.raw_items() if key.lower() == name.lower())
        return one_line(str(next(raw, "")))


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = _content(part)
    if part.get_content_subtype() == "html":
        return html.build(content)[1].text
    return content


def _content(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        # Unknown or wrong charset: tell it by the bytes as for a text file.
        return decode(data) or data.decode("utf-8", errors="replace")


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.is_attachment() and (name := one_line(part.get_filename() or "")):
            yield name


def _iso(date: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(date).isoformat()
    except ValueError:
        return ""
