"""Subtitles and transcripts (.vtt, .srt, .sbv): the text as prose with its speakers, and times as headings.

Read here: players show what these formats' parsers refuse, such as a cue without a number or with a broken time.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.load import text
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.subtitles_other import as_usual
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_TIME = r"((?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)"
_TIMES = lazy_regex(rf"[ \t]*{_TIME}[ \t]*-+>[ \t]*{_TIME}?")
# How YouTube writes them: "0:00:01.500,0:00:04.000" alone in a line.
_YOUTUBE = lazy_regex(r"^(\d{1,2}:\d{2}:\d{2}\.\d{3}),(\d{1,2}:\d{2}:\d{2}\.\d{3})[ \t]*$", re.MULTILINE)
_VOICE = lazy_regex(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]{1,200})>")
_TAG = lazy_regex(r"</?[A-Za-z\d][^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_TITLE = lazy_regex(r"WEBVTT[ \t]*-?[ \t]*([^\n]*)")
# A new heading tells the time at the first paragraph after so many seconds.
_SECTION_S = 60.0
# So long nobody speaks between two paragraphs, in seconds; and so long may a paragraph get, in characters.
_PAUSE_S = 4.0
_LONG = 600
_ENDS = (".", "!", "?", "…", "。", "！", "？", '."', "”", "»")


@dataclass(slots=True)
class _Paragraph:
    """What one speaker says in one go."""

    speaker: str
    start: float
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        said = one_line(" ".join(self.lines))
        return f"{self.speaker}: {said}" if self.speaker else said


def load(file: File, media_type: str) -> Document:
    """Load a file of subtitles; notes, styles and places on the screen are left out."""
    source = as_usual(_YOUTUBE.sub(r"\1 --> \2", text.read(file)), file.suffix.lower())
    built = TextBuilder()
    last = -_SECTION_S
    for paragraph in _paragraphs(source):
        if paragraph.start - last >= _SECTION_S:
            built.heading(1, _clock(paragraph.start))
            last = paragraph.start
        built.paragraph(paragraph.text)
    if not built.text:
        raise LoadError(file.source, "holds no subtitle with a text")
    title = _TITLE.match(source.lstrip("\ufeff"))
    return built.document(file, media_type, one_line(title[1]) if title else "")


def _paragraphs(source: str) -> Iterator[_Paragraph]:
    """Join the cues of one speaker up to a sentence's end and a pause."""
    held: _Paragraph | None = None
    until = 0.0
    for start, end, speaker, line in _spoken(source):
        speaker = speaker or ""
        if held and (
            speaker != held.speaker
            or line.startswith(("- ", "– "))
            or (held.lines[-1].endswith(_ENDS) and (start - until > _PAUSE_S or len(held.text) > _LONG))
            or start < held.start
        ):
            yield held
            held = None
        held = held or _Paragraph(speaker, start)
        held.lines.append(line)
        until = end
    if held:
        yield held


def _spoken(source: str) -> Iterator[tuple[float, float, str, str]]:
    """Yield start, end, speaker and text of each line; lines that roll on from the cue before are not repeated."""
    before: list[str] = []
    for start, end, lines in _cues(source):
        speaker = ""
        shown: list[tuple[str, str]] = []
        for line in lines:
            if voice := _VOICE.search(line):
                speaker = one_line(html.unescape(voice[1]))
            if said := one_line(html.unescape(_TAG.sub("", line))):
                shown.append((speaker, said))
        texts = [said for _, said in shown]
        new = shown[_rolled(before, texts) :]
        before = texts or before
        yield from ((start, end, name, said) for name, said in new)


def _rolled(before: list[str], texts: list[str]) -> int:
    """Return how many lines at the start were shown already at the end of the cue before."""
    for count in range(min(len(before), len(texts)), 0, -1):
        if before[-count:] == texts[:count] and len(texts) + len(before) > 2:
            return count
    return 0


def _cues(source: str) -> Iterator[tuple[float, float, list[str]]]:
    """Yield the cues: a line of times, and the lines below it up to a blank one or the next cue's number."""
    lines = source.split("\n")
    at = 0
    while at < len(lines):
        times = _TIMES.match(lines[at])
        at += 1
        if not times:
            continue
        shown: list[str] = []
        while at < len(lines) and lines[at] and not _TIMES.match(lines[at]):
            shown.append(lines[at])
            at += 1
        while shown and not shown[-1].strip():
            shown.pop()
        if at < len(lines) and lines[at] and shown and shown[-1].strip().isdecimal():
            shown.pop()  # the number of the next cue, with no blank line before it
        start = _seconds(times[1])
        yield start, _seconds(times[2]) if times[2] else start, shown


def _seconds(time: str) -> float:
    seconds = 0.0
    for part in time.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
