"""E-mail messages (.eml) through the standard library: who, when, about what, then the body; attachments are parts."""

import base64
import email
import email.errors
import email.header
import email.policy
import email.utils
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage, MIMEPart
from functools import partial
from urllib.parse import unquote, urljoin

from ingest.load import calendar
from ingest.load.build import TextBuilder, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.html import page as html
from ingest.load.mail import heads, smime, tnef, uuencoded
from ingest.load.parts import Budget, Namer, Parts
from ingest.load.picture import inside as pictures_inside
from ingest.load.picture import ocr
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

# Parts within parts; deeper ones are a trick.
_MAX_DEPTH = 50
_HEAD_BYTES = 64 << 10
_APPLE = lazy_regex(rb"(\d{1,12})[ \t]*\r?\n")
_PGP = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
_SHOWN_PICTURE = lazy_regex(r"""\bcid:([^"'\s<>)]+)""", re.IGNORECASE)
_SHOWN = ("From", "To", "Cc", "Date", "Subject")


def load(file: File, media_type: str) -> Document:
    """Load a message; attachments are named."""
    message = _message(file)
    headers = {name: value for name in _SHOWN if (value := header(message, name))}
    found = _found(file, message)
    told = (pictures_inside.said(data, place="a picture without a name") for data in found.pictures)
    body = "\n\n".join(filter(None, map(str.strip, (*found.bodies, *told))))
    if found.encrypted and not body and not found.files:
        raise LoadError(file.source, "is an encrypted mail; open it in a mail program and save its text")
    if found.encrypted:
        incomplete("without a part that is encrypted; open it in a mail program and save its text")
    return document(file, media_type, headers, body, [one.name for one in found.files if one.name])


@dataclass(frozen=True, slots=True)
class _Attached:
    """A file that a mail carries: its name, "" without one, what its type suggests for an ending, and its bytes.

    `shown_as` is the address by which the mail's page shows it, "" where it has none.
    """

    name: str
    ending: str
    data: bytes | None
    shown_as: str = ""


@dataclass(slots=True)
class _Found:
    """What one walk through a mail finds.

    `pictures` are those without a name, which are no attachments, and `shown` the addresses of those in its pages.
    """

    source: str
    message: MIMEPart
    bodies: list[str] = field(default_factory=list)
    files: list[_Attached] = field(default_factory=list)
    encrypted: bool = False
    wants_html: bool = True
    pictures: list[bytes] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    images: dict[str, MIMEPart] | None = None


def document(file: File, media_type: str, headers: Mapping[str, str], body: str, attachments: list[str]) -> Document:
    """Make a document of a message, also of one of Outlook's. `headers` are shown in their order."""
    built = TextBuilder()
    built.lines(f"{name}: {value}" for name, value in headers.items())
    built.paragraph(body)
    if attachments:
        built.paragraph(f"Attachments: {', '.join(attachments)}")
    metadata = {"date": _iso(headers.get("Date", "")), "from": headers.get("From", "")}
    return built.document(
        file,
        media_type,
        headers.get("Subject", ""),
        metadata={name: value for name, value in metadata.items() if value},
    )


def parts(file: File, budget: Budget) -> Parts:
    """Yield the attachments; an attached message is one as well."""
    namer = Namer(file)
    for one in _found(file, _message(file)).files:
        budget.count(file.source)
        name = one.name or f"unnamed{one.ending}"
        source = namer.source(name)
        if one.data is None:
            yield LoadError(source, "is an attachment without content")
        else:
            yield File(source, name.replace("\\", "/").rpartition("/")[2], one.data)


def pictures(message: MIMEPart, page: MIMEPart) -> Callable[[str], bytes]:
    """Return what gives the pictures of a message by their addresses in one of its pages: "cid:…", or of the web."""
    return partial(_beside, dict(_images(message, 0)), page)


def _images(part: MIMEPart, depth: int) -> Iterator[tuple[str, MIMEPart]]:
    """Yield the pictures of a message by the addresses that they have."""
    if part.get_content_maintype() == "image":
        yield from ((address, part) for address in (_address(part), header(part, "Content-Location")) if address)
    elif depth <= _MAX_DEPTH:
        for child in _children(part):
            yield from _images(child, depth + 1)


def _beside(kept: Mapping[str, MIMEPart], page: MIMEPart, address: str) -> bytes:
    base = header(page, "Content-Location")
    address = address.strip()
    by_id = f"cid:{unquote(address[4:])}" if address[:4].lower() == "cid:" else ""
    part = kept.get(by_id or address) or (kept.get(_joined(base, address)) if base and not by_id else None)
    if part is None and by_id:
        pictures_inside.lost(by_id)
    return (_bytes(part) or b"") if part is not None and address else b""


def _address(part: MIMEPart) -> str:
    """Return the address by which pages of the message show a part; "" where it has none."""
    named = header(part, "Content-ID").strip().removeprefix("<").removesuffix(">")
    return f"cid:{named}" if named else ""


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _found(file: File, message: MIMEPart) -> _Found:
    """Walk through a mail. With OCR a picture that its page shows is read there, and is no attachment."""
    found = _Found(file.source, message)
    _walk(message, found, 0)
    if ocr.installed():
        found.files = [one for one in found.files if one.shown_as not in found.shown]
    return found


def decoded(header: str) -> str:
    """Return a raw header with its encoded words in plain letters."""
    try:
        return one_line(str(email.header.make_header(email.header.decode_header(header))))
    except (ValueError, LookupError, email.errors.HeaderParseError):
        return one_line(header)


def subject(data: bytes | None) -> str:
    """Return the subject of a mail, "" without one."""
    head = (data or b"").lstrip()[:_HEAD_BYTES]
    return header(email.message_from_bytes(heads.readable(head), policy=email.policy.default), "Subject")


def _message(file: File) -> EmailMessage:
    data = file.read().lstrip()
    if file.suffix == ".emlx" and (match := _APPLE.match(data)):
        # Apple Mail puts the number of bytes before a mail, and what it noted about it behind.
        data = data[match.end() : match.end() + whole(match[1])]
    return email.message_from_bytes(heads.readable(data), policy=email.policy.default)


def header(message: EmailMessage | MIMEPart, name: str) -> str:
    """Return a header decoded; as it stands in the file where the header parser gives up."""
    try:
        return one_line(str(message.get(name) or ""))
    except (ValueError, LookupError, AttributeError, TypeError):
        # The standard library's parser raises all of these on malformed addresses and dates.
        raw = (value for key, value in message.raw_items() if key.lower() == name.lower())
        return one_line(str(next(raw, "")))


def _walk(part: MIMEPart, found: _Found, depth: int) -> None:
    """Collect the texts that a mail program shows, and the files; of a message within it, only the file."""
    kind = part.get_content_type()
    if depth > _MAX_DEPTH:
        incomplete(f"without parts that are nested more than {_MAX_DEPTH} deep")
    elif smime.is_wrapped(kind):
        _unwrap(part, found, depth)
    elif kind == "multipart/encrypted":
        found.encrypted = True
    elif kind == "message/rfc822" or part.is_attachment() or _file_name(part):
        _attach(part, found)
    elif kind == "multipart/alternative" and part.is_multipart():
        _alternative(part, found, depth)
    elif part.is_multipart():
        for child in _children(part):
            _walk(child, found, depth + 1)
    elif part.get_content_maintype() == "text" and (found.wants_html or part.get_content_subtype() != "html"):
        found.bodies.append(_shown(part, found))
    elif part.get_content_maintype() == "image" and (data := _bytes(part)):
        found.pictures.append(data)


def _children(part: MIMEPart) -> list[MIMEPart]:
    inner = part.get_payload()
    return [child for child in inner if isinstance(child, MIMEPart)] if isinstance(inner, list) else []


def _alternative(part: MIMEPart, found: _Found, depth: int) -> None:
    """Collect one of several forms of the same text: the first plain one that holds any, else the last that does.

    An invitation's calendar stands beside them, for its day and place are often in none of the others.
    """
    forms: list[tuple[bool, list[str]]] = []
    has_plain = any(one.get_content_type() == "text/plain" and content(one).strip() for one in _children(part))
    for child in _children(part):
        one = _Found(found.source, found.message, images=found.images, wants_html=found.wants_html and not has_plain)
        _walk(child, one, depth + 1)
        found.files += one.files
        found.pictures += one.pictures
        found.shown |= one.shown
        found.encrypted = found.encrypted or one.encrypted
        if child.get_content_type() == "text/calendar":
            found.bodies += one.bodies
        elif any(map(str.strip, one.bodies)):
            forms.append((child.get_content_type() == "text/plain", one.bodies))
    if forms:
        found.bodies[:0] = next((bodies for is_plain, bodies in forms if is_plain), forms[-1][1])


def _unwrap(part: MIMEPart, found: _Found, depth: int) -> None:
    data = _bytes(part)
    inner = smime.inside(data, found.source) if data else None
    if inner is None:
        found.encrypted = True
    else:
        found.images = None
        found.message, around = email.message_from_bytes(inner, policy=email.policy.default), found.message
        _walk(found.message, found, depth + 1)
        found.message = around
        found.images = None


def _attach(part: MIMEPart, found: _Found) -> None:
    name = _name(part)
    data = _bytes(part)
    wrapped = tnef.unwrapped(data) if data and tnef.is_tnef(part.get_content_type(), name) else None
    if wrapped is None:
        shown_as = _address(part) if part.get_content_maintype() == "image" else ""
        found.files.append(_Attached(name, _guessed(part), data, shown_as))
        return
    # Outlook sends the text beside it, too, where it takes the receiver for another program's user.
    if not any(map(str.strip, found.bodies)):
        found.bodies.append(wrapped.body)
    found.files += [_Attached(inner, "", content) for inner, content in wrapped.attachments]


def _shown(part: MIMEPart, found: _Found) -> str:
    """Return a part that is text as a mail program shows it."""
    kind = part.get_content_type()
    if kind == "text/html":
        page = content(part)
        found.shown |= {f"cid:{unquote(name)}" for name in _SHOWN_PICTURE.findall(page)}
        if found.images is None:
            found.images = dict(_images(found.message, 0))
        return html.build(page, partial(_beside, found.images, part))[1].text
    if kind == "text/calendar":
        return calendar.text(content(part))
    body = _without_encrypted(content(part))
    return uuencoded.taken_out(body, lambda name, data: found.files.append(_Attached(name, "", data)))


def _without_encrypted(body: str) -> str:
    """Take out what PGP encrypted within a text."""
    first, last = _PGP
    before, start, rest = body.partition(first)
    if not start:
        return body
    incomplete("without a part that is encrypted (PGP); open it in a mail program and save its text")
    return before + rest.partition(last)[2]


def content(part: MIMEPart) -> str:
    """Return a part that is text decoded, whatever it says of its encoding; "" for one that is none."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, AttributeError, TypeError):
        charset = None
    # The charset may be unknown or wrong; then the bytes decide, as for a text file.
    return decode(data, declared=charset) or data.decode("utf-8", errors="replace")


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
        subject = header(inner[0], "Subject") if isinstance(inner, list) and isinstance(inner[0], MIMEPart) else ""
        return f"{subject or 'message'}.eml"
    return ""


def _guessed(part: MIMEPart) -> str:
    import mimetypes

    return mimetypes.guess_extension(part.get_content_type()) or ""


def _bytes(part: MIMEPart) -> bytes | None:
    if part.is_multipart():
        inner = part.get_payload()
        if not isinstance(inner, list) or not inner or not isinstance(inner[0], MIMEPart):
            return None
        return _unwrapped(part, inner[0]) or inner[0].as_bytes()
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) and data.strip() else None


def _unwrapped(part: MIMEPart, inner: MIMEPart) -> bytes:
    """Return a mail that is attached in base64, which the library takes for a text without head; b"" for another."""
    written = inner.get_payload()
    if inner.keys() or not isinstance(written, str) or header(part, "Content-Transfer-Encoding").lower() != "base64":
        return b""
    try:
        return base64.b64decode(written)
    except ValueError:
        return b""


def _iso(date: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(date).isoformat()
    except ValueError:
        return ""
