"""Addresses that a sitemap or a list holds: pure functions. See https://www.sitemaps.org/protocol.html."""

import re
from io import BytesIO

from ingest.load.decoding import decode
from ingest.web.addresses import Address
from ingest.web.unpack import GZIP_MAGIC, unpack_gzip
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

MAX_LISTED = 50_000  # as many as one sitemap may hold; here, all of them together
TYPES = {"application/xml", "text/xml", "application/gzip", "application/x-gzip"}
_ROOT = lazy_regex(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*"
    rb"(?:(?:<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|<!DOCTYPE[^>[]*(?:\[[^]]*\])?[^>]*>)\s*)*"
    rb"<(?:[\w-]+:)?(?:urlset|sitemapindex)[\s>/]"
)
_WEB = lazy_regex(r"https?://", re.IGNORECASE)
_HEAD_BYTES = 4096


def may_be(address: Address, media_type: str) -> bool:
    """Tell by type and name whether something may be a sitemap, although no loader reads it."""
    return media_type in TYPES or address.name.lower().endswith((".xml", ".gz"))


def addresses_in(url: str, body: bytes, *, plain: bool, max_bytes: int) -> list[str] | None:
    """Return what a sitemap or a list names, in order; None if the body is neither.

    A list has one address a line; blank lines, and those that begin with "#", do not count. The first line decides
    whether a text is a list, as long as no line is more than one word.

    Args:
        url: Where it is from.
        body: As it came; a gzip file is unpacked.
        plain: Whether a plain text may be a list.
        max_bytes: How large it may be unpacked.

    Raises:
        LoadError: It is damaged or too large.
    """
    if body.startswith(GZIP_MAGIC):
        body = unpack_gzip(url, body, max_bytes)
    if _ROOT.match(body[:_HEAD_BYTES].replace(b"\0", b"")):
        return _sitemap(url, body)
    return _lines(body) if plain else None


def _sitemap(url: str, body: bytes) -> list[str]:
    from lxml import etree

    found = []
    try:
        # Entities stay as they are: one may stand for a file, or for a billion others.
        for _, element in etree.iterparse(
            BytesIO(body), tag="{*}loc", recover=True, resolve_entities=False, no_network=True, load_dtd=False
        ):
            parent = element.getparent()
            # Images and videos have a `loc` of their own.
            if parent is not None and etree.QName(parent).localname in ("url", "sitemap"):
                found.append((element.text or "").strip())
            element.clear()
    except etree.LxmlError as error:
        raise LoadError(url, "is a damaged sitemap; look at it in a browser") from error
    return [text for text in found if text]


def _lines(body: bytes) -> list[str] | None:
    text = decode(body) or ""
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines or not _WEB.match(lines[0]) or any(len(line.split()) > 1 for line in lines):
        return None
    return lines
