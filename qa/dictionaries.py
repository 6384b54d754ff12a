"""Bilingual dictionaries that the machine may have, in dictd's format as FreeDict publishes them.

A question is searched in translation too, word by word, where the index holds documents in other languages: the
packaged dense model reads English only. No dictionary is shipped; on Debian `dict-freedict-eng-deu` and its like bring
them, elsewhere the files of https://freedict.org do.
"""

import mmap
import re
import string
import struct
import threading
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from qa.errors import ConfigError

SYSTEM_FOLDER = "/usr/share/dictd"
NONE = "none"

# ISO 639-1 codes to those of 639-3 that FreeDict names its files by.
_CODES = {
    "af": "afr",
    "ar": "ara",
    "bg": "bul",
    "ca": "cat",
    "cs": "ces",
    "cy": "cym",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "fi": "fin",
    "fr": "fra",
    "ga": "gle",
    "hr": "hrv",
    "hu": "hun",
    "is": "isl",
    "it": "ita",
    "ja": "jpn",
    "la": "lat",
    "lt": "lit",
    "nb": "nor",
    "nl": "nld",
    "nn": "nor",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sl": "slv",
    "sr": "srp",
    "sv": "swe",
    "tr": "tur",
}
_FILE = re.compile(r"(?:freedict-)?([a-z]{3})-([a-z]{3})\.index")
_DIGITS = {
    digit: value for value, digit in enumerate(f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/")
}
# What stands between brackets tells of gender, field and use, what stands in quotes is an example.
_REMARK = re.compile(r"<[^>]*>|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|\"[^\"]*\"|/[^/]*/")
# "Norwegen <neut> [geogr.] NO", "deutsch <adj> dt.": what a word is shortened to stands behind the remarks.
_SHORT = re.compile(r"(?<=[>\])}])\s+(?:[^\s,;]+\.|[A-Z]{1,4})(?=\s*(?:[,;]|$))")
_NUMBER = re.compile(r"\d+\.\s")
# "etw. werfen", "to throw sth.": what stands for the verb's objects.
_OBJECT = re.compile(r"\b(?:etw|jd[mns]?|jmd[mns]?|sb|sth)\.(?:'s)?", re.IGNORECASE)
# A gzip file whose extra field is dictzip's: its name "RA" stands at 12, its own numbers after 14.
_HEADER = 14
_CHECKED, _NAMED, _COMMENTED = 0x02, 0x08, 0x10
_SHORTEST = 2
# The first senses are the usual ones; "stop" has some forty.
_MOST = 12
_REMEMBERED = 20_000


class Dictionaries:
    """The dictionaries of a folder, each opened when a word is first looked up in it."""

    def __init__(self, folder: str = SYSTEM_FOLDER) -> None:
        """Take a folder.

        Args:
            folder: It and its folders hold `eng-deu.index` and `eng-deu.dict.dz`, or the same with "freedict-" before
                it; "none" for no dictionaries. The system's may be missing.

        Raises:
            ConfigError: Any other is missing.
        """
        if folder not in (NONE, SYSTEM_FOLDER) and not Path(folder).expanduser().is_dir():
            raise ConfigError(
                f'the dictionaries\' folder "{folder}" does not exist; set FOOTNOTE_DICTIONARIES to one or "none"'
            )
        self._folder = folder
        self._opened: dict[tuple[str, str], _Dictionary] = {}
        self._known: dict[tuple[str, str, str], tuple[str, ...]] = {}

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Path]:
        """The index file of each dictionary, by FreeDict's codes of the languages from and to which it translates."""
        if self._folder == NONE:
            return {}
        files = sorted(Path(self._folder).expanduser().rglob("*.index"))
        return {(match[1], match[2]): file for file in files if (match := _FILE.fullmatch(file.name))}

    def sources(self, targets: Collection[str]) -> list[str]:
        """Return the codes of languages that can be translated into one of `targets`; all are of ISO 639-1."""
        if not self.pairs:
            return []
        wanted = {_CODES.get(target) for target in targets}
        reached = {source for source, target in self.pairs if target in wanted}
        # A language with several codes goes by its first.
        return list({name: code for code, name in reversed(_CODES.items()) if name in reached}.values())

    def described(self) -> str:
        """Return which dictionaries these are, with their sizes: another release ranks otherwise."""
        sizes = {pair: file.stat().st_size for pair, file in self.pairs.items()}
        return ", ".join(f"{source}-{target} ({size:,} bytes)" for (source, target), size in sorted(sizes.items()))

    def check(self) -> None:
        """Look the last word of each up in it.

        Raises:
            ConfigError: One is damaged.
        """
        for index in self.pairs.values():
            _Dictionary(index).check()

    def translations(self, word: str, source: str, target: str) -> tuple[str, ...]:
        """Return at most 12 translations of a word, the usual ones first; each is one or more words.

        Args:
            word: In small letters, inflected or not: larger dictionaries list both.
            source: ISO 639-1 code of its language.
            target: That of the other one.

        Raises:
            ConfigError: The dictionary is damaged.
        """
        pair = _CODES.get(source, ""), _CODES.get(target, "")
        if pair not in self.pairs or len(word) < _SHORTEST or not word.isalpha():
            return ()
        asked = (word, *pair)
        known = self._known.get(asked)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            dictionary = self._opened.setdefault(pair, _Dictionary(self.pairs[pair]))
            found = (term for entry in dictionary.entries(word) for term in _terms(entry))
            known = self._known[asked] = tuple(dict.fromkeys(found))[:_MOST]
        return known


class _Dictionary:
    """One dictionary: a sorted list of headwords with places, and a file of entries that is compressed in pieces."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._lock = threading.Lock()

    def entries(self, headword: str) -> list[str]:
        """Return the entries of a headword, in the dictionary's order.

        Raises:
            ConfigError: A file cannot be read.
        """
        with self._reading():
            return [self._entry(start, length) for start, length in self._places(headword.encode())]

    def check(self) -> None:
        """Read the entries of the last headword.

        Raises:
            ConfigError: A file cannot be read.
        """
        with self._reading():
            last = self._line(self._line_start(len(self._headwords) - 1)).split(b"\t")[0]
            for start, length in self._places(last):
                self._entry(start, length)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Let one thread in, and say of whatever fails that the dictionary cannot be read."""
        try:
            with self._lock:
                yield
        except (OSError, ValueError, LookupError, struct.error, zlib.error) as error:
            raise ConfigError(
                f"the dictionary {self._index} cannot be read ({type(error).__name__}); install it again, or set "
                f'FOOTNOTE_DICTIONARIES to "{NONE}"'
            ) from error

    @cached_property
    def _headwords(self) -> mmap.mmap:
        return _mapped(self._index)

    @cached_property
    def _texts(self) -> "_Pieces | mmap.mmap":
        compressed = self._index.with_suffix(".dict.dz")
        if compressed.exists():
            return _Pieces(_mapped(compressed))
        return _mapped(self._index.with_suffix(".dict"))

    def _entry(self, start: int, length: int) -> str:
        text = self._texts[start : start + length]
        if len(text) < length:
            raise ValueError("cut off")
        return text.decode()

    def _places(self, headword: bytes) -> Iterator[tuple[int, int]]:
        """Find the first line of the headword by bisection, and read on while it is the same."""
        low, high = 0, len(self._headwords)
        while low < high:
            middle = self._line_start((low + high) // 2)
            if self._line(middle).split(b"\t")[0] < headword:
                low = middle + len(self._line(middle))
            else:
                high = middle
        while low < len(self._headwords):
            line = self._line(low)
            found, offset, length = line.rstrip(b"\n").split(b"\t")[:3]
            if found != headword:
                return
            yield _number(offset.decode()), _number(length.decode())
            low += len(line)

    def _line_start(self, position: int) -> int:
        return self._headwords.rfind(b"\n", 0, position) + 1

    def _line(self, start: int) -> bytes:
        end = self._headwords.find(b"\n", start)
        return self._headwords[start : end + 1 if end >= 0 else len(self._headwords)]


class _Pieces:
    """A text that dictzip compressed: gzip, in pieces that can be read each by itself, with their sizes in the header.

    Source:
        man dictzip(1). Of the libraries, python-idzip 0.3.10 never returns from a file that was cut off.
    """

    def __init__(self, file: mmap.mmap) -> None:
        _, flags, extra = struct.unpack_from("<3sB6xH", file)
        self._length, count = struct.unpack_from("<2x2xHH", file, _HEADER)
        if file[_HEADER - 2 : _HEADER] != b"RA" or file[:2] != b"\x1f\x8b":
            raise ValueError("not compressed by dictzip")
        start = 12 + extra
        for flag in (_NAMED, _COMMENTED):
            start = file.find(b"\0", start) + 1 if flags & flag else start
        sizes = struct.unpack_from(f"<{count}H", file, _HEADER + 8)
        self._ends = list(accumulate(sizes, initial=start + 2 * bool(flags & _CHECKED)))
        self._file = file
        self._last = (-1, b"")

    def __getitem__(self, place: slice) -> bytes:
        first, last = place.start // self._length, (place.stop - 1) // self._length
        text = b"".join(self._piece(number) for number in range(first, last + 1))
        return text[place.start - first * self._length : place.stop - first * self._length]

    def _piece(self, number: int) -> bytes:
        # The entries of a word mostly follow one another.
        if self._last[0] != number:
            compressed = self._file[self._ends[number] : self._ends[number + 1]]
            self._last = number, zlib.decompressobj(-zlib.MAX_WBITS).decompress(compressed)
        return self._last[1]


def _mapped(file: Path) -> mmap.mmap:
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


def _terms(entry: str) -> Iterator[str]:
    """Read the translations out of an entry: after the line of the headword, lines that are not set in, with commas."""
    for line in entry.splitlines()[1:]:
        if line[:1].isspace():
            continue
        plain = _OBJECT.sub("", _REMARK.sub(" ", _SHORT.sub("", _NUMBER.sub("", line, count=1))))
        for term in re.split(r"[,;]", plain):
            if words := term.split():
                yield " ".join(words)


def _number(digits: str) -> int:
    """Read a number as dictd writes it, in base 64."""
    value = 0
    for digit in digits:
        value = value * 64 + _DIGITS[digit]
    return value
