"""Compressed bytes unpacked up to a limit, never beyond it: a few kilobytes of gzip may hold gigabytes."""

import zlib

from qa.errors import LoadError

GZIP_MAGIC = b"\x1f\x8b"
_SLICE_BYTES = 2**16
_GZIP = 16 + zlib.MAX_WBITS
ENCODINGS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": zlib.MAX_WBITS, "identity": 0, "": 0}


class Unpacker:
    """Collects a body that comes in pieces, compressed or not."""

    def __init__(self, source: str, encoding: str, limit: int, *, cut: bool = False) -> None:
        """Prepare for one body; with `cut`, what is over the limit is left off instead of being an error.

        Raises:
            LoadError: The encoding is not known.
        """
        if encoding not in ENCODINGS:
            raise LoadError(source, f'is sent in the encoding "{encoding}", which was not asked for; save it yourself')
        self._source = source
        self._bits = ENCODINGS[encoding]
        self._inflate = zlib.decompressobj(self._bits) if self._bits else None
        self._limit = limit
        self._body = bytearray()
        self._raw = 0
        self._cut = cut
        self._full = False

    def feed(self, data: bytes) -> bool:
        """Take the next piece, and tell whether more is wanted.

        Raises:
            LoadError: The body is over the limit, packed or unpacked, or damaged.
        """
        if self._bits == zlib.MAX_WBITS and not self._raw and data and data[0] & 0x0F != zlib.DEFLATED:
            # Some servers send deflate without the zlib header that the standard asks for.
            self._bits = -zlib.MAX_WBITS
            self._inflate = zlib.decompressobj(self._bits)
        self._raw += len(data)
        try:
            self._unpack(data)
        except zlib.error as error:
            raise LoadError(self._source, "came damaged: it cannot be unpacked; try again later") from error
        self._full = max(self._raw, len(self._body)) > self._limit
        if self._full and not self._cut:
            raise self.too_large()
        return not self._full

    def finish(self) -> bytes:
        """Return the body.

        Raises:
            LoadError: Its end is missing.
        """
        if self._inflate and self._raw and not self._inflate.eof and not self._full:
            raise LoadError(self._source, "came cut short; try again later", passing=True)
        return bytes(self._body[: self._limit])

    def too_large(self) -> LoadError:
        """Return the error of a body over the limit."""
        return LoadError(self._source, f"is larger than {self._limit / 2**20:g} MiB; save it and ingest the file")

    def _unpack(self, data: bytes) -> None:
        """Add what the piece holds, one byte over the limit at most."""
        if self._inflate is None:
            self._body += data[: self._limit - len(self._body) + 1]
            return
        while data and len(self._body) <= self._limit:
            if self._inflate.eof:
                # A gzip file may be several in a row; whatever else follows is padding.
                if not data.startswith(GZIP_MAGIC):
                    return
                self._inflate = zlib.decompressobj(self._bits)
            self._body += self._inflate.decompress(data, self._limit - len(self._body) + 1)
            data = self._inflate.unconsumed_tail or self._inflate.unused_data


def unpack_gzip(source: str, data: bytes, limit: int) -> bytes:
    """Unpack a gzip file.

    Raises:
        LoadError: It is damaged, cut short, or holds more than `limit` bytes.
    """
    unpacker = Unpacker(source, "gzip", limit)
    # In slices, or many small members would each copy all that follows them.
    for start in range(0, len(data), _SLICE_BYTES):
        unpacker.feed(data[start : start + _SLICE_BYTES])
    return unpacker.finish()
