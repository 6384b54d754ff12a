"""Outlook messages (.msg) through python-oxmsg: shown as mail is; attachments are parts."""

import codecs
import email.utils
import functools
import re
from typing import Any

from ingest.load import html, mail, rtf
from ingest.load.build import one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.parts import Budget, Namer, Parts
from qa.errors import LoadError
from qa.types import Document

_DISPLAY_TO, _DISPLAY_CC, _COMPRESSED_RTF, _HTML = 0x0E04, 0x0E03, 0x1009, 0x1013


def load(file: File, media_type: str) -> Document:
    """Load a message; attachments are named."""
    message = _message(file)
    to = ", ".join(filter(None, (_recipient(one) for one in message.recipients)))
    headers = {
        "From": mail.decoded(message.sender or ""),
        "To": one_line(_property(message, _DISPLAY_TO) or to),
        "Cc": one_line(_property(message, _DISPLAY_CC)),
        "Date": email.utils.format_datetime(message.sent_date) if message.sent_date else "",
        "Subject": one_line(message.subject or ""),
    }
    shown = {name: value for name, value in headers.items() if value}
    return mail.document(file, media_type, shown, _body(message), [_name(one) for one in message.attachments])


def parts(file: File, budget: Budget) -> Parts:
    """Yield the attachments. A message within the message has no bytes of its own to give."""
    namer = Namer(file)
    for attachment in _message(file).attachments:
        budget.count(file.source)
        name = _name(attachment)
        source = namer.source(name)
        if data := attachment.file_bytes:
            yield File(source, name.replace("\\", "/").rpartition("/")[2], data)
        else:
            yield LoadError(source, "is a message or object kept in Outlook's own form; save it as a file of its own")


@functools.cache
def _name_windows_encodings() -> None:
    """Let Python find code pages under the names that Outlook's numbers stand for, such as windows-950."""

    def find(name: str) -> codecs.CodecInfo | None:
        number = re.fullmatch(r"windows[-_](\d+)", name)
        try:
            return codecs.lookup(f"cp{number[1]}") if number else None
        except LookupError:
            return None

    codecs.register(find)


def _message(file: File) -> Any:
    import oxmsg

    _name_windows_encodings()
    with file.open() as stream:
        message = oxmsg.Message.load(stream)
    is_pgp = any(_name(one).endswith(".pgp-encrypted") for one in message.attachments)
    if is_pgp or ((message.message_class or "").upper() == "IPM.NOTE.SMIME" and not message.body):
        raise LoadError(file.source, "is an encrypted mail; open it in a mail program and save its text")
    return message


def _body(message: Any) -> str:
    if body := message.body:
        return str(body)
    # As bytes: the library knows fewer names of encodings than there are in use.
    if markup := message.properties.binary_prop_value(_HTML):
        return html.build(decode(markup) or markup)[1].text
    if markup := message.properties.str_prop_value(_HTML):
        return html.build(markup)[1].text
    if packed := message.properties.binary_prop_value(_COMPRESSED_RTF):
        import compressed_rtf

        return rtf.text(compressed_rtf.decompress(packed).decode("latin-1"))
    return ""


def _property(message: Any, number: int) -> str:
    return str(message.properties.str_prop_value(number) or "").strip("\0")


def _recipient(recipient: Any) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _name(attachment: Any) -> str:
    return one_line(attachment.file_name or "") or "unnamed"
