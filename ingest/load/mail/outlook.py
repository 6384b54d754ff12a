"""Outlook messages (.msg) through python-oxmsg: shown as mail is; attachments are parts."""

import email.utils
import io
import locale
import re
from dataclasses import dataclass
from typing import Any

from ingest.load.build import one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.html import page as html
from ingest.load.mail import message as mail
from ingest.load.mail import outlook_items
from ingest.load.mail.outlook_inside import is_message as _is_message
from ingest.load.mail.outlook_inside import message_inside
from ingest.load.parts import Budget, Namer, Parts
from ingest.load.rtf import document as rtf
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_DISPLAY_TO, _DISPLAY_CC, _BODY, _COMPRESSED_RTF, _HTML = 0x0E04, 0x0E03, 0x1000, 0x1009, 0x1013
_CODE_PAGE, _INTERNET_CODE_PAGE, _LOCALE = 0x3FFD, 0x3FDE, 0x3FF1
_SENDER_ADDRESS, _SHOWN_AS = 0x5D01, 0x3001
_INSIDE_HEAD, _PROPERTY_BYTES = 24, 16
# How an Exchange server calls a mailbox.
_INNER = lazy_regex(r"<?/o=", re.IGNORECASE)
_STRING8, _STRING = 0x001E, 0x001F
_UTF8 = 65001
# Windows' code pages by language; Western Europe's is for all others.
_OF_LANGUAGES = {
    932: "ja", 936: "zh_CN zh_SG", 949: "ko", 950: "zh", 874: "th",
    1250: "pl cs sk hu hr sl ro sq", 1251: "ru uk be bg sr mk",
    1253: "el", 1254: "tr az", 1255: "he", 1256: "ar fa ur", 1257: "lt lv et", 1258: "vi",
}  # fmt: skip
_EAST_ASIAN = (932, 936, 949, 950)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message, its recipients and its attachments, whose 8-bit strings are decoded, and its code pages."""

    whole: Any
    recipients: tuple[Any, ...]
    attachments: tuple[Any, ...]
    pages: "_Pages"


@dataclass(frozen=True, slots=True)
class _Pages:
    """Which code pages a message states: for its strings, for its body, and by its language; 0 for none."""

    strings: int
    body: int
    language: int

    def decoded(self, data: bytes, *, is_body: bool = False) -> str:
        """Decode an 8-bit string, whatever is stated."""
        stated = (self.body or self.strings) if is_body else self.strings
        others = [page for page in (self.body, self.language) if page and page != _UTF8]
        asian = next((page for page in others if page in _EAST_ASIAN), 0)
        if asian and stated not in _EAST_ASIAN and _fits(data, asian):
            # Its code page is wrong: no letters of Western Europe are pairs of an East Asian encoding throughout.
            stated = asian
        elif not stated or stated == _UTF8:
            stated = next(iter(others), 0)
        text = decode(data, declared=f"cp{stated}" if stated else None)
        return (text if text is not None else data.decode("cp1252", errors="replace")).rstrip("\0")


def load(file: File, media_type: str) -> Document:
    """Load a message; attachments are named."""
    opened = _message(file)
    message = opened.whole
    to = ", ".join(filter(None, (_recipient(one) for one in opened.recipients)))
    headers = {
        "From": _sender(message),
        "To": one_line(_property(message, _DISPLAY_TO) or to),
        "Cc": one_line(_property(message, _DISPLAY_CC)),
        "Date": email.utils.format_datetime(message.sent_date) if message.sent_date else "",
        "Subject": one_line(message.subject or ""),
        **outlook_items.facts(file, message),
    }
    shown = {name: value for name, value in headers.items() if value}
    named = [_name(one) for one in opened.attachments if not _is_signed(one)]
    return mail.document(file, media_type, shown, _body(opened), named)


def parts(file: File, budget: Budget) -> Parts:
    """Yield the attachments; those of a signed message lie in what was signed."""
    namer = Namer(file)
    for attachment in _message(file).attachments:
        budget.count(file.source)
        data = attachment.file_bytes
        if data and _is_signed(attachment):
            yield from mail.parts(File(file.source, "signed.eml", data), budget)
            continue
        name = _name(attachment)
        source = namer.source(name)
        if data:
            yield File(source, name.replace("\\", "/").rpartition("/")[2], data)
        elif held := message_inside(file, attachment):
            yield File(source, name.replace("\\", "/").rpartition("/")[2], budget.read(io.BytesIO(held), source))
        else:
            yield LoadError(source, "is an object kept in Outlook's own form; save it as a file of its own")


def _message(file: File) -> _Message:
    import oxmsg
    from oxmsg.properties import Properties

    with file.open() as stream:
        message = oxmsg.Message.load(stream)
    storage = message._storage
    if len(storage.properties_stream_bytes) % _PROPERTY_BYTES == _INSIDE_HEAD % _PROPERTY_BYTES:
        # The head of a message within another one is shorter.
        vars(message).update(
            properties=Properties(storage, _INSIDE_HEAD), _properties=Properties(storage, _INSIDE_HEAD)
        )
    _plain_encodings(message.properties)
    pages = _pages(message.properties)
    recipients, attachments = message.recipients, message.attachments
    holders: tuple[Any, ...] = (message, *recipients, *attachments)
    for holder in holders:
        _plain_encodings(holder.properties)
        for one in holder.properties:
            _decode(one, pages)
    is_pgp = any(_name(one).endswith(".pgp-encrypted") for one in attachments)
    if is_pgp or ((message.message_class or "").upper() == "IPM.NOTE.SMIME" and not message.body):
        raise LoadError(file.source, "is an encrypted mail; open it in a mail program and save its text")
    return _Message(message, recipients, attachments, pages)


def _plain_encodings(properties: Any) -> None:
    """Keep the library from looking up names of encodings that Python does not know: every string is decoded here."""
    vars(properties).update(_str_prop_encoding="latin-1", body_encoding="latin-1")


def _decode(one: Any, pages: _Pages) -> None:
    """Set the value of a string, which the library decodes strictly by a code page that is often wrong."""
    if one.ptyp not in (_STRING8, _STRING):
        return
    try:
        data = one._storage.property_stream_bytes(one.pid, one.ptyp)
    except KeyError:
        data = b""
        if one.pid == _BODY:
            incomplete("without the plain text of its body, which the file names and does not hold")
    if one.ptyp == _STRING:
        vars(one)["value"] = data.decode("utf-16-le", errors="replace").rstrip("\0")
    else:
        vars(one)["value"] = pages.decoded(data, is_body=one.pid == _BODY)


def _pages(properties: Any) -> _Pages:
    strings, body, number = (properties.int_prop_value(one) or 0 for one in (_CODE_PAGE, _INTERNET_CODE_PAGE, _LOCALE))
    name = locale.windows_locale.get(number, "")
    parts = (name, name.partition("_")[0])
    found = (page for part in parts for page, names in _OF_LANGUAGES.items() if part and part in names.split())
    return _Pages(strings, body, next(found, 1252 if name else 0))


def _fits(data: bytes, page: int) -> bool:
    try:
        text = data.decode(f"cp{page}")
    except UnicodeDecodeError:
        return False
    return len(data) - len(text) > 1


def _body(opened: _Message) -> str:
    message = opened.whole
    if body := message.body:
        return str(body)
    if markup := message.properties.binary_prop_value(_HTML):
        # A page may say itself what it is written in.
        return html.build(html.declared(markup) or opened.pages.decoded(markup, is_body=True))[1].text
    if markup := message.properties.str_prop_value(_HTML):
        return html.build(markup)[1].text
    if packed := message.properties.binary_prop_value(_COMPRESSED_RTF):
        import compressed_rtf

        return rtf.text(compressed_rtf.decompress(packed).decode("latin-1"))
    return ""


def _property(message: Any, number: int) -> str:
    return str(message.properties.str_prop_value(number) or "").strip("\0")


def _sender(message: Any) -> str:
    """Return who sent a message; what an Exchange server calls a mailbox is no address."""
    said = mail.decoded(message.sender or "")
    inner = _INNER.search(said)
    if inner is None:
        return said
    named, address = said[: inner.start()].strip(' "<'), _property(message, _SENDER_ADDRESS)
    return f"{named} <{address}>" if named and address else named or address or said


def _recipient(recipient: Any) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    address = "" if _INNER.search(address) and name else address
    return f"{name} <{address}>" if name and address and name != address else name or address


def _name(attachment: Any) -> str:
    name = one_line(attachment.file_name or "") or one_line(_property(attachment, _SHOWN_AS)) or "unnamed"
    return f"{name.removesuffix('.msg')}.msg" if _is_message(attachment) else name


def _is_signed(attachment: Any) -> bool:
    """Tell whether an attachment is no file but the whole mail as it was signed."""
    return not attachment.file_name and str(attachment.mime_type).lower() == "multipart/signed"
