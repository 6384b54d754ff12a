"""Subtitles of other forms (.ass, .ssa, .smi, .lrc, .sub), written as those that are read: times above a text."""

import html
import re
from collections.abc import Callable, Iterator, Mapping

from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

Cue = tuple[float, float | None, str]

# What MicroDVD counts frames by, where its first line does not say it.
_FRAMES = 23.976
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:[.,:]\d{1,3})?)"
_ASS = lazy_regex(r"^Dialogue:(.*)$", re.MULTILINE)
_ASS_FORMAT = lazy_regex(r"^\[Events\][^\[]*?^Format:([^\n]*)", re.MULTILINE)
_SYNC = lazy_regex(r"<SYNC\s+Start\s*=\s*[\"']?(\d{1,12})[^>]*>(.*?)(?=<SYNC\b|</BODY|\Z)", re.IGNORECASE | re.DOTALL)
_SAMI_TAG = lazy_regex(r"<(?!br\b)/?[a-z!-][^>]{0,300}>", re.IGNORECASE)
_BREAK = lazy_regex(r"<br\s*/?>|\[br\]|\\N|\\n|\|", re.IGNORECASE)
_LYRIC = lazy_regex(r"^((?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\])+)(.*)$", re.MULTILINE)
_LYRIC_TIME = lazy_regex(r"\[(\d{1,3}):(\d{1,2}(?:[.:]\d{1,3})?)\]")
_MICRODVD = lazy_regex(r"^\{(\d{1,9})\}\{(\d{0,9})\}(.*)$", re.MULTILINE)
_VIEWER = lazy_regex(rf"^{_CLOCK},{_CLOCK}[ \t]*\n([^\n]+)", re.MULTILINE)
_LOOK = lazy_regex(r"\{[^{}]{0,200}\}")
_DRAWN = lazy_regex(r"\{[^{}]{0,200}\\p[1-9]")


def as_usual(source: str, suffix: str) -> str:
    """Return a text of subtitles in the form of .srt, as it is where it is that already.

    Args:
        source: The file's text, with single line feeds.
        suffix: Of the file's name, in lower case.
    """
    read = _READERS.get(suffix)
    cues = sorted(read(source), key=lambda cue: cue[0]) if read else []
    return (
        "\n".join(f"{_clock(start)} --> {_clock(start if end is None else end)}\n{said}\n" for start, end, said in cues)
        or source
    )


def _ass(source: str) -> Iterator[Cue]:
    named = _ASS_FORMAT.search(source)
    fields = [field.strip().lower() for field in named[1].split(",")] if named else []
    fields = fields or ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
    for line in _ASS.finditer(source):
        values = dict(zip(fields, (one.strip() for one in line[1].split(",", len(fields) - 1)), strict=False))
        start, end = (re.fullmatch(_CLOCK, values.get(key, "")) for key in ("start", "end"))
        said = values.get("text", "")
        if start and not _DRAWN.search(said):
            speaker = values.get("name") or values.get("actor") or ""
            said = _lines(_LOOK.sub("", said))
            yield _seconds(*start.groups()), _seconds(*end.groups()) if end else None, _spoken(speaker, said)


def _sami(source: str) -> Iterator[Cue]:
    for cue in _SYNC.finditer(source):
        said = _lines(html.unescape(_SAMI_TAG.sub("", cue[2])).replace("\n", " "))
        if said:
            yield whole(cue[1]) / 1000, None, said


def _lyrics(source: str) -> Iterator[Cue]:
    for line in _LYRIC.finditer(source):
        for minutes, seconds in _LYRIC_TIME.findall(line[1]):
            if line[2].strip():
                yield _seconds("", minutes, seconds), None, line[2].strip()


def _frames(source: str) -> Iterator[Cue]:
    rate = _FRAMES
    for number, cue in enumerate(_MICRODVD.finditer(source)):
        said = _lines(_LOOK.sub("", cue[3]))
        if not number and re.fullmatch(r"\d{2,3}(?:\.\d{1,3})?", said):
            rate = float(said) or _FRAMES
        elif said:
            yield whole(cue[1]) / rate, whole(cue[2]) / rate if cue[2] else None, said
    for cue in _VIEWER.finditer(source):
        yield _seconds(*cue.groups()[:3]), _seconds(*cue.groups()[3:6]), _lines(cue[7])


def _lines(said: str) -> str:
    return "\n".join(filter(None, map(str.strip, _BREAK.sub("\n", said).split("\n"))))


def _spoken(speaker: str, said: str) -> str:
    return f"<v {speaker}>{said}" if speaker and ">" not in speaker else said


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return whole(hours) * 3600 + whole(minutes) * 60 + float(seconds.replace(",", ".").replace(":", "."))


def _clock(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{rest:03d}"


_READERS: Mapping[str, Callable[[str], Iterator[Cue]]] = {
    ".ass": _ass,
    ".ssa": _ass,
    ".smi": _sami,
    ".sami": _sami,
    ".lrc": _lyrics,
    ".sub": _frames,
}
