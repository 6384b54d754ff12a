"""Web pages saved with all they need in one file (.mhtml, .mht): the page is read, styles are not."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

from ingest.load.file import File
from ingest.load.html import page as html
from ingest.load.mail import message as mail
from qa.errors import LoadError
from qa.types import Document

_PAGES = ("text/html", "application/xhtml+xml")


def load(file: File, media_type: str) -> Document:
    """Load the page that such a file names as its first; frames within it are left out."""
    message = email.message_from_bytes(file.read().lstrip(), policy=email.policy.default)
    page = _page(message)
    if page is None:
        raise LoadError(file.source, "holds no HTML page; save the page again as HTML")
    content = mail.content(page).encode("utf-8", "replace")
    document = html.load(replace(file, content=content), media_type, mail.pictures(message, page))
    if document.title != file.stem:
        return document
    return replace(document, title=mail.header(message, "Subject") or document.title)


def _page(message: EmailMessage) -> EmailMessage | None:
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES and isinstance(part, EmailMessage)]
    start = str(message.get_param("start") or "")
    return next((page for page in pages if start and page.get("Content-ID") == start), pages[0] if pages else None)
