"""The bytes of pictures inside documents: members of an archive, and data written in letters. What is lost is noted."""

import zipfile
import zlib
from base64 import b64decode
from binascii import Error as Base64Error
from urllib.parse import unquote_to_bytes

from ingest.load.picture.inside import DATA, LONGEST_HEAD, MOST_BYTES, lost, shut

_ENCRYPTED = 1  # a flag of a member


class Packed:
    """The pictures that lie in an archive, such as a book, each unpacked once."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_BYTES
        self._read: dict[str, bytes] = {}

    def picture(self, name: str) -> bytes:
        """Return a member; b"" where there is none, it cannot be unpacked, or there is too much, which is noted."""
        if name not in self._read:
            self._read[name] = self._member(name)
            self._left -= len(self._read[name])
        return self._read[name]

    def _member(self, name: str) -> bytes:
        try:
            entry = self._archive.getinfo(name)
            if entry.file_size <= self._left and not entry.flag_bits & _ENCRYPTED:
                return self._archive.read(name)
            shut(name)
        except NotImplementedError:
            shut(name)
        except KeyError:
            # What lies elsewhere, such as in the web, is not missing here.
            if name and ":" not in name:
                lost(name)
        except (ValueError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
            lost(name)
        return b""


def of_address(address: str) -> bytes:
    """Return the picture that a data: URI holds; b"" for any other address, and for what is no picture."""
    address = address.strip()
    match = DATA.match(address[:LONGEST_HEAD])
    if not match:
        return b""
    data = unquote_to_bytes(address[match.end() :])
    if "base64" not in match[1].lower():
        return data
    return of_base64(data, place=address)


def of_base64(text: bytes | str, *, place: str = "") -> bytes:
    """Decode a picture that is written in letters; b"" where that cannot be, which is noted."""
    try:
        return b64decode(text)
    except (Base64Error, ValueError):
        lost(place)
        return b""
