"""Prepare what was fetched for the loaders: its kind, its encoding, whether it may be kept. Pure functions."""

import codecs
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from ingest.load import KINDS, SUFFIXES
from ingest.web.addresses import Address
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

_BY_TYPE = {media_type: suffix for suffix, media_type in reversed(SUFFIXES.items())} | {
    # Where a type has several suffixes, the plainest of them.
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/x-pdf": ".pdf",
    "application/csv": ".csv",
    "text/x-csv": ".csv",
    "text/x-markdown": ".md",
}
# Types that say nothing: then the name decides.
_VAGUE = {
    "", "application/octet-stream", "binary/octet-stream", "application/download", "application/force-download",
    "application/x-download", "application/zip", "application/x-zip-compressed",
}  # fmt: skip
_TEXTS = {".html", ".htm", ".md", ".markdown", ".txt", ".text", ".csv", ".tsv"}
# What browsers take these names for (https://encoding.spec.whatwg.org): pages use larger sets under the older names.
_LARGER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MICROSECOND = timedelta(microseconds=1)
_HEAD_BYTES = 2**17
_COMMENT = lazy_regex(rb"<!--.*?-->", re.DOTALL)
_META = lazy_regex(rb"<meta\s[^>]*>", re.IGNORECASE)
_ATTRIBUTE = lazy_regex(rb"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_AGENTS = ("robots", "footnote")
_AGENT = lazy_regex(r"\s*([a-z0-9_.-]+)\s*:\s*(.*)", re.DOTALL)
_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")


def media_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the type that the headers declare and its charset, in lower case; "" for what they do not declare."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    charset = message.get_content_charset("") if headers.get("content-type") else ""
    return headers.get("content-type", "").partition(";")[0].strip().lower(), charset


def suffix_for(address: Address, headers: Mapping[str, str]) -> str:
    """Return the suffix of the loader that reads this; "" if there is none.

    The declared type decides; where it says nothing, the name that the server gives the file or the address has.
    Markdown and tables are often declared as plain text, so there a name that says more wins.
    """
    declared = media_type(headers)[0]
    named = PurePosixPath(_file_name(headers) or address.name).suffix.lower()
    if declared in _VAGUE:
        return named if named in SUFFIXES else ""
    if declared == "text/plain" and named in _TEXTS - {".html", ".htm"}:
        return named
    return _BY_TYPE.get(declared, "")


def file_stem(address: Address) -> str:
    """Return a name for the file: the last part of the path, else the host. It is the title of a page without one."""
    stem = PurePosixPath(address.name).stem or PurePosixPath(address.target.partition("?")[0]).name or address.host
    return re.sub(r"[^\w .-]+", "-", stem)[:80].strip(" .") or "page"


def as_utf8(body: bytes, suffix: str, charset: str) -> bytes:
    """Return text in UTF-8 with a byte order mark, where the header declares an encoding: only the header may know it.

    A mark in the body wins, as in browsers. A charset that is unknown, or that the bytes contradict, leaves the body
    as it is; the loader then finds the encoding as it does for files.
    """
    if suffix not in _TEXTS or not charset or not body or body.startswith(_MARKS):
        return body
    try:
        encoding = codecs.lookup(charset).name
        text = body.decode(_LARGER.get(encoding, encoding))
    except (LookupError, UnicodeError, ValueError):
        return body
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def forbids_index(headers: Mapping[str, str], body: bytes, suffix: str) -> bool:
    """Tell whether the page asks not to be indexed: `noindex` in `X-Robots-Tag` or in a `meta` of its head.

    The wish counts if it is addressed to all robots or to one that is called footnote. `none` means the same.
    """
    for line in headers.get("x-robots-tag", "").lower().splitlines():
        agent = ""
        for wish in line.split(","):
            if (named := _AGENT.match(wish)) and named[1] not in _VALUED:
                agent, wish = named[1], named[2]
            if agent in ("", *_AGENTS) and wish.strip() in ("noindex", "none"):
                return True
    return _BY_TYPE["text/html"] == suffix and _meta_forbids(body)


def _meta_forbids(body: bytes) -> bool:
    # Without zeros, UTF-16 looks like ASCII here.
    head = _COMMENT.sub(b"", body[:_HEAD_BYTES].replace(b"\0", b""))
    for tag in _META.findall(head):
        values = {name.lower(): (a or b or c).lower() for name, a, b, c in _ATTRIBUTE.findall(tag)}
        if values.get(b"name", b"").strip().decode("latin-1") in _AGENTS:
            wishes = {wish.strip() for wish in values.get(b"content", b"").split(b",")}
            if wishes & {b"noindex", b"none"}:
                return True
    return False


def modified_us(headers: Mapping[str, str]) -> int:
    """Return `Last-Modified` in microseconds since 1970; 0 without one that makes sense."""
    try:
        moment = parsedate_to_datetime(headers.get("last-modified", ""))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0, (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND)
    except (ValueError, TypeError, OverflowError):
        return 0


def check_kind(address: Address, headers: Mapping[str, str]) -> str:
    """Return the suffix as `suffix_for` does.

    Raises:
        LoadError: No loader reads this.
    """
    if suffix := suffix_for(address, headers):
        return suffix
    declared = media_type(headers)[0]
    what = f'is "{declared}", which cannot be read' if declared else "does not say what kind of file it is"
    raise LoadError(address.url, f"{what}; these can be read: {KINDS}")


def _file_name(headers: Mapping[str, str]) -> str:
    if "content-disposition" not in headers:
        return ""
    message = Message()
    message["content-disposition"] = headers["content-disposition"]
    return message.get_filename("") or ""
