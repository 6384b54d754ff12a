"""Heads of mails that hold letters as they are, in another encoding than UTF-8, as old programs write them.

The standard library's parser takes UTF-8 alone in a head, and puts a sign of doubt for every other byte.
"""

import re

from ingest.load.decoding import decode
from qa.lazy_regex import lazy_regex

_HEAD = lazy_regex(rb"\A.*?(?=\r?\n\r?\n|\Z)", re.DOTALL)
_LINE = lazy_regex(rb"^[^\n]*?[\x80-\xff][^\n]*", re.MULTILINE)
# Of parts within: where their heads begin, and the lines there that name a file.
_BOUNDARY = lazy_regex(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s\";]{1,200}))", re.IGNORECASE)
_MOST_BOUNDARIES = 100
_FIELD = lazy_regex(rb"content-(?:type|disposition):|[ \t]", re.IGNORECASE)
_CHARSET = lazy_regex(rb"charset\s*=\s*[\"']?([\w.:-]+)|=\?([\w.:-]+)\?[bq]\?", re.IGNORECASE)
_BEYOND = lazy_regex(rb"[\x80-\xff]|\x1b\$")
_PLAIN = {"us-ascii", "ascii", "utf-8"}


def readable(data: bytes) -> bytes:
    """Return a mail with its head, and lines that name files, in UTF-8; what it says of its text tells from what."""
    head = _HEAD.match(data)
    if head is None or not _BEYOND.search(data):
        return data
    charsets = (said.decode("ascii") for match in _CHARSET.findall(data) for said in match if said)
    charset = next((one for one in charsets if one.lower() not in _PLAIN), None)

    def named_file(line: re.Match[bytes]) -> bytes:
        names = _FIELD.match(line[0]) and b"name" in line[0] and b"=" in line[0]
        return _said(line[0], charset) if names else line[0]

    def part_head(lines: re.Match[bytes]) -> bytes:
        return _LINE.sub(named_file, lines[0])

    heads = _heads(data)
    rest = data[head.end() :]
    return _said(head[0], charset) + (heads.sub(part_head, rest) if heads else rest)


def _heads(data: bytes) -> re.Pattern[bytes] | None:
    """Return what finds the heads of the parts of a mail, None where it has none; a line of the text may look alike."""
    ends = list(dict.fromkeys(quoted or plain for quoted, plain in _BOUNDARY.findall(data)))[:_MOST_BOUNDARIES]
    if not ends:
        return None
    return re.compile(
        rb"^--(?:" + b"|".join(map(re.escape, ends)) + rb")[ \t]*\r?\n(?:[^\r\n][^\n]*+\n?)*+", re.MULTILINE
    )


def _said(written: bytes, charset: str | None) -> bytes:
    """Return lines in UTF-8; those of another encoding tell together which one, where nothing else does."""
    lines = written.split(b"\n")
    beyond = [at for at, line in enumerate(lines) if _BEYOND.search(line)]
    text = decode(b"\n".join(lines[at] for at in beyond), declared=charset)
    said = text.split("\n") if text is not None else []
    if len(said) != len(beyond):
        return written
    for at, line in zip(beyond, said, strict=True):
        lines[at] = line.encode("utf-8", "replace")
    return b"\n".join(lines)
