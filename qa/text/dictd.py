"""A dictionary in dictd's format: sorted headwords with the places of entries, and entries compressed in pieces."""

import mmap
import string
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from qa.errors import ConfigError

_DIGITS = {
    digit: value for value, digit in enumerate(f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}+/")
}
# A gzip file whose extra field is dictzip's: its name "RA" stands at 12, its own numbers after 14.
_HEADER = 14
_CHECKED, _NAMED, _COMMENTED = 0x02, 0x08, 0x10


class Dictionary:
    """The two files of a dictionary, opened when a word is first looked up."""

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
        """Read the entries of the last headword, which shows whether both files are whole.

        Raises:
            ConfigError: A file cannot be read.
        """
        with self._reading():
            last = self._line(self._line_start(len(self._headwords) - 1)).split(b"\t")[0]
            for start, length in self._places(last):
                self._entry(start, length)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Let one thread in at a time, and turn whatever fails into a `ConfigError`."""
        try:
            with self._lock:
                yield
        except (OSError, ValueError, LookupError, struct.error, zlib.error) as error:
            raise ConfigError(
                f"the dictionary {self._index} cannot be read ({type(error).__name__}); install it again, or set "
                'FOOTNOTE_DICTIONARIES to "none"'
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
    """A text that dictzip compressed: gzip in pieces, each of which can be read by itself, with sizes in the header.

    Source:
        man dictzip(1). The library python-idzip 0.3.10 does not serve: it never returns from a file that was cut off.
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


def _number(digits: str) -> int:
    """Read a number as dictd writes it, in base 64."""
    value = 0
    for digit in digits:
        value = value * 64 + _DIGITS[digit]
    return value
