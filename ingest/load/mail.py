"""E-mail messages (.eml) through the standard library: who, when, about what, then the body; attachments are parts."""

import email
import email.errors
import email.header
import email.policy
import email.utils
from collections.abc import Iterator, Mapping
from email.message import EmailMessage, MIMEPart

from ingest.load import html
from ingest.load.build import TextBuilder, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.types import Document

_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def load(file: File, media_type: str) -> Document:
    """Load a message; attachments are named."""
    message = _message(file)
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise LoadError(file.source, "is an encrypted mail; open it in a mail program and save its text")
    headers = {name: value for name in _SHOWN if (value := _header(message, name))}
    names = [name for part in _attachments(message) if (name := _name(part))]
    return document(file, media_type, headers, _body(message), names)


def document(file: File, media_type: str, headers: Mapping[str, str], body: str, attachments: list[str]) -> Document:
    """Make a document of a message, also of one of Outlook's. `headers` are shown in their order."""
    built = TextBuilder()
    built.lines(f"{name}: {value}" for name, value in headers.items())
    built.paragraph(body)
    if attachments:
        built.paragraph(f"Attachments: {', '.join(attachments)}")
    metadata = {"date": _iso(headers.get("Date", "")), "from": headers.get("From", "")}
    return Document(
        source=file.source,
        title=headers.get("Subject") or file.stem,
        text=built.text,
        media_type=media_type,
        metadata={name: value for name, value in metadata.items() if value},
    )


def parts(file: File, budget: Budget) -> Parts:
    """Yield the attachments; an attached message is one as well."""
    namer = Namer(file)
    for part in _attachments(_message(file)):
        budget.count(file.source)
        name = _name(part) or f"unnamed{_guessed(part)}"
        source = namer.source(name)
        data = _bytes(part)
        if data is None:
            yield LoadError(source, "is an attachment without content")
        else:
            yield File(source, name.replace("\\", "/").rpartition("/")[2], data)


def decoded(header: str) -> str:
    """Return a raw header with its encoded words in plain letters."""
    try:
        return one_line(str(email.header.make_header(email.header.decode_header(header))))
    except (ValueError, LookupError, email.errors.HeaderParseError):
        return one_line(header)


def _message(file: File) -> EmailMessage:
    return email.message_from_bytes(file.read().lstrip(), policy=email.policy.default)


def _header(message: EmailMessage | MIMEPart, name: str) -> str:
    """Return a header decoded; as it stands in the file where the header parser gives up."""
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, LookupError, AttributeError, TypeError):
        # The standard library's parser raises all of these on malformed addresses and dates.
        raw = (value for key, value in message.raw_items() if key.lower() == name.lower())
        return one_line(str(next(raw, "")))


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None or part.is_attachment():
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
        # The charset is unknown or wrong: it is guessed from the bytes, as for a text file.
        return decode(data) or data.decode("utf-8", errors="replace")


def _attachments(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield the parts that are files: declared so, named, or messages. Their own parts are left to their loaders."""
    for part in message.get_payload() if message.is_multipart() else ():
        if not isinstance(part, MIMEPart):
            continue
        if part.get_content_type() == "message/rfc822" or part.is_attachment() or _file_name(part):
            yield part
        else:
            yield from _attachments(part)


def _file_name(part: MIMEPart) -> str:
    try:
        return one_line(part.get_filename() or "")
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _name(part: MIMEPart) -> str:
    if name := _file_name(part):
        return name
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        subject = _header(inner[0], "Subject") if isinstance(inner, list) and isinstance(inner[0], MIMEPart) else ""
        return f"{subject or 'message'}.eml"
    return ""


def _guessed(part: MIMEPart) -> str:
    import mimetypes

    return mimetypes.guess_extension(part.get_content_type()) or ""


def _bytes(part: MIMEPart) -> bytes | None:
    if part.is_multipart():
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], MIMEPart) else None
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) and data.strip() else None


def _iso(date: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(date).isoformat()
    except ValueError:
        return ""
