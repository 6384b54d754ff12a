"""Pictures inside RTF source, which holds their bytes in hexadecimal, and what they say."""

from collections.abc import Iterator
from itertools import islice

from ingest.load.picture import inside as pictures_inside
from qa.lazy_regex import lazy_regex

_KIND = lazy_regex(rb"\\(?:png|jpeg|emf)blip(?![a-z])")
# From the kind to the bytes: the picture's sizes and names.
_FARTHEST = 4_096
_BYTES = lazy_regex(rb"(?<!\w)[0-9a-fA-F][0-9a-fA-F\s]{199,}")
_BLANKS = lazy_regex(rb"\s+")
_MOST = 500


def said(source: bytes) -> Iterator[str]:
    """Yield a block of text for each picture that says something."""
    for number, match in enumerate(islice(_KIND.finditer(source), _MOST), 1):
        start = _BYTES.search(source, match.end(), match.end() + _FARTHEST)
        written = _BYTES.match(source, start.start()) if start else None
        if written is None:
            continue
        digits = _BLANKS.sub(b"", written[0])
        data = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
        if words := pictures_inside.said(data, place=f"picture {number}"):
            yield words
